"""Assertions for tests of an archive: what an answer must cite, quote, refuse, or rest on.

Each raises AssertionError with what was asked, answered and cited. Which texts count as equal is decided in
`bot.evaluation.golden`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.evaluation.golden.expectations import check_expectations
from bot.evaluation.report.explanation import explain_checks
from bot.evaluation.results import Check, Golden
from retrieval.errors import ArticleMissing

if TYPE_CHECKING:
    from retrieval.domain import Answer, Article
    from retrieval.index import Library

__all__ = ["assert_cites", "assert_grounded", "assert_quotes", "assert_refuses"]


def assert_cites(answer: Answer, *articles: str) -> None:
    """Assert that an answer cites each of the articles: ids, titles or sources."""
    __tracebackhide__ = True
    _require_names(articles, "assert_cites", "article")
    _assert_expectations(Golden("", answer.question, cites=articles), answer)


def assert_quotes(answer: Answer, *texts: str) -> None:
    """Assert that each of the texts is in one of an answer's citations."""
    __tracebackhide__ = True
    _require_names(texts, "assert_quotes", "text")
    _assert_expectations(Golden("", answer.question, quotes=texts), answer)


def assert_refuses(answer: Answer) -> None:
    """Assert that the answer is a refusal: the articles do not say."""
    __tracebackhide__ = True
    _assert_expectations(Golden("", answer.question, refuses=True), answer)


def assert_grounded(answer: Answer, archive: Library, *, at_least: float = 1.0) -> None:
    """Assert that every quote is its article's text, and that citations support at least this share of the claims.

    A refusal claims nothing, and passes.
    """
    __tracebackhide__ = True
    if answer.refused:
        return
    articles: dict[str, Article] = {}
    checks = [] if answer.citations else [Check("citations", "at least one", passed=False, found="none")]
    for citation in answer.citations:
        try:
            article = articles.setdefault(citation.article_id, archive.get_article(citation.article_id))
        except ArticleMissing as error:
            checks.append(
                Check(f"citation [{citation.number}]", "an article of the archive", passed=False, found=str(error))
            )
            continue
        there = article.text[citation.start : citation.end]
        what = f"citation [{citation.number}]"
        checks.append(Check(what, f"“{citation.quote}” at {citation.start}", there == citation.quote, f"“{there}”"))
    if all(check.passed for check in checks):
        from bot.evaluation.run.grounding import count_grounded_claims

        claims = count_grounded_claims(answer, articles, archive.encoder)
        share = claims.carried / claims.made if claims.made else 1.0
        wanted = "all claims" if at_least >= 1 else f"at least {at_least:.0%} of the claims"
        found = f"{claims.carried} of {claims.made}" + (f" ({', '.join(claims.reasons)})" if claims.reasons else "")
        checks.append(Check("grounded", f"{wanted} supported by citations", share >= at_least, found))
    if not all(check.passed for check in checks):
        raise AssertionError(explain_checks(checks, answer))


def _assert_expectations(golden: Golden, answer: Answer) -> None:
    __tracebackhide__ = True
    found = check_expectations(golden, answer)
    if not all(check.passed for check in found):
        raise AssertionError(explain_checks(found, answer))


def _require_names(names: tuple[str, ...], function: str, what: str) -> None:
    __tracebackhide__ = True
    if not names:
        raise TypeError(f"{function} needs at least one {what}: without any it would always hold")
