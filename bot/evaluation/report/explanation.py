"""What came of a question -> the lines that a failed test shows: expected, asked, answered, cited, retrieved. Pure."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from bot.render.terminal_safe import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.evaluation.results import Check, Gold, Golden, Outcome, Retrieved
    from retrieval.domain import Answer, Turn

WIDTH = 116
"""Columns of a line; pytest sets some of them in by up to four."""
INDENT = 13
CHECKS, TURNS, CITED, RETRIEVED = 4, 2, 3, 10
"""How many of each are shown."""
LONGEST_ID = 44
HOLDS_EVIDENCE = "*"
"""Marks a passage that holds an expected quote."""


def explain_failure(outcome: Outcome) -> str:
    """Explain a golden question that failed, in some 40 lines at most; the first says what was missed."""
    golden = outcome.golden
    missed = format_error(outcome.error) if outcome.error else list(explain_unmet(outcome.checks))
    return "\n".join(
        [
            *missed,
            "",
            *show_question(golden.question, golden.history, _format_limits(golden)),
            *(show_answer(outcome.answer) if outcome.answer else ()),
            *show_retrieved(outcome.retrieved, outcome.gold),
            *show_location(golden),
        ]
    )


def explain_checks(checks: Sequence[Check], answer: Answer) -> str:
    """Explain an answer of which a test expected something else."""
    return "\n".join([*explain_unmet(checks), "", *show_question(answer.question), *show_answer(answer)])


def format_error(text: str) -> list[str]:
    """Return an error's lines, each whole, as on the command line; some errors have a line for each fault."""
    return [clean_line(fault) for fault in text.splitlines()]


def explain_unmet(checks: Iterable[Check]) -> Iterator[str]:
    """Say what was expected and did not come, and what came instead."""
    failed = [check for check in checks if not check.passed]
    # That it was refused explains all the others.
    failed.sort(key=lambda check: check.field != "refuses")
    said = ""
    for check in failed[:CHECKS]:
        yield _cut(f"{check.field}: expected {clean_line(check.expected)}", WIDTH)
        if check.found not in ("", said):
            yield _cut(f"  found {clean_line(check.found)}", WIDTH)
        said = check.found
    if len(failed) > CHECKS:
        more = ", ".join(dict.fromkeys(check.field for check in failed[CHECKS:]))
        yield f"and {len(failed) - CHECKS} more ({more})"


def show_question(question: str, history: Sequence[Turn] = (), limits: str = "") -> Iterator[str]:
    """Say what was asked, after what, and within which limits."""
    yield from _label_lines("asked", _wrap(question, lines=2))
    earlier = [_cut(f"{clean_line(turn.question)} - {clean_line(turn.answer)}") for turn in history[-TURNS:]]
    yield from _label_lines("after", [*([f"({len(history) - TURNS} more)"] if len(history) > TURNS else []), *earlier])
    yield from _label_lines("limited to", [_cut(limits)] if limits else [])


def show_answer(answer: Answer) -> Iterator[str]:
    """Say what was answered, with which confidence, and what was cited for it."""
    meaning = clean_line(answer.standalone)
    yield from _label_lines("understood", [_cut(meaning)] if meaning not in ("", clean_line(answer.question)) else [])
    how = "refused" if answer.refused else answer.model or answer.answerer
    yield from _label_lines(
        "answered", [*_wrap(answer.text, lines=3), _cut(f"({clean_line(how)}, confidence {answer.confidence:.2f})")]
    )
    yield from _label_lines("notice", [_cut(clean_line(answer.notice))] if answer.notice else [])
    cited = [
        text
        for each in answer.citations[:CITED]
        for text in _wrap(f"[{each.number}] {each.article_id}" + (f": “{each.quote}”" if each.quote else ""), lines=2)
    ]
    if len(answer.citations) > CITED:
        cited.append(f"and {len(answer.citations) - CITED} more")
    yield from _label_lines("cited", cited or ["nothing"])


def show_retrieved(found: Sequence[Retrieved], gold: Gold | None = None) -> Iterator[str]:
    """List the passages that were ranked: rank, score, article, beginning; marked where they hold what was expected."""
    shown = found[:RETRIEVED]
    names = [_cut(clean_line(each.article_id), LONGEST_ID) for each in shown]
    widest = max(map(len, names), default=0)
    rows = []
    for each, name in zip(shown, names, strict=True):
        mark = HOLDS_EVIDENCE if gold and _holds_evidence(each, gold) else " "
        rows.append(_cut(f"{mark}{each.rank:>2} {each.score:>6.3f}  {name:<{widest}}  {clean_line(each.text)}"))
    if len(found) > RETRIEVED:
        rows.append(f"and {len(found) - RETRIEVED} more")
    if gold and gold.evidence:
        some = any(_holds_evidence(each, gold) for each in found)
        rows.append(f"({HOLDS_EVIDENCE} holds an expected quote)" if some else "(none holds an expected quote)")
    yield from _label_lines("retrieved", rows)


def show_location(golden: Golden) -> Iterator[str]:
    """Say where a question was written."""
    yield from _label_lines("written", [f"{golden.file}:{golden.line}"] if golden.file else [])


def _holds_evidence(found: Retrieved, gold: Gold) -> bool:
    """Say whether a passage covers a place of any piece of evidence."""
    return any(place.is_within(found.article_id, found.start, found.end) for piece in gold.evidence for place in piece)


def _format_limits(golden: Golden) -> str:
    said = {"since": golden.since, "until": golden.until, "by": golden.author, "as of": golden.as_of}
    return clean_line(", ".join(f"{name} {value}" for name, value in said.items() if value))


def _label_lines(name: str, lines: Sequence[str]) -> Iterator[str]:
    """Put a name before the first of some lines, and the others below it."""
    for number, text in enumerate(lines):
        yield f"  {'' if number else name:<{INDENT - 2}}{text}".rstrip()


def _wrap(text: str, *, lines: int) -> list[str]:
    return textwrap.wrap(clean_line(text), WIDTH - INDENT, max_lines=lines, placeholder=" …") or [""]


def _cut(text: str, width: int = WIDTH - INDENT) -> str:
    return text if len(text) <= width else f"{text[: width - 1].rstrip()}…"
