from __future__ import annotations

import pytest

from retrieval.answering.rebuttals import find_inseparable, is_correction, rebuts
from retrieval.domain import Sentence
from retrieval.text.passages import split_sentences


def quoted(text: str, wanted: str) -> str:
    """Return what is quoted together with the sentence that begins with the wanted words."""
    sentences = [Sentence(s.start, s.end, text[s.start : s.end]) for s in split_sentences(text)]
    place = next(n for n, each in enumerate(sentences) if each.text.startswith(wanted))
    first, last = find_inseparable(text, sentences, place)
    return text[sentences[first].start : sentences[last].end]


@pytest.mark.parametrize(
    "sentence",
    [
        "They had not.",
        "It hasn’t, according to the bank.",
        "The choir did not.",
        "The harbour office says it will not.",
        "She did.",
        "Not so, said the vet.",
        "No.",
        "That is incorrect.",
        "The figure was wrong.",
        "Both reports proved to be false.",
        "The ministry said this was not true.",
        "None of it is true.",
        "The airline has denied this.",
        "A spokesman dismissed the claims as gossip.",
        "The vicar called the story “pure nonsense”.",
        "There is no evidence for that.",
        "No such letter was ever written.",
        "It never happened.",
        "Verdict: half true.",
    ],
)
def test_a_sentence_that_denies_or_rates_one_before_it_is_known(sentence: str) -> None:
    assert rebuts(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The council rejected the plan.",
        "He said it was wrong to close the school.",
        "It was, however, the first of its kind.",
        "She did not attend the dinner.",
        "The museum is not open on Mondays.",
        "There is no such thing as a free lunch.",
        "",
    ],
)
def test_a_sentence_that_stands_for_itself_denies_none(sentence: str) -> None:
    assert not rebuts(sentence)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Neighbours claimed that the brewery had closed. It has not.", "Neighbours"),
        ("Neighbours claimed that the brewery had closed. It has not.", "It has not"),
        ("Posts said the pier had burned. They were shared in Oslo and Bergen. None of it is true.", "Posts"),
        ("Radio Tarn said the pool would close. The mayor said the pool would not close.", "Radio"),
        ("The paper said Eva Lund was the heir. In fact it is her brother.", "The paper"),
        ("The gate was left open, the widow said.\n\nThe railway denied it.", "The gate"),
        ("Claim: The lake is poisoned.\nVerdict: False. Bathers were tested twice.", "Claim"),
        ("Claim: The lake is poisoned.\nVerdict: False. Bathers were tested twice.", "Verdict"),
        ("A rumour says the ox has run off. The vet said no ox has run off.", "A rumour"),
        ("Will the mill reopen? No. The wheel is broken.", "Will the mill"),
        ("**Editor:** Will you sell? **Baker:** Never, I said so before.", "**Baker"),
        ("Q: Why now?\nA: Flour is dear.", "Q: Why"),
        ("Myth: Cats see nothing at night.\nFact: They see six times as well as people.", "Myth"),
    ],
)
def test_a_claim_and_what_is_said_against_it_are_quoted_together(text: str, wanted: str) -> None:
    assert quoted(text, wanted) == text


def test_what_is_said_to_be_false_is_quoted_with_what_explains_it() -> None:
    text = "The mill is busy. Reports of a sale are untrue. A buyer had only asked for the way. It rained."

    assert quoted(text, "A buyer") == "Reports of a sale are untrue. A buyer had only asked for the way."
    assert quoted(text, "It rained") == "It rained."


def test_a_correction_is_quoted_to_its_end() -> None:
    notice = (
        "Correction: An earlier version of this article said that 60 goats had escaped. There were 16. We are sorry."
    )
    text = f"Goats were seen in Tarn.\n\n{notice}\n\nThe fair opens on Friday."

    assert {quoted(text, wanted) for wanted in ("Correction", "There were", "We are")} == {notice}
    assert quoted(text, "The fair") == "The fair opens on Friday."


def test_what_an_interviewer_says_is_quoted_with_the_reply() -> None:
    text = "Q: Are you sad? A: No, not at all, and I never was. Q: You wept. Everybody saw it. A: It was flour."

    assert quoted(text, "Q: You wept") == "Q: You wept. Everybody saw it. A: It was flour."


def test_a_verdict_is_quoted_with_its_reason() -> None:
    text = "**Claim:** Eels fly.\n(A leaflet)\n**Verdict: False.** They swim. Other claims follow."

    assert quoted(text, "**Claim").endswith("They swim.")
    assert quoted(text, "They swim") == quoted(text, "**Claim")


def test_a_bare_denial_is_quoted_with_what_is_true_instead() -> None:
    text = "The paper said that the inn was sold. That was wrong. The inn is let.\n\nIt rained."

    assert quoted(text, "That was") == "The paper said that the inn was sold. That was wrong. The inn is let."
    assert not quoted(text, "The inn is").endswith("It rained.")


def test_what_is_said_of_the_next_claim_is_not_quoted_with_this_one() -> None:
    text = "Some said the bear was dead. Others said it had left. That was wrong."

    assert quoted(text, "Some") == "Some said the bear was dead."


def test_sentences_that_say_different_things_are_quoted_apart() -> None:
    text = "The bridge opened on Monday. It cost nine million euros. Trams cross it twice an hour."

    assert quoted(text, "The bridge") == "The bridge opened on Monday."


@pytest.mark.parametrize(
    ("sentence", "corrects"),
    [
        ("Correction (3 May): the pool is 25 metres long.", True),
        ("This article was amended on 4 May.", True),
        ("An earlier version of this story gave the wrong age.", True),
        ("The correction of the river took ten years.", False),
    ],
)
def test_a_notice_is_known_by_what_it_speaks_of(sentence: str, corrects: bool) -> None:
    assert is_correction(sentence) is corrects
