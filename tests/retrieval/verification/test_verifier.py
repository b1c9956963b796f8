"""The verifier as a whole, with the real encoder, on the seeds and on the invented news of news_articles.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from retrieval.answering.citations import MARKER, check_citations
from retrieval.domain import Article, Reference
from retrieval.reading import read_articles
from retrieval.verification.settling import UNVERIFIED, VerifiedDraft
from retrieval.verification.verifier import verify_draft
from tests.retrieval.conftest import SEEDS
from tests.retrieval.verification import news_articles
from tests.retrieval.verification.labelled_claims import FAITHFUL, FALSE
from tests.retrieval.verification.sample_drafts import DRAFTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from retrieval.encoder import SentenceEncoder

    Judge = Callable[..., VerifiedDraft]

HIGHEST = "Mr Blinken is the highest-ranking US official to visit China since Joe Biden took office"
LOWER = "Blinken called on China to lower tariffs on US goods"


@pytest.fixture(scope="module")
def offered(encoder: SentenceEncoder) -> tuple[list[Reference], Mapping[str, str]]:
    seeds = [a for a in read_articles([str(SEEDS)], limit_bytes=1_000_000) if isinstance(a, Article)]
    return news_articles.references([*seeds, *news_articles.ARTICLES], encoder)


@pytest.fixture(scope="module")
def numbers(offered: tuple[list[Reference], Mapping[str, str]]) -> dict[str, int]:
    """The number of the first passage of each article, by a word of its title."""
    found = {"Outcomes": 0, "Analysis": 0} | {article.title: 0 for article in news_articles.ARTICLES}
    for reference in reversed(offered[0]):
        found |= {word: reference.number for word in found if word in reference.article.title}
    return found


@pytest.fixture(scope="module")
def judge(encoder: SentenceEncoder, offered: tuple[list[Reference], Mapping[str, str]]) -> Judge:
    def judged(draft: str, question: str = "What happened?", **settings: object) -> VerifiedDraft:
        references, texts = offered
        found = verify_draft(draft, references, question=question, texts=texts, encoder=encoder, **settings)  # type: ignore[arg-type]
        check_citations(found.text, found.citations, texts)
        return found

    return judged


def test_most_faithful_claims_stand_however_they_are_worded(judge: Judge) -> None:
    kept = [
        claim for claim in FAITHFUL if MARKER.sub("", judge(claim).text).replace(" .", ".").split() == claim.split()
    ]

    assert len(kept) >= 0.75 * len(FAITHFUL)


@pytest.mark.parametrize("claim", [claim for kind, claim in FALSE if kind == "invented"])
def test_what_is_invented_falls(claim: str, judge: Judge) -> None:
    found = judge(claim)

    assert len(found.left_out + found.reworded) == 1
    assert not found.text or found.text.startswith("“")


@pytest.mark.parametrize(
    ("reason", "claim"),
    [
        ("quote", "Okafor said the plan would “protect every school and every pool in the city”."),
        ("quote", "“It cures migraine and gives people their weekends back,” said Dr Elin Sjöberg."),
        ("number", "The drug was tested in 463 adults."),
        ("number", "The council approved a budget of £421 million."),
        ("date", "The study appeared in the journal Cephalea on 13 March."),
    ],
)
def test_a_quote_a_number_or_a_date_that_stands_nowhere_is_a_veto(reason: str, claim: str, judge: Judge) -> None:
    found = judge(claim)

    assert found.left_out + found.reworded == (reason,)


@pytest.mark.parametrize(
    "marked",
    ["{}[{n}].", "{} [{n}].", "{}. [{n}]", "{} [{n}][{n}].", "{} [{n}, {n}].", "{} 【{n}】.", "{} [{n}-{n}].", "{}."],
)
def test_markers_of_every_form_come_out_alike(marked: str, judge: Judge, numbers: dict[str, int]) -> None:
    found = judge(marked.format(LOWER, n=numbers["Outcomes"]))

    assert found.text == f"{LOWER} [1]."
    assert "lower tariffs on US goods" in found.citations[0].quote


@pytest.mark.parametrize("marker", ["[99]", "[0]", "[99999999999999999999]", "[5-1]", ""])
def test_a_claim_with_a_marker_to_nothing_is_cited_all_the_same(marker: str, judge: Judge) -> None:
    assert judge(f"{LOWER} {marker}.").text == f"{LOWER} [1]."


def test_a_claim_is_cited_to_the_passage_that_supports_it(judge: Judge, numbers: dict[str, int]) -> None:
    found = judge(f"{LOWER} [{numbers['Chip maker picks Dresden']}].")

    assert "Major Outcomes" in found.citations[0].title


def test_two_claims_that_rest_on_one_sentence_share_a_number(judge: Judge) -> None:
    found = judge(f"{LOWER} [1]. Xi said that China was willing to work with the US [1]. Katuma erupted on Sunday [2].")

    assert MARKER.findall(found.text) == ["1", "1", "2"]
    assert len(found.citations) == 2


def test_numbers_count_in_the_order_of_use(judge: Judge, numbers: dict[str, int]) -> None:
    found = judge(f"The plant is to open in 2027 [{numbers['Chip maker picks Dresden']}]. {LOWER} [1].")

    assert found.citations[0].title == "Chip maker picks Dresden"
    assert MARKER.findall(found.text) == ["1", "2"]


def test_unsupported_claims_are_left_out_and_the_rest_stays(judge: Judge) -> None:
    found = judge(f"{LOWER} [1]. Nurses juggle seven oranges nightly [1]. Katuma erupted on Sunday [2].")

    assert found.text == f"{LOWER} [1]. Katuma erupted on Sunday [2]."
    assert len(found.left_out) == 1


def test_unsupported_claims_can_be_marked_instead(judge: Judge) -> None:
    found = judge(f"{LOWER} [1]. Blinken bought a house in Peking [1].", unverified="mark")

    assert found.text == f"{LOWER} [1]. Blinken bought a house in Peking {UNVERIFIED}."
    assert len(found.left_out) == 1
    assert found.marked_unverified


@pytest.mark.parametrize("unverified", ["drop", "mark"])
def test_nothing_is_shown_where_nothing_is_told_of(unverified: str, judge: Judge) -> None:
    assert judge("Nurses juggle seven oranges nightly [1].", unverified=unverified).text == ""


def test_a_cross_encoder_decides_what_no_veto_does(judge: Judge) -> None:
    asked: list[tuple[str, str]] = []

    def entails(pairs: Sequence[tuple[str, str]]) -> list[float]:
        asked.extend(pairs)
        return [0.9 if "Katuma" in claim else 0.1 for _, claim in pairs]

    found = judge(f"{LOWER} [1]. Katuma erupted on Sunday [2]. It rained frogs [1].", entails=entails)

    assert found.text.startswith("“Blinken called on China to lower tariffs")
    assert found.text.endswith("” [1] Katuma erupted on Sunday [2].")
    assert [claim for _, claim in asked] == [f"{LOWER}.", "Katuma erupted on Sunday.", "It rained frogs."]
    assert (found.left_out, found.reworded) == (("not stated",), ("not stated",))


def test_a_number_of_the_question_may_be_repeated(judge: Judge) -> None:
    claim = "Of the 4,711 board members you ask about, Mei Tanaka said Dresden was chosen over Eindhoven [1]."

    assert judge(claim).reworded == ("number",)
    assert judge(claim, "What did the 4,711 board members say?").reworded != ("number",)


def test_a_link_is_never_shown(judge: Judge) -> None:
    assert judge(f"{LOWER}, see https://example.org [1].").left_out == ("link",)


def test_a_list_stays_a_list(judge: Judge) -> None:
    found = judge("Two things:\n- Katuma erupted on Sunday [1].\n- The plant is to open in 2027 [2].")

    assert found.text.endswith("- Katuma erupted on Sunday [1].\n- The plant is to open in 2027 [2].")


def test_a_draft_without_end_is_read_in_time(judge: Judge) -> None:
    found = judge(f"{LOWER} [1]. " + "Penguins " * 6_000)

    assert found.text == f"{LOWER} [1]."


@given(draft=DRAFTS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_whatever_a_model_writes_the_law_of_citations_holds(draft: str, judge: Judge) -> None:
    dropped, marked = judge(draft), judge(draft, unverified="mark")

    assert UNVERIFIED not in dropped.text
    assert bool(dropped.text) == bool(dropped.citations) == bool(marked.text)
    for lie in ("penguins", "example.org"):
        assert lie not in dropped.text


def test_what_hangs_on_a_claim_that_fell_falls_as_well(judge: Judge) -> None:
    found = judge(f"Nurses juggle oranges [1]. It was held at Diaoyutai State Guest House [1]. {LOWER} [1].")

    assert "It was held" not in MARKER.sub("", found.text).partition("” ")[2]
    assert (found.left_out[1:], found.reworded) in ((("context",), ()), ((), ("context",)))


def test_a_number_that_only_a_yes_or_no_question_has_is_not_supported(judge: Judge) -> None:
    claim = "Yes, 4,711 board members chose Dresden over Eindhoven."

    assert judge(claim, "Did 4,711 board members choose Dresden?").reworded == ("number",)
