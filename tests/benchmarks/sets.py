"""Reads question sets: folders with `articles.jsonl` and `questions.jsonl`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.processes import ROOT

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Mapping, Sequence

DEFAULT = ROOT.parent / "shared" / "benchmarks"
ARTICLES, QUESTIONS = "articles.jsonl", "questions.jsonl"


@dataclass(frozen=True, slots=True)
class Place:
    """A range of code points in an article, half-open."""

    article_id: str
    start: int
    end: int

    def within(self, article_id: str, start: int, end: int) -> bool:
        """Say whether a range of an article covers all of this place."""
        return article_id == self.article_id and start <= self.start and self.end <= end

    def overlaps(self, article_id: str, start: int, end: int) -> bool:
        """Say whether a range of an article shares a character with this place."""
        return article_id == self.article_id and start < self.end and self.start < end


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what is known of its answer; which of the evidence is there depends on the set."""

    id: str
    question: str
    answerable: bool
    answers: tuple[str, ...]
    evidence: tuple[Place, ...]
    evidence_sentence: tuple[Place, ...]
    evidence_articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A folder, its articles' texts by id, and its questions."""

    folder: Path
    texts: Mapping[str, str]
    questions: tuple[Question, ...]

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name


def add_folder(parser: ArgumentParser) -> None:
    """Let a script be told where the question sets are."""
    parser.add_argument(
        "sets", nargs="?", type=Path, default=DEFAULT, help=f"a question set, or a folder of them (default: {DEFAULT})"
    )


def folders(where: Path) -> list[Path]:
    """Return the question sets in a folder, or the folder itself when it is one; none, and say so, if there is none."""
    found = sorted(path.parent for path in (*where.glob(QUESTIONS), *where.glob(f"*/{QUESTIONS}")))
    if not found:
        print(f"skipped: no question set ({ARTICLES}, {QUESTIONS}) in {where}; name a folder that holds some.")
    return [folder.resolve() for folder in found]


def read(folder: Path) -> QuestionSet:
    """Read one question set."""
    texts = {line["id"]: line["text"] for line in lines(folder / ARTICLES)}
    return QuestionSet(folder, texts, tuple(_question(line) for line in lines(folder / QUESTIONS)))


def lines(path: Path) -> list[dict[str, Any]]:
    """Read the objects of a JSON Lines file."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def _question(line: Mapping[str, Any]) -> Question:
    return Question(
        id=line["id"],
        question=line["question"],
        answerable=line["answerable"],
        answers=tuple(line.get("answers") or ()),
        evidence=_places(line.get("evidence")),
        evidence_sentence=_places(line.get("evidence_sentence")),
        evidence_articles=tuple(line.get("evidence_articles") or ()),
    )


def _places(found: Sequence[Mapping[str, Any]] | None) -> tuple[Place, ...]:
    """Several wordings of an answer often stand in one sentence: each place counts once."""
    return tuple(dict.fromkeys(Place(each["article_id"], each["start"], each["end"]) for each in found or ()))
