from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.conversation.sides import MOST_SIDES, find_sides, opposes_sides

NAMED = {
    "How do the miller and the baker differ on the weir?": ("the miller", "the baker"),
    "What is the difference between the old and the new lock?": ("the old lock", "the new lock"),
    "Which is dearer, the ferry or the tram?": ("the ferry", "the tram"),
    "Where is rent higher, in Tarn or in Holm?": ("Tarn", "Holm"),
    "Which village grew most, Tarn, Holm or Aas?": ("Tarn", "Holm", "Aas"),
    "Tarn vs. Holm, who has more boats?": ("Tarn", "Holm"),
    "Compare the budget of 2021 with that of 2022.": ("the budget of 2021", "the budget of 2022"),
    "similarities between the floods of 1954 and 2013": ("the floods of 1954", "the floods of 2013"),
    "Was the strike of the bakers longer than the one in Holm?": (
        "the strike of the bakers",
        "the strike of bakers in Holm",
    ),
    "Do the farmers want the same thing as the fishermen?": ("the farmers", "the fishermen"),
    "How many marched, according to the police and the union?": ("the police", "the union"),
    "Are there contradictions between what the pilot said and what the harbour said?": (
        "what the pilot said",
        "what the harbour said",
    ),
    "What did the miller say and what did the baker say about the weir?": (
        "What did the miller say",
        "What did the baker say about the weir",
    ),
}

NAMED |= {
    "The owner says forty visitors came, the council says ten. Who is right?": ("The owner", "the council"),
    "How much did the old weir cost and how much the new one?": (
        "How much did the old weir cost",
        "how much the new one",
    ),
    "Did the mill's forecast match what it told its weavers?": ("the mill's forecast", "what it told its weavers"),
    "Did Holm and Aas blame the same thing for the flood?": ("Holm", "Aas"),
    "Did the figures in the morning and in the evening agree?": ("the morning", "the evening"),
    "Did Tarn Wanderers or Holm City win more games?": ("Tarn Wanderers", "Holm City"),
    "Ada Voss versus Ida Berg - what did each of them get?": ("Ada Voss", "Ida Berg"),
    "How does the mill's bonus sit with what its weavers were told on 3 May?": (
        "the mill's bonus",
        "what its weavers were told on 3 May",
    ),
    "Compare her speech in March with what she wrote in May.": ("her speech in March", "what she wrote in May"),
    "How many saw the race, going by the mill and going by the port?": ("the mill", "the port"),
    "Barge or train? Where do Voss and Berg stand on that?": ("Voss", "Berg"),
    "Voss in March and the mill in May on the strike, what did each say?": ("Voss in March", "the mill in May"),
    "The miller says the weir leaks. Does his neighbour agree?": ("The miller", "his neighbour"),
    "Holm was promised a new lock. Does that square with what the port says now?": (
        "Holm was promised a new lock",
        "what the port says now",
    ),
}

UNNAMED = [
    "What do the two articles say about the weir?",
    "Do the articles agree on the number of boats at Tarn and Holm?",
    "What does each report say on whether Holm and Lind met?",
    "How do the two candidates differ on housing?",
    "Which reports differ?",
    "Did she say so before her visit or during it?",
]


@pytest.mark.parametrize(("text", "sides"), NAMED.items())
def test_sides_are_found_where_a_question_names_them(text: str, sides: tuple[str, ...]) -> None:
    assert find_sides(text) == sides


@pytest.mark.parametrize("text", UNNAMED)
def test_a_question_about_the_articles_themselves_names_no_sides(text: str) -> None:
    assert find_sides(text) == ()


@pytest.mark.parametrize(
    ("text", "opposes"),
    [
        ("Compare the old mill with the new one.", True),
        ("How does the price of oats compare with last year's?", True),
        ("How many sheep according to the farmer, and how many according to the vet?", True),
        ("Does the mill's account tally with the weaver's?", True),
        ("How did the miller and the baker each get by?", True),
        ("How many saw it, going by the mill and going by the port?", True),
        ("Do the miller and the vet agree that the weir leaks?", True),
        ("On what do the miller and the vet disagree?", True),
        ("Did the miller and the vet agree to mend the weir?", False),
        ("What did each of the millers say?", False),
        ("Where do Ada Voss and Ida Berg live?", False),
        ("Can goods be compared on the site?", False),
    ],
)
def test_a_question_that_opposes_sides_in_so_many_words_is_known(text: str, opposes: bool) -> None:
    assert opposes_sides(text) == opposes


@given(
    st.lists(st.sampled_from(["compare", "the mill", "and", "or", "than", "one", "vs", "between", ",", "?", "of", "A"]))
)
def test_any_text_has_no_sides_or_a_few_different_ones(words: list[str]) -> None:
    sides = find_sides(" ".join(words))

    assert len(sides) in {0, *range(2, MOST_SIDES + 1)}
    assert len(set(sides)) == len(sides)
