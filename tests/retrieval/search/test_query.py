from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.index.lexical import extract_terms
from retrieval.search.query import Query, analyse_question, compute_idf

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def asked(
    text: str,
    *,
    counts: Mapping[str, int] | None = None,
    size: int = 1000,
    frequency: Callable[[str], float] = lambda _: 0.0,
) -> Query:
    known = counts or {}
    return analyse_question(
        text,
        terms=extract_terms,
        document_frequency=lambda found: {term: known.get(term, 0) for term in found},
        size=size,
        frequency=frequency,
    )


# Kinds of answers


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What percentage of the children was protected?", "percentage"),
        ("what does phb stand for", "long form"),
        ("What is PHB short for?", "long form"),
        ("What does Boone stand for?", None),
        ("What share of the votes did she get?", "percentage"),
        ("How much money did the bridge cost?", "amount"),
        ("How much did the bridge cost?", "amount"),
        ("What was the price of the violin?", "amount"),
        ("How much was the baker fined?", "amount"),
        ("How much is the ferry fare?", "amount"),
        ("How much did the price of bread rise?", "quantity"),
        ("How many boats were there?", "count"),
        ("How old is the comet?", "age"),
        ("What is the population of Ghana?", "count"),
        ("How much ice has melted?", "quantity"),
        ("How long did the talks last?", "quantity"),
        ("What is the speed of the train?", "quantity"),
        ("When did the talks begin?", "time"),
        ("Since when have they met?", "time"),
        ("In which year did the ferry sink?", "time"),
        ("How long ago was it?", "time"),
        ("Where did the talks take place?", "place"),
        ("In which city did they meet?", "place"),
        ("Which country borders it?", "place"),
        ("Who opened the bridge?", "person"),
        ("Whose violin was it?", "person"),
        ("Which company sells chips?", "person"),
        ("Why did the ship run aground?", "reason"),
        ("What caused the frost?", "reason"),
        ("What is the goal of the visit?", "reason"),
        ("What did the minister say?", None),
        ("Tell me about the bridge", None),
        ("", None),
    ],
)
def test_a_question_asks_for_a_kind_of_answer(question: str, kind: str | None) -> None:
    found = asked(question).answer_type

    assert (found.name if found else None) == kind


@pytest.mark.parametrize(
    ("question", "sentence", "fit"),
    [
        ("Where did they meet?", "They met in the town hall.", 1.0),
        ("Where did they meet?", "Talks were held at Diaoyutai.", 1.0),
        ("Where did they meet?", "It rained in Vienna.", 0.5),
        ("Where did they meet?", "They shook hands.", 0.0),
        ("Where in Vienna did they go?", "They walked in Vienna.", 0.0),
        ("What does PHB stand for?", "The Port Health Board (PHB) met.", 1.0),
        ("What is PHB short for?", "The PHB (Port Health Board) met.", 1.0),
        ("What does PHB stand for?", "The PHB met.", 0.0),
        ("How many boats sank?", "Twelve boats sank.", 1.0),
        ("How many boats sank?", "12 boats sank.", 1.0),
        ("How many boats sank?", "The boats sank.", 0.0),
        ("How many of the 12 boats sank?", "There were 12 boats.", 0.0),
        ("When did it rain?", "It rained on Monday.", 1.0),
        ("When did it rain?", "It rained in June 2023.", 1.0),
        ("When did it rain?", "It rained a lot.", 0.0),
        ("What happened in 2019, and when did it end?", "That was in 2019.", 0.0),
        ("What percentage voted?", "Some 77 percent voted.", 1.0),
        ("What percentage voted?", "Half of them voted.", 1.0),
        ("What percentage voted?", "77 people voted.", 0.0),
        ("How much did it cost?", "It cost nine million dollars.", 1.0),
        ("How much did it cost?", "It cost 9 million dollars.", 1.0),
        ("How much did it cost?", "It cost €9.", 1.0),
        ("How much did it cost?", "It cost 9 lives.", 0.0),
        ("How much did it cost?", "The tram depot was built for 40 million złotys.", 1.0),
        ("How much did it cost?", "They handed over 70 Norwegian kroner.", 1.0),
        ("How much did it cost?", "The bill came to SEK 300.", 1.0),
        ("How much did it cost?", "At 1,200 Kč it was a bargain.", 1.0),
        ("How much did it cost?", "Tickets are ₦500 at the door.", 1.0),
        ("How much did it cost?", "He paid the dragon a fee of 30 galleons.", 1.0),
        ("How much did it cost?", "Entry is free of charge.", 1.0),
        ("How much did it cost in crowns?", "It cost 41 million crowns.", 1.0),
        ("How much did it cost?", "It cost two people 12 weeks of work.", 0.0),
        ("How much did it cost?", "The price rose by 12 per cent in 9 years.", 0.0),
        ("Who won in Lodz?", "Nobody did in Łódź.", 0.0),
        ("Who won?", "In the end Łucja won.", 1.0),
        ("How old is the captain?", "The captain, 61, was on a two-day visit.", 1.0),
        ("How old is the captain?", "The captain was on a two-day visit.", 0.0),
        ("Who opened it?", "The minister, Ida Holm, opened it.", 1.0),
        ("Who opened it?", "it was opened.", 0.0),
        ("Why did it sink?", "It sank because of a leak.", 1.0),
        ("Why did it sink?", "It sank.", 0.0),
        ("What did it say?", "In Vienna, 12 percent left in 2019.", 0.0),
    ],
)
def test_a_sentence_fits_when_it_holds_that_kind_in_other_words_than_the_question(
    question: str, sentence: str, fit: float
) -> None:
    assert asked(question).match_answer_type(sentence) == fit


@pytest.mark.parametrize(
    ("question", "required"),
    [
        ("How many came?", True),
        ("What percentage came?", True),
        ("How much did it cost?", True),
        ("Where was it?", False),
        ("When was it?", False),
        ("Who came?", False),
        ("What came?", False),
    ],
)
def test_only_numbers_amounts_and_percentages_are_indispensable(question: str, required: bool) -> None:
    assert asked(question).requires_answer_type is required


# Words


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Where did the talks take place?", {"talk"}),
        ("What happened at the harbour?", {"harbour"}),
        ("What kind of boats were seen?", {"boat", "seen"}),
        ("What is the name of the ship?", {"ship"}),
        ("Can you tell me who opened the bridge?", {"open", "bridg"}),
        ("According to the article, who opened the bridge?", {"open", "bridg"}),
        ("What do the articles say about bridges?", {"say", "bridg"}),
        ("What happened?", {"happen"}),
        ("Who are you?", set()),
        ("the of and", set()),
        ("?!", set()),
        ("🙂", set()),
        ("", set()),
    ],
)
def test_frames_and_stop_words_are_no_topic(question: str, topic: set[str]) -> None:
    assert set(asked(question).weights) == topic


def test_stop_words_are_searched_for_all_the_same() -> None:
    assert asked("to be or not to be").counts == {"to": 2, "be": 2, "or": 1, "not": 1}


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Where did Qin meet Antony Blinken?", {"qin", "antoni", "blinken"}),
        ("Ministers met?", set()),
        ("What happened on 27 June 2023?", {"27", "june", "2023"}),
        ("How did 3.5 become 4?", {"3", "5", "4"}),
        ("What did “Xi” say?", {"xi"}),
        ("What did I do?", set()),
    ],
)
def test_names_are_capitalised_words_but_the_first_and_numbers(question: str, names: set[str]) -> None:
    assert asked(question).names == names


def test_pairs_are_neighbours_of_which_one_has_a_topic() -> None:
    question = asked("Who is the spy of the balloon", counts={"spi": 10, "balloon": 1, "the": 900, "of": 800})

    assert set(question.pairs) == {("the", "spi"), ("spi", "of"), ("the", "balloon")}
    assert question.pairs["the", "balloon"] == pytest.approx(compute_idf(900, 1100))


def test_shares_are_of_weight_and_of_order() -> None:
    question = asked("spy balloon shot", counts={"spi": 10, "balloon": 10, "shot": 10})

    assert question.measure_coverage({"balloon", "other"}) == pytest.approx(1 / 3)
    assert question.measure_coverage({"spi", "balloon", "shot"}) == 1
    assert question.measure_pair_share(["spi", "balloon", "fell"]) == pytest.approx(1 / 2)
    assert question.measure_pair_share(["balloon", "spi"]) == 0
    assert question.sum_pair_weights(["spi", "balloon", "shot"]) == pytest.approx(sum(question.pairs.values()))


def test_a_question_without_topic_or_names_covers_nothing_and_lacks_no_name() -> None:
    question = asked("who are you")

    assert (
        question.measure_coverage({"you"}),
        question.measure_pair_share(["who", "are"]),
        question.measure_name_share([]),
    ) == (0, 0, 1)


def test_names_count_alike() -> None:
    assert asked("Did Blinken meet Xi in 2023?").measure_name_share({"xi", "2023"}) == pytest.approx(2 / 3)


# Weights


def test_rarer_terms_weigh_more() -> None:
    weights = asked("boats near lighthouse", counts={"boat": 500, "near": 100, "lighthous": 3}).weights

    assert weights["boat"] < weights["near"] < weights["lighthous"]


def test_in_a_small_archive_an_absent_common_word_weighs_less_than_an_absent_rare_one() -> None:
    english = {"people": 1e-3, "isotope": 1e-7}

    weights = asked("people isotope", size=10, frequency=lambda word: english[word]).weights

    assert weights["peopl"] < 0.7 * weights["isotop"]


def test_in_a_large_archive_the_prior_hardly_matters() -> None:
    english = {"people": 1e-3, "isotope": 1e-7}
    counts = {"peopl": 500, "isotop": 500}

    weights = asked("people isotope", counts=counts, size=100_000, frequency=lambda word: english[word]).weights

    assert weights["peopl"] == pytest.approx(weights["isotop"], rel=0.02)


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_inverse_document_frequency_is_positive_and_falls(one: int, other: int) -> None:
    fewer, more = sorted((one, other))

    assert compute_idf(fewer, 1000) >= compute_idf(more, 1000) > 0


@given(st.text(max_size=60), st.text(max_size=60))
def test_every_share_of_any_question_and_text_is_a_share(question: str, text: str) -> None:
    understood, found = asked(question), extract_terms(text)

    shares = (
        understood.measure_coverage(found),
        understood.measure_pair_share(found),
        understood.measure_name_share(found),
        understood.match_answer_type(text),
    )

    assert all(0 <= share <= 1 for share in shares)
    assert understood.text == question
