"""What a failed question shows: enough to judge by, on one screen, and safe to print."""

from dataclasses import replace

import pytest

from bot.evaluation.report.explanation import explain_failure
from bot.evaluation.results import Check, EvidenceSpan, Gold, Golden, Outcome, Retrieved
from retrieval.domain import Answer, Citation, Turn

LONG = "The harbour of Porto was dredged in May, \x1b[31mand forty\x07 boats had to leave for Leixões. " * 9
GOLDEN = Golden("when", "When was it?", answer=("May",), file="news.golden.yaml", line=3)
ANSWER = Answer("When was it?", "In June. [1]", (), refused=False, confidence=0.5, answerer="extractive", seconds=1.0)
MISSED = (Check("answer", "May", passed=False, found="In June."),)


def citation(number: int) -> Citation:
    return Citation(number, f"article-{number}", "", "", None, "", "", LONG, 0, len(LONG))


def passage(rank: int, *, start: int = 0) -> Retrieved:
    return Retrieved(rank, 1 / rank, "harbour", "", start, start + len(LONG), LONG)


def test_even_the_longest_fits_a_screen() -> None:
    golden = replace(
        GOLDEN, question=LONG, since="May", until="June", author=LONG, history=tuple(Turn(LONG, LONG) for _ in range(9))
    )
    answer = replace(
        ANSWER,
        text=LONG,
        standalone=LONG + "!",
        notice=LONG,
        citations=tuple(citation(number) for number in range(1, 9)),
    )
    checks = tuple(Check("contains", LONG, passed=False, found=f"{number} {LONG}") for number in range(9))
    gold = Gold(answerable=True, evidence=((EvidenceSpan("harbour", 0, 5),),))
    hits = tuple(passage(rank) for rank in range(1, 11))

    lines = explain_failure(Outcome(golden, gold, answer, hits, checks)).splitlines()

    assert len(lines) <= 42
    assert max(map(len, lines)) <= 116
    assert "and 5 more (contains)" in lines
    assert "             and 5 more" in lines  # citations
    assert not {"\x1b", "\x07"} & set("".join(lines))


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (EvidenceSpan("harbour", 2, 9), "(* holds an expected quote)"),
        (EvidenceSpan("comet", 2, 9), "(none holds an expected quote)"),
    ],
)
def test_passages_that_hold_what_was_expected_are_marked(place: EvidenceSpan, said: str) -> None:
    hits = (passage(1, start=5), passage(2))

    lines = explain_failure(Outcome(GOLDEN, Gold(True, evidence=((place,),)), ANSWER, hits, MISSED)).splitlines()

    first, second, note = lines[-4:-1]
    assert first.startswith("  retrieved    1  1.000  harbour  The harbour")
    assert second.startswith("             * 2" if "none" not in said else "               2")
    assert note.strip() == said


def test_a_refusal_is_reported_first_and_once() -> None:
    checks = (
        Check("answer", "May", passed=False, found="refused"),
        Check("contains", "in", passed=True, found="refused"),
        Check("cites", "harbour", passed=False, found="refused"),
        Check("refuses", "an answer", passed=False, found="refused"),
    )
    answer = replace(ANSWER, text="The articles do not say.", refused=True, confidence=0.1)

    lines = explain_failure(Outcome(GOLDEN, Gold(True), answer, (), checks)).splitlines()

    assert lines == [
        "refuses: expected an answer",
        "  found refused",
        "answer: expected May",
        "cites: expected harbour",
        "",
        "  asked      When was it?",
        "  answered   The articles do not say.",
        "             (refused, confidence 0.10)",
        "  cited      nothing",
        "  written    news.golden.yaml:3",
    ]


def test_what_could_not_be_asked_says_why() -> None:
    lines = explain_failure(Outcome(GOLDEN, Gold(True), None, error="The model can't be reached.")).splitlines()

    assert lines == ["The model can't be reached.", "", "  asked      When was it?", "  written    news.golden.yaml:3"]
