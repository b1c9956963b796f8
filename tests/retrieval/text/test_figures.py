from __future__ import annotations

import pytest

from retrieval.text.figures import Amount, are_rival_figures, contradict_in_figures, find_figures, takes_up_figure


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("Some 1,200 dockers walked out.", [Amount(1200, "dockers")]),
        ("It costs 4.8 million crowns.", [Amount(4.8e6, "crowns")]),
        ("It costs $3bn.", [Amount(3e9, "$")]),
        ("Prices rose by 5 per cent, not 4%.", [Amount(5, "%"), Amount(4, "%")]),
        ("Twenty-five people and three dogs came.", [Amount(25, "people"), Amount(3, "dogs")]),
        ("Police put the crowd at 2,400.", [Amount(2400, "")]),
        ("On 3 May 2026 at 6.40 a.m., on May 4, in 1934, at twenty to five, the 2nd one left at 1.30.", []),
    ],
)
def test_figures_are_amounts_with_what_they_count(text: str, figures: list[Amount]) -> None:
    assert find_figures(text) == figures


@pytest.mark.parametrize(
    ("one", "other", "contradicts"),
    [
        ("Three people died.", "Four people died.", True),
        ("Three people died.", "Three people were killed.", False),
        ("Three people died.", "It has four doors.", False),
        ("It cost 2 million crowns.", "The bill of 3 million crowns was paid.", True),
        ("Nobody died.", "Three people died.", False),
    ],
)
def test_figures_contradict_where_they_count_the_same(one: str, other: str, contradicts: bool) -> None:
    assert contradict_in_figures(one, other) is contradicts


def test_a_neighbour_without_a_unit_may_give_another_figure() -> None:
    assert are_rival_figures("The union says 6,000 people walked.", "Police put the crowd at 2,400.")
    assert not are_rival_figures("In the end 91 people fell ill.", "It was lifted after eighteen days.")
    assert not are_rival_figures("Some 6,000 people walked.", "The 6,000 sang.")


@pytest.mark.parametrize(
    ("other", "takes_up"),
    [
        ("The roof will cost not 9,000 crowns but 12,000.", True),
        ("The roof costs 12,000 crowns.", False),
        ("The roof costs 9,000 crowns.", False),
        ("The 9,000 crowns are paid by 4 clubs.", False),
    ],
)
def test_a_figure_is_taken_up_where_another_of_its_order_stands_beside_it(other: str, takes_up: bool) -> None:
    assert takes_up_figure("The roof is to cost 9,000 crowns.", other) is takes_up


def test_a_small_number_is_no_sign_that_a_figure_is_taken_up() -> None:
    assert not takes_up_figure("Nine goats ran off.", "Nine goats came back, and six hens.")
