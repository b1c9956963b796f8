import pytest

from retrieval.answering.next_questions import find_names, find_people, make_questions
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


NAMES = {"Norland", "Sund", "Kell"}


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The two towns agreed to share the ferry, and the mayor was glad.", "What did the two towns agree to do?"),
        ("Norland wants to limit the export of salt.", "What does Norland want to do?"),
        ("Norland’s embassy aims to open three offices.", "What does Norland’s embassy aim to do?"),
        ("Kell called on Norland to lower the tolls.", "What did Kell call on Norland to do?"),
        ("In addition, Kell urged the council not to sell the mill.", "What did Kell urge the council to do?"),
        ("Norland sees the strait as a lake of its own.", "How does Norland see the strait?"),
        ("Norland responded to the new tolls by closing the port.", "How did Norland respond to the new tolls?"),
        ("Officials say the main aim of Kell’s visit is to end the strike.", "What is the main aim of Kell’s visit?"),
        (
            "The main issues between the two towns which many expected include the ferry and the tolls.",
            "What are the main issues between the two towns?",
        ),
        (
            "Mr Kell is the oldest member of the council since Ruth Alm left.",
            "Who is the oldest member of the council?",
        ),
    ],
)
def test_intentions_goals_and_reactions_are_asked_for(sentence: str, question: str) -> None:
    assert question in list(make_questions(sentence, {"Kell"}, NAMES))


@pytest.mark.parametrize(
    "sentence",
    [
        "They agreed to share the ferry.",
        "Nobody wants to be late.",
        "Norland wants to be heard.",
        "The aim of it is not clear.",
        "Winter responded by itself with snow.",
    ],
)
def test_of_intentions_without_a_known_subject_nothing_is_asked(sentence: str) -> None:
    assert list(make_questions(sentence, (), NAMES)) == []


def test_names_are_words_with_a_capital_inside_a_sentence() -> None:
    assert find_names("Salt came from Norland. Winter was late, said the US and Sund’s mayor.") == {
        "Norland",
        "US",
        "Sund",
    }


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
