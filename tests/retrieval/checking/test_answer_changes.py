import pytest

from retrieval.checking.answer_changes import find_change
from retrieval.index.lexical import extract_terms
from retrieval.search.query import Query, analyse_question


def read_question(text: str) -> Query:
    return analyse_question(text, terms=extract_terms, document_frequency=lambda _: {}, size=10)


@pytest.mark.parametrize(
    ("question", "known", "new", "change"),
    [
        ("How many died in the fire?", "Seven people died in the fire.", "Nine people died in the fire.", "figure"),
        ("How many died in the fire?", "Seven people died.", "The dead of the fire are 7 people.", ""),
        ("How many died in the fire?", "7 people died.", "The number of dead rose from 7 to 9, police said.", "figure"),
        ("How many died in the fire?", "9 people died.", "Nine people died, two more than 7 as reported.", ""),
        ("How many died in the fire?", "Seven people died.", "Forty firemen fought the fire.", ""),
        ("When does it open?", "It opens on 14 March.", "It opens on 2 May and not on 14 March.", "day"),
        ("When does it open?", "It opens on 14 March.", "From 14 March on, all may come.", ""),
        ("Who leads the port?", "Ida Nord leads the port.", "Per Holm leads the port from today.", "name"),
        ("Who leads the port?", "Ida Nord leads the port.", "Nord, who leads the port, met Per Holm.", ""),
        ("Where is it held?", "It is held in Tolvik.", "It is held in Linmere and not in Tolvik.", "name"),
        ("Is the pool open?", "The pool is open.", "The pool is not open.", "denial"),
        ("Is the pool open?", "The pool is open.", "The pool is open again without limits.", ""),
        ("Is the pool open?", "The pool is open again.", "The pool is closed for a week.", "status"),
        ("Did Nord know of the leak?", "Nord knew of the leak.", "Nord did not know of the leak.", "denial"),
        ("Will Holm keep the ward?", "Holm will not keep the ward.", "Holm's ward closes, for no doctor came.", ""),
    ],
)
def test_another_fact_in_the_place_of_the_known_one_is_a_change(
    question: str, known: str, new: str, change: str
) -> None:
    assert find_change(read_question(question), known, new) == change


def test_what_the_known_articles_say_is_not_new() -> None:
    query = read_question("How many boats were counted?")

    assert find_change(query, "Ten boats were counted.", "Twelve boats were counted.") == "figure"
    assert not find_change(
        query, "Ten boats were counted.", "Twelve boats were counted.", background="Twelve boats lay there on Monday."
    )
