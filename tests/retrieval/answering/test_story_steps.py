"""Which sentences of a story report a step of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from retrieval.answering.key_sentences import KeySentence
from retrieval.answering.story_steps import rate_steps
from retrieval.answering.storyline import StoryArticle
from retrieval.domain import ArticleInfo, Sentence

BRIDGE, WEATHER, PEOPLE = np.eye(3, dtype=np.float32)


def tell(name: str, day: int, *told: tuple[str, np.ndarray]) -> StoryArticle:
    text = " ".join(words for words, _ in told)
    sentences = [Sentence(text.index(words), text.index(words) + len(words), words) for words, _ in told]
    rated = (KeySentence(sentences[n], n, vector, 0.0, sentences, text) for n, (_, vector) in enumerate(told))
    return StoryArticle(ArticleInfo(name, name, "", date(2025, 1, day)), 1.0, tuple(rated))


def find_best(article: StoryArticle) -> str:
    return max(article.sentences, key=lambda each: each.carries).sentence.text


def test_what_another_article_comes_back_to_is_a_step() -> None:
    early = tell(
        "early", 2, ("The wind blew hard all along the quay.", WEATHER), ("The bridge was shut by the town.", BRIDGE)
    )
    late = tell(
        "late", 9, ("The bridge that was shut is open again.", BRIDGE), ("Bakers sold buns on the quay.", PEOPLE)
    )

    assert [find_best(each) for each in rate_steps([early, late])] == [
        "The bridge was shut by the town.",
        "The bridge that was shut is open again.",
    ]


def test_a_sentence_with_its_time_and_a_figure_is_a_step() -> None:
    article = tell(
        "alone", 2, ("The quarrel went on for long.", BRIDGE), ("On Friday the price rose to 40 crowns.", BRIDGE)
    )

    assert find_best(rate_steps([article])[0]) == "On Friday the price rose to 40 crowns."


def test_what_refers_back_is_no_step_by_itself() -> None:
    article = tell("alone", 2, ("The owner signed the paper.", BRIDGE), ("He then went home again.", BRIDGE))

    assert find_best(rate_steps([article])[0]) == "The owner signed the paper."


def test_what_answers_the_question_comes_before_another_step() -> None:
    article = tell("alone", 2, ("On Friday 40 boats were launched.", BRIDGE), ("A frost was blamed for it.", BRIDGE))
    dated, blamed = article.sentences
    read = replace(article, sentences=(replace(dated, answers=-5.0), replace(blamed, answers=2.0)))

    assert find_best(rate_steps([article])[0]) == "On Friday 40 boats were launched."
    assert find_best(rate_steps([read])[0]) == "A frost was blamed for it."


def test_articles_without_sentences_are_left_as_they_are() -> None:
    assert rate_steps([]) == []
    assert rate_steps([StoryArticle(ArticleInfo("a", "a"), 1.0, ())])[0].sentences == ()
