"""Two runs side by side: which questions both were asked, which flipped, and how else the runs differ. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.evaluation.results import Golden, Outcome
from retrieval.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.evaluation.results import Run


@dataclass(frozen=True, slots=True)
class Pair:
    """What came of one question in either run."""

    before: Outcome
    after: Outcome

    @property
    def id(self) -> str:
        """The golden question's id."""
        return self.after.golden.id

    @property
    def question(self) -> str:
        """What was asked."""
        return self.after.golden.question


@dataclass(frozen=True, slots=True)
class SettingChange:
    """Something that differs between runs: a setting, the archive or the program; empty where a run did not have it."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Pairing:
    """The questions of two runs.

    `changed` are those with the same id of which something that matters was rewritten, as they are now: what was asked,
    or what is expected. They are not compared, nor are those that only one run knows.
    """

    pairs: tuple[Pair, ...]
    only_before: tuple[Golden, ...]
    only_after: tuple[Golden, ...]
    changed: tuple[Golden, ...]


def pair_runs(before: Run, after: Run) -> Pairing:
    """Pair what came of the same golden questions, in the order of the later run; raise InputError where none is."""
    was, now = _index_outcomes(before.outcomes), _index_outcomes(after.outcomes)
    pairs = tuple(Pair(was[key], now[key]) for key in now if key in was)
    if not pairs:
        raise InputError(
            f"The run of {before.at} asked other questions: none of its {len(was)} is among these {len(now)}, "
            "so there is nothing to compare. Compare runs of the same golden files."
        )
    gone = [outcome.golden for key, outcome in was.items() if key not in now]
    new = [outcome.golden for key, outcome in now.items() if key not in was]
    rewritten = {golden.id for golden in gone} & {golden.id for golden in new}
    return Pairing(
        pairs,
        tuple(golden for golden in gone if golden.id not in rewritten),
        tuple(golden for golden in new if golden.id not in rewritten),
        tuple(golden for golden in new if golden.id in rewritten),
    )


def list_changes(before: Run, after: Run) -> tuple[SettingChange, ...]:
    """Return how two runs differ, except in when they were made: the program, the archive, then the settings."""
    was, now = _describe_circumstances(before), _describe_circumstances(after)
    return tuple(
        SettingChange(name, was.get(name, ""), now.get(name, ""))
        for name in {**now, **was}
        if was.get(name, "") != now.get(name, "")
    )


def _index_outcomes(outcomes: Sequence[Outcome]) -> dict[tuple[Golden, int], Outcome]:
    """Key outcomes by what was asked and expected; the same question in two files is distinguished by order."""
    seen, found = Counter[Golden](), dict[tuple[Golden, int], Outcome]()
    for outcome in outcomes:
        asked = replace(outcome.golden, tags=(), note="", file="", line=0)
        found[asked, seen[asked]] = outcome
        seen[asked] += 1
    return found


def _describe_circumstances(run: Run) -> Mapping[str, str]:
    return {
        "version": run.version,
        "library": run.library,
        "generation": str(run.generation),
        "articles": str(run.articles),
        "passages": str(run.passages),
        "k": str(run.k),
        "judge": run.judge,
        **dict(sorted(run.settings.items())),
    }
