"""Renders answers, hits, articles and reports as terminal text and as JSON. Pure, except for `terminal`, which prints.

Articles are untrusted text: whatever could control a terminal (escape sequences, control and direction-override
characters) is removed from what is shown; JSON keeps every character, escaped.
"""

from bot.render.answer_text import (
    QuoteExcerpt,
    cut_excerpt,
    render_answer,
    render_sources,
    render_surroundings,
    render_turn,
)
from bot.render.json_output import build_article_json, build_hits_json, convert_to_json, dump_json
from bot.render.listings import (
    render_article,
    render_articles,
    render_hits,
    render_ingest_report,
    render_removal,
    render_versions,
)
from bot.render.source_lists import build_followed_json, describe_followed, render_followed, render_sync_report
from bot.render.terminal_safe import clean, clean_line

__all__ = [
    "QuoteExcerpt",
    "build_article_json",
    "build_followed_json",
    "build_hits_json",
    "clean",
    "clean_line",
    "convert_to_json",
    "cut_excerpt",
    "describe_followed",
    "dump_json",
    "render_answer",
    "render_article",
    "render_articles",
    "render_followed",
    "render_hits",
    "render_ingest_report",
    "render_removal",
    "render_sources",
    "render_surroundings",
    "render_sync_report",
    "render_turn",
    "render_versions",
]
