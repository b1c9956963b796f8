"""Outcomes made by hand, for the tests of measures and comparisons."""

from typing import Any

from bot.evaluation.results import Check, CitationContext, Claims, EvidenceSpan, Gold, Golden, Outcome, Retrieved, Run
from retrieval.domain import Answer, Citation


def make_outcome(
    name: str = "q",
    *,
    text: str = "It was in Paris [1].",
    refused: bool = False,
    confidence: float = 0.9,
    cited: tuple[tuple[str, int, int], ...] = (),
    exact: tuple[bool, ...] = (),
    passages: tuple[tuple[str, int, int], ...] = (),
    gold: Gold | None = None,
    passed: bool | None = None,
    claims: tuple[int, int] | None = None,
    seconds: dict[str, float] | None = None,
    error: str = "",
    **written: Any,
) -> Outcome:
    """What came of one question; passages and citations are (article id, start, end), claims (made, supported)."""
    citations = tuple(Citation(n, *at[:1], "", "", None, "", "", "quote", *at[1:]) for n, at in enumerate(cited, 1))
    answer = Answer(name, text, citations, refused, confidence, "extractive", 0.1)
    golden = Golden(name, f"{name}?", answer=() if passed is None else ("Paris",), **written)
    return Outcome(
        golden,
        gold or Gold(None),
        None if error else answer,
        tuple(Retrieved(rank, 1 / rank, at[0], "", at[1], at[2], "") for rank, at in enumerate(passages, 1)),
        () if passed is None or error else (Check("answer", "Paris", passed),),
        tuple(CitationContext(n, "", "", exact=each) for n, each in enumerate(exact, 1)),
        None if claims is None else Claims(*claims),
        seconds or {},
        error=error,
    )


def make_passages(*articles: str, long: int = 10) -> tuple[tuple[str, int, int], ...]:
    """Passages of these articles in order, each from the start of its article."""
    return tuple((article, 0, long) for article in articles)


def make_evidence(article: str, start: int = 2, end: int = 5) -> tuple[EvidenceSpan, ...]:
    """One piece of evidence, at one place."""
    return (EvidenceSpan(article, start, end),)


def make_run(*outcomes: Outcome, **settings: str) -> Run:
    """A run of these outcomes."""
    return Run("2026-01-01T09:00:00+00:00", "1.0", "default", 1, 2, 20, settings, 10, outcomes)
