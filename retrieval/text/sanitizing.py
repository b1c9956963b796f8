"""Makes untrusted text harmless: articles and questions before a chat model reads them, and what the model wrote.

An article may pretend to be the system, to be another passage or to be a citation, and may ask the model for a picture
whose address carries the question away. Whether what a text says is supported is left to
verification. Pure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.text.late_patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Callable

_JOINED = "\u0600-\u0dff"
"""Scripts, from Arabic to Sinhala, whose spelling needs the joiner and the non-joiner between letters."""
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff"  # controls, halves of characters
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    rf"|(?<![{_JOINED}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINED}])"
)
_ESCAPE_SEQUENCE = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)")
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")

_MARKER = compile_later(r"[\[［【〔]\s*(\d[\d\s,;:–—-]*(?:[†‡][^\]］】〕\n]{0,40})?)[\]］】〕]")
_TEMPLATE_TOKEN = compile_later(
    r"\[\s*(/?(?:INST|SYS|SYSTEM(?:_PROMPT)?|USER|ASSISTANT|HUMAN|TOOL_\w+|AVAILABLE_TOOLS|gMASK|BOS|EOS|PASSAGE)"
    r"[\s:#]*\d*)\s*\]",
    re.IGNORECASE,
)
# With the look-alikes of these signs: a model reads them as the signs themselves.
_SPACED_TAG = compile_later(r"[<＜﹤⟨](\s*[/|｜]?\s*[^\W\d][^<>\n]{0,40}?)\s*[>＞﹥⟩]")
_TAG_OPENS = compile_later(r"[<＜﹤⟨](?=[/|｜!?<＜﹤⟨‹]*[^\W\d]|!--)")
_TAG_CLOSES = compile_later(r"(?<=[\w/|｜\"'’”>›])[>＞﹥⟩]")
_ROLE = compile_later(
    r"^([ \t#*_>›]*)(system|assistant|user|human|developer|instructions?|response|passage \d+)([*_]*)[ \t]*[:：]",
    re.IGNORECASE | re.MULTILINE,
)
_FENCE = compile_later(r"`{3,}|~{3,}")

_THOUGHT = compile_later(r"\A.*</think(?:ing)?>|<(think|thinking|script|style)\b[^>]*>.*?(?:</\1\s*>|\Z)", re.I | re.S)
_TURN = compile_later(r"<[|｜](?:im_start|start_header_id)[|｜]>\s*\w+|<start_of_turn>\s*\w+", re.IGNORECASE)
_FENCE_LINE = compile_later(r"^[ \t]*(?:`{3,}|~{3,})[^\n`]*\n?|`{3,}|~{3,}", re.MULTILINE)
_COMMENT = compile_later(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = compile_later(r"<[/!?|@#:&a-z][^<>]*>|<(?=[/!?|@a-z])", re.IGNORECASE)
_TARGET = r"\((?:[^()\n]|\([^()\n]*\))*\)"
_IMAGE = compile_later(rf"!\[[^\[\]]*\](?:{_TARGET}|\[[^\[\]\n]*\])")
_LINK = compile_later(rf"\[(?!\s*\d[\d\s,;–-]*\])([^\[\]]*)\](?:{_TARGET}|\[(?!\s*\d)[^\[\]\n]*\])")
_LINKED_MARKER = compile_later(r"(\[\s*\d[\d\s,;–-]*\])\((?:[^()\n]|\([^()\n]*\))*[:/.#?@](?:[^()\n]|\([^()\n]*\))*\)")
_TOUCHING = compile_later(r"(?<=\])(?=\()")
_DEFINITION = compile_later(r"^[ \t]*\[[^\[\]\n]+\]:[ \t]*<?(?:\w+:|//|www\.|/)[^\n]*\n?", re.MULTILINE | re.IGNORECASE)


def strip_invisible(text: str) -> str:
    """Return text without characters that nobody sees: zero-width, direction, tag and control characters."""
    return _INVISIBLE.sub("", _LINE_END.sub("\n", _ESCAPE_SEQUENCE.sub("", text)))


def sanitize_for_model(text: str) -> str:
    """Return an article's or a question's text as a model may read it: it can't pass for markup, markers or roles."""
    text = _repeat(_neutralize, strip_invisible(text))
    return _ROLE.sub(r"\1(\2\3)", text)


def sanitize_model_output(text: str) -> str:
    """Return what a model wrote without what must not be rendered: images, links, tags, fences; markers stay.

    A link's words stay. Thoughts that a model puts between think tags are no part of what it says.
    """
    return _repeat(_strip_markup, strip_invisible(text)).strip()


def _neutralize(text: str) -> str:
    text = _MARKER.sub(lambda found: f"({found[1].strip()})", text)
    text = _TEMPLATE_TOKEN.sub(r"(\1)", text)
    text = _TAG_CLOSES.sub("›", _TAG_OPENS.sub("‹", _SPACED_TAG.sub(r"‹\1›", text)))
    return _FENCE.sub("''", text)


def _strip_markup(text: str) -> str:
    text = _TEMPLATE_TOKEN.sub("", _TURN.sub("", text))
    text = _TAG.sub("", _COMMENT.sub("", _THOUGHT.sub("", text)))
    text = _FENCE_LINE.sub("", text)
    text = _LINK.sub(r"\1", _IMAGE.sub("", _DEFINITION.sub("", text)))
    return _TOUCHING.sub(" ", _LINKED_MARKER.sub(r"\1", text))


def _repeat(step: Callable[[str], str], text: str) -> str:
    """Repeat a step until it changes nothing: what it took out may have kept two halves of a tag apart."""
    while (changed := step(text)) != text:
        text = changed
    return text
