"""Answers, hits, articles and reports as terminal text and as JSON. Pure: reads no file, prints nothing.

Articles are strangers' text: whatever could steer a terminal (escape sequences, control and direction-override
characters) is taken out of what is shown; JSON keeps every character, escaped.
"""

from bot.render.answer_text import CONTEXT, Excerpt, answer, excerpt, reply, sources, surroundings
from bot.render.json_output import article_json, as_json, fields, hits_json
from bot.render.listings import WIDEST_ID, article, articles, findings, hits, removal, report
from bot.render.terminal_safe import clean, line

__all__ = [
    "CONTEXT",
    "WIDEST_ID",
    "Excerpt",
    "answer",
    "article",
    "article_json",
    "articles",
    "as_json",
    "clean",
    "excerpt",
    "fields",
    "findings",
    "hits",
    "hits_json",
    "line",
    "removal",
    "reply",
    "report",
    "sources",
    "surroundings",
]
