"""Untrusted text made safe for Discord: it mentions nobody, links nowhere, formats nothing, hides nothing. Pure.

Text of articles, models and people is untrusted. What readers see stays the same: a character that Discord would
interpret gets a backslash, which Discord does not show; where a backslash does not help, because Discord's servers read
the text as well, a word joiner splits a mention or an invitation: nobody sees it, and no line is broken there.

Sizes are counted in UTF-16 units, as Discord's own programs do: never fewer than the characters that its servers count.
"""

from __future__ import annotations

import re
from unicodedata import bidirectional
from urllib.parse import quote, urlsplit

from retrieval.text.sanitizing import strip_invisible

APART = "\u2060"
LONGEST_LINK = 512
"""Characters of an address that becomes a link; longer ones carry more than an address."""

_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z0-9][a-z0-9-]*", re.IGNORECASE)
_MENTION = re.compile(r"@(?=everyone|here|silent|[!&]?\d)", re.IGNORECASE)
_MARKUP = re.compile(r"<(?=[@#/]|a?:\w|t:|id:|sound:)")
_INVITATION = re.compile(r"(discord(?:app)?\.(?:gg|com|gift|new|media)|dsc\.gg|dis\.gd)(?=/)", re.IGNORECASE)
_SIGNS = re.compile(r"[\\*_~|`<\[\]]|:(?=//|[\w+~-]+:)|(?:(?<=\])|\A)\(")
_SIGNS_BUT_MARKERS = re.compile(rf"(?P<marker>\[\d{{1,3}}\])|{_SIGNS.pattern}")
_LINE_START = re.compile(r"^([^\S\n]*)(?:(?=[#>+-])|(\d+)(?=[.)]))", re.MULTILINE)
_STACKED = re.compile(r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]{3})"
                      r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]+")  # fmt: skip
_BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
_SPACE_NEAR_END = re.compile(r"\s\S{0,24}\Z")
_CUT_TAIL = re.compile(r"(?:\[\d*|[\s,;:–—-]+)\Z")


def count_units(text: str) -> int:
    """Count a text as Discord does, in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def strip_hidden(text: str) -> str:
    """Return text without invisible characters and without stacked accents; for where Discord formats nothing."""
    return _STACKED.sub(r"\1", strip_invisible(text))


def escape_line(text: str, limit: int | None = None, *, markers: bool = False) -> str:
    """Return untrusted text on one line, of at most `limit` units with all backslashes, an ellipsis for what is cut.

    `markers` keeps [1] as it is, for answers; elsewhere it is escaped like any bracket.
    """
    return _escape_to_fit(" ".join(strip_hidden(text).split()), limit, markers=markers)


def escape_block(text: str, limit: int | None = None, *, markers: bool = False) -> str:
    """Return untrusted text with its paragraphs, of at most `limit` units."""
    return _escape_to_fit(_BLANK_LINES.sub("\n\n", strip_hidden(text)).strip(), limit, markers=markers)


def isolate(text: str) -> str:
    """Return a name so that one written from right to left does not reorder the dates and numbers beside it."""
    return f"\u2068{text}\u2069" if any(bidirectional(each) in {"R", "AL"} for each in text) else text


def format_label(text: str, limit: int) -> str:
    """Return untrusted text on one line, of at most `limit` units, where Discord formats nothing: labels, footers."""
    inner = _MENTION.sub("@" + APART, " ".join(strip_hidden(text).split()))
    return inner if count_units(inner) <= limit else _cut(inner, limit - 1) + "…"


def format_code(code: str) -> str:
    """Return untrusted text as a code block, in which Discord formats nothing; the text can't end it."""
    return f"```\n{_break_mentions(strip_hidden(code)).replace('``', f'`{APART}`').strip(chr(10))}\n```"


def format_link(text: str, url: str, limit: int | None = None) -> str:
    """Return untrusted text as a link where the address is http(s), else as text; `limit` is for the text."""
    words = escape_line(text, limit)
    target = sanitize_url(url)
    return f"[{words}]({target})" if target and words else words


def sanitize_url(url: str) -> str:
    """Return an http(s) address with everything encoded that could end a link; empty for any other.

    An address whose host has no dot counts as none: Discord refuses messages with one.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:
        return ""
    if (
        parts.scheme not in {"http", "https"}
        or not _HOST.fullmatch(host)
        or "@" in parts.netloc
        or not _is_plain_url(url)
    ):
        return ""
    place = host if port is None else f"{host}:{port}"
    encoded = quote(parts._replace(netloc=place).geturl(), safe="%/:?#@!$&'+,;=-.~")
    return encoded if len(encoded) <= LONGEST_LINK else ""


def escape(text: str, *, markers: bool = False) -> str:
    """Return visible text with everything escaped that Discord would obey; nothing is cut, no white space changed."""
    signs = _SIGNS_BUT_MARKERS if markers else _SIGNS
    text = signs.sub(lambda sign: sign[0] if sign.groupdict().get("marker") else "\\" + sign[0], _break_mentions(text))
    return _LINE_START.sub(lambda found: f"{found[1]}{found[2] or ''}\\", text)


def _break_mentions(text: str) -> str:
    text = _MENTION.sub("@" + APART, _MARKUP.sub("<" + APART, text))
    return _INVITATION.sub(rf"\1{APART}", text)


def _escape_to_fit(text: str, limit: int | None, *, markers: bool) -> str:
    """Escape text, cut at its end so that the result fits."""
    if limit is None or (len(text) <= limit and count_units(escape(text, markers=markers)) <= limit):
        return escape(text, markers=markers)
    least, most = 0, min(len(text), limit)
    while least < most:
        half = (least + most + 1) // 2
        fits = count_units(escape(text[:half], markers=markers)) < limit
        least, most = (half, most) if fits else (least, half - 1)
    kept = _cut(text, least)
    while count_units(done := escape(kept, markers=markers) + "…") > limit and kept:
        kept = kept[:-1]
    return done


def _cut(text: str, limit: int) -> str:
    """Return the start of a text, of at most `limit` units, cut at a space where one is near."""
    kept = text[:limit]
    while count_units(kept) > limit:
        kept = kept[: -max((count_units(kept) - limit) // 2, 1)]
    if not text[len(kept) : len(kept) + 1].isspace() and (space := _SPACE_NEAR_END.search(kept)):
        kept = kept[: space.start()] or kept
    return _CUT_TAIL.sub("", kept) or kept


def _is_plain_url(url: str) -> bool:
    """Tell whether an address consists of characters that addresses may have: no space, nothing invisible."""
    return strip_invisible(url) == url and not re.search(r"[\s\\<>\"`{}|^]", url)
