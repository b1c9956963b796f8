from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.verification.claims import MOST, Claim, split_claims
from tests.retrieval.verification.sample_drafts import DRAFTS

KNOWN = frozenset(range(1, 10))


def one(draft: str) -> Claim:
    found = split_claims(draft, KNOWN)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("draft", "markers"),
    [
        ("The bridge opened [1].", (1,)),
        ("The bridge opened. [1]", (1,)),
        ("The bridge opened.[1]", (1,)),
        ("The bridge opened [1][2].", (1, 2)),
        ("The bridge opened [1] [2].", (1, 2)),
        ("The bridge opened [1, 3].", (1, 3)),
        ("The bridge opened [1; 3].", (1, 3)),
        ("The bridge opened [1,3 and 5].", (1, 3, 5)),
        ("The bridge opened [2-4].", (2, 3, 4)),
        ("The bridge opened [2–4].", (2, 3, 4)),
        ("The bridge opened [1, 3-5].", (1, 3, 4, 5)),
        ("The bridge opened 【1】.", (1,)),
        ("The bridge opened【1】【2】。", (1, 2)),
        ("The bridge opened 【1†source】.", (1,)),
        ("The bridge opened ［2］.", (2,)),
        ("The bridge opened [Passage 2].", (2,)),
        ("The bridge opened [source 2, source 3].", (2, 3)),
        ("The bridge opened [^2].", (2,)),
        ("The bridge [1] opened [2].", (1, 2)),
        ("The bridge opened [1][1].", (1,)),
        ("The bridge opened [3][1].", (3, 1)),
        ("The bridge opened [17].", ()),
        ("The bridge opened [1][17].", (1,)),
        ("The bridge opened [0].", ()),
        ("The bridge opened [99999999999999999999].", ()),
        ("The bridge opened [1-99999999999999999999].", ()),
        ("The bridge opened [5-1].", ()),
        ("The bridge opened.", ()),
    ],
)
def test_markers_are_read_as_models_write_them(draft: str, markers: tuple[int, ...]) -> None:
    found = one(draft)

    assert found.markers == markers
    assert found.text.rstrip(".。").endswith("opened")


def test_brackets_without_a_number_are_no_marker() -> None:
    assert one("He [the minister] opened it [sic] [1].") == Claim("He [the minister] opened it [sic].", (1,))


def test_a_marker_belongs_to_the_sentence_that_it_is_in_or_right_after() -> None:
    found = split_claims("The bridge opened [1]. The ferry sank. [2] Nobody was hurt [3]. It rained.", KNOWN)

    assert [(claim.text, claim.markers) for claim in found] == [
        ("The bridge opened.", (1,)),
        ("The ferry sank.", (2,)),
        ("Nobody was hurt.", (3,)),
        ("It rained.", ()),
    ]


@pytest.mark.parametrize("bullet", ["-", "*", "•", "+", "1.", "2)", "##", "> -"])
def test_a_list_stays_a_list(bullet: str) -> None:
    found = split_claims(
        f"Two things happened [1].\n{bullet} The bridge opened [1].\n{bullet} The ferry sank [2].", KNOWN
    )

    assert [claim.lead for claim in found] == ["", "\n- ", "\n- "]
    assert [claim.text for claim in found[1:]] == ["The bridge opened.", "The ferry sank."]


def test_a_new_paragraph_begins_on_a_new_line() -> None:
    assert [claim.lead for claim in split_claims("One thing. Another.\n\nA third.", KNOWN)] == ["", "", "\n"]


def test_a_sentence_that_is_said_again_counts_once() -> None:
    assert len(split_claims("The bridge opened [1]. The  bridge opened [1]. THE BRIDGE OPENED [2].", KNOWN)) == 1


def test_a_model_that_cannot_stop_makes_a_bounded_number_of_claims() -> None:
    assert len(split_claims(" ".join(f"Sentence number {n} is said." for n in range(1_000)), KNOWN)) == MOST


@pytest.mark.parametrize(
    ("text", "numbers", "shown"),
    [
        ("It opened.", (1,), "It opened [1]."),
        ("It opened", (1, 2), "It opened [1][2]"),
        ("Did it open?", (3,), "Did it open [3]?"),
        ("She said “it is open.”", (1,), "She said “it is open.” [1]"),
        ("It opened.", (), "It opened."),
    ],
)
def test_numbers_are_put_where_a_reader_expects_them(text: str, numbers: tuple[int, ...], shown: str) -> None:
    assert Claim(text).marked(numbers) == shown


@pytest.mark.parametrize("draft", ["", " \n\t ", "\u200b"])
def test_a_draft_of_nothing_claims_nothing(draft: str) -> None:
    assert not [claim for claim in split_claims(draft, KNOWN) if claim.text.strip("\u200b")]


@given(DRAFTS)
def test_whatever_a_model_writes_only_known_references_are_named_and_no_marker_stays(draft: str) -> None:
    for claim in split_claims(draft, KNOWN):
        assert set(claim.markers) <= KNOWN
        assert len(claim.markers) == len(set(claim.markers))


@given(st.text(max_size=200))
def test_any_text_can_be_read_for_claims(draft: str) -> None:
    assert len(split_claims(draft, KNOWN)) <= MOST
