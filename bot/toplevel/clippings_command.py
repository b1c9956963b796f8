"""The command `clippings`: finds the packages of Clippings, then leaves everything to the command line."""

from __future__ import annotations

import sys

import clippings_packages


def main() -> None:
    """Run the command line, with PYTHONPATH or a project's folder in front of ours, too."""
    if clippings_packages.find_shadows():
        try:
            clippings_packages.claim_packages()
        except ImportError as error:
            sys.exit(f"clippings: {error} and was imported first: run clippings without it on Python's path.")
    from bot.cli.main import main as run

    run()
