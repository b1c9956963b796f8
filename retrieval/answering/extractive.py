"""The straight line: question in, Answer out. Each step is another room's; here they are put in a row."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from retrieval.answering import extraction
from retrieval.answering.citations import cite, quotable, verify
from retrieval.answering.confidence import THRESHOLD, confidence
from retrieval.conversation.rewriting import NOT_SAID, asks_further, leans_heavily, standalone
from retrieval.domain import Answer, Citation, Filter, Span
from retrieval.search.late_interaction import alignment, token_weights
from retrieval.search.query import validate_question
from retrieval.search.ranking import look
from retrieval.text.dates import format_day
from retrieval.timing import Steps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.answering.extraction import Candidate
    from retrieval.domain import ArticleInfo, Hit, Passage, Sentence, Turn
    from retrieval.encoder import Encoder
    from retrieval.index.library import Library, Snapshot
    from retrieval.search.query import Question

__all__ = ["NOT_SAID", "Reading", "aligner", "answer", "likeliest", "quoting", "readings", "refusal"]

NEAREST = 3
HITS = 10

SURE = 0.9
"""A question that leans lightly is taken as it stands when it is answered so surely: on the golden sets right for 9 of
10 that change the topic, and those that need history are then answered from the same place. One that leans heavily only
when what was said before makes a refusal of it, too: that is so for 4 of 6 that lean after a question about something
else, and for none of 69 that need history."""
MARGIN = 0.05
"""And when it is so little less sure than with what was said before."""
UNTIMED = 0.5
"""What is left of the confidence where a follow-up asks when, and no sentence holds a time."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A way that a question may be meant: as it stands, or carried on from what was said.

    `told` is an answer whose sentences are not wanted again.
    """

    text: str
    vector: NDArray[np.float32]
    carried: bool = False
    told: str = ""


def answer(
    library: Library,
    question: str,
    *,
    where: Filter | None = None,
    threshold: float | None = None,
    history: Sequence[Turn] = (),
) -> Answer:
    """Answer a question with quotes from the articles, or say that they do not say.

    A question that leans on the `history`, oldest turn first, is understood with what it points to. `threshold` is the
    confidence below which the answer is a refusal. Raises InputError for a question that is empty or longer than 2,000
    characters, LibraryMissing when there is nothing to search.
    """
    started = time.perf_counter()
    steps = Steps()
    bare = validate_question(question)
    with steps.step("understand"):
        meant = readings(bare, standalone(bare, history), history, library.encoder)

    def reply(view: Snapshot) -> Answer:
        return likeliest(view, meant, library.encoder, where=where or Filter(), threshold=threshold, steps=steps)[1]

    found = library.read(reply)
    understood = "" if found.question == bare else found.question
    seconds = time.perf_counter() - started
    return replace(found, question=question, standalone=understood, seconds=seconds, steps=dict(steps))


def readings(bare: str, carried: str, history: Sequence[Turn], encoder: Encoder) -> list[Reading]:
    """Return a question as it stands, and then as it is carried on, where that is another one."""
    told = history[-1].answer if history and asks_further(bare) else ""
    texts = [bare] if carried == bare else [bare, carried]
    return [Reading(text, encoder.encode_question(text), text != bare, told) for text in texts]


def likeliest(
    view: Snapshot,
    meant: Sequence[Reading],
    encoder: Encoder,
    *,
    where: Filter,
    threshold: float | None,
    k: int = HITS,
    steps: Steps | None = None,
) -> tuple[list[Hit], Answer]:
    """Answer each reading of a question; return the hits and the answer of the one that is likely meant.

    The seconds of "search" and "quote" are added to `steps`.
    """
    least = THRESHOLD if threshold is None else threshold
    steps = Steps() if steps is None else steps
    bare, *carried = (_extracted(view, each, encoder, where=where, least=least, k=k, steps=steps) for each in meant)
    return carried[0] if carried and not _as_it_stands(bare[1], carried[0][1]) else bare


def _as_it_stands(bare: Answer, carried: Answer) -> bool:
    """Say whether a question that leans is meant without what was said before all the same."""
    if leans_heavily(bare.question):
        return bare.confidence >= SURE and carried.confidence < THRESHOLD
    return bare.confidence >= max(THRESHOLD, min(SURE, carried.confidence - MARGIN))


def _extracted(
    view: Snapshot, meant: Reading, encoder: Encoder, *, where: Filter, least: float, k: int, steps: Steps
) -> tuple[list[Hit], Answer]:
    """Search one view of a library; return up to k hits, and the answer that quotes them or refuses.

    What was told is quoted again when nothing else is sure enough.
    """
    with steps.step("search"):
        understood, hits = look(view, meant.text, meant.vector, k=k, where=where)
    with steps.step("quote"):
        for told in dict.fromkeys([meant.told, ""]):
            best = extraction.candidates(understood, hits, aligner(understood, encoder), told=told)
            sure = _sure(understood, best, carried=meant.carried)
            if best and sure >= least:
                return hits, quoting(meant.text, sure, extraction.choose(best), view)
        return hits, refusal(meant.text, sure, hits)


def _sure(question: Question, best: Sequence[Candidate], *, carried: bool) -> float:
    """Return the confidence in the best sentence."""
    sure = confidence(best[0].signals(question)) if best else 0.0
    asks_when = question.kind is not None and question.kind.name == "time"
    return sure * UNTIMED if carried and asks_when and not any(c.holds_kind for c in best) else sure


def refusal(question: str, sure: float, hits: Sequence[Hit]) -> Answer:
    """Say that the articles do not say, naming the articles that come nearest."""
    nearest = list({hit.article.id: hit.article for hit in hits}.values())[:NEAREST]
    return Answer(question, NOT_SAID, (), True, sure, "extractive", 0.0, tuple(nearest))


def quoting(question: str, sure: float, chosen: Sequence[Candidate], view: Snapshot) -> Answer:
    """Word an answer of quotes: a line an article, which names it and its date, each quote with its marker."""
    lines, citations, texts = [], list[Citation](), dict[str, str]()
    for article_id, group in groupby(_by_article(chosen), key=lambda c: c.hit.article.id):
        candidates = list(group)
        article = candidates[0].hit.article
        texts[article_id] = view.get_article(article_id).text
        quotes = []
        for span in _merged(span for candidate in candidates for span in _quote_spans(candidate, view)):
            citations.append(cite(len(citations) + 1, article, texts[article_id], span))
            quotes.append(f"“{quotable(citations[-1].quote)}” [{len(citations)}]")
        lines.append(f"{_attribution(article)}: {' '.join(quotes)}")
    text = "\n".join(lines)
    verify(text, citations, texts)
    return Answer(question, text, tuple(citations), False, sure, "extractive", 0.0)


def _by_article(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Keep an article's sentences together, articles in the order of their best sentence."""
    order = {c.hit.article.id: n for n, c in reversed(list(enumerate(chosen)))}
    return sorted(chosen, key=lambda c: order[c.hit.article.id])


def _quote_spans(candidate: Candidate, view: Snapshot) -> Iterator[Span]:
    """Yield what is quoted: the companion, which gives the time or place, and the sentence that it is of."""
    if candidate.companion:
        yield _understandable(candidate.hit.passage, candidate.companion, view)
    yield _understandable(candidate.hit.passage, candidate.scored.sentence, view)


def _understandable(passage: Passage, sentence: Sentence, view: Snapshot) -> Span:
    before = [s for s in passage.sentences if s.start < sentence.start]
    if not before and extraction.leans(sentence.text):
        previous, _ = view.get_neighbours(passage.id)
        before = list(previous.sentences) if previous else []
    return Span(extraction.widen(sentence, before).start, sentence.end)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Return the spans with those that overlap made one, in the order of their first parts."""
    apart: list[Span] = []
    for span in spans:
        over = [other for other in apart if other.start < span.end and span.start < other.end]
        whole = Span(min(s.start for s in [span, *over]), max(s.end for s in [span, *over]))
        if over:
            apart[apart.index(over[0])] = whole
        else:
            apart.append(whole)
        apart = [s for s in apart if s not in over[1:]]
    return apart


def _attribution(article: ArticleInfo) -> str:
    name = quotable(article.title) or article.id
    return f"{name} ({format_day(article.published)})" if article.published else name


def aligner(question: Question, encoder: Encoder) -> Callable[[Sequence[str]], list[float]]:
    """Return the function from texts to how closely each meets the question word by word, in [0, 1]."""

    def align(texts: Sequence[str]) -> list[float]:
        from retrieval.index.lexical import extract_terms

        asked, *offered = encoder.encode_tokens([question.text, *texts])
        weights: NDArray[np.float32] = token_weights(question.text, asked.spans, question.weights, terms=extract_terms)
        return [alignment(asked.vectors, weights, text.vectors) for text in offered]

    return align
