"""Which claims answer a question, and when what is left of a draft is no answer."""

from __future__ import annotations

import pytest

from retrieval.checking.relevance import drop_bylines, find_answering, may_be_shown
from retrieval.domain import NOT_SAID, Answer, ArticleInfo
from retrieval.index.lexical import extract_terms
from retrieval.search.query import Query, analyse_question
from retrieval.verification.claims import Claim
from retrieval.verification.settling import VerifiedDraft
from retrieval.verification.verdicts import Verdict

KILNS = [ArticleInfo("kilns", "The last kilns of Orrest", "Wilma Tandy")]


def query(question: str) -> Query:
    return analyse_question(question, terms=extract_terms, document_frequency=lambda _: {}, size=10)


def verdict(text: str, reason: str = "", share: float = 0.9) -> Verdict:
    return Verdict(Claim(text), reason, share=share)


SMOKE = verdict("Nine kilns still smoke.")


@pytest.mark.parametrize(
    "byline", ["Wilma Tandy", "The last kilns of Orrest.", "The Last Kilns of Orrest, Wilma Tandy"]
)
def test_a_title_or_an_author_alone_is_left_out_where_something_else_stands(byline: str) -> None:
    left = drop_bylines(query("Where are the kilns?"), [verdict(byline), SMOKE], KILNS)

    assert [each.reason for each in left] == ["empty", ""]


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("Who wrote of the kilns?", "Wilma Tandy"),
        ("Where are the kilns?", "Orrest"),
        ("Where are the kilns?", "Wilma Tandy saw the last kilns of Orrest smoke."),
    ],
)
def test_what_says_more_or_was_asked_for_stays(question: str, claim: str) -> None:
    left = drop_bylines(query(question), [verdict(claim), SMOKE], KILNS)

    assert all(each.stands for each in left)


def test_a_byline_stays_where_nothing_else_stands() -> None:
    verdicts = [verdict("Wilma Tandy"), verdict("Bees swarmed.", "support")]

    assert drop_bylines(query("Where are the kilns?"), verdicts, KILNS) == verdicts


def test_a_mere_name_that_a_judge_does_not_call_an_answer_is_left_out() -> None:
    verdicts = [verdict("Amos Dell"), verdict("They are the last kilns of Orrest."), verdict("Kilns smoke.")]

    left = drop_bylines(query("What did Amos Dell see?"), verdicts, KILNS, frozenset({1}))

    assert [each.reason for each in left] == ["empty", "", "empty"]
    assert drop_bylines(query("What did Amos Dell see?"), verdicts[::2], KILNS) == verdicts[::2]


def test_the_first_claim_answers_unless_it_claims_nothing() -> None:
    verdicts = [verdict("Here is what they say:", "empty"), verdict("Wilma Tandy"), SMOKE]

    assert find_answering(query("Where are the kilns?"), verdicts, KILNS) == frozenset({2})


def test_a_question_for_a_number_is_answered_by_a_number() -> None:
    verdicts = [verdict("Kilns have become rare."), SMOKE, verdict("Most are cold.")]

    assert find_answering(query("How many kilns are left?"), verdicts, KILNS) == frozenset({1})
    assert find_answering(query("How many kilns are left?"), verdicts[::2], KILNS) == frozenset()


QUOTES, REFUSAL = (Answer("?", text, (), text == NOT_SAID, 0.5, "extractive", 0.0) for text in ("“Nine.”", NOT_SAID))


def left(*gone: int, text: str = "Nine kilns still smoke [1].") -> VerifiedDraft:
    return VerifiedDraft(text, (), gone=frozenset(gone))


def test_what_answers_and_is_left_is_shown() -> None:
    assert may_be_shown(left(1), [SMOKE, verdict("Bees.", "support")], frozenset({0}), QUOTES)


@pytest.mark.parametrize("quoted", [QUOTES, REFUSAL])
def test_a_torso_without_what_answers_is_not_shown(quoted: Answer) -> None:
    assert not may_be_shown(left(0), [verdict("Bees.", "support"), SMOKE], frozenset({0}), quoted)
    assert not may_be_shown(left(0, text=""), [verdict("Bees.", "support")], frozenset({0}), quoted)


def test_what_is_beside_the_question_gives_way_to_quotes_and_is_better_than_nothing() -> None:
    assert not may_be_shown(left(), [SMOKE], frozenset(), QUOTES)
    assert may_be_shown(left(), [SMOKE], frozenset(), REFUSAL)


@pytest.mark.parametrize("quoted", [QUOTES, REFUSAL])
def test_quotes_alone_in_the_place_of_claims_need_a_close_counterpart(quoted: Answer) -> None:
    close, far = verdict("Smoke rises.", "support", 0.6), verdict("Smoke rises.", "support", 0.4)

    assert may_be_shown(left(), [close], frozenset({0}), quoted)
    assert not may_be_shown(left(), [far], frozenset({0}), quoted)
