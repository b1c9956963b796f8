"""Which sentences of which articles tell a story."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from retrieval.answering.key_sentences import KeySentence
from retrieval.answering.story_reading import weigh_answers
from retrieval.answering.storyline import StoryArticle, choose_story_sentences
from retrieval.domain import ArticleInfo, Sentence

if TYPE_CHECKING:
    from tests.retrieval.answering.conftest import AskKind


def tell(name: str, day: int, nearness: float, *told: tuple[str, float]) -> StoryArticle:
    text = " ".join(words for words, _ in told)
    sentences = [Sentence(text.index(words), text.index(words) + len(words), words) for words, _ in told]
    info = ArticleInfo(name, name, "", date(2025, 1, day))
    rated = (
        KeySentence(sentence, n, np.zeros(1, dtype=np.float32), told[n][1], sentences, text)
        for n, sentence in enumerate(sentences)
    )
    return StoryArticle(info, nearness, tuple(rated))


def list_chosen(articles: list[StoryArticle], count: int) -> list[str]:
    return [sentence.sentence.text for _, sentence in choose_story_sentences(articles, count)]


def test_what_carries_most_is_told_in_the_order_of_its_days() -> None:
    late = tell("late", 9, 1.0, ("The mill reopened on Friday.", 4.0), ("Nobody sang.", 1.0))
    early = tell("early", 2, 1.0, ("Fire shut the mill.", 3.0), ("It was cold.", 1.5))

    assert list_chosen([late, early], 2) == ["Fire shut the mill.", "The mill reopened on Friday."]


def test_an_article_beside_the_story_comes_after_a_second_sentence_of_one_that_tells_it() -> None:
    near = tell("near", 2, 1.4, ("Fire shut the mill.", 4.0), ("The owner sold it in May.", 3.5))
    beside = tell("beside", 9, 0.7, ("Good evening from the fair.", 3.5))

    assert list_chosen([near, beside], 2) == ["Fire shut the mill.", "The owner sold it in May."]


def test_of_sentences_that_carry_as_much_one_of_another_article_comes_first() -> None:
    one = tell("one", 2, 1.0, ("Fire shut the mill.", 4.0), ("The owner sold it in May.", 3.0))
    other = tell("other", 9, 1.0, ("Bakers marched to the town hall.", 3.0))

    assert list_chosen([one, other], 2) == ["Fire shut the mill.", "Bakers marched to the town hall."]


def test_an_article_is_told_by_what_answers_the_question_where_that_is_weighed() -> None:
    article = tell("mill", 2, 1.0, ("Fire shut the mill.", 4.0), ("A spark was the cause.", 3.0))
    first, second = article.sentences
    read = replace(article, sentences=(replace(first, answers=-4.0), replace(second, answers=2.0)))

    assert list_chosen([read], 1) == ["Fire shut the mill."]
    assert list_chosen([weigh_answers(read, 1.0)], 1) == ["A spark was the cause."]


def test_a_subject_that_no_article_tells_of_is_looked_for_in_the_whole_question(ask_stories: AskKind) -> None:
    question = "How did the tram line to Vessel Hill get planned and delayed? One step after the other."

    answer = ask_stories("timeline", question)

    assert {"tram-plan", "tram-late"} <= {citation.article_id for citation in answer.citations}
