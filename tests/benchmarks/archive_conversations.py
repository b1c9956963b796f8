"""Conversations about small archives: whether the sentence quoted first answers, of questions that depend on others.

    python -m tests.benchmarks.archive_conversations [--show]

Asks the conversations of tests/golden/archive-conversations with quotes alone, each turn after the program's own
answers to the turns before, and once more by itself, as it would be asked without them: what fails then, too, is not
for want of understanding the conversation. Reported as in tests/benchmarks/archives.py. `--show` prints what failed in
every second conversation; the others are not looked at.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from bot.wiring import ExtractiveAnswerer
from retrieval.domain import Ask, Turn
from tests.benchmarks import report, sets
from tests.benchmarks.archives import (
    ANSWERED_RIGHTLY,
    COLUMNS,
    describe_shares,
    judge,
    open_small_archive,
    read_left_out,
)
from tests.benchmarks.processes import ROOT
from tests.benchmarks.reader_training.texts import list_archive_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.index import Library
    from tests.benchmarks.archives import SmallArchive

CONVERSATIONS = ROOT / "tests" / "golden" / "archive-conversations" / "conversations.jsonl"
WAYS = ("in the conversation", "by itself")


def main() -> None:
    """Ask all turns, and print what share was answered, of those that depend on others and of the rest."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--show", action="store_true", help="print what failed, of every second conversation")
    report.add_json(parser)
    given = parser.parse_args()
    archives = {archive.name: archive for path in list_archive_files() for archive in read_left_out(path)}
    counts = defaultdict[tuple[str, str], Counter[str]](Counter)
    for name, conversations in groupby(sets.each(CONVERSATIONS), key=lambda each: f"{each['file']}: {each['world']}"):
        archive = archives[name]
        with open_small_archive(archive) as library:
            for number, conversation in enumerate(conversations):
                for turn, *came in ask_conversation(conversation, archive, library):
                    for way, became in zip(WAYS, came, strict=True):
                        counts["depends on others" if turn["depends"] else "stands alone", way][became] += 1
                    if given.show and number % 2 and came[0] not in ANSWERED_RIGHTLY:
                        print(f"{archive.name}: {turn['question']} [{came[0]}; by itself: {came[1]}]")
    rows = [[group, way, *describe_shares(found)] for (group, way), found in sorted(counts.items())]
    print(report.render_table([["a turn that", "asked", *COLUMNS], *rows]))
    report.write(given.to, {f"{group}, {way}": dict(found) for (group, way), found in counts.items()})


def ask_conversation(
    conversation: dict[str, Any], archive: SmallArchive, library: Library
) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Yield each turn with what became of it, asked in the conversation and by itself."""
    answerer, history = ExtractiveAnswerer(library, None), list[Turn]()
    for turn in conversation["turns"]:
        answer = answerer.invoke(Ask(turn["question"], history=tuple(history), today=archive.today))
        alone = answerer.invoke(Ask(turn["standalone"], today=archive.today))
        history.append(Turn(turn["question"], answer.text))
        yield turn, judge(turn, answer), judge(turn, alone)


if __name__ == "__main__":
    main()
