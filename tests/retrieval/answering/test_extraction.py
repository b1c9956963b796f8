from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering import extraction
from retrieval.answering.confidence import MANY_WORDS, estimate_confidence
from retrieval.answering.extraction import (
    choose_sentences,
    order_under_titles,
    rank_sentences,
    refers_back,
    widen_quote,
)
from retrieval.domain import ArticleInfo, Hit, Passage, ScoredSentence, Sentence
from retrieval.encoder import WindowReading
from retrieval.index.lexical import extract_terms
from retrieval.search.query import Query, analyse_question

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from retrieval.answering.candidates import Candidate
    from retrieval.encoder import Window


def asked(text: str) -> Query:
    return analyse_question(
        text, terms=extract_terms, document_frequency=lambda found: dict.fromkeys(found, 1), size=100
    )


def hit(question: Query, *sentences: tuple[str, float], rest: float = 0.0, title: str = "") -> Hit:
    """Make a hit whose sentences have these scores, and whose passage adds the rest."""
    placed, text = [], ""
    for line, score in sentences:
        sentence = Sentence(len(text), len(text) + len(line), line)
        placed.append(ScoredSentence(sentence, score, 0.5, 0.5, question.match_answer_type(line)))
        text += f"{line} "
    passage = Passage("p", "a", 0, len(text) - 1, text[:-1], tuple(each.sentence for each in placed))
    best = max(score for _, score in sentences)
    return Hit(1, best + rest, passage, ArticleInfo("a", title), 0.4, 1.0, 0.6, 0.7, 0.8, tuple(placed))


class Fixed:
    """Finds that every sentence answers as well as any other, and how like the question the texts are that it knows."""

    def __init__(self, reads: float = 0.0, answers: float = 0.0, alike: Mapping[str, float] | None = None) -> None:
        self.reads, self.answers, self.alike = reads, answers, alike or {}

    def read(self, windows: Sequence[Window]) -> list[WindowReading]:
        return [WindowReading((self.reads,) * len(window.sentences), self.answers) for window in windows]

    def compare(self, text: str) -> float:
        return self.alike.get(text, 0.0)

    def liken(self, one: str, other: str) -> float:
        return float(one == other)


unlike = Fixed()


def quoted(found: Sequence[Candidate]) -> list[str]:
    return [candidate.scored.sentence.text for candidate in found]


# Candidates


def test_no_hits_have_no_candidates() -> None:
    assert rank_sentences(asked("Why?"), [], unlike) == []


def test_the_best_few_sentences_come_best_first() -> None:
    question = asked("What did the minister say?")

    found = rank_sentences(question, [hit(question, ("B.", 2), ("A.", 3)), hit(question, ("D.", 0), ("C.", 1))], unlike)

    assert quoted(found) == ["A.", "B.", "C.", "D."]


def test_a_sentence_already_quoted_comes_after_one_that_is_close() -> None:
    question = asked("What else did the minister say?")
    hits = [hit(question, ("The ferry sinks.", 5), ("The bridge opens.", 3), ("Hens lay.", 0))]

    found = rank_sentences(question, hits, unlike, already_quoted="Daily: “The ferry sinks.” [1]")

    assert quoted(found)[0] == "The bridge opens."


def test_a_sentence_with_the_kind_of_answer_wins_over_one_that_is_slightly_more_alike() -> None:
    question = asked("How many boats sank?")

    found = rank_sentences(question, [hit(question, ("The boats sank.", 10), ("Twelve boats sank.", 9))], unlike)

    assert quoted(found)[0] == "Twelve boats sank."


@pytest.mark.parametrize(("best", "is_read_on"), [(2.0, False), (0.0, True), (-5.0, False)])
def test_more_is_read_only_where_it_is_in_doubt_whether_the_best_answer(best: float, is_read_on: bool) -> None:
    question = asked("What did the minister say?")
    seen: list[Window] = []

    class Counts(Fixed):
        def read(self, windows: Sequence[Window]) -> list[WindowReading]:
            seen.extend(windows)
            return super().read(windows)

    rank_sentences(question, [hit(question, *((f"S{n}.", 9 - n) for n in range(20)))], Counts(best))

    assert (len(seen) > 1) == is_read_on


def test_a_better_passage_lifts_its_sentences() -> None:
    question = asked("What did the minister say?")

    found = rank_sentences(question, [hit(question, ("A.", 5)), hit(question, ("B.", 5), rest=10)], unlike)

    assert quoted(found) == ["B.", "A."]


def test_the_reader_decides_among_the_best_and_those_beside_them() -> None:
    question = asked("What did the minister say?")
    seen: list[Window] = []

    class KnowsTheFourth(Fixed):
        def read(self, windows: Sequence[Window]) -> list[WindowReading]:
            seen.extend(windows)
            return [
                WindowReading(tuple(8.0 * w.text[a:b].startswith("D") for a, b in w.sentences), 1.0) for w in windows
            ]

    hits = [hit(question, ("A.", 9), ("B.", 8), ("C.", 7), ("D.", 6.5), ("E.", 1), title="Harbour")]
    found = rank_sentences(question, hits, KnowsTheFourth())

    assert [(window.head, window.text) for window in seen] == [("Harbour", "A. B. C. D.")]
    assert (quoted(found)[0], found[0].reads, found[0].window_reads) == ("D.", 8.0, 1.0)


def test_only_the_first_hits_are_considered() -> None:
    question = asked("What did the minister say?")
    hits = [hit(question, ("A.", 1))] * extraction.READ_PASSAGES + [hit(question, ("Late.", 99))]

    assert "Late." not in quoted(rank_sentences(question, hits, unlike))


def test_a_question_in_an_article_answers_by_the_sentence_after_it() -> None:
    question = asked("How many boats sank?")

    found = rank_sentences(question, [hit(question, ("How many boats sank?", 9), ("Twelve.", 1))], unlike)[0]

    assert found.text == "How many boats sank? Twelve."
    assert found.has_answer_type


def test_a_question_that_nobody_answers_is_no_answer() -> None:
    question = asked("How many boats sank?")

    found = rank_sentences(question, [hit(question, ("Boats sank.", 1), ("How many?", 9), ("Why?", 9))], unlike)

    assert quoted(found) == ["Boats sank."]


def test_a_correction_notice_gives_way_to_the_article_and_answers_nothing_else() -> None:
    question = asked("How many goats were on the ferry?")
    notice = "Correction: An earlier version of this article said that 60 goats were on the ferry."
    elsewhere = "Correction: An earlier version of this article said that 60 hens were at the fair."

    first = rank_sentences(question, [hit(question, (notice, 9), ("There were 16 goats on the ferry.", 8))], unlike)[0]

    assert first.text == "There were 16 goats on the ferry."
    assert rank_sentences(question, [hit(question, (elsewhere, 9))], unlike) == []


# Companions


def test_a_place_may_be_in_a_sentence_near_by() -> None:
    question = asked("Where did the candid talks take place?")
    found = hit(question, ("Candid talks were held.", 9), ("The meeting was held at Diaoyutai.", 1), ("It rained.", 0))

    best = rank_sentences(question, [found], unlike)[0]

    assert best.scored.sentence.text == "Candid talks were held."
    assert best.nearby_answer
    assert best.nearby_answer.text == "The meeting was held at Diaoyutai."


@pytest.mark.parametrize(
    ("question", "sentences"),
    [
        ("Where did they meet?", ["They met in the town hall.", "They dined at Diaoyutai."]),
        ("Where did they meet?", ["They met.", "A.", "B.", "The dinner was held at Diaoyutai."]),
        ("Where did they meet?", ["They met.", "They shook hands."]),
        ("How many came?", ["They came.", "Twelve left."]),
        ("What did they say?", ["They met.", "The meeting was held at Diaoyutai."]),
    ],
    ids=["has the place itself", "too far", "none has it", "a number is no circumstance", "no kind asked for"],
)
def test_no_companion_where_none_is_needed_or_none_is_near(question: str, sentences: list[str]) -> None:
    understood = asked(question)
    scored = [(text, 90.0 - 30 * n) for n, text in enumerate(sentences)]

    assert rank_sentences(understood, [hit(understood, *scored)], unlike)[0].nearby_answer is None


# Signals


def test_signals_are_of_the_sentence_and_of_its_passage() -> None:
    question = asked("How many boats sank?")
    reader = Fixed(0.9, 0.7, {"The boats sank.": 0.3})
    (best,) = rank_sentences(question, [hit(question, ("The boats sank.", 1))], reader)

    signals = best.collect_signals(question, reader)

    assert (signals.reads, signals.window_reads, signals.cosine, signals.own_cosine) == (0.9, 0.7, 0.5, 0.3)
    assert signals.passage_coverage == 0.6
    assert (signals.answer_type_missing, signals.topic_words) == (1, 2)


def test_topic_words_stop_counting_for_confidence_at_some_point() -> None:
    question = asked(" ".join(f"word{n}" for n in range(200)))
    (best,) = rank_sentences(question, [hit(question, ("Unlike.", 1))], unlike)

    assert best.collect_signals(question, unlike).topic_words == MANY_WORDS


@given(st.floats(-10, 10), st.floats(-10, 10), st.floats(-1, 1), st.floats(0, 1))
def test_a_confidence_is_reached_as_often_as_it_is_estimated_to_be(
    reads: float, window_reads: float, cosine: float, needed: float
) -> None:
    question = asked("What did the minister say?")
    (best,) = rank_sentences(question, [hit(question, ("The bridge opens.", 3))], Fixed(reads, window_reads))

    reader = Fixed(alike={"The bridge opens.": cosine})
    confidence = estimate_confidence(best.collect_signals(question, reader))

    assert best.reaches(needed, question, reader) == (confidence >= needed)


def test_what_can_not_reach_a_confidence_is_not_compared() -> None:
    class NeverCompares(Fixed):
        def compare(self, text: str) -> float:
            raise AssertionError(text)

    question = asked("What did the minister say?")
    (best,) = rank_sentences(question, [hit(question, ("Hens lay.", 0))], Fixed(-10, -10))

    assert not best.reaches(0.6, question, NeverCompares())


# Order


def test_what_is_more_like_the_question_under_its_title_comes_first_and_scores_stay_in_their_places() -> None:
    question = asked("Why did the ferry stop?")
    found = rank_sentences(
        question, [hit(question, ("A.", 5), ("B.", 4.5), ("C.", 1), ("D.", 0), title="Ferry")], unlike
    )

    ordered = order_under_titles(found, Fixed(alike={"Ferry. B.": 0.4, "Ferry. A.": 0.1, "Ferry. D.": 1.0}))

    assert quoted(ordered) == ["B.", "A.", "C.", "D."]
    assert [each.score for each in ordered] == [each.score for each in found]


def test_what_is_too_far_behind_is_not_compared_under_its_title() -> None:
    question = asked("What did the minister say?")
    found = rank_sentences(question, [hit(question, ("A.", 5), ("B.", 1), title="Ferry")], unlike)

    assert quoted(order_under_titles(found, Fixed(alike={"Ferry. B.": 1.0}))) == ["A.", "B."]


# Choice


def chosen(*sentences: tuple[str, float]) -> list[str]:
    question = asked("What did the minister say?")
    return quoted(choose_sentences(rank_sentences(question, [hit(question, *sentences)], unlike)))


def test_one_clear_winner_is_quoted_alone() -> None:
    assert chosen(("The bridge is open.", 10), ("It rained.", 5)) == ["The bridge is open."]


def test_sentences_that_come_close_and_say_something_else_are_quoted_too() -> None:
    assert chosen(("The bridge is open.", 10), ("Ferries stopped.", 9.5), ("Tolls rose.", 9)) == [
        "The bridge is open.",
        "Ferries stopped.",
        "Tolls rose.",
    ]


def test_a_sentence_that_says_the_same_is_not_quoted_again() -> None:
    assert chosen(("The new bridge is open.", 10), ("The bridge is open now.", 9.9)) == ["The new bridge is open."]


def test_nothing_is_chosen_of_nothing() -> None:
    assert choose_sentences([]) == []


# Widening


@pytest.mark.parametrize(
    "sentence",
    [
        "He said so.",
        "It was the first meeting.",
        "“They left,” said Ann.",
        "But it failed.",
        "In addition, she resigned.",
        "That includes tariffs.",
        "Both agreed.",
        "The latter declined.",
        "As a result, their boats sank.",
    ],
)
def test_sentences_that_point_back_refer_back(sentence: str) -> None:
    assert refers_back(sentence)


@pytest.mark.parametrize(
    "sentence",
    ["Helen said so.", "Italy won.", "The minister left.", "Theirry left.", "But Ann stayed.", "In 2019 it sank.", ""],
)
def test_sentences_that_are_complete_do_not_refer_back(sentence: str) -> None:
    assert not refers_back(sentence)


@pytest.mark.parametrize(
    ("texts", "first"),
    [
        (["Ann came.", "Bob left."], 1),
        (["Ann came.", "She left."], 0),
        (["Ann came.", "She sat.", "She left."], 0),
        (["Ann came.", "She sat.", "She ate.", "She left."], 1),
        (["She left."], 0),
    ],
    ids=["complete", "refers back once", "refers back twice", "two at most", "nothing before"],
)
def test_a_quote_is_widened_to_where_it_can_be_understood(texts: list[str], first: int) -> None:
    sentences = [Sentence(n, n + 1, text) for n, text in enumerate(texts)]

    assert widen_quote(sentences[-1], sentences[:-1]) == sentences[first]


class KnowsOne(Fixed):
    """Finds that one sentence answers, and that the others hardly do."""

    def __init__(self, answering: str, others: float) -> None:
        super().__init__()
        self.answering, self.others, self.windows = answering, others, 0

    def read(self, windows: Sequence[Window]) -> list[WindowReading]:
        self.windows += len(windows)
        texts = [[window.text[span.start : span.end] for span in window.sentences] for window in windows]
        odds = [tuple(4.0 if each == self.answering else self.others for each in said) for said in texts]
        return [WindowReading(each, max(each)) for each in odds]


@pytest.mark.parametrize(("others", "first"), [(0.5, "Nine did."), (1.5, "Line 0 of many.")])
def test_where_the_best_few_are_not_surely_read_as_answers_more_are_read(others: float, first: str) -> None:
    question = asked("Who walked?")
    lines = [(f"Line {n} of many.", 5.0 - n / 10) for n in range(9)]
    reader = KnowsOne("Nine did.", others)
    found = rank_sentences(question, [hit(question, *lines, ("Nine did.", 4.05))], reader)
    assert found[0].text == first
