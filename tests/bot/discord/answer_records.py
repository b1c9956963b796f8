"""Makers of questions and of answers as they are kept."""

from datetime import date
from typing import Any

from bot.discord.entities import AnswerRecord, IncomingQuestion
from retrieval.domain import Answer, ArticleInfo, Citation, Filter, Turn, Usage

GUILD, CHANNEL, ANN, BEN = 71, 72, 81, 82


def make_citation(number: int = 1, **given: Any) -> Citation:
    """Make a citation."""
    values: dict[str, Any] = {
        "article_id": f"article-{number}",
        "title": "The harbour",
        "author": "A. Writer",
        "published": date(2023, 6, 27),
        "url": "https://example.org/1",
        "source": "/articles/1.txt",
        "quote": "was seen in version1",
        "start": 23,
        "end": 43,
    }
    return Citation(number=number, **(values | given))


def make_answer(question: str = "Where was it?", text: str = "“was seen in version1” [1]", **given: Any) -> Answer:
    """Make an answer with one citation and every field filled."""
    values: dict[str, Any] = {
        "citations": (make_citation(),),
        "refused": False,
        "confidence": 0.75,
        "answerer": "chat",
        "seconds": 0.25,
        "nearest": (ArticleInfo("article-2", published=date(2020, 2, 29), passages=3), ArticleInfo("article-3")),
        "standalone": "Where was the harbour?",
        "model": "tiny",
        "usage": Usage(10, 20),
        "steps": {"search": 0.1, "draft": 0.15},
        "left_out": ("no passage carries it",),
        "notice": "The model was slow.",
    }
    return Answer(question, text, **(values | given))


def make_question(text: str = "Where was it?", **given: Any) -> IncomingQuestion:
    """Make a question of Ann's."""
    values: dict[str, Any] = {"front": "slash", "guild_id": GUILD, "channel_id": CHANNEL, "person_id": ANN}
    return IncomingQuestion(text, **(values | given))


def make_record(text: str = "Where was it?", said: str = "“was seen in version1” [1]", **given: Any) -> AnswerRecord:
    """Make an answer as it is kept; what a record does not take goes into its question."""
    own = {name: given.pop(name) for name in ("message_ids", "asked_at", "library", "generation") if name in given}
    values: dict[str, Any] = {
        "library": f"discord-{GUILD}",
        "generation": 3,
        "hits": (("article-1", 0, 80, 12.345678901234567),),
    }
    return AnswerRecord(make_question(text, **given), make_answer(text, said), **(values | own))


FULL: dict[str, Any] = {
    "where": Filter(date(2023, 1, 1), date(2023, 12, 31), "Müller"),
    "history": (Turn("What of the harbour?", "It was seen [1]"), Turn("By whom?", "“By ten” 😀 [1]")),
    "role_ids": (5, 6),
}
