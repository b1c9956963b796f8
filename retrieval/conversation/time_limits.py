"""The dates that a question states -> limits of its search.

A date limits what was published only where the question asks for what was reported or happened then. It stays a mere
word of the question where no article, or nothing that bears on the question, is from that time ("Which law was passed
in 1998?"), where it names something ("the 1990 World Cup", "in the fire on 8 February"), and in questions about what is
or will be. Which words are dates is told by text/date_phrases.py.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain
from os.path import commonprefix
from typing import TYPE_CHECKING, NamedTuple

from retrieval.conversation.subject import find_subject
from retrieval.text.date_phrases import (
    DatePhrase,
    find_date_phrases,
    find_event_phrases,
    mentions_time,
    place_around,
)
from retrieval.text.dates import format_day, format_period
from retrieval.text.english import (
    AUXILIARIES,
    CONJUNCTIONS,
    FALSE_WORDS,
    OBJECT_PRONOUNS,
    POSSESSIVES,
    PREPOSITIONS,
    QUESTION_WORDS,
    STOP_WORDS,
    SUBJECT_PRONOUNS,
    TRUE_WORDS,
)
from retrieval.text.late_patterns import compile_later
from retrieval.text.publication_dates import get_first_day, get_last_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.domain import ArticleInfo, Filter, Kind
    from retrieval.index import Snapshot
    from retrieval.text.date_phrases import EventPhrase
    from retrieval.text.dates import Period

REPORTED_WITHIN = timedelta(days=3)
"""What happens on a Friday is in Monday's paper at the latest: so many days after a day count as its own."""
SHORT = timedelta(days=2)
"""Periods up to so long, a day or a weekend, are widened by that; in longer ones nearly all is reported within."""
CHRONICLED = timedelta(days=366)
"""A day so long before the oldest article is of no time that the archive reports on."""
LONG = timedelta(days=100)
"""A longer period, such as a year, is more often a word of the question than a limit: see `LEAST_SHARE`."""
LEAST_SHARE = 0.5
"""A long period is a limit where its best passage has this share of the BM25 of the best of any time."""

NO_ARTICLE = "No article is of "
"""How a remark on the question begins that names a period without articles."""
_AS_OF = frozenset({"as of", "by"})
_OF_READING: frozenset[Kind] = frozenset({"headlines", "archive", "timeline", "summary"})
"""Kinds that ask for what articles of a time say, whatever they say."""

_REPORTED = compile_later(
    r"\b(?:articles?|pieces?|reports?|reported|reporting|stor(?:y|ies)|news|newspapers?|paper|headlines?|editions?|issues?"
    r"|published|publish|print(?:ed)?|wrote|written|write|cover(?:ed|age)?|archive|happen(?:s|ed|ing)?|new|latest"
    r"|anything|say|says|said|saying|tell|told|claim(?:s|ed)?|argue[sd]?|announced?|admitted|denied|according"
    r"|known?|knew|thought|believed|suspected|supposed|blamed|going\s+on)\b",
    re.IGNORECASE,
)
"""Words of a question about what was reported."""
_ASKS_FOR_ARTICLES = compile_later(
    r"\b(?:articles?|pieces?|reports|stor(?:y|ies)|news|newspapers?|paper|headlines?|editions?|issues?|published|publish"
    r"|print(?:ed)?|wrote|written|covered|coverage|archive)\b(?!\s+in\s+the)",
    re.IGNORECASE,
)
_HELD_THEN = compile_later(
    r"\b(?:known|knew|thought|think|believed?|suspect(?:ed)?|assumed?|supposed|meant|expect(?:ed)?)\b", re.IGNORECASE
)
"""Words of a question about what was held at a time, which may have been published well before."""
_FUTURE = compile_later(
    r"\b(?:will|shall|won['’]t|going\s+to|(?:is|are)\s+(?:\w+\s+){0,4}?(?:planned|due|scheduled|expected|supposed|to))\b"
    r"|\w['’]ll\b",
    re.IGNORECASE,
)
_PRESENT = compile_later(
    rf"^\W*(?:(?:and|so|but)\s+)?(?:(?:{'|'.join(sorted(QUESTION_WORDS))})\s+(?:\w+\s+){{0,2}}?)?"
    r"(?:is|are|am|does|do|can|may|should|must)\b(?!\s+(?:there|you\s+have|we\s+have))",
    re.IGNORECASE,
)
_IN_AN_EVENT = compile_later(r"\b(?:in|at|during|of|after)\s+the\s+(?:[\w'’-]+\s+){1,3}$", re.IGNORECASE)
_IS_THE_EVENT = compile_later(r"\b(?:was|were)\s+the\s+(?:[\w'’-]+\s+){1,3}$", re.IGNORECASE)
_BODIES = compile_later(
    r"\b(?:appear\w*|testif\w*|came|come|went|go|goes|brought|spoke|stood)\s+(?:\w+\s+)?$", re.IGNORECASE
)
_MEASURED = compile_later(
    r"\b(?:how\s+(?:long|soon|many\s+\w+|much\s+\w+)|hours?|days|weeks|months|years|shortly)\s*$", re.IGNORECASE
)
_AHEAD = compile_later(
    r"\b(?:an?|any|no|before|until|ahead\s+of|next|(?:in\s+)?sight\s+of)\s+(?:(?:the|an?)\s+)?[\w'’-]+", re.IGNORECASE
)
"""What a headline names before there is any: "within sight of a deal"."""
_NO_NAMES = AUXILIARIES | PREPOSITIONS | CONJUNCTIONS | SUBJECT_PRONOUNS | OBJECT_PRONOUNS | POSSESSIVES
_STATES = frozenset({"began", "started", "ended", "finished", "happened", "broke", "place", "took", "over"})


_CHECKS = compile_later(
    rf"\b(?:is|was|were|are) (?:that|this|it|he|she|they) (?:\w+ly )?(?:{'|'.join(sorted(TRUE_WORDS | FALSE_WORDS))})\b"
    rf"|[.!,;:–—-] *(?:{'|'.join(sorted(TRUE_WORDS | FALSE_WORDS))})(?: or \w+)?\W*$"
    r"|\bdid (?:that|this|it) (?:turn|prove|hold)\b",
    re.IGNORECASE,
)


class TimeLimits(NamedTuple):
    """The limits of a search with those that a question states, its words without them, and remarks for the reader.

    `given` are the limits that hold in any case: those that were given, and the day as of which the archive is read.
    """

    where: Filter
    text: str
    remarks: tuple[str, ...]
    given: Filter

    def keep_given(self, text: str) -> TimeLimits:
        """Return the limits that hold in any case, where the times that a question states limit nothing."""
        said = (_say_as_of(self.given.as_of),) if self.given.as_of else ()
        return TimeLimits(self.given, text, said, self.given)


class _Limit(NamedTuple):
    """A limit with the words that state it; `said` names an article that it goes by."""

    start: int
    end: int
    since: date | None = None
    until: date | None = None
    as_of: date | None = None
    said: str = ""


def find_time_limits(text: str, where: Filter, *, today: date, snapshot: Snapshot, kind: Kind = "fact") -> TimeLimits:
    """Return the limits that a question of a kind states in addition to those given.

    Dates without a year, and those that count from `today`, are read as of the day that the archive is read as of.
    """
    given = [_say_as_of(where.as_of)] if where.as_of else []
    limits, remarks = _find_limits(text, where, today=today, snapshot=snapshot, kind=kind)
    if not limits:
        return TimeLimits(where, text, (*given, *remarks), where)
    found = _combine(where, limits)
    said = dict.fromkeys(chain(_describe(found, where, limits), remarks))
    return TimeLimits(found, _cut_out(text, limits), tuple(said), replace(where, as_of=found.as_of))


def checks_claim(text: str) -> bool:
    """Say whether a question asks if something said is true: a time in it dates the claim, not what tells about it."""
    return bool(_CHECKS.search(text))


def _find_limits(
    text: str, where: Filter, *, today: date, snapshot: Snapshot, kind: Kind
) -> tuple[list[_Limit], list[str]]:
    """Return the limits, and remarks on times that are none."""
    if not mentions_time(text) or (archive := snapshot.get_period(where)) is None:
        return [], []
    phrases = find_date_phrases(text, today, archive)
    limits = [limit for phrase in phrases for limit in _limit_as_of(text, phrase, archive, today)]
    if where.as_of and where.as_of < today:
        phrases = find_date_phrases(text, where.as_of, archive)
    remarks = list[str]()
    for phrase in phrases:
        if not _asks_as_of(text, phrase) and _is_of_publication(text, phrase, kind):
            limit, remark = _limit_to_period(text, phrase, archive, where=where, snapshot=snapshot, kind=kind)
            limits += [limit] if limit else []
            remarks += [remark] if remark else []
    if not limits:
        taken = [(phrase.start, phrase.end) for phrase in phrases]
        for event in find_event_phrases(text):
            if not any(start < event.end and event.start < end for start, end in taken):
                limits += _limit_by_event(text, event, where, snapshot)
    if kind not in _OF_READING and not _ASKS_FOR_ARTICLES.search(text):
        limits = [limit for limit in limits if not _is_long(limit) or _bears_on(text, limits, limit, where, snapshot)]
    return limits, remarks


def _limit_as_of(text: str, phrase: DatePhrase, archive: Period, today: date) -> Iterator[_Limit]:
    """Yield the day that a question asks what was known on; none for today, or a time the archive does not know."""
    if not _asks_as_of(text, phrase):
        return
    if phrase.last >= today or phrase.last < archive[0] - CHRONICLED:
        return
    if phrase.relation == "by" and (_FUTURE.search(text) or not archive[0] <= phrase.last <= archive[1]):
        return
    yield _Limit(phrase.start, phrase.end, as_of=phrase.last)


def _asks_as_of(text: str, phrase: DatePhrase) -> bool:
    """Say whether a question asks what was known at a time: it says so, or asks what was held then."""
    if phrase.relation != "in" or phrase.last - phrase.first > LONG or phrase.counted_from:
        return phrase.relation in _AS_OF
    return bool(_HELD_THEN.search(text)) and not _ASKS_FOR_ARTICLES.search(text) and phrase.preposition != "of"


def _is_of_publication(text: str, phrase: DatePhrase, kind: Kind) -> bool:
    """Say whether the question asks for what was reported or happened at a time, and not what is or will be then."""
    before, after = text[: phrase.start], text[phrase.end :]
    if phrase.counted_from == phrase.last and kind not in _OF_READING:
        return False  # "today" in an archive that has ended: nowadays
    reported = kind in _OF_READING or _REPORTED.search(text) is not None
    if after.startswith(("'s ", "’s ")):
        return kind in _OF_READING or _ASKS_FOR_ARTICLES.match(after[3:]) is not None
    if phrase.preposition in {"of", "for"}:
        return _ASKS_FOR_ARTICLES.search(before[-30:]) is not None or kind == "headlines"
    if kind not in _OF_READING and (_FUTURE.search(text) or (not reported and _PRESENT.search(text))):
        return False
    if phrase.relation != "in" or reported:
        return True
    return not (_IN_AN_EVENT.search(before) or (_IS_THE_EVENT.search(before) and re.search(r"\w", after)))


def _limit_to_period(
    text: str, phrase: DatePhrase, archive: Period, *, where: Filter, snapshot: Snapshot, kind: Kind
) -> tuple[_Limit | None, str]:
    """Return the limit that a phrase states, and a remark on it; no limit where it would admit nothing, or all."""
    limit = _make_limit(text, phrase, kind)
    if limit.since and limit.until and limit.since <= archive[0] and limit.until >= archive[1]:
        return None, ""
    if _holds_articles(limit, where, snapshot):
        counted = phrase.counted_from
        return limit, f"No article is later than {format_day(counted)}: counted from there." if counted else ""
    if phrase.counted_from and limit.since and limit.until:
        newest = phrase.counted_from
        limit = limit._replace(since=newest - (limit.until - limit.since), until=newest)
        if _holds_articles(limit, where, snapshot):
            return limit, f"No article is later than {format_day(newest)}."
    nothing = f"{NO_ARTICLE}{format_period(phrase.first, phrase.last)}."
    return None, nothing if kind in _OF_READING and phrase.relation == "in" else ""


def _make_limit(text: str, phrase: DatePhrase, kind: Kind) -> _Limit:
    """Return the days that a phrase admits; a day's events are also reported on the days after it."""
    since, until = phrase.first, phrase.last
    if phrase.relation in {"since", "after"}:
        return _Limit(phrase.start, phrase.end, since if phrase.relation == "since" else until + timedelta(days=1))
    if phrase.relation in {"before", "until"}:
        return _Limit(
            phrase.start, phrase.end, None, until if phrase.relation == "until" else since - timedelta(days=1)
        )
    if until - since < SHORT and _asks_for_deed(text, phrase, kind):
        until += REPORTED_WITHIN
    return _Limit(phrase.start, phrase.end, since, until)


def _asks_for_deed(text: str, phrase: DatePhrase, kind: Kind) -> bool:
    """Say whether a question asks what was done at a time, not what was printed: somebody or something has done it."""
    if _ASKS_FOR_ARTICLES.search(text):
        return False
    return kind not in _OF_READING or (
        kind == "headlines" and bool(find_subject(_cut_out(text, [_Limit(phrase.start, phrase.end)])))
    )


def _limit_by_event(text: str, phrase: EventPhrase, where: Filter, snapshot: Snapshot) -> Iterator[_Limit]:
    """Yield the limit that an event sets, by the day of the oldest article that is named after it."""
    before = text[: phrase.start]
    if _MEASURED.search(before) or (phrase.relation == "before" and _BODIES.search(before)):
        return
    words, article = _date_event(phrase.event, where, snapshot)
    if article is None or article.published is None:
        return
    day, end = get_first_day(article.published), phrase.start + text[phrase.start :].index(phrase.event) + len(words)
    said = f"“{article.title or article.id}” is of {format_day(article.published)}"
    if phrase.days:
        first, last = place_around(phrase.relation, phrase.days, day, get_last_day(article.published))
        first = day if phrase.relation == "after" else first
        yield _Limit(phrase.start, end, first, last, said=said)
    elif phrase.relation in {"since", "after"}:
        yield _Limit(phrase.start, end, day, said=said)
    else:
        yield _Limit(phrase.start, end, until=day - timedelta(days=1), said=said)


def _date_event(event: str, where: Filter, snapshot: Snapshot) -> tuple[str, ArticleInfo | None]:
    """Return the words that name an event, and the oldest dated article whose title or file name holds them all.

    Of "the recount was held" only "the recount" may name one: it is cut before a word that can't be part of a name.
    """
    words = event.split()
    cuts = [n for n in range(2, len(words)) if words[n].lower() in _NO_NAMES]
    for count in [len(words), *reversed(cuts)]:
        telling = [word for word in words[:count] if _is_telling(word)]
        if telling and (naming := _list_naming(telling, where, snapshot)):
            oldest = min(naming, key=lambda info: (get_last_day(info.published or date.max), info.id))
            return " ".join(words[:count]), oldest
    return event, None


def _list_naming(words: Sequence[str], where: Filter, snapshot: Snapshot) -> list[ArticleInfo]:
    """Return the dated articles whose title or file name holds all words; not those on hopes of "a deal".

    A title that is nothing but these words names a subject, such as a people, and dates nothing.
    """
    from retrieval.index.lexical import extract_terms

    wanted = {*extract_terms(" ".join(words))}
    parts = [commonprefix([word.lower(), term]) for word in words for term in extract_terms(word)[:1]]  # noqa: RUF071
    return [
        info
        for info in snapshot.list_articles(where, naming=[part for part in parts if part.isascii()])
        if info.published
        and wanted
        and wanted < {*extract_terms(f"{_AHEAD.sub(' ', info.title)} {_name_file(info)}")}
        and wanted != {*extract_terms(info.title)}
    ]


def _is_telling(word: str) -> bool:
    return word.lower() not in STOP_WORDS | PREPOSITIONS | _STATES


def _name_file(info: ArticleInfo) -> str:
    """Return the words of an article's file name or of its address's last part."""
    path = (info.url or info.source).rstrip("/").rpartition("/")[2]
    return re.sub(r"[\W_]+", " ", path.rpartition(".")[0] or path)


def _holds_articles(limit: _Limit, where: Filter, snapshot: Snapshot) -> bool:
    return snapshot.get_period(_combine(where, [limit])) is not None


def _is_long(limit: _Limit) -> bool:
    return limit.since is not None and limit.until is not None and limit.until - limit.since > LONG


def _bears_on(text: str, limits: Sequence[_Limit], limit: _Limit, where: Filter, snapshot: Snapshot) -> bool:
    """Say whether what was published within a limit bears on the question nearly as much as anything else does."""
    from retrieval.index.lexical import extract_terms

    terms = extract_terms(
        " ".join(word for word in re.findall(r"[\w'’-]+", _cut_out(text, limits)) if _is_telling(word))
    )
    if not terms:
        return True
    best = snapshot.search_lexical(terms, 1, where)
    within = snapshot.search_lexical(terms, 1, _combine(where, [limit]))
    return bool(best and within) and within[0][1] >= LEAST_SHARE * best[0][1]


def _combine(where: Filter, limits: Sequence[_Limit]) -> Filter:
    """Return the filter with limits in addition; several periods are taken from the first to the last."""
    both = [limit for limit in limits if limit.since and limit.until]
    since = [each for limit in limits if (each := limit.since) and limit not in both]
    until = [each for limit in limits if (each := limit.until) and limit not in both]
    if both:
        since.append(min(limit.since or date.max for limit in both))
        until.append(max(limit.until or date.min for limit in both))
    return replace(
        where,
        since=max(filter(None, [where.since, *since]), default=None),
        until=min(filter(None, [where.until, *until]), default=None),
        as_of=min(filter(None, [where.as_of, *(limit.as_of for limit in limits)]), default=None),
    )


def _describe(found: Filter, given: Filter, limits: Sequence[_Limit]) -> Iterator[str]:
    """Yield sentences that say what a search is limited to."""
    if found.as_of:
        yield _say_as_of(found.as_of)
    if (found.since, found.until) == (given.since, given.until):
        return
    why = next((f": {limit.said}" for limit in limits if limit.said), "")
    if found.since and found.until:
        yield f"Only articles of {format_period(found.since, found.until)}{why}."
    elif found.since:
        yield f"Only articles since {format_day(found.since)}{why}."
    else:
        yield f"Only articles until {format_day(found.until)}{why}."


def _say_as_of(day: date) -> str:
    return f"As of {format_day(day)}: articles published later and undated ones are left out."


def _cut_out(text: str, limits: Sequence[_Limit]) -> str:
    """Return a question without the words for its limits."""
    for limit in sorted(limits, reverse=True):
        text = f"{text[: limit.start].rstrip(' ,')} {text[limit.end :].lstrip(' ,')}"
    return re.sub(r"\s+(?=[?.!,;])", "", " ".join(text.split()))
