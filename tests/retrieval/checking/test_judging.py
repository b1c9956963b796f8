"""Verdicts with a scripted reader: what it rules, what it leaves out, and what it is not believed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from retrieval.checking.judging import Judged, JudgeFailed, judge_claims, mend_claims
from retrieval.domain import ArticleInfo, Passage, Reference, Sentence
from retrieval.verification.claims import Claim
from retrieval.verification.rulings import Ruling
from retrieval.verification.verdicts import Verdict, extract_evidence

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = "The mill may close in spring. Its owner, Jan Vos, blames the price of power. Forty people work there."


def reference(number: int, text: str = TEXT) -> Reference:
    sentences = tuple(Sentence(m.start(), m.end(), m.group()) for m in re.finditer(r"[^ .][^.]*\.", text))
    return Reference(
        number, ArticleInfo(f"a{number}", "The mill"), Passage("p", f"a{number}", 0, len(text), text, sentences)
    )


SHOWN = [reference(1), reference(2, "A ferry sank. Nobody was hurt.")]


def verdict(text: str, reason: str = "", *, share: float = 0.9, number: int = 1) -> Verdict:
    near = tuple(e for e in extract_evidence(SHOWN) if e.reference.number == number)[:1]
    return Verdict(Claim(text, (number,)), reason, () if reason else near, near, share)


def script(*replies: str) -> tuple[Callable[[str], str], list[str]]:
    asked: list[str] = []

    def complete(prompt: str) -> str:
        asked.append(prompt)
        return replies[len(asked) - 1]

    return complete, asked


CLOSES, BLAMES, WORKS = "The mill closes in spring.", "Jan Vos blames dear power.", "Forty work there."


def test_one_call_judges_all_claims() -> None:
    complete, asked = script('1: not stated "closes"\n2: not stated\n3: supported\nANSWERS: 1')

    judged = judge_claims("Does the mill close?", [verdict(CLOSES), verdict(BLAMES, "support")], SHOWN, complete)

    assert [each.reason for each in judged.verdicts] == ["not stated", ""]
    assert judged.verdicts[1].rests_on == judged.verdicts[1].nearest
    assert (judged.answering, judged.calls, len(asked)) == (frozenset({0}), 1, 1)


def test_only_passages_that_claims_name_or_rest_on_are_shown() -> None:
    complete, asked = script("1: supported\n2: not stated")

    judge_claims("?", [verdict(CLOSES)], SHOWN, complete)

    assert "blames the price" in asked[0]
    assert "ferry" not in asked[0]


@pytest.mark.parametrize("reason", ["number", "date", "quote", "link", "order", "long", "empty"])
def test_what_a_veto_stops_no_ruling_lets_through(reason: str) -> None:
    complete, _ = script("1: supported\n2: not stated\n3: supported\nANSWERS: 1, 3")

    judged = judge_claims("?", [verdict(BLAMES), verdict(CLOSES, reason)], SHOWN, complete)

    assert [each.reason for each in judged.verdicts] == ["", reason]


def test_no_ruling_lets_through_what_shares_no_words_with_any_passage() -> None:
    complete, _ = script("1: supported\n2: not stated")

    (judged,) = judge_claims("?", [verdict("Bees hum.", "support", share=0.1)], SHOWN, complete).verdicts

    assert judged.reason == "support"


def test_claims_that_a_reply_leaves_out_are_asked_about_once_more() -> None:
    complete, asked = script("1: supported\n2: not stated\nANSWERS: 1", "1: not stated\n2: not stated")

    judged = judge_claims("?", [verdict(BLAMES), verdict(CLOSES)], SHOWN, complete)

    assert [each.reason for each in judged.verdicts] == ["", "not stated"]
    assert (judged.calls, judged.answering) == (2, frozenset({0}))
    assert BLAMES not in asked[1]


def test_a_claim_that_is_left_out_twice_is_decided_by_its_words() -> None:
    complete, _ = script("1: not stated\n3: not stated", "nothing")

    judged = judge_claims("?", [verdict(CLOSES), verdict(BLAMES), verdict(WORKS, "support")], SHOWN, complete)

    assert [each.reason for each in judged.verdicts] == ["not stated", "", "support"]


def test_two_replies_that_rule_nothing_are_a_failure() -> None:
    complete, _ = script("They all look fine to me.", "Really.")

    with pytest.raises(JudgeFailed, match="form"):
        judge_claims("?", [verdict(CLOSES)], SHOWN, complete)


def test_whoever_confirms_what_no_article_says_is_not_believed() -> None:
    complete, asked = script("1: supported\n2: supported\nANSWERS: 1")

    with pytest.raises(JudgeFailed, match="confirms what no article says"):
        judge_claims("?", [verdict(CLOSES)], SHOWN, complete)
    assert len(asked) == 1


def test_nobody_is_asked_where_there_is_nothing_to_judge() -> None:
    complete, asked = script()

    assert judge_claims("?", [verdict("Here you are:", "empty")], SHOWN, complete).calls == 0
    assert asked == []


# Second wordings

MAY = "The mill may close in spring."


def mend(reply: str, new: Verdict, *others: Verdict, beyond: str = "closes") -> list[Verdict]:
    complete, asked = script(reply)
    judged = Judged([verdict(CLOSES, "not stated"), *others], {0: Ruling("not stated", beyond, 1)}, None, 1)
    mended = mend_claims("?", judged, SHOWN, complete, lambda _: [new])
    assert "Goes too far: closes" in asked[0] or beyond != "closes"
    return mended


def test_a_claim_that_fell_is_said_closer_to_the_passages() -> None:
    (mended,) = mend(f"1: {MAY} [1]", verdict(MAY))

    assert (mended.claim.text, mended.stands, mended.repaired) == (MAY, True, True)


@pytest.mark.parametrize(
    ("reply", "new"),
    [
        ("1: none", verdict(MAY)),
        ("7: The mill may close.", verdict(MAY)),
        ("", verdict(MAY)),
        ("1: again", verdict(CLOSES)),
        ("1: with the same words", verdict("The mill closes, perhaps in spring.")),
        ("1: far from the passage", verdict(MAY, share=0.6)),
        ("1: wrong", verdict(MAY, "number")),
        ("1: leaning", verdict("It may close in spring.")),
    ],
)
def test_a_second_wording_that_is_no_better_changes_nothing(reply: str, new: Verdict) -> None:
    (kept,) = mend(reply, new)

    assert (kept.claim.text, kept.reason, kept.repaired) == (CLOSES, "not stated", False)


def test_a_second_wording_says_nothing_twice() -> None:
    kept, _ = mend(f"1: {MAY}", verdict(MAY), verdict(MAY))

    assert not kept.stands


def test_nobody_is_asked_to_mend_what_stands() -> None:
    complete, asked = script()

    assert mend_claims("?", Judged([verdict(MAY)], {}, None, 1), SHOWN, complete, lambda _: []) == [verdict(MAY)]
    assert asked == []
