from __future__ import annotations

import pytest

from retrieval.verification.features import wording
from retrieval.verification.quantities import find_unfounded

ORCHARD = (
    "The orchard at Elmsea sold 1,250 crates in 2019 and 1,800 in 2023. Of its 60 trees, 12 are older than a century. "
    "Rain cost it 20 percent of the crop. Pickers worked for 14 days, at 9.50 euros an hour. The rate rose from 3.25 "
    "to 3.75 percent. Its sales tripled after 1994."
)


@pytest.mark.parametrize(
    "claim",
    [
        "A fifth of the crop was lost.",
        "One in five of the trees is very old.",
        "The orchard sold 550 crates more than four years before.",
        "It sold nearly 1,900 crates.",
        "More than a thousand crates were sold.",
        "Picking took two weeks.",
        "Sales grew to three times what they were in the 1990s.",
        "The rate went up by 50 basis points.",
        "The rate went up by half a percentage point.",
        "The rate rose by 0.5 percent.",
        "Its sales grew 3x.",
        "One day the three owners met in the second barn.",
        "80 percent of the crop was saved.",
    ],
)
def test_a_number_may_be_said_another_way_or_worked_out(claim: str) -> None:
    assert find_unfounded(wording(claim), [wording(ORCHARD)]) == []


@pytest.mark.parametrize(
    "claim",
    [
        "The orchard sold 1,350 crates.",
        "Rain cost it 35 percent of the crop.",
        "Pickers worked for 23 days.",
        "Its sales quadrupled.",
        "The orchard has 61 trees.",
        "It sold about 4,000 crates.",
        "Sales tripled after 1949.",
    ],
)
def test_a_number_that_follows_from_nothing_is_unfounded(claim: str) -> None:
    assert len(find_unfounded(wording(claim), [wording(ORCHARD)])) == 1
