"""What a draft says of itself before anyone checks it: that the model declines, or that it was broken off. Pure."""

from __future__ import annotations

import re

from retrieval.domain import NOT_SAID
from retrieval.text.passages import split_prose

_MARKERS = r"(?:\s*\[[\d, –-]*\])*"
_PHRASE = rf"[\s\"“'*]*{re.escape(NOT_SAID.rstrip('.'))}"
_OPENS = re.compile(rf"{_PHRASE}{_MARKERS}[\"”'*]*(?:{_MARKERS}\s*\Z|[.!][.!\"”'*]*(?=\s|\[|\Z))", re.IGNORECASE)
"""The fixed phrase as a sentence of its own: "The articles do not say exactly, but ..." is none."""

_SOURCES = r"(?:articles?|passages?|sources?|texts?|documents?|archives?|excerpts?|context|information)"
_NOT = r"(?:do(?:es)? not|don't|doesn't|did not|didn't|can not|cannot|can't)"
_SAY = r"(?:say|mention|state|specify|tell|answer|contain|provide|include|give|address|discuss|indicate|cover)"
_HERE = rf"(?:in|from|by) (?:the|these|any of the) (?:\w+ )?{_SOURCES}"
_DECLINES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:the|these|those|none of the) (?:\w+ )?{_SOURCES}(?: (?:given|provided|above))? "
        rf"(?:{_NOT} {_SAY}|\w+ no (?:information|mention|answer|detail)s?)\b.*",
        r"i (?:do not|don't|can not|cannot|can't|could not|couldn't|am not able to|am unable to) "
        r"(?:know|say|tell|answer|find|determine|see)\b.*",
        r"there(?: is|'s) no (?:information|mention|answer|indication|detail)s?\b[^\[]*",
        rf"no (?:information|mention|answer|details?)\b.*\b{_HERE}\W*",
        rf"(?:it|this|that) (?:is not|isn't) (?:said|stated|mentioned|specified|given|answered)\b(?:.*\b{_HERE})?\W*",
        rf"(?:it|this|that|(?:the|your|this) question) {_NOT} be (?:answered|determined|said)\b.*",
    )
)
"""Sentences by which models decline in words of their own; what goes on with "but" may still tell something."""
_SORRY = re.compile(r"(?:(?:i'm|i am) )?(?:very )?sorry[,.]?\s*(?:but )?", re.IGNORECASE)
_GOES_ON = re.compile(r"\b(?:but|however|although|though|only|except|while|whereas|instead)\b", re.IGNORECASE)

_ENDED = re.compile(rf"[.!?…。！？؟][\"'”’»)\]]*{_MARKERS}\s*\Z")


def is_refusal(draft: str) -> bool:
    """Say whether a draft is a refusal: it opens with the fixed phrase, or only declines in words of its own."""
    if _OPENS.match(draft):
        return True
    text = " ".join(_SORRY.sub("", draft.replace("’", "'")).split())
    sentences = [text[span.start : span.end].strip() for span in split_prose(text)]
    sentences = [sentence for sentence in sentences if re.search(r"[^\W\d]", sentence)]
    return bool(sentences) and all(
        any(pattern.fullmatch(sentence) for pattern in _DECLINES) and not _GOES_ON.search(sentence)
        for sentence in sentences
    )


def is_complete(draft: str) -> bool:
    """Say whether a draft ends where a sentence does."""
    return bool(_ENDED.search(draft))


def drop_unfinished_sentence(draft: str) -> str:
    """Return a draft without the sentence at its end that was not finished."""
    if is_complete(draft):
        return draft
    head, newline, last = draft.rstrip().rpartition("\n")
    spans = split_prose(last)
    finished = last[: spans[-1].start].rstrip() if spans else ""
    return (head + newline + finished).rstrip()
