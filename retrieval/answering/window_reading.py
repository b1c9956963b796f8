"""Candidates -> the same as the reader rates them. Pure, but for the reading that is passed in.

What is read are windows: a candidate with the sentences beside it, without which "He said so" says nothing.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

from retrieval.domain import Span
from retrieval.encoder import Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.answering.candidates import Candidate
    from retrieval.answering.question_reader import WindowReader
    from retrieval.domain import Hit

BESIDE = 1
"""Sentences to either side that are read with a candidate."""
READER_WEIGHT = 0.75
"""What log-odds count for beside the score of what was not read."""
AS_A_ROW = (0.0, 0.0)
"""Log-odds, of it and its window, that a row of a table has at least where it, its columns and its title hold nearly
all of the question's words: the reader was not trained on tables."""
ROW_COVERAGE = 0.95
MOST_SENTENCES = 6
"""Sentences of a window; touching ones that hold more together stay two."""


def read_around(candidates: Sequence[Candidate], among: Sequence[Candidate], reader: WindowReader) -> list[Candidate]:
    """Return those `among` candidates that lie in the windows around a few of them, as they were read.

    One with a neighbour that gives the time or place is read as well as the better of both.
    """
    windows = _plan_windows(candidates)
    readings = reader.read([_open_window(hit, first, last) for hit, first, last in windows])
    rated: dict[tuple[str, int], tuple[float, float]] = {}
    for (hit, first, last), reading in zip(windows, readings, strict=True):
        for n in range(first, last + 1):
            place = (hit.passage.id, hit.sentences[n].sentence.start)
            rated.setdefault(place, (reading.sentences[n - first], reading.answers))
    found = []
    for each in among:
        answering = filter(None, [each.reply or each.scored.sentence, each.nearby_answer])
        read_as = [rated[place] for one in answering if (place := (each.hit.passage.id, one.start)) in rated]
        if read_as:
            beside = len(read_as) == 2 and read_as[0][0] < 0 <= read_as[1][0]
            read_as += [AS_A_ROW] if _is_row_asked_for(each) else []
            reads, window_reads = map(max, zip(*read_as, strict=True))
            found.append(replace(each, reads=reads, window_reads=window_reads, answered_beside=beside))
    return found


def read_whole(candidates: Sequence[Candidate], reader: WindowReader) -> list[Candidate]:
    """Return candidates as they were read each by itself, all of its sentences together."""
    placed = [_find_places(each) for each in candidates]
    readings = reader.read([_open_window(each.hit, *places) for each, places in zip(candidates, placed, strict=True)])
    return [
        replace(each, reads=max(reading.sentences), window_reads=reading.answers)
        for each, reading in zip(candidates, readings, strict=True)
    ]


def _find_places(candidate: Candidate) -> tuple[int, int]:
    """Return the places, in its passage, of the first and the last sentence of a candidate and what completes it."""
    parts = [part for part in (candidate.scored.sentence, candidate.reply, candidate.nearby_answer) if part]
    starts = [each.sentence.start for each in candidate.hit.sentences]
    places = [n for n, start in enumerate(starts) if any(part.start <= start < part.end for part in parts)]
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
    """Return a window from one sentence of a hit to another, headed by title, speaker, and what a line needs."""
    sentences = hit.sentences[first : last + 1]
    start, end = sentences[0].sentence.start, sentences[-1].sentence.end
    worded = [_word_row(each.sentence.text, each.context) for each in sentences]
    contexts = dict.fromkeys(each.context for each, row in zip(sentences, worded, strict=True) if not row)
    head = ". ".join(filter(None, [hit.article.title, hit.speaker, *contexts]))
    if any(worded):
        lines = [row or each.sentence.text for each, row in zip(sentences, worded, strict=True)]
        starts = [0, *accumulate(len(line) + 1 for line in lines)]
        spans = [Span(begin, begin + len(line)) for begin, line in zip(starts, lines, strict=False)]
        return Window(head, "\n".join(lines), tuple(spans))
    spans = [Span(each.sentence.start - start, each.sentence.end - start) for each in sentences]
    return Window(head, hit.passage.text[start - hit.passage.start : end - hit.passage.start], tuple(spans))


def _is_row_asked_for(candidate: Candidate) -> bool:
    scored = candidate.scored
    return scored.coverage >= ROW_COVERAGE and bool(_word_row(scored.sentence.text, scored.context))


def _word_row(row: str, context: str | None) -> str:
    """Return a table's row as a sentence, "Boat: Gudrun, Wins: 3.", where it has as many cells as there are columns."""
    sign = next((each for each in "|\t" if each in row and each in (context or "")), None)
    if not sign or not context:
        return ""
    opening = context.index(sign) if row.startswith(sign) else context.rfind("\n", 0, context.index(sign)) + 1
    names, cells = ([cell.strip() for cell in each.strip(" |").split(sign)] for each in (context[opening:], row))
    if len(names) != len(cells):
        return ""
    return ", ".join(f"{name}: {cell}" for name, cell in zip(names, cells, strict=True)) + "."
