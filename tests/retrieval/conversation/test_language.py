"""What is said of a question in another language than the articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.conversation.language import ASK_IN_ENGLISH
from retrieval.domain import Article
from retrieval.index import Library
from retrieval.pipeline import answer_question
from tests.fakes import FakeEncoder

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.encoder import Encoder, SentenceEncoder

QUESTION = "Wann wurde die neue Schule in Lund eröffnet?"
ENGLISH = "The new school in Lund was opened in May. The head teacher said that the pupils had been waiting for a year."
GERMAN = "Die neue Schule in Lund wurde im Mai eröffnet. Die Leiterin sagte, dass die Kinder ein Jahr gewartet haben."


def ask(folder: Path, encoder: Encoder, question: str, *articles: Article) -> str:
    with Library.open(folder, encoder=encoder, create=True) as library:
        library.ingest(articles)
        return answer_question(library, question).notice


def test_a_question_in_german_to_english_articles_is_remarked_on(encoder: SentenceEncoder, tmp_path: Path) -> None:
    assert ask(tmp_path, encoder, QUESTION, Article("school", ENGLISH)) == ASK_IN_ENGLISH


def test_nothing_is_said_where_some_articles_are_in_german(encoder: SentenceEncoder, tmp_path: Path) -> None:
    notice = ask(tmp_path, encoder, QUESTION, Article("school", ENGLISH), Article("schule", GERMAN))

    assert ASK_IN_ENGLISH not in notice


def test_nothing_is_said_of_a_question_in_english(encoder: SentenceEncoder, tmp_path: Path) -> None:
    assert ask(tmp_path, encoder, "When was the new school in Lund opened?", Article("school", ENGLISH)) == ""


def test_nothing_is_said_of_a_model_that_is_not_known(tmp_path: Path) -> None:
    assert ASK_IN_ENGLISH not in ask(tmp_path, FakeEncoder(), QUESTION, Article("school", ENGLISH))
