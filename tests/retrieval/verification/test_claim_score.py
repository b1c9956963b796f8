from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from retrieval.verification.claim_score import THRESHOLD, Trees, estimate_support, load_trees
from retrieval.verification.signals import ClaimSignals

if TYPE_CHECKING:
    from pathlib import Path

COPY = ClaimSignals(2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 4.0, 4.0)
INVENTED = ClaimSignals(2.0, 0.1, 0.1, 0.1, 0.3, 0.1, 0.2, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, -4.0, -4.0)


def test_a_copy_is_carried_and_an_invention_is_not() -> None:
    assert estimate_support(COPY) > 0.8
    assert estimate_support(INVENTED) < 0.2


def test_what_the_reader_says_of_the_same_words_decides() -> None:
    retold = replace(COPY, copied=0.0, first_share=0.6, chosen_share=0.7, weakest=0.5, second_weakest=0.6)

    assert estimate_support(retold) > THRESHOLD > estimate_support(replace(retold, window_reads=-4, sentence_reads=-4))


def test_a_short_claim_with_a_word_of_its_own_is_not_carried() -> None:
    short = replace(COPY, topic_words=math.log1p(2), weakest=0.4)

    assert estimate_support(short) == 0.0
    assert estimate_support(replace(short, weakest=0.7)) > 0.0


def test_the_shipped_trees_ask_for_signals_that_there_are() -> None:
    features = load_trees().nodes[:, 0]

    assert set(features) <= {-1.0, *map(float, range(len(ClaimSignals.__slots__)))}


def test_trees_are_followed_to_their_ends_and_kept(tmp_path: Path) -> None:
    nodes = np.array([[1, 0.5, 1, 2], [-1, -2.0, 0, 0], [-1, 3.0, 0, 0]], np.float64)
    trees = Trees(nodes, np.array([0, 0], np.int32), 0.25)

    trees.save(tmp_path / "trees.npz")

    assert trees.compute_log_odds(COPY) == 6.25
    assert trees.compute_log_odds(replace(COPY, chosen_share=0.5)) == -3.75
    with np.load(tmp_path / "trees.npz") as kept:
        assert kept["nodes"].shape == nodes.shape
