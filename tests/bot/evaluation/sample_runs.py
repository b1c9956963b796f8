"""Runs made by hand for the tests of reports: some sixty plain questions, and a few that mean harm."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from bot.evaluation.metrics.comparison import Comparison, Difference
from bot.evaluation.metrics.pairing import Pair, SettingChange
from bot.evaluation.results import (
    Check,
    CitationContext,
    Claims,
    EvidenceSpan,
    Gold,
    Golden,
    Judgement,
    Outcome,
    Retrieved,
    Run,
)
from retrieval.domain import Answer, ArticleInfo, Citation, Turn

HOSTILE = '<script>window.hacked = 1</script><img src=x onerror="window.hacked=2">'
CLOSING = "</script></style></template>--><svg onload='window.hacked = 3'>"
QUOTES = """ "double" 'single' `back` & &amp; {{ 7 * 7 }} {% raw %}"""
RTL = "مرحبا بالعالم \u202eevil"
EMOJI = "👩‍👩‍👧‍👦 🇨🇳 é"
LONG = "Words of a passage that goes on. " * 70


def make_golden(number: int, **fields: Any) -> Golden:
    """A question with an expected answer."""
    made = Golden(
        f"question-{number}",
        f"What was said on day {number}?",
        answer=(f"day {number}",),
        tags=("facts",),
        file="made.golden.yaml",
        line=3 * number + 1,
    )
    return replace(made, **fields)


def make_answer(number: int, **fields: Any) -> Answer:
    """An answer with one citation."""
    citation = Citation(
        1,
        "a1",
        "Talks",
        "Ann",
        date(2023, 6, 27),
        "https://example.org/talks",
        "talks.txt",
        f"On day {number}.",
        10,
        20,
    )
    made = Answer(
        f"What was said on day {number}?",
        f"It was said on day {number} [1].",
        (citation,),
        False,
        0.6 + number % 4 / 10,
        "extractive",
        0.05,
        steps={"search": 0.03, "quote": 0.01},
    )
    return replace(made, **fields)


def make_retrieved(number: int, hit: int) -> tuple[Retrieved, ...]:
    """Five passages, of which that at rank `hit` holds the evidence (from 10 to 20 of a1)."""
    return tuple(
        Retrieved(
            rank,
            1 / rank,
            "a1",
            "Talks",
            0 if rank == hit else 100 * rank,
            100 * rank + 32,
            f"Passage {number}.{rank} 1234567",
        )
        for rank in range(1, 6)
    )


def make_passed(number: int, *, hit: int = 1, **fields: Any) -> Outcome:
    """A question that was answered rightly."""
    place = ((EvidenceSpan("a1", 10, 20),),)
    made = Outcome(
        make_golden(number),
        Gold(True, (f"day {number}",), place, place, (("a1",),)),
        make_answer(number),
        make_retrieved(number, hit),
        (Check("answer", f"day {number}", True, f"day {number}"),),
        (CitationContext(1, "Before it.", "After it.", exact=True),),
        Claims(1, 1),
        {"search": 0.031 + number / 1e4, "answer": 0.05 + number / 1e4, "answer: search": 0.03, "answer: quote": 0.01},
    )
    return replace(made, **fields)


def make_failed(number: int) -> Outcome:
    """A question whose answer is not the one that was expected."""
    wrong = Check("answer", f"day {number}", False, "It was said on another day")
    return make_passed(number, hit=9, checks=(wrong,), claims=Claims(2, 1, ("Nothing cited says “another day”.",)))


def make_refused(number: int, *, rightly: bool = True) -> Outcome:
    """A question that was refused, as it was expected or not."""
    refusal = make_answer(
        number,
        text="The articles do not say.",
        citations=(),
        refused=True,
        confidence=0.1 + number % 5 / 10,
        nearest=(ArticleInfo("a1", "Talks"),),
    )
    asked = make_golden(number, answer=(), refuses=True, tags=("near-miss",)) if rightly else make_golden(number)
    check = Check("refuses", "yes" if rightly else "no", rightly, "refused")
    return make_passed(
        number,
        golden=asked,
        gold=Gold(not rightly),
        answer=refusal,
        checks=(check,),
        excerpts=(),
        claims=None,
    )


def make_candidate(number: int) -> Outcome:
    """A candidate: nothing is expected of it."""
    return make_passed(number, golden=make_golden(number, answer=(), tags=("candidates",)), gold=Gold(None), checks=())


def make_hostile() -> Outcome:
    """A question all of whose texts try to break out of the page, or are hard to lay out."""
    everything = HOSTILE + CLOSING + QUOTES + RTL + EMOJI
    citation = Citation(1, "a2", HOSTILE, CLOSING, None, "javascript:alert(1)", HOSTILE, everything, 0, 5)
    answer = make_answer(
        0,
        text=f"{everything} [1]",
        citations=(citation,),
        standalone=HOSTILE,
        left_out=(HOSTILE, RTL),
        notice=CLOSING,
        model=HOSTILE,
        confidence=0.0,
    )
    return Outcome(
        Golden(
            f"hostile {HOSTILE}",
            everything,
            contains=(HOSTILE,),
            history=(Turn(HOSTILE, CLOSING), Turn(RTL, EMOJI)),
            tags=(HOSTILE, 'tag "with" quotes'),
            note=CLOSING,
            file=HOSTILE,
            author=HOSTILE,
        ),
        Gold(True, (HOSTILE,)),
        answer,
        (
            Retrieved(1, 0.5, "a2", HOSTILE, 0, len(LONG), LONG),
            Retrieved(2, 0.4, "a2", "", 0, 9, CLOSING + "\x00\x1b[31m\ud800"),
        ),
        (Check("contains", HOSTILE, False, CLOSING),),
        (CitationContext(1, HOSTILE, CLOSING, exact=False),),
        Claims(2, 0, (HOSTILE,)),
        {"answer": 0.2, "search": 0.1, "answer: <b>$x$</b>": 0.01},
        Judgement("wrong", HOSTILE),
    )


def make_run(outcomes: tuple[Outcome, ...] | None = None, **fields: Any) -> Run:
    """A run of 60 questions of every kind; `outcomes` instead of them."""
    made = Run(
        "2026-11-22T01:12:00+00:00",
        "0.1.0",
        "news",
        3,
        12,
        340,
        {"chat_model": "extractive", "passage_tokens": "128", "threshold": "0.4"},
        10,
        make_sixty_outcomes() if outcomes is None else outcomes,
    )
    return replace(made, **fields)


def make_sixty_outcomes() -> tuple[Outcome, ...]:
    """38 passed (12 of them refusals), 17 failed, 3 without expectations, one error, and one that means harm."""
    plain = [make_passed(number, hit=1 + number % 4) for number in range(1, 27)]
    wrong = [make_failed(number) for number in range(27, 40)]
    silent = [make_refused(number) for number in range(40, 52)]
    shy = [make_refused(number, rightly=False) for number in range(52, 55)]
    candidates = [make_candidate(number) for number in range(55, 58)]
    broken = make_passed(
        58, answer=None, retrieved=(), checks=(), excerpts=(), claims=None, seconds={}, error="No model."
    )
    judged = make_passed(59, judgement=Judgement("partly", "It leaves out the place."))
    return (*plain, *wrong, *silent, *shy, *candidates, broken, judged, make_hostile())


def make_earlier_run() -> Run:
    """The run before: questions 1 to 3 failed, question 27 passed."""
    outcomes = list(make_sixty_outcomes())
    outcomes[:3] = [
        replace(make_failed(number), answer=make_answer(number, text="Nobody knows.")) for number in (1, 2, 3)
    ]
    outcomes[26] = make_passed(27)
    return make_run(tuple(outcomes), at="2026-11-20T09:00:00+00:00", settings={"chat_model": "llama"})


def make_comparison() -> Comparison:
    """What tells `former` from `run`: one measure better, one worse, one neither, and questions of either alone."""
    pairs = tuple(Pair(*pair) for pair in zip(make_earlier_run().outcomes, make_sixty_outcomes(), strict=True))
    return Comparison(
        pairs,
        (
            Difference("passed", 0.649, 0.684, 0.035, -0.034, 0.105, 0.6, 1.0, "no difference shown", 57),
            Difference("hit@5", 0.5, 0.659, 0.159, 0.05, 0.27, 0.0001, 0.0004, "better", 41),
            Difference("seconds-p50", 0.04, 0.053, 0.013, 0.01, 0.016, 0.001, 0.012, "worse", 59),
        ),
        pairs[:3],
        (pairs[26],),
        (make_golden(98, question="Asked only before?"),),
        (),
        (make_golden(99, question="Asked in other words now?"),),
        (SettingChange("chat_model", "llama", "extractive"),),
    )
