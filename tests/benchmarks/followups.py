"""What history does for follow-up questions: search and answers with it and without, on golden sets of follow-ups.

    python -m tests.benchmarks.followups

Reads tests/golden/followups-*.jsonl, and their articles into libraries that are removed afterwards. Then asks every
question of a set, nearly all of which stand alone, after one about another article: that should change nothing.
Follow-ups with an odd number were used to tune; those with an even one were only measured.
"""

from __future__ import annotations

import argparse
import math
import random
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.evaluation.results import EvidenceSpan
from retrieval.conversation.rewriting import rewrite_question
from retrieval.domain import Turn
from retrieval.encoder import SentenceEncoder
from retrieval.index import Library
from retrieval.pipeline import answer_question
from retrieval.reading import read_articles
from retrieval.search.ranking import search
from tests.benchmarks import report, sets
from tests.benchmarks.processes import ROOT
from tests.benchmarks.report import Bar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SEEDS = ROOT / "seeds"
GOLDEN = ROOT / "tests" / "golden"
GAIN = Bar(25.0)
"""Points of hit@5 that history has to add on follow-ups that need it."""
NO_LOSS = Bar(0.0)
"""And on those that don't."""
K = 5


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question with the conversation before it, and where its answer is."""

    id: str
    history: tuple[Turn, ...]
    question: str
    needs_history: bool
    evidence: tuple[EvidenceSpan, ...]

    @property
    def tuned(self) -> bool:
        """Whether it may have been looked at while the rules were made."""
        return int(self.id.rpartition("-")[2]) % 2 == 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question; `rank` is of the first of K passages that covers an answer, 0 when none does."""

    rank: int
    answered: bool
    quoted: bool
    """Whether a quote of the answer overlaps a place where the answer is."""


def main() -> None:
    """Measure every golden set whose articles are there, then histories that have nothing to do with the question."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    sets.add_folder(parser)
    parser.add_argument("--show", action="store_true", help="print each follow-up as it was understood")
    report.add_json(parser)
    given = parser.parse_args()
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="clippings-") as home:
        encoder = SentenceEncoder(cache=Path(home) / "models")
        encoder.prepare()
        with _library(Path(home) / "seeds", [SEEDS], encoder) as library:
            results["seeds"] = measure("seeds alone", golden("seeds"), library, show=given.show)
        for folder in sets.list_folders(given.sets):
            if not (GOLDEN / f"followups-{folder.name}.jsonl").exists():
                results[f"{folder.name}, alien"] = alien(sets.read(folder), None)
                continue
            with _library(Path(home) / folder.name, [SEEDS, folder / sets.ARTICLES], encoder) as library:
                for names in (("seeds",), (folder.name,), ("seeds", folder.name)):
                    title = f"{' and '.join(names)}, in an archive of both"
                    asked = [each for name in names for each in golden(name)]
                    results[title] = measure(title, asked, library, barred=True, show=given.show)
                results[f"{folder.name}, alien"] = alien(sets.read(folder), library)
    report.write(given.to, results)


def golden(name: str) -> list[FollowUp]:
    """Read the follow-ups on one set of articles."""
    return [
        FollowUp(
            line["id"],
            tuple(Turn(**turn) for turn in line["history"]),
            line["question"],
            line["needs_history"],
            tuple(EvidenceSpan(**place) for place in line["evidence"]),
        )
        for line in sets.read_lines(GOLDEN / f"followups-{name}.jsonl")
    ]


def outcome(library: Library, asked: FollowUp, history: Sequence[Turn]) -> Outcome:
    """Search and answer one follow-up with a history."""
    found = answer_question(library, asked.question, history=history)
    searched = found.understanding.searched if found.understanding and found.standalone else ""
    hits = search(library, searched or found.standalone or asked.question, k=K)
    covering = (
        hit.rank
        for hit in hits
        for gold in asked.evidence
        if gold.is_within(_known(hit.passage.article_id), hit.passage.start, hit.passage.end)
    )
    quoted = any(
        gold.overlaps(_known(each.article_id), each.start, each.end)
        for each in found.citations
        for gold in asked.evidence
    )
    return Outcome(next(covering, 0), not found.refused, quoted)


def measure(
    title: str, asked: Sequence[FollowUp], library: Library, *, barred: bool = False, show: bool = False
) -> dict[str, Any]:
    """Ask each follow-up with its history and without; print and return the shares.

    Bars are for archives of more than a few passages: of ten, five are found without any history.
    """
    if show:
        for each in asked:
            print(
                each.id, "needs" if each.needs_history else "-", rewrite_question(each.question, each.history), sep="\t"
            )
    outcomes = {each.id: (outcome(library, each, ()), outcome(library, each, each.history)) for each in asked}
    rows = [["follow-ups that", "history", "hit@5", "hit@1", "answered", "quotes gold", "bar", ""]]
    results: dict[str, Any] = {}
    for needs in (True, False):
        for half, chosen in (("tuned on", [True]), ("held out", [False]), ("all", [True, False])):
            ids = [each.id for each in asked if each.needs_history == needs and each.tuned in chosen]
            group = f"{'need history' if needs else 'stand alone'}, {half} ({len(ids)})"
            without, with_it = (
                [share([which(outcomes[key][side]) for key in ids]) for which in MEASURES] for side in (0, 1)
            )
            gain = 100 * (with_it[0] - without[0])
            verdict = report.render_verdict((GAIN if needs else NO_LOSS) if barred else None, gain)
            rows.append([group, "without", *(f"{each:.3f}" for each in without), "", ""])
            rows.append(["", "with", *(f"{each:.3f}" for each in with_it), "", ""])
            rows.append(["", "points", f"{gain:+.1f}", "", "", "", *verdict])
            results[group] = {"without": without, "with": with_it, "gain": gain}
    print(f"\n{title}: {len(asked)} follow-ups")
    print(report.render_table(rows))
    return results


def alien(whole: sets.QuestionSet, library: Library | None) -> dict[str, Any]:
    """Ask each question of a set after one about another article; print how many change and what a library finds."""
    chance = random.Random(0)
    changed, ranks = 0, list[tuple[int, int]]()
    examples: list[str] = []
    for asked in whole.questions:
        turn = _turn(whole, asked, chance)
        question, evidence = asked.golden.question, [place for any_of in asked.gold.evidence for place in any_of]
        alone = rewrite_question(question, [turn])
        if library and alone != question:
            alone = answer_question(library, question, history=[turn]).standalone or question
        if alone != question:
            changed += 1
            examples.append(alone)
        if evidence and library:
            before = _rank(library, question, evidence)
            ranks.append((before, before if alone == question else _rank(library, alone, evidence)))
    without, with_it = (share(0 < pair[side] <= K for pair in ranks) for side in (0, 1))
    count = len(whole.questions)
    print(f"\n{whole.name}: {count} questions, each after one about another article: {changed / count:.1%} changed")
    if ranks:
        print(f"hit@5 of {len(ranks)} questions: {without:.3f} without that history, {with_it:.3f} with it")
    return {"questions": count, "changed": changed, "without": without, "with": with_it, "examples": examples}


def _turn(whole: sets.QuestionSet, asked: sets.Question, chance: random.Random) -> Turn:
    """Choose a question about another article, with its answer."""
    about = _articles(asked)
    while True:
        other = chance.choice(whole.questions)
        if other.gold.answers and other.golden.id != asked.golden.id and not about & _articles(other):
            return Turn(other.golden.question, other.gold.answers[0])


def _articles(asked: sets.Question) -> set[str]:
    return {place.article_id for any_of in asked.gold.evidence for place in any_of}


def _rank(library: Library, text: str, evidence: Sequence[EvidenceSpan]) -> int:
    hits = search(library, text, k=K)
    covers = (
        hit.rank
        for hit in hits
        if any(gold.is_within(hit.passage.article_id, hit.passage.start, hit.passage.end) for gold in evidence)
    )
    return next(covers, 0)


MEASURES: Sequence[Callable[[Outcome], bool]] = (
    lambda found: found.rank > 0,
    lambda found: found.rank == 1,
    lambda found: found.answered,
    lambda found: found.quoted,
)


def share(values: Iterator[bool] | Sequence[bool]) -> float:
    """Return the share that is true; not a number when there are none."""
    found = list(values)
    return sum(found) / len(found) if found else math.nan


def _known(article_id: str) -> str:
    """Return an article's name in the golden set: a file's without the mark of the folder that it was read from."""
    return article_id.rpartition("-")[0] if article_id.startswith("blinken-") else article_id


@contextmanager
def _library(folder: Path, articles: Sequence[Path], encoder: SentenceEncoder) -> Iterator[Library]:
    with Library.open(folder, encoder=encoder, create=True) as library:
        library.ingest(read_articles(articles))
        yield library


if __name__ == "__main__":
    main()
