"""What a PDF says of itself -> title and author. Pure.

Programs fill in both fields unasked: with a file's name, with who was logged in, with their own name.
"""

from __future__ import annotations

import re

from retrieval.reading.fields import collapse_whitespace

_LEFT_OVER = re.compile(
    r"(?:microsoft \w+ - .*|powerpoint presentation|(?:untitled|document|slide|layout|binder|print|scan)[ -]?\d*)"
    r"|.*\.[a-z][a-z0-9]{1,4}|.*[/\\].*",
    re.IGNORECASE,
)
"""Titles that a program made up, or a file's name."""
_NUMBERED_NAME = re.compile(r"\S*[\d_]\S*")
"""A title without spaces that is a file's name or a number: "SKM_C36819", "paper_v3"."""
_PARTICLES = (
    r"(?:(?:of|the|for|and|et|al|y|e|i|und|van|von|der|den|de|del|della|di|da|dos|du|des|la|le|bin|ibn|el|ter|ten|zu)"
    r"\.? ){0,3}"
)
_NAME = r"(?:[dl]['’])?[^\W\d_a-z][^\W\d_]*(?:['’.-][^\W\d_]+)*\.?"
_NAMES = re.compile(rf"{_NAME}(?:(?:[,;]? |[,;]? ?& ?){_PARTICLES}{_NAME}){{1,60}}|[^\W\d_a-zA-Z]{{2,20}}")
"""Two or more words with a capital; or one in letters that have none."""
_PROGRAM = re.compile(
    r"\b(?:users?|customer|admin|administrator|anonymous|unknown|microsoft|windows|adobe|acrobat|apache|libreoffice|"
    r"openoffice|latex|tex|pdf\w*|hyperref|scanner|printer|xerox|ricoh|konica|hewlett|python|matplotlib|reportlab)\b",
    re.IGNORECASE,
)


def take_title(fields: dict[str, str]) -> str:
    """Take the title out of the fields; "" where it is a file's name, or made up by a program."""
    title = collapse_whitespace(fields.pop("Title", ""))
    if _LEFT_OVER.fullmatch(title) or _NUMBERED_NAME.fullmatch(title) or not any(map(str.isalpha, title)):
        return ""
    return title


def take_author(fields: dict[str, str]) -> str:
    """Take the author out of the fields; "" where it is a login name, a program or a number."""
    author = collapse_whitespace(fields.pop("Author", ""))
    programs = (fields.get("Creator", ""), fields.get("Producer", ""))
    if not _NAMES.fullmatch(author) or _PROGRAM.search(author) or any(author in program for program in programs):
        return ""
    return author
