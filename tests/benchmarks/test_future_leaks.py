"""Whether a leak from the future is seen as one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from retrieval.domain import Answer, Article, ArticleInfo, Citation, Understanding
from tests.benchmarks.future_leaks import find_leaks

DAY = date(2031, 3, 10)
SAID = "The council said that the tram would run in autumn."
DENIED = "The council said that no tram would ever run here."
OLD = Article("old", SAID, title="A tram by autumn", published=date(2031, 3, 10))
NEW = Article("new", DENIED, title="No tram after all", published=date(2031, 3, 11))
UNDATED = Article("undated", "The tram museum is open.", title="The tram museum")
CLEAN = Answer("When?", f"A tram by autumn (10 March 2031): “{SAID}” [1]", (), False, 0.9, "extractive", 0.0)


def cite(article: Article) -> Citation:
    return Citation(1, article.id, article.title, "", article.published, "", "", article.text, 0, len(article.text))


def test_what_was_there_on_the_day_is_no_leak() -> None:
    answer = replace(CLEAN, citations=(cite(OLD),), nearest=(ArticleInfo("old", OLD.title),))

    assert list(find_leaks(answer, [OLD, NEW, UNDATED], DAY)) == []


@pytest.mark.parametrize(
    "answer",
    [
        replace(CLEAN, citations=(cite(NEW),)),
        replace(CLEAN, citations=(cite(UNDATED),)),
        replace(CLEAN, nearest=(ArticleInfo("new", NEW.title),)),
        replace(CLEAN, text="See No tram after all."),
        replace(CLEAN, text=f"“{DENIED}”"),
        replace(CLEAN, notice="“No tram after all” is of 11 March 2031."),
        replace(CLEAN, standalone="What does No tram after all say?"),
        replace(CLEAN, understanding=Understanding("When?", remarks=("Read as: No tram after all.",))),
    ],
)
def test_what_came_later_or_has_no_date_is_a_leak(answer: Answer) -> None:
    assert len(list(find_leaks(answer, [OLD, NEW, UNDATED], DAY))) == 1
