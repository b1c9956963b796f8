"""Reads question sets, folders with `articles.jsonl` and `questions.jsonl`, as golden questions with their gold."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.evaluation.results import EvidenceSpan, Gold, Golden
from retrieval.domain import Turn
from tests.benchmarks.processes import ROOT

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator, Mapping, Sequence

DEFAULT = ROOT.parent / "shared" / "benchmarks"
ARTICLES, QUESTIONS = "articles.jsonl", "questions.jsonl"


@dataclass(frozen=True, slots=True)
class Question:
    """A question as a golden one, with what is known of its answer: how much that is depends on the set."""

    golden: Golden
    gold: Gold


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
    """Add the option that names the folder of the question sets."""
    parser.add_argument(
        "sets", nargs="?", type=Path, default=DEFAULT, help=f"a question set, or a folder of them (default: {DEFAULT})"
    )


def list_folders(where: Path) -> list[Path]:
    """Return the question sets in a folder, or the folder itself when it is one; none, and say so, if there is none."""
    found = sorted(path.parent for path in (*where.glob(QUESTIONS), *where.glob(f"*/{QUESTIONS}")))
    if not found:
        print(f"skipped: no question set ({ARTICLES}, {QUESTIONS}) in {where}; name a folder that holds some.")
    return [folder.resolve() for folder in found]


def read(folder: Path) -> QuestionSet:
    """Read one question set."""
    texts = {line["id"]: line["text"] for line in read_lines(folder / ARTICLES)}
    return QuestionSet(folder, texts, tuple(question(line) for line in read_lines(folder / QUESTIONS)))


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Read the objects of a JSON Lines file."""
    return list(each(path))


def each(path: Path) -> Iterator[dict[str, Any]]:
    """Read the objects of a JSON Lines file one by one."""
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())


def question(line: Mapping[str, Any]) -> Question:
    """Turn a line of `questions.jsonl` into a golden question and what is known of it.

    Several wordings of an answer stand at several places: passages and citations may hold any of them. Where a set does
    not say where its answers stand they are summaries, which no answer repeats: then nothing is expected of the text.
    """
    evidence, sentences = _places(line.get("evidence")), _places(line.get("evidence_sentence"))
    answers = tuple(line.get("answers") or ())
    articles: tuple[tuple[str, ...], ...] = tuple((each,) for each in line.get("evidence_articles") or ())
    if evidence and not articles:
        articles = (tuple(dict.fromkeys(place.article_id for place in evidence)),)
    golden = Golden(
        line["id"],
        line["question"],
        answer=answers if evidence else (),
        refuses=None if line["answerable"] else True,
        tags=tuple(line.get("tags") or ()),
        history=tuple(Turn(turn["question"], turn["answer"]) for turn in line.get("history") or ()),
    )
    return Question(
        golden,
        Gold(
            answerable=line["answerable"],
            answers=answers,
            evidence=(evidence,) if evidence else (),
            sentences=(sentences,) if sentences else (),
            articles=articles,
        ),
    )


def _places(found: Sequence[Mapping[str, Any]] | None) -> tuple[EvidenceSpan, ...]:
    return tuple(dict.fromkeys(EvidenceSpan(each["article_id"], each["start"], each["end"]) for each in found or ()))
