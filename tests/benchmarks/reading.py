"""How well the right sentence is quoted, and how well the program knows when there is none, on several kinds of text.

    python -m tests.benchmarks.reading [FOLDER] [--every N]

Answers every question of the sets with quotes alone. `first` is the share of the answerable questions whose first quote
overlaps the evidence (of an article's, where a set names articles only), `any` the same of any quote; a refusal is a
miss. Of squad-open the questions about articles that the reader was not trained on are reported beside all. Questions
that want a question back ("underspecified") are left out.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import roc_auc_score

from retrieval.pipeline import answer_question
from tests.benchmarks import sets
from tests.benchmarks.calibrate import compute_calibration_error
from tests.benchmarks.fresh_library import open_fresh_library
from tests.benchmarks.halves import assign_halves, find_half

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from retrieval.domain import Answer

TODAY = date(2026, 11, 27)
SETS = ("squad-open", "clapnq-open", "mtragun-open")
READERS_OWN = "squad-open"
"""The set on half of whose articles the reader was trained."""


@dataclass(frozen=True, slots=True)
class Read:
    """What came of one question."""

    answerable: bool
    refused: bool
    confidence: float
    first: bool
    some: bool
    right: float
    unread: bool


def main() -> None:
    """Ask all questions of the sets, and print a row for each set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sets.add_folder(parser)
    parser.add_argument("--every", type=int, default=1, help="ask every n-th question only")
    given = parser.parse_args()
    print(
        "| set | questions | first | any | precision | answerable refused | unanswerable refused | F1 | AUC | error |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for folder in sets.list_folders(given.sets):
        if folder.name in SETS or given.sets.name == folder.name:
            found = read_set(folder, every=given.every)
            print(describe(folder.name, found), flush=True)
            if folder.name == READERS_OWN:
                print(describe(f"{folder.name}, articles unread", [each for each in found if each.unread]), flush=True)


def read_set(folder: Path, *, every: int) -> list[Read]:
    """Ingest a set's articles and ask its questions."""
    questions = sets.read(folder)
    assigned = assign_halves(questions.texts)
    found: list[Read] = []
    with open_fresh_library(folder / sets.ARTICLES, precision="float32") as library:
        for question in questions.questions[::every]:
            if "underspecified" in question.golden.tags:
                continue
            answer = answer_question(library, question.golden.question, history=question.golden.history, today=TODAY)
            unread = find_half(question.gold, _find_first(answer), assigned) == "held-out"
            found.append(judge(answer, question, unread=unread))
    return found


def judge(answer: Answer, question: sets.Question, *, unread: bool) -> Read:
    """Say which quotes overlap the evidence; where a set names articles only, which are of them."""
    places = [place for any_of in question.gold.evidence for place in any_of]
    articles = {article for any_of in question.gold.articles for article in any_of}
    hits = [
        any(each.article_id == p.article_id and each.start < p.end and p.start < each.end for p in places)
        if places
        else each.article_id in articles
        for each in answer.citations
    ]
    right = sum(hits) / len(hits) if hits else 0.0
    answerable = bool(question.gold.answerable)
    return Read(answerable, answer.refused, answer.confidence, hits[:1] == [True], any(hits), right, unread)


def describe(name: str, found: Sequence[Read]) -> str:
    """Return a row of the table."""
    answerable = np.array([each.answerable for each in found])
    sure = np.array([each.confidence for each in found])
    refused = np.array([each.refused for each in found])
    asked = [each for each in found if each.answerable]
    answered = [each for each in asked if not each.refused]
    f1 = 2 * int((refused & ~answerable).sum()) / max(1, int(refused.sum() + (~answerable).sum()))
    auc = float(roc_auc_score(answerable, sure)) if 0 < answerable.sum() < len(answerable) else float("nan")
    values = (
        np.mean([each.first for each in asked]),
        np.mean([each.some for each in asked]),
        np.mean([each.right for each in answered]),
        refused[answerable].mean(),
        refused[~answerable].mean(),
        f1,
        auc,
        compute_calibration_error(sure, answerable),
    )
    return f"| {name} | {len(found)} | " + " | ".join(f"{value:.3f}" for value in values) + " |"


def _find_first(answer: Answer) -> str:
    cited = [citation.article_id for citation in answer.citations] or [info.id for info in answer.nearest]
    return cited[0] if cited else ""


if __name__ == "__main__":
    main()
