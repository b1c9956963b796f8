"""A follow-and-sync of a site with faults, killed at random moments: a short run of `tests.benchmarks.sync`."""

import os

import pytest

from tests.benchmarks.sync import measure

pytestmark = pytest.mark.skipif(not hasattr(os, "killpg"), reason="kills groups of processes")


def test_a_sync_loses_nothing_doubles_nothing_and_names_each_fault_however_often_it_is_killed() -> None:
    measured = measure(60, 4)

    assert [each for each in measured.faults if "costs" not in each] == []
    assert measured.figures["of them failing"] == 3
    assert measured.figures["requests of the second run"] <= 2
