"""How likely it is that the passages carry a claim, by its signals: gradient-boosted trees, shipped as plain numbers.

Fitted by `python -m tests.benchmarks.fit_claim_score` to labelled claims; what it does on others is in
docs/benchmarks.md.
"""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from retrieval.answering.confidence import to_probability

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.verification.signals import ClaimSignals

MODEL = Path(__file__).with_name("claim_score.npz")
THRESHOLD = 0.5
"""Below this score a claim does not stand. True and false ones weigh the same in the fit."""
SHORT, UNLIKE = 3, 0.6
"""Topic words of a claim up to which one that comes no closer than this to the sentences' words decides: it is what the
claim says of the others. Of 93 such claims 71 are false; "The mayor was arrested" holds every mayor."""
LEAF = -1


@dataclass(frozen=True, slots=True)
class Trees:
    """Trees over signals, and the log-odds that they add to.

    `nodes` (n, 4) hold the number of a signal, its threshold, and the nodes to the left (up to it) and to the right; an
    end of a tree has the number -1, and what it adds instead of a threshold. `roots` (t,) are the nodes to begin at.
    """

    nodes: NDArray[np.float64]
    roots: NDArray[np.int32]
    base: float

    def compute_log_odds(self, signals: ClaimSignals) -> float:
        """Return the log-odds of a claim with these signals."""
        values = astuple(signals)
        total = self.base
        for root in self.roots:
            feature, threshold, left, right = self.nodes[root]
            while feature != LEAF:
                feature, threshold, left, right = self.nodes[int(left if values[int(feature)] <= threshold else right)]
            total += threshold
        return float(total)

    def save(self, path: Path) -> None:
        """Write the trees to a file."""
        np.savez_compressed(path, nodes=self.nodes.astype(np.float32), roots=self.roots, base=np.float32(self.base))


def estimate_support(signals: ClaimSignals, *, trees: Trees | None = None) -> float:
    """Return the probability that a claim with these signals is carried; `trees` replace those that are shipped."""
    if signals.topic_words <= math.log1p(SHORT) and signals.weakest < UNLIKE:
        return 0.0
    return to_probability((trees or load_trees()).compute_log_odds(signals))


@cache
def load_trees() -> Trees:
    """Load the trees that are shipped."""
    with np.load(MODEL) as kept:
        return Trees(kept["nodes"].astype(np.float64), kept["roots"], float(kept["base"]))
