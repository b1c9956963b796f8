"""How many true claims the check of a draft keeps, and how many false ones it catches, by kind, judge and set.

    python -m tests.benchmarks.claims [--claims ../shared/claims/open.jsonl] [--rulings FILE]

Reads tests/golden/claims and, where they are there, public sets of claims labelled by people. Judges are the score that
is shipped, the same fitted anew with each set (and each half of the golden texts) left out in turn, a threshold on word
overlap chosen on the same data, and, with `--rulings`, a model's recorded verdicts: {"claim", "supported"} a line.
Rates come with their 95 % Wilson intervals; balanced accuracies with those of a bootstrap.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from retrieval.encoder import SentenceEncoder
from retrieval.verification.claim_score import THRESHOLD, estimate_support
from retrieval.verification.verifier import verify_draft
from tests.benchmarks import report
from tests.benchmarks.claim_sets import (
    BESIDE_THE_TEXT,
    GOLDEN_SET,
    OPEN,
    SPEAKER_KINDS,
    TRUE_KINDS,
    Labelled,
    Weighed,
    group_by_set,
    read_golden,
    read_open,
    refer_to,
    weigh_claims,
)
from tests.benchmarks.fit_claim_score import fit_trees
from tests.benchmarks.report import Bar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from retrieval.encoder import Encoder

    Judge = Callable[[Weighed], bool]
    """A claim -> whether it stands."""

BARS = {
    "own-words kept": Bar(0.50),
    "near-copy kept": Bar(0.97),
    "subtle false caught": Bar(0.60),
    "speaker, hedge, plan, opinion caught": Bar(0.50),
    "answers whole": Bar(0.70),
    "mean of the public sets": Bar(0.75),
}
Z = 1.96
"""Of a normal distribution 95 % lie within so many standard deviations."""
DRAWS = 500
ANSWER = 3
"""True claims that make an answer, in their words or in the article's."""


def main() -> None:
    """Weigh the claims once, and print what each judge makes of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--claims", type=Path, default=OPEN, help="public claims, one a line")
    parser.add_argument("--rulings", type=Path, help="a model's recorded verdicts")
    report.add_json(parser)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="clippings-") as home:
        encoder = SentenceEncoder(cache=Path(home) / "models")
        golden = list(read_golden())
        weighed = list(weigh_claims([*golden, *read_open(given.claims)], encoder))
        whole = list(measure_whole_answers([each for each in golden if each.supported], encoder))
    judges = build_judges(weighed, given.rulings)
    rows = [["", *judges, "bar", ""]]
    found: dict[str, dict[str, float]] = {}
    for name, cells in (*measure_kinds(weighed, judges), *measure_sets(weighed, judges)):
        rows.append([name, *(cell for cell, _ in cells), *report.render_verdict(BARS.get(name), cells[0][1])])
        found[name] = dict(zip(judges, (value for _, value in cells), strict=True))
    share, cell = sum(whole) / max(1, len(whole)), render_rate(sum(whole), len(whole))
    name = "answers whole"
    rows.append([name, cell, *[""] * (len(judges) - 1), *report.render_verdict(BARS[name], share)])
    print(report.render_table(rows))
    report.write(given.to, {"rates": found, "answers whole": share})


def build_judges(weighed: Sequence[Weighed], rulings: Path | None) -> dict[str, Judge]:
    """Return the judges by their names."""
    anew = refit(weighed)
    limits = choose_limits(weighed)
    judges: dict[str, Judge] = {
        "score": lambda each: not each.comparison.reason and rate(each) >= THRESHOLD,
        "fitted without the set": lambda each: anew.get(id(each), 0.0) >= THRESHOLD,
        "overlap": lambda each: each.overlap >= limits[each.labelled.set],
    }
    if rulings:
        lines = map(json.loads, rulings.read_text(encoding="utf-8").splitlines())
        ruled = {line["claim"]: bool(line["supported"]) for line in lines}
        judges["model"] = lambda each: ruled.get(each.labelled.claim, False)
    return judges


def rate(weighed: Weighed) -> float:
    """Return a claim's score by the shipped coefficients."""
    signals = weighed.comparison.signals
    return estimate_support(signals) if signals else 0.0


def refit(weighed: Sequence[Weighed]) -> dict[int, float]:
    """Return each claim's score, by its identity, by coefficients that nothing of its set or half was fitted to."""
    found: dict[int, float] = {}
    parts = {(each.labelled.set, each.labelled.held_out) for each in weighed}
    for name, held_out in sorted(parts):
        left = [e for e in weighed if (e.labelled.set, e.labelled.held_out) == (name, held_out)]
        trees = fit_trees([e for e in weighed if (e.labelled.set, e.labelled.held_out) != (name, held_out)])
        found |= {id(e): estimate_support(e.comparison.signals, trees=trees) for e in left if e.comparison.signals}
    return found


def choose_limits(weighed: Sequence[Weighed]) -> dict[str, float]:
    """Return for each set the overlap that tells claims best on the mean of all other sets."""
    sets = group_by_set(weighed)
    limits = np.linspace(0.2, 1.0, 81)

    def find_best(name: str) -> float:
        others = [each for other, each in sets.items() if other != name]
        return float(max(limits, key=lambda x: np.mean([balance(o, lambda each: each.overlap >= x) for o in others])))

    return {name: find_best(name) for name in sets}


def measure_kinds(
    weighed: Sequence[Weighed], judges: Mapping[str, Judge]
) -> Iterator[tuple[str, list[tuple[str, float]]]]:
    """Yield for each kind of golden claim its rate by each judge: kept where true, caught where false."""
    golden = [each for each in weighed if each.labelled.set == GOLDEN_SET]
    kinds = sorted({each.labelled.kind for each in golden} - {*TRUE_KINDS})
    groups: dict[str, tuple[str, ...]] = {f"{kind} kept": (kind,) for kind in TRUE_KINDS}
    groups["subtle false caught"] = tuple(kind for kind in kinds if kind not in BESIDE_THE_TEXT)
    groups["speaker, hedge, plan, opinion caught"] = SPEAKER_KINDS
    groups["false beside the text caught"] = BESIDE_THE_TEXT
    groups |= {f"- {kind} caught": (kind,) for kind in kinds}
    for name, members in groups.items():
        chosen = [each for each in golden if each.labelled.kind in members]
        if chosen:
            yield (
                name,
                [
                    _rate(sum(judge(e) == e.labelled.supported for e in chosen), len(chosen))
                    for judge in judges.values()
                ],
            )


def measure_sets(
    weighed: Sequence[Weighed], judges: Mapping[str, Judge]
) -> Iterator[tuple[str, list[tuple[str, float]]]]:
    """Yield for each public set its balanced accuracy by each judge, and their mean."""
    public = {name: group for name, group in group_by_set(weighed).items() if name != GOLDEN_SET}
    values: list[list[float]] = []
    for name, group in public.items():
        values.append([balance(group, judge) for judge in judges.values()])
        low_high = [resample(group, judge) for judge in judges.values()]
        yield name, [(f"{v:.3f} ({a:.3f}-{b:.3f})", v) for v, (a, b) in zip(values[-1], low_high, strict=True)]
    if values:
        means = [sum(column) / len(column) for column in zip(*values, strict=True)]
        yield "mean of the public sets", [(f"{mean:.3f}", mean) for mean in means]


def balance(group: Sequence[Weighed], judge: Judge) -> float:
    """Return the mean of the share of true claims kept and of false ones caught."""
    shares = []
    for truth in (True, False):
        right = [judge(each) == truth for each in group if each.labelled.supported == truth]
        shares.append(sum(right) / max(1, len(right)))
    return sum(shares) / 2


def resample(group: Sequence[Weighed], judge: Judge) -> tuple[float, float]:
    """Return the bounds that 95 % of bootstrap samples of a balanced accuracy lie between."""
    chance = np.random.default_rng(0)
    sides = [np.array([judge(e) == t for e in group if e.labelled.supported == t]) for t in (True, False)]
    drawn = [np.mean([chance.choice(side, len(side)).mean() for side in sides if len(side)]) for _ in range(DRAWS)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def measure_whole_answers(claims: Sequence[Labelled], encoder: Encoder) -> Iterator[bool]:
    """Yield for answers of three true claims whether each is shown, or what carries it is quoted."""
    for start in range(0, len(claims) - ANSWER + 1, ANSWER):
        answer = claims[start : start + ANSWER]
        if len({each.articles[0].id for each in answer}) > 1:
            continue
        texts = {article.id: article.text for article in answer[0].articles}
        draft = " ".join(f"{each.claim.rstrip('.')} [1]." for each in answer)
        references, question = refer_to(answer[0].articles, encoder), answer[0].question
        shown = verify_draft(draft, references, question=question, texts=texts, encoder=encoder)
        quotes = " ".join(citation.quote for citation in shown.citations if citation.quote in shown.text)
        yield all(each.claim.rstrip(".") in shown.text or any(s in quotes for s in each.sentences) for each in answer)


def _rate(hits: int, count: int) -> tuple[str, float]:
    return render_rate(hits, count), hits / max(1, count)


def render_rate(hits: int, count: int) -> str:
    """Return a share with its 95 % Wilson interval and the number of claims."""
    low, high = compute_interval(hits, count)
    return f"{hits / max(1, count):.2f} ({low:.2f}-{high:.2f}) of {count}"


def compute_interval(hits: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of Wilson (1927) for a share."""
    if not count:
        return 0.0, 1.0
    share, spread = hits / count, Z**2 / count
    middle = (share + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * math.sqrt(share * (1 - share) / count + spread / (4 * count))
    return max(0.0, middle - half), min(1.0, middle + half)


if __name__ == "__main__":
    main()
