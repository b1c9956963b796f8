"""The command line of this package: `train`, `export`, `restore` and `measure`."""

from __future__ import annotations

import argparse
from pathlib import Path

from retrieval.encoder import sentence_reader
from tests.benchmarks.reader_training import examples
from tests.benchmarks.reader_training.export import export
from tests.benchmarks.reader_training.measure import measure
from tests.benchmarks.reader_training.restoring import restore
from tests.benchmarks.reader_training.train import train

READERS = {
    "questions": (examples.FOR_QUESTIONS, sentence_reader.FOR_QUESTIONS.path),
    "claims": (examples.FOR_CLAIMS, sentence_reader.FOR_CLAIMS.path),
}


def main() -> None:
    """Train, export a checkpoint or restore it, or measure what is shipped."""
    parser = argparse.ArgumentParser(description="Makes the shipped readers of sentences, of questions or of claims.")
    parser.add_argument("--of", choices=READERS, default="questions", help="which of the two")
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("train", help="train for some minutes, and save a checkpoint")
    training.add_argument("checkpoint", type=Path)
    training.add_argument("--minutes", type=float, default=46.0)
    training.add_argument("--rate", type=float, default=1e-4)
    training.add_argument("--resume", type=Path, default=None)
    training.add_argument("--seed", type=int, default=0)
    exporting = commands.add_parser("export", help="write checkpoints to what is shipped in retrieval/encoder")
    exporting.add_argument("checkpoints", type=Path, nargs="+")
    exporting.add_argument("--shares", type=float, nargs="+", default=[1.0], help="of each, where they are averaged")
    restoring = commands.add_parser("restore", help="make a checkpoint of what is shipped, to resume from")
    restoring.add_argument("checkpoint", type=Path)
    commands.add_parser("measure", help="ask the shipped reader of questions about the texts left out of training")
    given = parser.parse_args()
    mix, graph = READERS[given.of]
    if given.command == "train":
        train(given.checkpoint, mix=mix, minutes=given.minutes, rate=given.rate, resume=given.resume, seed=given.seed)
    elif given.command == "measure":
        measure()
    elif given.command == "restore":
        restore(graph, given.checkpoint)
    else:
        export(graph, given.checkpoints, given.shares)


if __name__ == "__main__":
    main()
