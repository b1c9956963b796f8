from bot.evaluation.results import EvidenceSpan
from tests.benchmarks import sets
from tests.benchmarks.halves import assign_halves, find_half

SEVERAL = {
    "id": "lake",
    "question": "Which lake?",
    "answerable": True,
    "answers": ["Seerhein", "Lake Rhine"],
    "evidence": [
        {"article_id": "Rhine", "start": 10, "end": 18},
        {"article_id": "Rhine", "start": 21, "end": 31},
        {"article_id": "Rhine", "start": 10, "end": 18},
    ],
    "evidence_sentence": [{"article_id": "Rhine", "start": 0, "end": 40}],
    "tags": ["extractive"],
}


def test_places_of_one_answer_are_alternatives_and_count_once() -> None:
    gold = sets.question(SEVERAL).gold

    assert gold.evidence == ((EvidenceSpan("Rhine", 10, 18), EvidenceSpan("Rhine", 21, 31)),)
    assert gold.sentences == ((EvidenceSpan("Rhine", 0, 40),),)
    assert gold.articles == (("Rhine",),)


def test_an_answer_whose_place_is_known_is_expected_in_the_text() -> None:
    golden = sets.question(SEVERAL).golden

    assert (golden.answer, golden.refuses, golden.tags) == (("Seerhein", "Lake Rhine"), None, ("extractive",))


def test_an_answer_without_a_place_is_a_summary_that_no_text_repeats() -> None:
    broad = {
        "id": "b",
        "question": "Measures?",
        "answerable": True,
        "answers": ["Much."],
        "evidence_articles": ["1", "2"],
    }

    asked = sets.question(broad)

    assert (asked.golden.answer, asked.golden.expects) == ((), False)
    assert (asked.gold.answers, asked.gold.articles, asked.gold.evidence) == (("Much.",), (("1",), ("2",)), ())


def test_what_the_articles_do_not_answer_is_to_be_refused() -> None:
    asked = sets.question({"id": "n", "question": "Who?", "answerable": False, "answers": [], "evidence": []})

    assert (asked.golden.refuses, asked.gold.answerable) == (True, False)


def test_a_question_goes_with_the_half_of_its_evidence_or_of_what_is_ranked_first() -> None:
    assigned = assign_halves(["Amazon", "Rhine"])
    without = sets.question({"id": "n", "question": "Who?", "answerable": False})

    assert find_half(sets.question(SEVERAL).gold, "Amazon", assigned) == "held-out"
    assert find_half(without.gold, "Amazon", assigned) == "calibration"
    assert find_half(without.gold, "Rhine", assigned) == "held-out"
