"""Fit the confidence that an archive answers, over several kinds of text; say what it is worth where it is not fitted.

    python -m tests.benchmarks.calibrate ../shared/benchmarks/squad-open ../shared/benchmarks/clapnq-open \
        ../shared/benchmarks/mtragun-open

Each set is left out in turn: the logistic regression (scikit-learn) is fitted to the others, each set counting alike,
and measured on the one left out: area under the curve, calibration error (ten bins of equal size), and the F1 of
refusals with the answerable questions refused at the threshold that is shipped. Then it is fitted to all: the table to
put into retrieval/answering/confidence.py. The project's own golden questions for facts always take part, each file for
a part of a set (OWN): those on the seeds, the tuned ones on three invented papers, and those to the small archives. Of
squad-open, and of these, only the articles count that the reader was not trained on.
`answer_type_missing` is not fitted: what has no number does not answer "how many"; it is set to -3.
"""

from __future__ import annotations

import argparse
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from bot.evaluation.golden.golden_file import read_golden_file
from bot.evaluation.results import Golden
from bot.user_input import LIMITS, build_filter, parse_today
from retrieval.answering.confidence import THRESHOLD, Signals
from retrieval.answering.extractive import rank_statements
from retrieval.answering.inquiry import Inquiry
from retrieval.conversation.understanding import understand_question
from retrieval.domain import Filter, Turn
from tests.benchmarks import sets
from tests.benchmarks.archives import open_small_archive, read_left_out
from tests.benchmarks.fresh_library import open_fresh_library
from tests.benchmarks.halves import assign_halves, find_half
from tests.benchmarks.processes import ROOT
from tests.benchmarks.reader_training.texts import list_archive_files
from tests.benchmarks.understanding import ARCHIVES, TUNED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from retrieval.index import Library, Snapshot

LACKS = -3.0
OWN = 0.5
"""What a golden file, or all small archives, count beside a set: golden files are short, and their answers lie in other
words than the question's."""
SEEN_BY_READER = "squad-open"
TODAY = date(2026, 11, 27)
GOLDEN = (
    ("seeds", ROOT / "tests" / "golden" / "seeds.yaml", ROOT / "seeds", TODAY),
    *((each.folder.name, each.folder / TUNED, each.folder / "articles", each.today) for each in ARCHIVES),
)
"""Golden files with their names, their articles, and the day on which they are asked."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What a set's questions gave: the signals (n, s), and which are answerable (n); `weight` is what it counts."""

    name: str
    signals: NDArray[Any]
    answerable: NDArray[np.bool_]
    weight: float = 1.0


def main() -> None:
    """Ingest, ask, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", help="folders with articles.jsonl and questions.jsonl")
    folders = parser.parse_args().folders
    own = [observe_archives(), *(observe_golden(*each) for each in GOLDEN)]
    observed = [observe_set(folder) for folder in folders]
    for left_out in observed if len(observed) > 1 else []:
        model = fit([*own, *(each for each in observed if each is not left_out)])
        report(f"{left_out.name}, left out", left_out, model)
    model = fit([*own, *observed])
    for name, value in zip((field.name for field in fields(Signals)), model[0], strict=True):
        print(f"    {name}={value:.2f},")
    print(f"INTERCEPT = {model[1]:.2f}")
    for each in [*observed, *own]:
        report(f"{each.name}, fitted", each, model)


def observe_set(folder: Path) -> Observed:
    """Return the signals of each question's best sentence; "underspecified" questions want a question back."""
    questions = sets.read(folder)
    assigned = assign_halves(questions.texts)
    rows: list[tuple[Signals, bool]] = []
    with open_fresh_library(folder / sets.ARTICLES) as library:
        for each in questions.questions:
            signals, first = observe(library, each.golden, Filter(), TODAY)
            trained_on = folder.name == SEEN_BY_READER and find_half(each.gold, first, assigned) == "calibration"
            if signals and not trained_on and "underspecified" not in each.golden.tags:
                rows.append((signals, bool(each.gold.answerable)))
    return Observed(
        folder.name, np.array([astuple(signals) for signals, _ in rows]), np.array([said for _, said in rows])
    )


def observe_golden(name: str, file: Path, articles: Path, today: date) -> Observed:
    """Return the signals of the questions for facts in a golden file."""
    rows: list[tuple[Signals, bool]] = []
    with open_fresh_library(articles) as library:
        for golden in read_golden_file(file).questions:
            day = parse_today(golden.today, today)
            where = build_filter({limit: getattr(golden, limit) for limit in LIMITS}, day)
            signals, _ = observe(library, golden, where, day, kinds=("fact",))
            if signals and (golden.refuses or not golden.kind or "fact" in golden.kind):
                rows.append((signals, not golden.refuses))
    return Observed(
        name, np.array([astuple(signals) for signals, _ in rows]), np.array([said for _, said in rows]), OWN
    )


def observe_archives() -> Observed:
    """Return the signals of the questions to small archives that the reader was not trained on."""
    rows: list[tuple[Signals, bool]] = []
    for path in list_archive_files():
        for archive in read_left_out(path):
            with open_small_archive(archive) as library:
                for each in archive.questions:
                    golden = Golden(id=each["question"], question=each["question"])
                    signals, _ = observe(library, golden, Filter(), archive.today, kinds=("fact",))
                    if signals:
                        rows.append((signals, bool(each["answers"])))
    signals_of_all, answerable = [astuple(signals) for signals, _ in rows], [said for _, said in rows]
    return Observed("small archives", np.array(signals_of_all), np.array(answerable), OWN)


def observe(
    library: Library, golden: Golden, where: Filter, today: date, *, kinds: Sequence[str] = ()
) -> tuple[Signals | None, str]:
    """Return the signals of a question's best sentence, and the article that search ranks first.

    There are none of a question that is read as another kind than those given, or as several questions.
    """

    def seen(snapshot: Snapshot) -> tuple[Signals | None, str]:
        history = tuple(Turn(turn.question, turn.answer) for turn in golden.history)
        asked = understand_question(golden.question, history, snapshot, library.encoder, where=where, today=today)
        if kinds and (asked.parts or asked.kind not in kinds):
            return None, ""
        inquiry = Inquiry(asked, snapshot, library.encoder)
        query, hits = inquiry.search(asked.searched)
        ranked = rank_statements(inquiry, query.text)
        signals = ranked[0].collect_signals(query, inquiry.read_for(query.text)) if ranked else None
        return signals, hits[0].article.id if hits else ""

    return library.read(seen)


def fit(observed: list[Observed]) -> tuple[NDArray[Any], float]:
    """Return coefficients and intercept."""
    names = [field.name for field in fields(Signals)]
    free = [place for place, name in enumerate(names) if name != "answer_type_missing"]
    missing = names.index("answer_type_missing")
    signals = np.concatenate([each.signals for each in observed])
    answerable = np.concatenate([each.answerable for each in observed])
    weights = np.concatenate([np.full(len(each.answerable), each.weight / len(each.answerable)) for each in observed])
    scaler = StandardScaler().fit(signals[:, free])
    model = LogisticRegression(max_iter=10_000).fit(
        scaler.transform(signals[:, free]), answerable, sample_weight=weights / weights.mean()
    )
    coefficients = np.zeros(len(names))
    coefficients[free] = model.coef_[0] / scaler.scale_
    coefficients[missing] = LACKS
    return coefficients, float(model.intercept_[0] - (model.coef_[0] * scaler.mean_ / scaler.scale_).sum())


def report(name: str, measured: Observed, model: tuple[NDArray[Any], float]) -> None:
    """Print what a model is worth on a set."""
    sure = 1 / (1 + np.exp(-(measured.signals @ model[0] + model[1])))
    answerable = measured.answerable
    refused = sure < THRESHOLD
    right = int((refused & ~answerable).sum())
    f1 = 2 * right / max(1, int(refused.sum()) + int((~answerable).sum()))
    print(
        f"{name}: {len(sure)} questions, AUC {roc_auc_score(answerable, sure):.3f}, "
        f"calibration error {compute_calibration_error(sure, answerable):.3f}, refusals' F1 {f1:.3f}, "
        f"answerable refused {refused[answerable].mean():.3f}"
    )


def compute_calibration_error(sure: NDArray[Any], answerable: NDArray[np.bool_], bins: int = 10) -> float:
    """Return the mean distance of confidence and share of the answerable, over bins of equal size."""
    parts = np.array_split(np.argsort(sure), bins)
    gaps = [len(part) * abs(float(sure[part].mean()) - float(answerable[part].mean())) for part in parts if len(part)]
    return sum(gaps) / len(sure)


if __name__ == "__main__":
    main()
