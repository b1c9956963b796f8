"""Fit the coefficients and the threshold of retrieval/answering/confidence.py on half of a question set's articles.

    python -m tests.benchmarks.calibrate ../shared/benchmarks/squad-open

Prints the table to put there, and what it is worth on the other half. A logistic regression (scikit-learn, C = 30) on
the signals of the best sentence; the threshold has the best F1 of refusals that refuses at most 12 % of the answerable
questions of the fitted half. `answer_type_missing` is not fitted: three answerable questions in six hundred are too
few, and what has no number does not answer "how many"; it is set to -3.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import astuple, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from retrieval.answering import extraction
from retrieval.answering.confidence import Signals
from retrieval.answering.extractive import build_comparison
from retrieval.domain import Filter
from retrieval.encoder import SentenceEncoder
from retrieval.index import Library
from retrieval.reading import read_articles
from retrieval.search.ranking import search_snapshot
from tests.benchmarks import sets
from tests.benchmarks.halves import assign_halves, find_half

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.index import Snapshot

LACKS = -3.0
MOST_REFUSED = 0.12


def main() -> None:
    """Ingest, ask, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder with articles.jsonl and questions.jsonl")
    folder: Path = parser.parse_args().folder
    questions = sets.read(folder)
    assigned = assign_halves(questions.texts)
    with tempfile.TemporaryDirectory() as home:
        encoder = SentenceEncoder(cache=Path(home) / "models")
        library = Library.open(Path(home) / "library", encoder=encoder, create=True)
        library.ingest(read_articles([folder / "articles.jsonl"]))
        seen = [observe(library, each.golden.question) for each in questions.questions]
        library.close()
    signals = np.array([astuple(each) for each, _ in seen])
    answerable = np.array([bool(each.gold.answerable) for each in questions.questions])
    fitted = np.array(
        [
            find_half(each.gold, first, assigned) == "calibration"
            for each, (_, first) in zip(questions.questions, seen, strict=True)
        ]
    )
    report(signals, answerable, fitted)


def observe(library: Library, question: str) -> tuple[Signals, str]:
    """Return the signals of a question's best sentence, and the article that search ranks first."""
    vector = library.encoder.encode_question(question)

    def seen(snapshot: Snapshot) -> tuple[Signals, str]:
        understood, hits = search_snapshot(snapshot, question, vector, k=10, where=Filter())
        best = extraction.rank_sentences(understood, hits, build_comparison(understood, library.encoder))
        return best[0].collect_signals(understood), hits[0].article.id

    return library.read(seen)


def report(signals: NDArray[Any], answerable: NDArray[np.bool_], fitted: NDArray[np.bool_]) -> None:
    """Fit on one half, print the table and what it is worth on the other."""
    names = [field.name for field in fields(Signals)]
    free = [place for place, name in enumerate(names) if name != "answer_type_missing"]
    model = LogisticRegression(C=30, max_iter=10_000).fit(signals[fitted][:, free], answerable[fitted])
    coefficients = dict.fromkeys(names, LACKS) | dict(
        zip((names[place] for place in free), map(float, model.coef_[0]), strict=True)
    )
    logits = float(model.intercept_[0]) + signals @ np.array(list(coefficients.values()))
    sure = 1 / (1 + np.exp(-logits))
    threshold = max(
        (round(float(t), 2) for t in np.arange(0.3, 0.71, 0.01)),
        key=lambda t: (
            compute_refusal_rates(sure, answerable, fitted, t)["F1"]
            * (compute_refusal_rate(sure, answerable, fitted, t) <= MOST_REFUSED)
        ),
    )
    for name, value in coefficients.items():
        print(f"    {name}={value:.2f},")
    print(f"INTERCEPT = {float(model.intercept_[0]):.2f}\nTHRESHOLD = {threshold}")
    for name, which in (("fitted half", fitted), ("held-out half", ~fitted)):
        auc = roc_auc_score(answerable[which], sure[which])
        scores = {
            key: round(value, 3) for key, value in compute_refusal_rates(sure, answerable, which, threshold).items()
        }
        print(
            f"{name}: {which.sum()} questions, AUC {auc:.3f}, refusals {scores}, "
            f"answerable refused {compute_refusal_rate(sure, answerable, which, threshold):.3f}"
        )


def compute_refusal_rate(
    sure: NDArray[Any], answerable: NDArray[np.bool_], which: NDArray[np.bool_], threshold: float
) -> float:
    """Return the share of the answerable questions that is refused."""
    return float((sure < threshold)[which & answerable].mean())


def compute_refusal_rates(
    sure: NDArray[Any], answerable: NDArray[np.bool_], which: NDArray[np.bool_], threshold: float
) -> dict[str, float]:
    """Return precision, recall and F1 of refusing."""
    said_no = (sure < threshold) & which
    right = int((said_no & ~answerable).sum())
    precision, recall = right / max(1, int(said_no.sum())), right / int((which & ~answerable).sum())
    return {"precision": precision, "recall": recall, "F1": 2 * precision * recall / max(1e-9, precision + recall)}


if __name__ == "__main__":
    main()
