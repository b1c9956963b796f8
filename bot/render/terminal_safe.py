"""Makes untrusted text safe to show on a terminal: removes whatever could control the terminal, and nothing else."""

from __future__ import annotations

import re

_ESCAPE_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours, cursor movements
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)"  # titles, links, device strings
    r"|\x1b[ -/]*[0-~]"
)
_UNFINISHED = re.compile(
    r"(?:(?:\x1b\[|\x9b)[0-?]*[ -/]*"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]{0,200}\x1b?"
    r"|\x1b[ -/]*)\Z"
)
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNSAFE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """Return text without anything that controls a terminal; line ends and tabs stay."""
    text = _LINE_END.sub("\n", _ESCAPE_SEQUENCE.sub("", text))
    return _SURROGATE.sub("\ufffd", _UNSAFE.sub("", text))


def clean_so_far(text: str) -> str:
    """Return cleaned text that is still growing; an unfinished escape sequence at its end is held back."""
    return clean(_UNFINISHED.sub("", text))


def clean_line(text: str) -> str:
    """Return cleaned text on one line."""
    return " ".join(clean(text).split())
