"""Insights as files: CSV for a spreadsheet, and golden questions in the YAML that docs/golden.md describes. Pure."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from bot.discord.insight_store import GoldenQuestion
from bot.render.anonymous import anonymize, anonymize_line
from bot.user_input import LIMITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord.insight_store import AnsweredQuestion
    from bot.discord.insights import Insights

COLUMNS = (
    "question",
    "asked",
    "people",
    "not answered",
    "voted up",
    "voted down",
    "last asked",
    "in other words",
    "cited",
)
HEADER = """\
# Questions that managers of a Discord server chose. Complete each with what a good answer does (answer, contains,
# cites, quotes, refuses), or delete it, and then: clippings eval FILE
# A question without any of them is asked, but neither passes nor fails.
# These are people's words: keep them no longer than you need.
"""
LONGEST_NOTE = 1_000
"""Characters of an answer that a note repeats."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet would compute."""


def write_csv(found: Insights) -> bytes:
    """Return a line for each question, those asked most first; with a mark that tells spreadsheets the encoding."""
    held = io.StringIO(newline="")
    writer = csv.writer(held)
    writer.writerow(COLUMNS)
    for each in sorted(found.groups, key=lambda group: -group.count):
        titles = dict.fromkeys(title or article_id for article_id, title in each.newest.cited)
        row = [each.newest.text, each.count, each.people, each.refused, each.up, each.down, f"{each.last:%Y-%m-%d}"]
        writer.writerow([_make_cell(cell) for cell in [*row, " | ".join(each.others), " | ".join(titles)]])
    return b"\xef\xbb\xbf" + held.getvalue().encode("utf-8", "replace")


def make_golden(asked: AnsweredQuestion) -> GoldenQuestion:
    """Return a golden question made of one that was asked, with a note of what was answered then; names nobody."""
    votes = f", voted up by {asked.up}, down by {asked.down}" if asked.up or asked.down else ""
    what = "Not answered" if asked.refused else "Answered"
    titles = "; ".join(anonymize_line(title or article_id) for article_id, title in asked.cited)
    lines = [f"{what} on {asked.asked_at:%Y-%m-%d}{votes}: {anonymize_line(asked.text_answered)[:LONGEST_NOTE]}"]
    lines += [f"Cited: {titles}"] if titles else []
    limits = {name: anonymize_line(value) for name, value in asked.limits.items() if name in LIMITS}
    return GoldenQuestion(anonymize_line(asked.text), asked.library, limits, "\n".join(lines))


def write_golden(questions: Sequence[GoldenQuestion]) -> bytes:
    """Return golden questions as YAML; texts are written as JSON strings, which YAML reads as they are."""
    parts = [HEADER]
    for each in questions:
        fields = {"question": each.text, **each.limits, "tags": ["discord"], "note": anonymize(each.note)}
        lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items() if value]
        parts.append("- " + "\n  ".join(lines) + "\n")
    return "\n".join(parts if questions else [HEADER, "[]\n"]).encode("utf-8", "replace")


def _make_cell(value: object) -> object:
    """Return a cell that a spreadsheet shows and does not compute."""
    text = anonymize_line(value) if isinstance(value, str) else value
    return f"'{text}" if isinstance(text, str) and text.startswith(_FORMULA) else text
