"""Files of texts with questions and claims -> texts, with their sentences' spans and which of them answer.

The texts of tests/golden/reading, tests/golden/archives and tests/golden/claims are synthetic. Where
../shared/reading/squad.jsonl is there (paragraphs of SQuAD 2.0, CC BY-SA 4.0), its paragraphs are used as well, but for
those of the articles of squad-open that serve to measure. Of every three texts with claims the last is left out: the
score of a claim is fitted to those, and measured.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.text.passages import split_sentences
from tests.benchmarks.halves import assign_halves

if TYPE_CHECKING:
    from collections.abc import Sequence

GOLDEN = Path(__file__).parents[2] / "golden"
SHARED = Path(__file__).parents[4] / "shared"
MEASURED = 10
"""Of the texts with questions every tenth is left out, to be measured with."""
RIVALS = 2
"""Articles of a small archive that a question without an answer is put to: those that share most words."""
UNREAD = 3
"""Of the texts with claims every third is."""
STEM = 6
"""Letters by which words are compared where tempting windows are looked for."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its sentences' spans, its questions with the places of the sentences that answer, and its claims."""

    kind: str
    title: str
    text: str
    spans: tuple[tuple[int, int], ...]
    questions: tuple[tuple[str, tuple[int, ...]], ...] = ()
    claims: tuple[tuple[str, tuple[int, ...], bool], ...] = ()
    answers: tuple[tuple[str, ...], ...] = ()
    """The answers' wordings of each question, where they are known."""
    source: str = ""
    """What the text shares with its siblings: an article's title, an archive, a file."""


def read_texts() -> list[Text]:
    """Return the synthetic texts, and SQuAD's paragraphs where they are at hand."""
    claims = [text for path in sorted((GOLDEN / "claims").glob("*.jsonl")) for text in _read_file(path)]
    texts = [*_read_questions(measured=False), *claims]
    squad = SHARED / "reading" / "squad.jsonl"
    if squad.is_file():
        measured = _list_measured_titles()
        paragraphs = map(json.loads, squad.read_text("utf-8").splitlines())
        texts += [_read_squad(each) for each in paragraphs if each["title"].replace("_", " ") not in measured]
    return texts


def is_unread(number: int) -> bool:
    """Say whether no reader was trained on the claims of a text with this number in its file."""
    return number % UNREAD == UNREAD - 1


def read_measured_texts() -> list[Text]:
    """Return the synthetic texts with questions that are left out."""
    return _read_questions(measured=True)


def _read_questions(*, measured: bool) -> list[Text]:
    files = [_read_file(path) for path in sorted((GOLDEN / "reading").glob("*.jsonl"))]
    archives = [_read_archives(path) for path in list_archive_files()]
    return [
        text
        for numbered in [*map(enumerate, files), *archives]
        for number, text in numbered
        if (number % MEASURED == MEASURED - 1) == measured
    ]


def list_archive_files() -> list[Path]:
    """Return the files of small archives, in the order of their names."""
    return sorted((GOLDEN / "archives").glob("*.jsonl"))


def _read_archives(path: Path) -> list[tuple[int, Text]]:
    """Return the articles of small archives, with the number of the archive."""
    lines = path.read_text("utf-8").splitlines()
    return [(number, text) for number, line in enumerate(lines) for text in _read_archive(json.loads(line), path.stem)]


def _read_archive(archive: dict[str, Any], kind: str) -> list[Text]:
    """Return the articles of an archive, each with the questions that it answers, or may seem to.

    What answered a question until it was superseded counts as an answer: which is the newest is not for the reader.
    """
    articles = archive["articles"]
    asked: list[list[dict[str, Any]]] = [[] for _ in articles]
    for each in archive["questions"]:
        words, answering = list_stems(each["question"]), defaultdict[int, list[str]](list)
        for answer in [*each["answers"], *each.get("stale", ())]:
            answering[answer["article"]] += answer["sentences"]
        others = [number for number in range(len(articles)) if number not in answering]
        others.sort(key=lambda number: -len(words & list_stems(articles[number]["text"])))
        for number in answering or others[:RIVALS]:
            asked[number].append({"question": each["question"], "sentences": answering.get(number, [])})
    texts = ({**each, "questions": questions} for each, questions in zip(articles, asked, strict=True))
    return [replace(_read_synthetic(each, kind, 0), source=f"{kind}: {archive['world']}") for each in texts]


def _read_file(path: Path) -> list[Text]:
    lines = path.read_text("utf-8").splitlines()
    return [_read_synthetic(json.loads(line), path.stem, number) for number, line in enumerate(lines)]


def _list_measured_titles() -> set[str]:
    """Return the titles of the half of squad-open's articles that is held out of everything that is fitted."""
    lines = (SHARED / "benchmarks" / "squad-open" / "articles.jsonl").read_text("utf-8").splitlines()
    titles = {each["id"]: each["title"].replace("_", " ") for each in map(json.loads, lines)}
    return {titles[key] for key, half in assign_halves(titles).items() if half == "held-out"}


def _read_squad(paragraph: dict[str, object]) -> Text:
    text = str(paragraph["text"])
    spans = tuple((span.start, span.end) for span in split_sentences(text))
    questions, wordings = [], []
    asked: Sequence[dict[str, list[str]]] = paragraph["questions"]  # type: ignore[assignment]
    for each in asked:
        answering = [n for n, (a, b) in enumerate(spans) if any(answer in text[a:b] for answer in each["answers"])]
        if not each["answers"] or 0 < len(answering) <= max(2, len(spans) // 2):
            questions.append((str(each["question"]), tuple(answering)))
            wordings.append(tuple(each["answers"]))
    return Text(
        "squad",
        str(paragraph["title"]),
        text,
        spans,
        tuple(questions),
        answers=tuple(wordings),
        source=str(paragraph["title"]),
    )


def _read_synthetic(line: dict[str, object], kind: str, number: int) -> Text:
    text = str(line["text"])
    spans = tuple((span.start, span.end) for span in split_sentences(text))

    def find(sentences: Sequence[str]) -> tuple[int, ...]:
        places = [(text.find(each), text.find(each) + len(each)) for each in sentences if each in text]
        return tuple(n for n, (a, b) in enumerate(spans) if any(2 * (min(b, y) - max(a, x)) > b - a for x, y in places))

    questions: Sequence[dict[str, str]] = line.get("questions", [])  # type: ignore[assignment]
    claims: Sequence[dict[str, str]] = [] if is_unread(number) else line.get("claims", [])  # type: ignore[assignment]
    return Text(
        kind,
        str(line.get("title", "")),
        text,
        spans,
        tuple((q["question"], find(q["sentences"])) for q in questions if find(q["sentences"]) or not q["sentences"]),
        tuple((c["claim"], find(c["sentences"]), bool(c["supported"])) for c in claims),
        source=kind,
    )


@lru_cache(maxsize=1 << 14)
def list_stems(text: str) -> frozenset[str]:
    """Return how the longer words of a text begin, in lower case."""
    return frozenset({word.lower()[:STEM] for word in re.findall(r"\w{4,}", text)})
