from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from retrieval import answer_question
from retrieval.domain import Article
from retrieval.index import Library
from retrieval.search.first_person import find_author, speaks_for_author

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.encoder import SentenceEncoder

SPEECH = (
    "Friends, I grew up over a bakery in Mill Lane. My mother sold rye bread for forty years. I ask you for one thing: "
    "we must dredge the canal before the frost comes. I will spend no money on statues. Our schools need roofs."
)
REPORT = (
    "The council met on Monday. Councillor Vera Lindholm spoke for an hour. “I ask for your votes,” said "
    "the councillor. Statues were not discussed."
)


@pytest.mark.parametrize(
    ("question", "author", "named"),
    [
        ("According to Councillor Lindholm, what must be dredged?", "Vera Lindholm", "Councillor Lindholm"),
        ("What did Vera Lindholm's mother sell?", "Vera Lindholm", "Vera Lindholm"),
        ("what did vera lindholm say", "Vera Lindholm", "vera lindholm"),
        ("What did Łukasz Żak want?", "Lukasz Zak", "Łukasz Żak"),
        ("What did Zak want?", "Łukasz Żak", "Zak"),
        ("What does Holm think?", "Ida Berg and Nils Holm", "Holm"),
        ("What did Vera Brandt say?", "Vera Lindholm", ""),
        ("What is a lindholm-style roof?", "Vera Lindholm", ""),
        ("What did he say?", "", ""),
    ],
)
def test_a_question_names_an_author_by_surname(question: str, author: str, named: str) -> None:
    assert find_author(question, author) == named


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        (SPEECH, True),
        (REPORT, False),
        ("“I was there,” she said. " * 5, False),
        ("Q: Were you there?\nA: I was, and my dog.\nQ: What did you see?\nA: I saw what I saw.", False),
        ("The US sent help. The US, the UK and the US again.", False),
        ("", False),
    ],
)
def test_a_text_speaks_for_its_author_in_the_first_person_outside_quotations(text: str, speaks: bool) -> None:
    assert speaks_for_author(text) == speaks


def test_the_author_of_a_speech_is_who_says_i(encoder: SentenceEncoder, tmp_path: Path) -> None:
    with Library.open(tmp_path / "council", encoder=encoder, create=True) as library:
        library.ingest(
            [
                Article("speech", SPEECH, title="Before the vote", author="Vera Lindholm"),
                Article("report", REPORT, title="Council meets", author="Jon Moe"),
            ]
        )

        answer = answer_question(library, "According to Councillor Lindholm, what does she want to dredge?")
        other = answer_question(library, "According to Jon Moe, what does he want to dredge?")

    assert answer.citations[0].article_id == "speech"
    assert "dredge the canal" in answer.text
    assert other.confidence < answer.confidence
