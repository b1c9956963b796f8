"""The command line of this package: `train`, `export` and `measure`."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.benchmarks.reader_training.export import export
from tests.benchmarks.reader_training.measure import measure
from tests.benchmarks.reader_training.train import train


def main() -> None:
    """Train, export a checkpoint, or measure what is shipped."""
    parser = argparse.ArgumentParser(description="Makes the shipped reader of sentences.")
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("train", help="train for some minutes, and save a checkpoint")
    training.add_argument("checkpoint", type=Path)
    training.add_argument("--minutes", type=float, default=46.0)
    training.add_argument("--rate", type=float, default=1e-4)
    training.add_argument("--resume", type=Path, default=None)
    training.add_argument("--seed", type=int, default=0)
    exporting = commands.add_parser("export", help="write checkpoints to retrieval/encoder/sentence_reader.onnx")
    exporting.add_argument("checkpoints", type=Path, nargs="+")
    exporting.add_argument("--shares", type=float, nargs="+", default=[1.0], help="of each, where they are averaged")
    commands.add_parser("measure", help="ask the shipped reader about the texts that are left out of training")
    given = parser.parse_args()
    if given.command == "train":
        train(given.checkpoint, minutes=given.minutes, rate=given.rate, resume=given.resume, seed=given.seed)
    elif given.command == "measure":
        measure()
    else:
        export(given.checkpoints, given.shares)


if __name__ == "__main__":
    main()
