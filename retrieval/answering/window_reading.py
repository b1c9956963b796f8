"""Candidates -> the same as the reader rates them. Pure, but for the reading that is passed in.

What is read are windows: a candidate with the sentences beside it, without which "He said so" says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.domain import Span
from retrieval.encoder import Window, WindowReading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from retrieval.answering.candidates import Candidate
    from retrieval.domain import Hit, Sentence

Read = Callable[[Sequence[Window]], Sequence[WindowReading]]
"""Windows -> what is read of each, with the question."""

BESIDE = 1
"""Sentences to either side that are read with a candidate."""
READER_WEIGHT = 1.0
"""What log-odds count for beside the score of what was not read."""
MOST_SENTENCES = 6
"""Sentences of a window; touching ones that hold more together stay two."""


def read_around(candidates: Sequence[Candidate], among: Sequence[Candidate], read: Read) -> list[Candidate]:
    """Return those `among` candidates that lie in the windows around a few of them, as they were read."""
    windows = _plan_windows(candidates)
    readings = read([_open_window(hit, first, last) for hit, first, last in windows])
    rated: dict[tuple[str, int], tuple[float, float]] = {}
    for (hit, first, last), reading in zip(windows, readings, strict=True):
        for n in range(first, last + 1):
            place = (hit.passage.id, hit.sentences[n].sentence.start)
            rated.setdefault(place, (reading.sentences[n - first], reading.answers))
    placed = ((each, (each.hit.passage.id, _get_answering(each).start)) for each in among)
    return [
        replace(each, reads=rated[place][0], window_reads=rated[place][1]) for each, place in placed if place in rated
    ]


def read_whole(candidates: Sequence[Candidate], read: Read) -> list[Candidate]:
    """Return candidates as they were read each by itself, all of its sentences together."""
    placed = [_find_places(each) for each in candidates]
    readings = read([_open_window(each.hit, *places) for each, places in zip(candidates, placed, strict=True)])
    return [
        replace(each, reads=max(reading.sentences), window_reads=reading.answers)
        for each, reading in zip(candidates, readings, strict=True)
    ]


def _get_answering(candidate: Candidate) -> Sentence:
    """Return the sentence that answers: the reply, where the other one asks."""
    return candidate.reply or candidate.scored.sentence


def _find_places(candidate: Candidate) -> tuple[int, int]:
    """Return the places, in its passage, of the first and the last sentence of a candidate."""
    span = candidate.scored.sentence
    places = [n for n, each in enumerate(candidate.hit.sentences) if span.start <= each.sentence.start < span.end]
    places += [n + 1 for n in places[-1:] if candidate.reply]
    return places[0], places[-1]


def _plan_windows(candidates: Iterable[Candidate]) -> list[tuple[Hit, int, int]]:
    """Return the windows around candidates, best first: overlapping or touching ones made one."""
    windows: list[tuple[Hit, int, int]] = []
    for candidate in candidates:
        hit, (first, last) = candidate.hit, _find_places(candidate)
        first, last = max(0, first - BESIDE), min(len(hit.sentences) - 1, last + BESIDE)
        touching = [each for each in windows if each[0] is hit and each[1] <= last + 1 and first <= each[2] + 1]
        for each in touching:
            if max(last, each[2]) - min(first, each[1]) < MOST_SENTENCES:
                first, last = min(first, each[1]), max(last, each[2])
                windows.remove(each)
        windows.append((hit, first, last))
    return windows


def _open_window(hit: Hit, first: int, last: int) -> Window:
    """Return a window from one sentence of a hit to another, headed by title, speaker, and what a row needs."""
    start, end = hit.sentences[first].sentence.start, hit.sentences[last].sentence.end
    contexts = dict.fromkeys(each.context for each in hit.sentences[first : last + 1])
    head = ". ".join(filter(None, [hit.article.title, hit.speaker, *contexts]))
    spans = tuple(
        Span(each.sentence.start - start, each.sentence.end - start) for each in hit.sentences[first : last + 1]
    )
    return Window(head, hit.passage.text[start - hit.passage.start : end - hit.passage.start], spans)
