from __future__ import annotations

import pytest

from retrieval.verification.features import wording
from retrieval.verification.quantity import overstated


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("All patients felt sick.", "Some patients felt sick."),
        ("Most patients felt sick.", "Several patients felt sick."),
        ("Every clock still runs.", "Many of the clocks still run."),
        ("The strike stopped all bus lines.", "The strike stopped 80 of the 110 bus lines."),
        ("All schools in the north are shut.", "Schools in most districts of the north are shut."),
    ],
)
def test_all_is_more_than_some(claim: str, text: str) -> None:
    assert overstated(wording(claim), [wording(text)])


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("All patients felt sick.", "All patients felt sick."),
        ("All patients felt sick.", "Every patient felt sick."),
        ("Most patients felt sick.", "All patients felt sick."),
        ("Some patients felt sick.", "Most patients felt sick."),
        ("It is open every day.", "It is open daily."),
        ("It is one of the most dangerous jobs.", "It is one of the most dangerous jobs."),
        ("He called them “all the same”.", "Some of them are all the same."),
    ],
)
def test_as_much_or_less_is_no_overstatement(claim: str, text: str) -> None:
    assert not overstated(wording(claim), [wording(text)])
