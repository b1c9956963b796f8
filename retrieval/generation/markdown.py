"""A draft in a model's own layout -> plain sentences with markers [n]: no Markdown, no "Answer:", no (1) for [1]. Pure.

Only for drafts: an article's stars, pipes and m² are its own. sanitizing.py takes out what must never be rendered.
"""

from __future__ import annotations

import re

_EMPHASIS = re.compile(
    r"(?<![\w*])(\*{1,3})(?=[^\s*])([^*\n]*[^\s*])\1(?![\w*])|(?<![\w_])(_{1,3})(?=[^\s_])([^_\n]*[^\s_])\3(?![\w_])"
)
_CODE = re.compile(r"`([^`\n]+)`")
_HEAD = re.compile(r"(?:^[ \t]*\|.*\n)?^[ \t|:]*-{3,}[ \t|:-]*(?:\n|\Z)", re.MULTILINE)
"""A table's head with the rule below it, or a rule alone."""
_ROW = re.compile(r"^[ \t]*\|(.*)\|[ \t]*$", re.MULTILINE)
_LABEL = re.compile(r"\A\s*(?:#{1,6}\s*)?(?:final |short )?(?:answer|response)\s*[:：]\s*(?=\S)", re.IGNORECASE)
_NOTE = re.compile(r"(?<=[.!?”\"])[ \t]*(?:\((\d{1,2}(?:, ?\d{1,2})*)\)|\^(\d{1,2})\^?)(?=\s|\Z)")
_NOTE_BEFORE_STOP = re.compile(
    r"(?<=[^\W\d_]{3})[ \t]*(?:\((\d{1,2}(?:, ?\d{1,2})*)\)|\^(\d{1,2})\^?)(?=[.!?](?:\s|\Z))"
)
_SUPERSCRIPT = re.compile(r"(?:(?<=[.!?”\"])|(?<=[^\W\d_]{4}))([⁰¹²³⁴-⁹]{1,2})(?=\s|[.!?](?:\s|\Z)|\Z)")
_LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def strip_markdown(draft: str) -> str:
    """Return a draft without Markdown syntax or a label before it; footnotes after sentences become markers [n]."""
    text = _CODE.sub(r"\1", draft)
    while (changed := _EMPHASIS.sub(lambda match: match[2] or match[4], text)) != text:
        text = changed
    text = _ROW.sub(
        lambda match: ", ".join(cell.strip() for cell in match[1].split("|") if cell.strip()), _HEAD.sub("", text)
    )
    text = _LABEL.sub("", text)
    text = _SUPERSCRIPT.sub(lambda match: f" [{match[1].translate(_LOWERED)}]", text)
    for note in (_NOTE, _NOTE_BEFORE_STOP):
        text = note.sub(lambda match: f" [{match[1] or match[2]}]", text)
    return text.strip()
