import pytest

from retrieval.answering.next_questions import find_people, make_questions
from retrieval.answering.suggestions import SuggestionCandidate, suggest_questions
from retrieval.domain import Answer, Citation


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The lock was reopened on 4 June, a week late.", "When was the lock reopened?"),
        ("On 4 June the lock was reopened.", "When was the lock reopened?"),
        ("The new library will open on Monday 4 June.", "When will the new library open?"),
        ("The choir sang at Saint Olave.", "Where did the choir sing?"),
        ("The ferry stopped in March 2024.", "When did the ferry stop?"),
        ("The council tried the case in 1998.", "When did the council try the case?"),
        ("The mill was closed because the river rose.", "Why was the mill closed?"),
        ("About 140 people slept in the school.", "How many people slept in the school?"),
        ("Seventeen of the 60 boats were lost.", "How many of the 60 boats were lost?"),
        ("The new roof will cost about 40,000 crowns.", "How much will the new roof cost?"),
        ("The union wants nine per cent.", "What does the union want?"),
        ("Mrs Lind won the seat by nine votes.", "Who won the seat by nine votes?"),
        ("Ada Lind, the harbour master, opened the new quay.", "Who opened the new quay?"),
    ],
)
def test_a_sentence_asks_what_it_says_in_its_own_words(sentence: str, question: str) -> None:
    assert list(make_questions(sentence, {"Lind"}))[:1] == [question]


@pytest.mark.parametrize(
    "sentence",
    [
        "It was reopened on 4 June.",
        "The lock was reopened yesterday.",
        "“The lock was reopened on 4 June.”",
        "The lock that he built was reopened on 4 June.",
        "Three years passed.",
        "Veldmouth Rovers won the cup by two goals.",
        "President Biden’s relations with China started off on a rocky note.",
        "| Lock | reopened on 4 June |",
        "Was the lock reopened on 4 June?",
        "",
    ],
)
def test_of_what_does_not_stand_alone_nothing_is_asked(sentence: str) -> None:
    assert list(make_questions(sentence)) == []


def test_people_are_known_by_their_title_or_their_age() -> None:
    assert find_people("Dr. Nuray Kell spoke. Tom Ash, 58, was silent. Saint Olave stood.") == {"Kell", "Ash"}


def answered(question: str, *, start: int = 0, sure: bool = True, article_id: str = "a") -> Answer:
    cited = Citation(1, article_id, "T", "", None, "", "", "q", start, start + 10)
    return Answer(question, "“q” [1]", (cited,), False, 0.9 if sure else 0.7, "extractive", 0.0)


CANDIDATES = [
    SuggestionCandidate("When was the lock reopened?", "a", 0, 10),
    SuggestionCandidate("When did the ferry stop?", "a", 0, 10),
    SuggestionCandidate("Who opened the quay?", "a", 0, 10),
]


def test_two_questions_are_suggested_that_their_own_sentences_answer_for_certain() -> None:
    assert suggest_questions(CANDIDATES, answered, asked=[]) == [
        "When was the lock reopened?",
        "When did the ferry stop?",
    ]


def test_what_was_asked_is_not_suggested_in_whatever_words() -> None:
    assert suggest_questions(CANDIDATES, answered, asked=["when was it that the lock reopened"])[0] == (
        "When did the ferry stop?"
    )


@pytest.mark.parametrize("wrong", [{"sure": False}, {"start": 50}, {"article_id": "b"}])
def test_what_is_answered_otherwise_is_not_suggested(wrong: dict[str, object]) -> None:
    assert suggest_questions(CANDIDATES, lambda question: answered(question, **wrong), asked=[]) == []  # type: ignore[arg-type]


def test_no_question_is_asked_when_the_time_is_over() -> None:
    def ask(question: str) -> Answer:
        raise AssertionError(question)

    assert suggest_questions(CANDIDATES, ask, asked=[], stopped=lambda: True) == []
