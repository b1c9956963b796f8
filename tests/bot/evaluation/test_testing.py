"""The assertions that tests of an archive make: they hold, or tell what was expected, answered and cited."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.evaluation.results import Claims
from bot.evaluation.run import grounding
from bot.testing import assert_cites, assert_grounded, assert_quotes, assert_refuses
from retrieval.domain import Answer, Article, Citation
from retrieval.index import Library
from tests.fakes import FakeEncoder

TEXT = "The harbour of Porto was dredged in May. Forty boats had to leave."
ARTICLE = Article("harbour-1", TEXT, title="Harbour dredged", source="/news/harbour.txt")


def quoted(quote: str, start: int | None = None, article_id: str = "harbour-1") -> Citation:
    start = TEXT.index(quote) if start is None else start
    return Citation(
        1, article_id, "Harbour dredged", "", None, "", "/news/harbour.txt", quote, start, start + len(quote)
    )


ANSWERED = Answer(
    question="When was the harbour dredged?",
    text="The harbour of Porto was dredged in May. [1]",
    citations=(quoted("The harbour of Porto was dredged in May."),),
    refused=False,
    confidence=0.91,
    answerer="extractive",
    seconds=0.1,
)
REFUSED = replace(ANSWERED, text="The articles do not say.", citations=(), refused=True, confidence=0.12)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", encoder=FakeEncoder(), create=True) as made:
        made.ingest([ARTICLE])
        yield made


@pytest.fixture
def claims(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What the answer's claims are said to rest on."""
    said = SimpleNamespace(found=Claims(2, 2))
    monkeypatch.setattr(grounding, "count_grounded_claims", lambda answer, articles, encoder: said.found)
    return said


@pytest.mark.parametrize("name", ["harbour-1", "Harbour dredged", "/news/harbour.txt"])
def test_an_article_is_cited_under_each_of_its_names(name: str) -> None:
    assert_cites(ANSWERED, name)


def test_an_article_that_is_not_cited_is_reported_with_those_that_are() -> None:
    with pytest.raises(AssertionError) as caught:
        assert_cites(ANSWERED, "harbour-1", "comet-2")

    assert str(caught.value).splitlines() == [
        "cites: expected comet-2",
        "  found harbour-1",
        "",
        "  asked      When was the harbour dredged?",
        "  answered   The harbour of Porto was dredged in May. [1]",
        "             (extractive, confidence 0.91)",
        "  cited      [1] harbour-1: “The harbour of Porto was dredged in May.”",
    ]


def test_a_quote_is_found_whatever_its_case_and_spaces() -> None:
    assert_quotes(ANSWERED, "HARBOUR  of\nPorto", "dredged in May")


def test_a_quote_that_is_missing_is_reported() -> None:
    with pytest.raises(AssertionError, match=r"^quotes: expected Forty boats\n"):
        assert_quotes(ANSWERED, "dredged in May", "Forty boats")


def test_a_refusal_is_one() -> None:
    assert_refuses(REFUSED)


def test_an_answer_is_no_refusal() -> None:
    with pytest.raises(AssertionError, match=r"^refuses: expected a refusal\n"):
        assert_refuses(ANSWERED)


def test_a_refusal_explains_first_why_nothing_is_cited() -> None:
    with pytest.raises(AssertionError, match=r"^refuses: expected an answer\n"):
        assert_cites(REFUSED, "harbour-1")


def test_nothing_to_hold_is_a_mistake_of_the_test() -> None:
    with pytest.raises(TypeError, match="at least one article"):
        assert_cites(ANSWERED)
    with pytest.raises(TypeError, match="at least one text"):
        assert_quotes(ANSWERED)


def test_an_answer_whose_claims_are_supported_is_grounded(library: Library) -> None:
    assert_grounded(ANSWERED, library)


def test_an_answer_that_claims_what_it_does_not_cite_is_not_grounded(library: Library) -> None:
    made_up = replace(ANSWERED, text="The harbour of Porto was dredged in August by ninety ships. [1]")

    with pytest.raises(AssertionError, match=r"^grounded: expected all claims supported by citations\n  found 0 of 1"):
        assert_grounded(made_up, library)


@pytest.mark.parametrize(("at_least", "holds"), [(0.5, True), (0.6, False)])
def test_a_share_of_the_claims_may_be_enough(
    library: Library, claims: SimpleNamespace, at_least: float, holds: bool
) -> None:
    claims.found = Claims(2, 1, ("numbers",))

    if holds:
        assert_grounded(ANSWERED, library, at_least=at_least)
        return
    with pytest.raises(AssertionError, match=r"at least 60% of the claims supported.*\n  found 1 of 2 \(numbers\)"):
        assert_grounded(ANSWERED, library, at_least=at_least)


@pytest.mark.parametrize(
    ("citation", "said"),
    [
        (quoted("Forty boats", start=0), r"citation \[1\]: expected “Forty boats” at 0\n  found “The harbour”"),
        (quoted("Forty boats", article_id="comet-2"), r"citation \[1\]: expected an article of the archive\n.*comet-2"),
    ],
)
def test_a_quote_that_is_not_the_articles_is_not_grounded(library: Library, citation: Citation, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        assert_grounded(replace(ANSWERED, citations=(citation,)), library)


def test_an_answer_without_citations_is_not_grounded(library: Library) -> None:
    with pytest.raises(AssertionError, match=r"^citations: expected at least one\n"):
        assert_grounded(replace(ANSWERED, citations=()), library)


def test_a_refusal_claims_nothing(library: Library) -> None:
    assert_grounded(REFUSED, library)
