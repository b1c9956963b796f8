"""The authors that a question names: those whose articles are meant, not people whom articles are about. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from retrieval.text.english import (
    ARCHIVE_REQUEST_WORDS,
    ARTICLE_GENRES,
    ARTICLE_NOUNS,
    AUTHOR_NOUNS,
    AUXILIARIES,
    COLLECTION_NOUNS,
    PREPOSITIONS,
    PUBLISHING_VERBS,
    QUESTION_WORDS,
    STOP_WORDS,
    WRITING_VERBS,
)
from retrieval.text.late_patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

SHORTEST_PART = 3
"""Letters of a part of a name by which an author is known."""
LONGEST_NAME = 6
"""Words of a name after "by"."""

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_ARTICLES = ARTICLE_NOUNS | {word for genre in ARTICLE_GENRES for word in genre} | {"work", "works"}
_HELPERS = frozenset(["did", "does", "has", "have", "had"])
_INTRODUCED = compile_later(
    rf"\b(?:(?P<by>by|(?:{'|'.join(AUTHOR_NOUNS)}) (?:called|named))|from"
    r"|(?P<besides>besides|except(?: for| by)?|(?:apart|aside) from|other than))(?P<the> (?:an?|the|our|your))? $",
    re.IGNORECASE,
    needs=("by", "called", "named", "from", "besides", "except", "other than"),
)
"""What ends before an author's name."""
_WHO_IS = re.compile(r"who (?:is|was)\b", re.IGNORECASE)
_SEVERAL = re.compile(r",|;| and | & | with ")
"""What tells authors of one article apart, or an author from an office: "Ida Roth, editor"."""
_BETWEEN = frozenset(["ever", "also", "really", "actually", "recently", "has", "have", "had", "been"])
_NO_NAME = frozenset[str]().union(
    ARCHIVE_REQUEST_WORDS, STOP_WORDS, AUTHOR_NOUNS, COLLECTION_NOUNS, QUESTION_WORDS, PREPOSITIONS, PUBLISHING_VERBS,
    WRITING_VERBS, _ARTICLES,
)  # fmt: skip
_NAME = r"(?:(?:mr|mrs|ms|dr|mister)\.? )?[A-Z][^\W\d_]+(?: [A-Z][^\W\d_.]*\.?){0,3}"
_WRITER = compile_later(
    rf"\b(?i:did|does|has|have) (?P<did>{_NAME}) (?:ever |also )?(?:write|written|publish|published|contributed?)\b"
    rf"|\b(?i:all|what|everything|anything|articles|pieces) (?:that |which )?(?P<has>{_NAME}) (?:has |have |ever )*"
    r"(?:wrote|written|published|contributed)\b"
    rf"|\b(?i:is|was) (?P<is>{_NAME}) (?i:one of (?:the|your|our)|an?) (?i:{'|'.join(sorted(AUTHOR_NOUNS))})\b",
    needs=("writ", "wrote", "publish", "contribut", *AUTHOR_NOUNS),
)
"""A name where a writer's stands, though the catalog does not have it."""


class NamedAuthors(NamedTuple):
    """Names of the catalog, the question without them, and a name after "by" that the catalog does not have.

    Of "anyone besides Roth", the names are all others.
    """

    names: tuple[str, ...]
    rest: str
    unknown: str = ""


def find_authors(text: str, authors: Sequence[str], *, terms: Callable[[str], Sequence[str]]) -> NamedAuthors:
    """Return the authors whose articles a question is about; a part of a name is enough where it says "by" or "wrote".

    `terms` gives the words that names are compared by: case and accents are nothing to it.
    """
    words = list(_WORD.finditer(text))
    keys = [" ".join(terms(word.group())) for word in words]
    known = {author: [" ".join(terms(part)) for part in _WORD.findall(author)] for author in authors}
    names, spans, unknown, besides = list[str](), list[tuple[int, int]](), "", False
    asks_of_writing = _WHO_IS.match(text) or any(word.group().lower() in _ARTICLES | AUTHOR_NOUNS for word in words)
    at = 0
    while at < len(words):
        introduced = _INTRODUCED.search(text[: words[at].start()])
        if introduced and (length := _count_name(words, at)):
            meant = _list_authors(keys[at : at + length], known)
        else:
            length, meant = _match_name(keys[at:], known)
            whole = length > 1 and asks_of_writing and at > 0 and words[at - 1].group().lower() in AUXILIARIES
            is_office = length == 1 and at > 0 and words[at - 1].group().lower() == "the"
            writes = not is_office and _writes(words, at, at + length, text)
            if not (whole or writes or _continues(words, at, spans)):
                meant = []
        named = introduced and introduced["by"] and not introduced["the"]
        if meant or (named and length):
            names += meant
            unknown = unknown or ("" if meant else text[words[at].start() : words[at + length - 1].end()])
            besides = besides or bool(introduced and introduced["besides"])
            spans.append(((introduced or words[at]).start(), words[at + length - 1].end()))
            at += length
        else:
            at += 1
    if not names and not unknown and (writer := _WRITER.search(text)):
        group = str(writer.lastgroup)
        unknown, spans = writer[group], [writer.span(group)]
    for start, end in reversed(spans):
        possessive = re.match(r"'s?\b|'", text[end:])
        text = f"{text[:start]} {text[end + (possessive.end() if possessive else 0) :]}"
    meant = [author for author in authors if author not in names] if besides else names
    return NamedAuthors(tuple(dict.fromkeys(meant)), " ".join(text.split()), unknown)


def _list_authors(run: Sequence[str], known: Mapping[str, list[str]]) -> list[str]:
    """Return the authors that have each word of a name; those one of whom has no other, where there are any."""
    meant = [author for author, parts in known.items() if all(key in parts for key in run)]
    whole = [author for author in meant if len(run) in map(_count_words, _SEVERAL.split(author))]
    return whole or meant


def _count_words(name: str) -> int:
    return len(_WORD.findall(name))


def _match_name(keys: Sequence[str], known: Mapping[str, list[str]]) -> tuple[int, list[str]]:
    """Return how many words name an author, as many as possible, and whom: all authors that have each of them."""
    if keys[0] in ("the", "an", "of"):
        return 0, []
    for length in range(min(len(keys), LONGEST_NAME), 0, -1):
        run = keys[:length]
        if (length == 1 and (run[0] in _NO_NAME or len(run[0]) < SHORTEST_PART)) or len(set(run)) < length:
            continue
        if run[-1] in ("the", "an"):
            continue  # "ignore the articles"
        if meant := _list_authors(run, known):
            return length, meant
    return 0, []


def _writes(words: Sequence[re.Match[str]], start: int, end: int, text: str) -> bool:
    """Say whether a name stands where a writer's does: "did N write", "N has written", "N's articles", "N articles"."""
    after = [word.group().lower() for word in words[end : end + 4]]
    if re.match(r"'s?(?: \w+)?\b", text[words[end - 1].end() :]):
        following = after[1:] if after[:1] == ["s"] else after
        return any(word in _ARTICLES for word in following[:2])
    while after and after[0] in _BETWEEN:
        after = after[1:]
    if after[:1] and (after[0] in WRITING_VERBS or after[0] in _ARTICLES):
        return True
    helped = start > 0 and words[start - 1].group().lower() in _HELPERS
    writes = any(word in WRITING_VERBS or word in ("publish", "published") for word in after)
    return helped and (writes or not after)


def _continues(words: Sequence[re.Match[str]], at: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Say whether a name goes on a list: "by N and M"."""
    return (
        bool(spans)
        and at > 1
        and words[at - 1].group().lower() in ("and", "or")
        and words[at - 2].end() == spans[-1][1]
    )


def _count_name(words: Sequence[re.Match[str]], at: int) -> int:
    """Return how many words a name has: up to one that is none."""
    length = 0
    for word in words[at : at + LONGEST_NAME]:
        if word.group().lower() in _NO_NAME and len(word.group()) > 1:
            break
        length += 1
    return length
