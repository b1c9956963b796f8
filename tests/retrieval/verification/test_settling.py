"""What is shown of claims that stand and of claims that fall."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from retrieval.answering.citations import check_citations
from retrieval.domain import ArticleInfo, Passage, Reference, Sentence
from retrieval.verification.claims import split_claims
from retrieval.verification.settling import FAIR_SHARE, UNVERIFIED, VerifiedDraft, settle
from retrieval.verification.verdicts import Verdict, extract_evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXT = (
    "The orchard at Dunmoor was sold in 2021. Rosa Pike, who planted it, said she may buy it back. "
    "She has not. Frost killed half of the pears."
)
SENTENCES = tuple(Sentence(m.start(), m.end(), m.group()) for m in re.finditer(r"[^ .][^.]*\.", TEXT))
ORCHARD = Reference(1, ArticleInfo("orchard", "Dunmoor sold"), Passage("p", "orchard", 0, len(TEXT), TEXT, SENTENCES))
SOLD, MAY, HAS_NOT, FROST = extract_evidence([ORCHARD])


def settled(draft: str, *found: tuple[str, object], unverified: str = "drop") -> VerifiedDraft:
    """Settle a draft whose claims have these reasons and nearest sentences; None: there is none near."""
    verdicts = []
    for claim, (reason, near) in zip(split_claims(draft, {1}), found, strict=True):
        nearest: Sequence = (near,) if near else ()  # type: ignore[type-arg]
        share = 0.9 if near else FAIR_SHARE - 0.01
        verdicts.append(Verdict(claim, reason, () if reason else tuple(nearest), tuple(nearest) or (SOLD,), share))
    done = settle(verdicts, {"orchard": TEXT}, unverified=unverified)  # type: ignore[arg-type]
    check_citations(done.text, done.citations, {"orchard": TEXT})
    return done


def test_a_claim_that_falls_is_replaced_by_the_sentence_nearest_to_it() -> None:
    done = settled("Dunmoor was sold [1]. Frost killed all pears [1].", ("", SOLD), ("quantity", FROST))

    assert done.text == "Dunmoor was sold [1]. “Frost killed half of the pears.” [2]"
    assert (done.reworded, done.left_out, done.gone) == (("quantity",), (), frozenset())


def test_a_claim_that_no_sentence_tells_of_is_left_out() -> None:
    done = settled("Dunmoor was sold [1]. Bees swarmed [1].", ("", SOLD), ("support", None))

    assert done.text == "Dunmoor was sold [1]."
    assert (done.reworded, done.left_out, done.gone) == ((), ("support",), frozenset({1}))


@pytest.mark.parametrize("claim", ["Frost came.", "Two things:", "It froze pears."])
def test_a_claim_of_one_or_two_words_has_no_counterpart(claim: str) -> None:
    done = settled(f"Dunmoor was sold. {claim}", ("", SOLD), ("support", FROST))

    assert (done.text, done.left_out) == ("Dunmoor was sold [1].", ("support",))


def test_no_sentence_is_quoted_twice() -> None:
    done = settled("Frost killed all pears. Frost killed every tree.", ("quantity", FROST), ("support", FROST))

    assert done.text == "“Frost killed half of the pears.” [1]"
    assert done.reworded == ("quantity", "support")


def test_a_quote_takes_its_denial_along() -> None:
    done = settled("Pike bought it back [1].", ("modality", MAY))

    assert done.text == "“Rosa Pike, who planted it, said she may buy it back. She has not.” [1]"


@pytest.mark.parametrize(
    "opening", ["However, frost", "But frost", "Moreover, frost", "In contrast, frost", "Then, frost"]
)
def test_no_word_ties_a_claim_to_one_that_fell(opening: str) -> None:
    done = settled(f"Bees swarmed. {opening} killed pears.", ("support", None), ("", FROST))

    assert done.text == "Frost killed pears [1]."


def test_a_word_that_ties_two_claims_that_stand_stays() -> None:
    done = settled("Dunmoor was sold. However, frost came.", ("", SOLD), ("", FROST))

    assert done.text == "Dunmoor was sold [1]. However, frost came [2]."


@pytest.mark.parametrize(
    "pronoun", ["They were", "It was", "She was", "These were", "This was", "Both were", "Their fruit was"]
)
def test_a_claim_that_leans_on_one_that_is_gone_is_replaced_as_well(pronoun: str) -> None:
    done = settled(f"Bees swarmed. {pronoun} half killed by early frost.", ("support", None), ("", FROST))

    assert done.text == "“Frost killed half of the pears.” [1]"
    assert (done.left_out, done.reworded) == (("support",), ("context",))


def test_a_claim_may_lean_on_the_quote_in_place_of_the_one_before() -> None:
    done = settled("Dunmoor was sold in 2020. It was hit by frost.", ("number", SOLD), ("", FROST))

    assert done.text == "“The orchard at Dunmoor was sold in 2021.” [1] It was hit by frost [2]."


def test_marked_claims_stay_where_they_are() -> None:
    done = settled("Dunmoor was sold. Bees swarmed.", ("", SOLD), ("support", None), unverified="mark")

    assert done.text == f"Dunmoor was sold [1]. Bees swarmed {UNVERIFIED}."
    assert (done.left_out, done.reworded, done.marked_unverified) == (("support",), (), True)


@pytest.mark.parametrize("reason", ["link", "order"])
def test_links_and_orders_are_not_even_marked(reason: str) -> None:
    done = settled("Dunmoor was sold. See there.", ("", SOLD), (reason, None), unverified="mark")

    assert done.text == "Dunmoor was sold [1]."


# What other articles say

LATER_TEXT = "The orchard at Dunmoor was never sold, the notary says."
LATER = Reference(
    2,
    ArticleInfo("later", "No sale at Dunmoor", published=date(2022, 5, 3)),
    Passage("q", "later", 0, len(LATER_TEXT), LATER_TEXT, (Sentence(0, len(LATER_TEXT), LATER_TEXT),)),
)
(NEVER,) = extract_evidence([LATER])


def opposed(reason: str, *, published: date | None, stands_by_words: bool = True) -> str:
    """Settle a claim that another article speaks against; `published` is the day of its own article."""
    (claim,) = split_claims("Dunmoor was sold in 2021 [1].", {1})
    own = replace(SOLD, reference=replace(ORCHARD, article=replace(ORCHARD.article, published=published)))
    verdict = Verdict(claim, reason, (own,) if stands_by_words else (), (own,), 0.9, NEVER)
    texts = {"orchard": TEXT, "later": LATER_TEXT}
    done = settle([verdict], texts)
    check_citations(done.text, done.citations, texts)
    return done.text


def test_what_a_later_article_contradicts_is_replaced_by_it_with_its_day() -> None:
    assert (
        opposed("contradicted", published=date(2021, 1, 1))
        == f"Later, on 3 May 2022, No sale at Dunmoor: “{LATER_TEXT}” [1]"
    )


def test_what_another_article_takes_back_is_replaced_by_the_notice() -> None:
    assert opposed("withdrawn", published=None) == f"No sale at Dunmoor (3 May 2022): “{LATER_TEXT}” [1]"


@pytest.mark.parametrize("published", [None, date(2022, 5, 3), date(2024, 1, 1)])
def test_what_no_later_article_contradicts_is_shown_beside_the_claim(published: date | None) -> None:
    other = f"No sale at Dunmoor (3 May 2022): “{LATER_TEXT}” [2]"

    assert opposed("contradicted", published=published) == f"Dunmoor was sold in 2021 [1].\n{other}"
    assert opposed("contradicted", published=published, stands_by_words=False) == f"“{SENTENCES[0].text}” [1]\n{other}"


def test_a_claim_that_stands_is_shown_with_what_was_said_later() -> None:
    later = f"Later, on 3 May 2022, No sale at Dunmoor: “{LATER_TEXT}” [2]"

    assert opposed("", published=date(2021, 1, 1)) == f"Dunmoor was sold in 2021 [1].\n{later}"
