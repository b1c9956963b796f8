"""Answers, passages, lists and notices as Discord messages, each within every limit. Pure: sends nothing.

Whatever comes from articles, models or people goes through `safe`; what is written here may format and link.
"""

from bot.discord.layout.answer_message import answer, draft, passage
from bot.discord.layout.list_messages import (
    PER_PAGE,
    article,
    articles,
    count_pages,
    guide,
    hits,
    report,
    settings,
    status,
)
from bot.discord.layout.message_limits import Message, fits, misfits
from bot.discord.layout.notices import error, forgotten, gone, place, progress, removed, said, wait

__all__ = [
    "PER_PAGE",
    "Message",
    "answer",
    "article",
    "articles",
    "count_pages",
    "draft",
    "error",
    "fits",
    "forgotten",
    "gone",
    "guide",
    "hits",
    "misfits",
    "passage",
    "place",
    "progress",
    "removed",
    "report",
    "said",
    "settings",
    "status",
    "wait",
]
