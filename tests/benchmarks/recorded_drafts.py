"""What becomes of recorded drafts: true sentences kept, answers whole, subtle false sentences caught, by kind.

    python -m tests.benchmarks.recorded_drafts [--judge off]

Replays tests/golden/conversations: drafts by readers who played the model, and the same with sentences that others made
false (`false-sentences.json` names them and their kinds), judged by readers who were told of neither. `--judge off`
leaves the verdicts to the score without a model. A sentence is kept where the answer shows its words, mended where what
stands in its place is a quote or a second wording, and caught where its words are not shown. An answer is whole where
nothing was left out. Stale conversations are counted and left out.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.encoder import SentenceEncoder
from retrieval.index import Library
from retrieval.reading import read_articles
from tests.benchmarks.conversations import Conversation, Replay, read_conversations, replay
from tests.benchmarks.processes import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GOLDEN = ROOT / "tests" / "golden"
ARCHIVES = {"seeds": ROOT / "seeds", "veldmouth": GOLDEN / "veldmouth" / "articles"}
FALSE = "false-sentences.json"
ATTRIBUTION = frozenset({"wrong-speaker", "hedge-dropped", "person-swapped", "opinion-as-fact", "plan-as-done"})

_MARKER = re.compile(r"\s*\[\d+\]")
_SENTENCE = re.compile(r"[^.!?]+(?:[.!?](?!\s|$)[^.!?]*)*[.!?]*(?:[”\"’')]*)(?:\s*\[\d+\])*\.?")


def main() -> None:
    """Replay all, and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--judge", choices=("model", "off"), default="model")
    given = parser.parse_args()
    made_false: Mapping[str, Sequence[Mapping[str, str]]] = json.loads(
        (GOLDEN / "conversations" / FALSE).read_text("utf-8")
    )
    kept, whole, caught = list[bool](), list[bool](), defaultdict[str, list[bool]](list)
    asked = stale = 0
    with tempfile.TemporaryDirectory() as home:
        encoder = SentenceEncoder(cache=Path(home) / "models")
        for archive, articles in ARCHIVES.items():
            with Library.open(Path(home) / archive, encoder=encoder, create=True) as library:
                library.ingest(read_articles([str(articles)]))
                for path in sorted((GOLDEN / "conversations").glob(f"{archive}*.jsonl")):
                    for conversation in read_conversations(path):
                        options = {} if given.judge == "model" else {"judge": None}
                        replayed = replay(conversation, library, **options)
                        asked, stale = asked + 1, stale + replayed.stale
                        if replayed.stale or not conversation.draft or not replayed.answer.model:
                            continue
                        if conversation.id in made_false:
                            for each in made_false[conversation.id]:
                                caught[each["kind"]].append(not _shows(replayed, each["sentence"]))
                        else:
                            kept += [_shows(replayed, each) for each in _split(conversation)]
                            whole.append(not replayed.answer.left_out)
    print(f"{asked} conversations, {stale} stale")
    _print("true sentences shown in the model's words", kept)
    _print("answers whole", whole)
    _print("false sentences caught", [each for found in caught.values() for each in found])
    _print(
        "... speaker, hedge, person, plan, opinion",
        [each for kind, found in caught.items() if kind in ATTRIBUTION for each in found],
    )
    for kind, found in sorted(caught.items()):
        _print(f"... {kind}", found)


def _split(conversation: Conversation) -> list[str]:
    """Return the sentences of a draft."""
    return [each for each in _SENTENCE.findall(conversation.draft) if len(_normalize(each)) > 1]


def _shows(replayed: Replay, sentence: str) -> bool:
    return " ".join(_normalize(sentence)) in " ".join(_normalize(replayed.answer.text))


def _normalize(text: str) -> list[str]:
    return re.findall(r"\w+", _MARKER.sub("", text).lower())


def _print(name: str, found: Sequence[bool]) -> None:
    if found:
        print(f"{name}: {sum(found) / len(found):.3f} of {len(found)}")


if __name__ == "__main__":
    main()
