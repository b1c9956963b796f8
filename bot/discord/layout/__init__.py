"""Answers, passages, lists and notices as Discord messages, each within every limit. Pure: sends nothing.

Whatever comes from articles, models or people goes through `escaping`; what is written here may format and link.
"""

from bot.discord.layout.answer_cards import format_cards, needs_menu
from bot.discord.layout.answer_message import format_answer, format_draft, format_passage
from bot.discord.layout.cards import Block, Card, NearestBlock, Paragraph, SourceBlock
from bot.discord.layout.list_messages import (
    PER_PAGE,
    count_pages,
    format_articles,
    format_counts,
    format_guide,
    format_hits,
    format_report,
    format_status,
)
from bot.discord.layout.message_limits import Message
from bot.discord.layout.news_messages import (
    CORRECTED,
    CORRECTION_MARK,
    format_alert,
    format_alert_kept,
    format_alerts,
    format_correction,
    format_digest,
    format_feeds,
    format_news,
    name_digest,
)
from bot.discord.layout.notices import (
    format_error,
    format_forgotten,
    format_gone,
    format_position,
    format_progress,
    format_removed,
    format_reply,
    format_wait,
    join_words,
)
from bot.discord.layout.settings_message import format_settings

__all__ = [
    "CORRECTED",
    "CORRECTION_MARK",
    "PER_PAGE",
    "Block",
    "Card",
    "Message",
    "NearestBlock",
    "Paragraph",
    "SourceBlock",
    "count_pages",
    "format_alert",
    "format_alert_kept",
    "format_alerts",
    "format_answer",
    "format_articles",
    "format_cards",
    "format_correction",
    "format_counts",
    "format_digest",
    "format_draft",
    "format_error",
    "format_feeds",
    "format_forgotten",
    "format_gone",
    "format_guide",
    "format_hits",
    "format_news",
    "format_passage",
    "format_position",
    "format_progress",
    "format_removed",
    "format_reply",
    "format_report",
    "format_settings",
    "format_status",
    "format_wait",
    "join_words",
    "name_digest",
    "needs_menu",
]
