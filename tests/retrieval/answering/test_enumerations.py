from __future__ import annotations

import pytest

from retrieval.answering.enumerations import find_enumerations
from retrieval.domain import Sentence
from retrieval.text.passages import split_sentences

BULLETS = """The abbey opens three rooms.

The rooms are:

- the scriptorium, with its two stoves
- the brewhouse
- the night stair

Tickets cost nine crowns."""
NUMBERED = """**What to do in a flood**

1. Carry the flour upstairs.
2. Open the sluice. Do not
   stand below it.
3. Ring the bell.

The bell hangs in the mill."""
RUNNING = (
    "The miller set out why he would leave. First, the river has moved. It moved in a night. Second, the stones are "
    "worn. He also misses the sea. And finally, nobody bakes. The mill will be let in May."
)
PARALLEL = (
    "There is much that I leave undone. I will not mend the weir. I won't sell the boats, whatever they cost. I shall "
    "not stand again. The weir can wait."
)


def list_quotes(text: str) -> list[str]:
    sentences = [Sentence(s.start, s.end, text[s.start : s.end]) for s in split_sentences(text)]
    return [text[each.span.start : each.span.end] for each in find_enumerations(text, sentences)]


def test_a_list_block_is_taken_whole_with_the_line_that_announces_it() -> None:
    assert list_quotes(BULLETS) == [BULLETS[BULLETS.index("The rooms are:") : BULLETS.index("\n\nTickets")]]


def test_numbered_steps_end_with_the_last_one() -> None:
    (quote,) = list_quotes(NUMBERED)

    assert quote.startswith("1. Carry the flour")
    assert quote.endswith("3. Ring the bell.")


def test_items_that_run_on_go_from_first_to_finally() -> None:
    (quote,) = list_quotes(RUNNING)

    assert quote.startswith("First, the river")
    assert quote.endswith("And finally, nobody bakes.")


def test_sentences_that_open_alike_are_items() -> None:
    (quote,) = list_quotes(PARALLEL)

    assert quote.startswith("I will not mend")
    assert quote.endswith("I shall not stand again.")


@pytest.mark.parametrize(
    "text",
    [
        "Rain fell. The river rose. Nobody was hurt.",
        "The first ferry left at six. The weather was fair. Ida Holm steered it. She waved. The second one was late.",
        "- a single line\n\nThat was all.",
        "I will go home. He will stay.",
        "The council mended the weir. It also bought a boat. Rain fell.",
    ],
)
def test_plain_sentences_enumerate_nothing(text: str) -> None:
    assert list_quotes(text) == []


def test_a_short_table_is_an_enumeration_with_the_names_of_its_columns() -> None:
    table = "| Passenger | Fare |\n| --- | --- |\n| Adult | 40 crowns |\n| Dog | 5 crowns |"

    assert list_quotes(f"Fares rise in May.\n\n{table}\n\nThe ferry sails at nine.") == [table]
