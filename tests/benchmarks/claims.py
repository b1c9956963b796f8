"""How many false claims of a draft the verification catches, and how many faithful ones it loses, by kind.

    python -m tests.benchmarks.claims --half calibration --show 3

Makes claims from the seeds and from each question set that is there (claim_making.py), verifies each as a draft of its
own and all of them again in drafts of three to five, and prints each rate with its 95 % bootstrap interval and its bar.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from collections import defaultdict
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from retrieval import verification
from retrieval.encoder import SentenceEncoder
from retrieval.index import Library
from retrieval.reading import read_articles
from tests.benchmarks import report, sets
from tests.benchmarks.claim_making import Archive, Case, combine_into_drafts, make_cases
from tests.benchmarks.halves import assign_halves
from tests.benchmarks.processes import ROOT
from tests.benchmarks.report import Bar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bot.evaluation.results import EvidenceSpan
    from retrieval.domain import Citation
    from retrieval.verification.settling import VerifiedDraft

    Verify = Callable[[str, Case], VerifiedDraft]

BARS = dict.fromkeys(("number", "date", "name", "quote", "marker"), Bar(0.95))
EACH = {"squad-open": 17, "summhay-open": 9, "seeds": 4}
"""Claims of a set in each way that it is to give."""
STEP = {"summhay-open": 2}
"""Every which article of a set is read: two hundred on two topics repeat each other, and take a minute to ingest."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a claim: whether it is in the verified text, rightly or not; `placed` if it cites its evidence."""

    case: Case
    half: str
    present: bool
    right: bool
    placed: bool
    seconds: float
    left_out: tuple[str, ...]


def main() -> None:
    """Make the claims, verify them, print what came of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    sets.add_folder(parser)
    parser.add_argument(
        "--half", choices=("calibration", "held-out", "all"), default="all", help="half of the articles"
    )
    parser.add_argument("--kind", help="only this kind, such as number or 'faithful quote'")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="show so many wrong outcomes of each kind")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="show so many claims and verify nothing")
    parser.add_argument("--limit", type=int, help="verify only so many claims, drawn at random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--home", type=Path, help="keep libraries here, or use those that are here")
    report.add_json(parser)
    given = parser.parse_args()
    with nullcontext(given.home) if given.home else tempfile.TemporaryDirectory(prefix="clippings-") as home:
        encoder = SentenceEncoder(cache=Path(home) / "models")
        made, texts, assigned = build(given.sets, Path(home), encoder, given.seed)
        chosen = [c for c in made if given.half in ("all", assigned[c.set, c.article_id])]
        chosen = [c for c in chosen if given.kind in (None, c.kind)]
        if given.limit is not None:
            chosen = random.Random(given.seed).sample(chosen, min(given.limit, len(chosen)))
        if given.sample:
            show(random.Random(given.seed).sample(chosen, min(given.sample, len(chosen))))
            return

        def verify(draft: str, case: Case) -> VerifiedDraft:
            return verification.verify_draft(
                draft, case.references, question=case.question, texts=texts[case.set], encoder=encoder
            )

        alone = [outcome for case in chosen for outcome in judge_draft(case.draft, [case], verify, assigned)]
        mixed = [
            outcome
            for draft, group in combine_into_drafts(chosen, given.seed)
            for outcome in judge_draft(draft, group, verify, assigned)
        ]
    print(f"\neach claim alone: {len(alone)}, {_milliseconds(alone)}")
    found = compute_rates(alone)
    print(render_table(found))
    print(f"\nthe same claims, three to five in a draft: {len(mixed)}, {_milliseconds(mixed)}")
    both = compute_rates(mixed)
    print(render_table(both))
    show_wrong(alone, given.show)
    report.write(given.to, {"alone": [asdict(rate) for rate in found], "together": [asdict(rate) for rate in both]})


def build(
    where: Path, home: Path, encoder: SentenceEncoder, seed: int
) -> tuple[list[Case], dict[str, Mapping[str, str]], dict[tuple[str, str], str]]:
    """Ingest the seeds and every set that is there, make claims; return also the texts, and each article's half."""
    started = time.perf_counter()
    offered = [("seeds", ROOT / "seeds", ())] + [
        (folder.name, folder / sets.ARTICLES, sets.read(folder).questions) for folder in sets.list_folders(where)
    ]
    made: list[Case] = []
    texts: dict[str, Mapping[str, str]] = {}
    assigned: dict[tuple[str, str], str] = {}
    for name, path, questions in offered:
        with Library.open(home / name, encoder=encoder, create=True) as library:
            library.ingest(islice(read_articles([path]), 0, None, STEP.get(name, 1)))
            archive = Archive(name, library, questions, random.Random(seed))
            made += make_cases(archive, EACH.get(name, 10), seed)
        texts[name] = archive.texts
        assigned |= {(name, key): half for key, half in assign_halves(archive.texts).items()}
    print(f"{len(made)} claims from {', '.join(texts)}, made in {time.perf_counter() - started:.0f} s")
    return made, texts, assigned


def judge_draft(
    draft: str, group: Sequence[Case], verify: Verify, assigned: Mapping[tuple[str, str], str]
) -> Iterable[Outcome]:
    """Verify a draft and say of each of its claims what became of it."""
    started = time.perf_counter()
    result = verify(draft, group[0])
    seconds = (time.perf_counter() - started) / len(group)
    for case in group:
        present, citations = cited(case.claim if case.faithful or case.kind == "marker" else case.wrong, result)
        placed = bool(citations) and all(any(_stands(t, c) for t in case.truth) for c in citations)
        if case.faithful:
            right = present and any(c.article_id == t.article_id for c in citations for t in case.truth)
        else:
            right = not present or (case.kind == "marker" and placed)
        yield Outcome(case, assigned[case.set, case.article_id], present, right, placed, seconds, result.left_out)


def _stands(truth: EvidenceSpan, citation: Citation) -> bool:
    return truth.overlaps(citation.article_id, citation.start, citation.end)


def cited(claim: str, result: VerifiedDraft) -> tuple[bool, list[Citation]]:
    """Say whether a verified text has a claim, whatever its marks; return the citations inside and behind it."""
    spoken, marks = "", []
    for token in re.finditer(r"[\[【](\d+)[\]】]|\w+", result.text):
        if token[1]:
            marks.append((len(spoken), int(token[1])))
        else:
            spoken += f" {token[0].lower()}"
    wanted = "".join(f" {word.lower()}" for word in re.findall(r"\w+", claim))
    start = f"{spoken} ".find(f"{wanted} ")
    if start < 0:
        return False, []
    end = start + len(wanted)
    after = min((place for place, _ in marks if place >= end), default=end)
    numbers = {number for place, number in marks if start < place <= end or place == after}
    return True, [citation for citation in result.citations if citation.number in numbers]


@dataclass(frozen=True, slots=True)
class Rate:
    """The share of a kind's claims that were caught, or lost, with its interval and by half."""

    name: str
    count: int
    value: float
    low: float
    high: float
    calibration: float | None
    held_out: float | None
    bar: Bar | None


def compute_rates(outcomes: Sequence[Outcome]) -> list[Rate]:
    """Return the rates of the whole, of each kind and of each way of making claims."""
    false = [each for each in outcomes if not each.case.faithful]
    faithful = [each for each in outcomes if each.case.faithful]
    found = [rate("false claims caught", false, Bar(0.80)), *_by_kind(false)]
    found += [
        rate("faithful claims lost", faithful, Bar(0.05, at_most=True), lost=True),
        *_by_kind(faithful, lost=True),
    ]
    kept = [each for each in faithful if each.right]
    found.append(rate("kept faithful claims citing their sentences only", kept, None, what=lambda each: each.placed))
    return [each for each in found if each.count]


def _by_kind(outcomes: Sequence[Outcome], *, lost: bool = False) -> list[Rate]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for each in outcomes:
        groups[f"  {each.case.kind}"].append(each)
        groups[f"  {each.case.kind}: {each.case.subkind}"].append(each)
    ordered = sorted(groups.items(), key=lambda group: group[0])
    return [rate(name, group, BARS.get(name.strip()), lost=lost) for name, group in ordered]


def rate(
    name: str,
    outcomes: Sequence[Outcome],
    bar: Bar | None,
    *,
    lost: bool = False,
    what: Callable[[Outcome], bool] | None = None,
) -> Rate:
    """Return the share of outcomes that are right, or with `lost` that are not, over all and for each half."""
    hits = {each: (what(each) if what else each.right != lost) for each in outcomes}
    low, high = compute_interval(sum(hits.values()), len(hits))
    halved = [
        [hit for each, hit in hits.items() if each.half == half] for half in ("calibration", "held-out")
    ]  # fmt: skip
    first, second = (sum(half) / len(half) if half else None for half in halved)
    return Rate(name, len(hits), sum(hits.values()) / max(1, len(hits)), low, high, first, second, bar)


def compute_interval(hits: int, count: int, *, draws: int = 1_000) -> tuple[float, float]:
    """Return the bounds that 95 % of bootstrap samples lie between; a sample of yes and no is a binomial draw."""
    if not count:
        return 0.0, 1.0
    low, high = np.percentile(np.random.default_rng(0).binomial(count, hits / count, draws) / count, [2.5, 97.5])
    return float(low), float(high)


def render_table(found: Sequence[Rate]) -> str:
    """Return the rates as a table for people."""
    head = ["rate", "claims", "all", "95 % interval", "calibration", "held-out", "bar", ""]
    return report.render_table([head, *(_cells(each) for each in found)])


def _cells(each: Rate) -> list[str]:
    halved = ["" if value is None else f"{value:.3f}" for value in (each.calibration, each.held_out)]
    span = f"{each.low:.3f} to {each.high:.3f}"
    return [
        each.name,
        str(each.count),
        f"{each.value:.3f}",
        span,
        *halved,
        *report.render_verdict(each.bar, each.value),
    ]


def show(chosen: Sequence[Case]) -> None:
    """Print claims beside what they were made from."""
    for case in chosen:
        print(f"\n{case.kind}: {case.subkind} ({case.set} {case.article_id})\n  draft: {case.draft}")
        for truth in case.truth:
            ref = next(
                (r for r in case.references if truth.overlaps(r.article.id, r.passage.start, r.passage.end)), None
            )
            if ref:
                said = ref.passage.text[truth.start - ref.passage.start : truth.end - ref.passage.start]
                print(f"  [{ref.number}] {said}")


def show_wrong(outcomes: Sequence[Outcome], most: int) -> None:
    """Print some missed and lost claims of each way, with the reasons that were given."""
    shown: dict[tuple[str, str], int] = defaultdict(int)
    for each in outcomes:
        key = each.case.kind, each.case.subkind
        if not each.right and shown[key] < most:
            shown[key] += 1
            show([each.case])
            print(f"  -> {'kept' if each.present else 'left out'} {' | '.join(each.left_out)}")


def _milliseconds(outcomes: Sequence[Outcome]) -> str:
    taken = [1_000 * each.seconds for each in outcomes] or [0.0]
    return f"{np.mean(taken):.1f} ms a claim, {np.percentile(taken, 95):.1f} ms at the 95th percentile"


if __name__ == "__main__":
    main()
