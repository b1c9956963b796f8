"""A question about the archive -> what it asks of the catalog, or None where it asks something else. Pure.

Which articles that means, and the answer, are left to article_matching.py and archive_facts.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal, NamedTuple

from retrieval.answering.archive_phrases import (
    ASKS,
    CLAUSE,
    END,
    FRAME,
    GENRES,
    LACKS,
    LOOSE,
    NEWEST_FIRST,
    NOUN_WORD,
    NUMBER,
    OF_ONE,
    ORDERS,
    OTHER_THAN,
    OURS,
    PAPER,
    PASSIVE,
    QUOTED,
    RELATION,
    REPORTS,
    SAYS_WHAT,
    SORTED,
    TAKE_BACK,
    THE_WORD,
    VAGUE,
    WORD,
)
from retrieval.answering.author_names import find_authors
from retrieval.text.english import (
    ARTICLE_NOUNS,
    AUTHOR_NOUNS,
    MENTION_VERBS,
    NUMBERS,
    PUBLISHING_VERBS,
    WRITING_VERBS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from retrieval.answering.archive_phrases import Order, Wanted


@dataclass(frozen=True, slots=True)
class ArchiveRequest:
    """What is asked of the catalog.

    `wanted` is what the answer lists, counts or tells. `subject` are the words that say what the articles hold,
    `mentioned` that they need only mention it, `excluded` what they are not to be about, `genre` what kind of articles
    they are. `authors` are names of the catalog, `unknown_author` is one that it does not have. `lacks` asks for
    articles without an author or a date. With an `order`, the first `number` are meant, all where that is 0.
    `only_title` says that the subject can only be the title of an article.
    """

    wanted: Wanted
    subject: str = ""
    mentioned: bool = False
    excluded: str = ""
    genre: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    unknown_author: str = ""
    lacks: Literal["", "author", "date"] = ""
    order: Order | Literal[""] = ""
    number: int = 1
    only_title: bool = False


class _Subject(NamedTuple):
    """The words that say what articles hold, and what ties them to the question: "" where they just stand there."""

    text: str
    tie: Literal["", "mention", "about", "of"] = ""
    precedes: bool = False


def parse_request(
    question: str, authors: Sequence[str], *, terms: Callable[[str], Sequence[str]]
) -> ArchiveRequest | None:
    """Return what a question asks of the catalog, or None where it is not about articles.

    `authors` are the names that the catalog knows; `terms` gives the words that names are compared by.
    """
    text = tidy_question(question)
    names, rest, unknown = find_authors(text, authors, terms=terms)
    rest, is_paper = _drop_paper(rest)
    rest, excluded = _split_excluded(rest)
    in_order = SORTED.search(rest)
    if in_order:
        rest = f"{rest[: in_order.start()].rstrip(' ,')} {rest[in_order.end() :]}"
    wanted = _find_wanted(text)
    if len(names) > 1 and wanted == "author":
        wanted = "authors"  # "Who besides Roth wrote of it?"
    lack = LACKS.search(rest)
    subject = _Subject("") if lack else _find_subject(rest)
    if subject.text.isdigit() and NUMBER.search(rest):
        subject = _Subject("")
    frame = rest.replace(subject.text, " ") if subject.text else rest
    if unknown and wanted in ("author", "date", "place"):  # "the press release by the works council"
        subject, unknown = _Subject(f"{subject.text} {unknown}".strip(), "about"), ""
    if wanted == "articles" and all(ORDERS[order].search(frame) for order in ("oldest", "newest")):
        wanted = "period"
    words = _split(frame)
    request = ArchiveRequest(
        "articles" if lack and wanted != "count" else wanted,
        subject=subject.text,
        mentioned=subject.tie == "mention",
        excluded=excluded,
        genre=next((GENRES[word] for word in words if word in GENRES and word not in REPORTS), ()),
        authors=() if wanted == "author" else names,
        unknown_author=unknown,
        lacks="" if not lack else "author" if lack["author"] or lack["unsigned"] else "date",
        order=_read_order(in_order.group()) if in_order else _find_order(frame),
        number=0 if in_order else _read_number(frame),
    )
    if wanted == "articles" and SAYS_WHAT.search(text):
        return None
    if wanted == "articles":
        words = _split(OF_ONE.sub(" ", frame))
    return _check_request(request, subject, frozenset(words), named=bool(names or unknown), is_paper=is_paper)


def tidy_question(question: str) -> str:
    """Return a question as patterns here read it: on one line, "took back" as one word, without the mark at its end."""
    return TAKE_BACK.sub("retract", " ".join(question.replace("’", "'").split()).rstrip(" ?!."))


def _find_wanted(text: str) -> Wanted:
    return next((wanted for wanted, pattern in ASKS if pattern.search(text)), "articles")


def _drop_paper(rest: str) -> tuple[str, bool]:
    """Return a question without the name of the paper that prints or employs, and whether somebody writes for it."""
    found = PAPER.search(rest)
    if found is None:
        return rest, False
    group = "employs" if found["employs"] else "publishes"
    return f"{rest[: found.start(group)]} {rest[found.end(group) :]}", group == "employs"


def _split_excluded(rest: str) -> tuple[str, str]:
    """Return a question without what articles are not to be about, and that: "anything other than eels"."""
    found = OTHER_THAN.search(rest)
    excluded = _trim(rest[found.end() :]) if found else ""
    return (rest[: found.start()].rstrip(), excluded) if found and any(_find_content(excluded)) else (rest, "")


def _read_order(words: str) -> Order:
    """Return the order in which all articles are wanted: "newest first", "in the order they were printed"."""
    lengths: tuple[Order, ...] = ("longest", "shortest")
    of_length = next((order for order in lengths if ORDERS[order].search(words)), None)
    return of_length or ("newest" if NEWEST_FIRST.search(words) else "oldest")


def _find_order(text: str) -> Order | Literal[""]:
    return next((order for order, pattern in ORDERS.items() if pattern.search(text)), "")


def _find_subject(rest: str) -> _Subject:
    """Return what follows "on", "that mention" and the like; otherwise the words that do not ask of the catalog."""
    quoted = QUOTED.search(rest)
    if quoted and any(_find_content(quoted.group())):
        return _Subject(quoted.group(), "mention")
    passive = PASSIVE.search(rest)
    if passive and any(_find_content(passive["subject"])) and not NOUN_WORD.search(passive["subject"]):
        return _Subject(THE_WORD.sub("", passive["subject"]), "mention")
    noun = NOUN_WORD.search(rest)
    relations = list(RELATION.finditer(rest, noun.end() if noun else 0))
    tie: Literal["", "mention", "about", "of"] = ""
    for relation, following in zip_longest(relations, relations[1:]):
        loose = relation[0].lower() in LOOSE
        tie = "mention" if relation["mention"] or tie == "mention" else "of" if loose else "about"
        if following and not any(_find_content(rest[relation.end() : following.start()])):
            continue
        tail = _trim(rest[relation.end() :])
        if any(_find_content(tail)):
            return _Subject(THE_WORD.sub("", tail) if tie == "mention" else tail, tie)
    content = list(_find_content(rest))
    if not content:
        return _Subject("")
    joined = rest[content[0].start() : content[-1].end()]
    text = joined if len(_split(joined)) == len(content) else " ".join(word.group() for word in content)
    return _Subject(text, precedes=bool(noun and content[0].start() < noun.start()))


def _check_request(
    request: ArchiveRequest, subject: _Subject, words: frozenset[str], *, named: bool, is_paper: bool
) -> ArchiveRequest | None:
    """Return a request that asks for something of the archive, None for one about other things that are written."""
    noun, ours = not words.isdisjoint(ARTICLE_NOUNS), is_paper or not words.isdisjoint(OURS)
    genre = not words.isdisjoint(GENRES)
    kind = genre and (
        ours or named or not words.isdisjoint(("there", "list")) or words.isdisjoint(VAGUE) or subject.tie == "about"
    )
    tied = subject.tie in ("mention", "about")
    match request.wanted:
        case "topics" | "period" | "months" | "authors":
            if subject.text and not (tied or subject.precedes):
                return replace(request, subject="") if noun or ours else None
            fits = not subject.text or request.wanted != "topics"
        case "count":
            writes = not words.isdisjoint(WRITING_VERBS)
            loosely = not subject.text or subject.precedes or (kind and subject.tie == "of")
            fits = (
                ((noun or kind) and (tied or named or loosely))
                or (tied and writes)
                or (ours and (tied or not subject.text))
                or (subject.tie == "mention")
            )
        case "author":
            writes, writer = not words.isdisjoint(WRITING_VERBS), not words.isdisjoint(AUTHOR_NOUNS)
            reviewed = not words.isdisjoint(("reviewed", "interviewed"))
            if subject.tie == "about" and writes and not (noun or genre):
                return replace(request, wanted="authors")
            fits = noun or kind or ours or (tied and (writes or writer)) or (writes and writer) or reviewed
            if not fits and subject.text and (writes or writer):
                return replace(request, only_title=True)
        case "date" | "place":
            shown = not words.isdisjoint(
                PUBLISHING_VERBS | WRITING_VERBS | {"date", "dated", "old", "recent", "link", "url", "from"}
            )
            linked = genre and not words.isdisjoint(("link", "url"))
            written = noun or kind or named or (ours and shown)
            if request.wanted == "place" and subject.tie == "mention":
                return replace(request, wanted="articles")
            listed = request.wanted == "place" and ours and not subject.text and "where" not in words
            fits = linked or listed or (written and (shown or ours or bool(request.order) or request.wanted == "place"))
            if not fits and shown and subject.text:
                return replace(request, only_title=True)
        case "source":
            fits = bool(subject.text)
        case _:
            anything = not words.isdisjoint(("anything", "something", "everything", "nothing", "thing", "things"))
            writes = not words.isdisjoint(PUBLISHING_VERBS | WRITING_VERBS | MENTION_VERBS)
            shown = writes and (tied or (ours and bool(subject.text)))
            fits = noun or kind or named or ((ours or tied) and anything) or shown or ("everything" in words)
    return request if fits else None


def _trim(tail: str) -> str:
    """Return a subject without what the question goes on with."""
    return END.sub("", CLAUSE.split(tail, maxsplit=1)[0]).strip(" ,;:")


def _find_content(text: str) -> Iterator[re.Match[str]]:
    """Yield the words that do not ask of the catalog."""
    return (word for word in WORD.finditer(text) if _fold_word(word.group()) not in FRAME)


def _split(text: str) -> list[str]:
    return [_fold_word(word.group()) for word in WORD.finditer(text)]


def _fold_word(word: str) -> str:
    return re.sub(r"'(?:s|re|ve|d|ll|m)?$", "", word.lower())


def _read_number(frame: str) -> int:
    """Return how many are asked for: "the three newest"; 1 where no number is given."""
    found = NUMBER.search(frame)
    if not found:
        return 1
    number = (found["after"] or found["before"]).lower()
    return max(1, NUMBERS.index(number) + 1 if number in NUMBERS else int(number))
