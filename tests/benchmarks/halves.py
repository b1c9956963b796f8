"""Which questions may be used to fit, and which only to measure: the halves of a question set, split by article.

Articles in the order of their ids alternate between the calibration half and the held-out half. A question goes with
the article that contains its evidence; one without evidence, with the article that a search ranks first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.evaluation.results import Gold

Half = Literal["calibration", "held-out"]


def assign_halves(article_ids: Iterable[str]) -> dict[str, Half]:
    """Assign each article to a half."""
    return {key: "held-out" if place % 2 else "calibration" for place, key in enumerate(sorted(article_ids))}


def find_half(gold: Gold, ranked_first: str, assigned: dict[str, Half]) -> Half:
    """Return the half of a question with this gold; `ranked_first` is the id of the first hit's article, or empty."""
    places = [*(article_id for any_of in gold.articles for article_id in any_of), ranked_first]
    return next((assigned[place] for place in places if place in assigned), "calibration")
