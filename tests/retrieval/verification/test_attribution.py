from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from retrieval.domain import ArticleInfo
from retrieval.verification.attribution import unframed

BRIDGE = ArticleInfo("bridge", "A bridge for Halden", "Nora Vik", date(2023, 5, 2))
FROST = ArticleInfo("frost", "Frost", "Jonas Brandt", date(2023, 5, 9))
CLAIM = "the bridge cost nine million euros."


@pytest.mark.parametrize(
    "opening",
    [
        "According to Nora Vik, ",
        "According to the article, ",
        "According to the article by Nora Vik, ",
        "According to “A bridge for Halden”, ",
        "According to A bridge for Halden, ",
        "According to A bridge for Halden by Nora Vik, ",
        "Nora Vik reports that ",
        "The article “A bridge for Halden” says that ",
        "In the article “A bridge for Halden”, ",
        "As reported by Nora Vik, ",
    ],
)
def test_words_that_say_where_a_claim_is_from_are_not_compared(opening: str) -> None:
    assert unframed(opening + CLAIM, [BRIDGE, FROST])[0] == CLAIM


@pytest.mark.parametrize(
    "closing", [", according to Nora Vik", ", according to the article by Nora Vik", ", as reported by Nora Vik"]
)
def test_they_may_be_at_the_end(closing: str) -> None:
    found = unframed(f"The bridge cost much{closing}.", [BRIDGE, FROST])

    assert found == ("The bridge cost much.", frozenset({"bridge"}))


@pytest.mark.parametrize(
    ("claim", "ids"),
    [
        ("According to Nora Vik, it is open.", {"bridge"}),
        ("According to Jonas Brandt, it is open.", {"frost"}),
        ("According to “Frost”, it is open.", {"frost"}),
        ("According to the article, it is open.", set()),
        ("It is open.", set()),
    ],
)
def test_the_articles_that_are_named_are_returned(claim: str, ids: set[str]) -> None:
    assert unframed(claim, [BRIDGE, FROST])[1] == ids


def test_an_author_of_two_articles_names_both() -> None:
    assert unframed("According to Nora Vik, it is open.", [BRIDGE, replace(FROST, author="Nora Vik")])[1] == {
        "bridge",
        "frost",
    }


@pytest.mark.parametrize(
    "claim",
    ["According to the Halden Times, it is open.", "Frost destroyed the harvest.", "Nora Vik was born in Oslo."],
)
def test_what_names_no_article_is_compared_whole(claim: str) -> None:
    assert unframed(claim, [BRIDGE, FROST]) == (claim, frozenset())


def test_a_date_of_the_article_stays_to_be_checked() -> None:
    text, _ = unframed("According to Nora Vik (2 May 2023), the bridge is open.", [BRIDGE])

    assert text == "the bridge is open. (as of 2 May 2023)"
