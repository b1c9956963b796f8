"""What golden questions expect, looked up in the archive: article ids, and the positions of quotes.

What the archive can't satisfy is reported before anything is asked. Accepted answers are not looked up: a chat model
words what the articles say in its own way.
"""

from __future__ import annotations

from collections import defaultdict
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING

from bot.evaluation.golden.expectations import list_article_names, normalize
from bot.evaluation.golden.normalization import NormalizedText
from bot.evaluation.results import EvidenceSpan, Gold
from bot.front_end_errors import GoldenInvalid
from bot.render.terminal_safe import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.evaluation.results import Golden
    from retrieval.domain import ArticleInfo
    from retrieval.index import Library

_EITHER = ("first", "not_first")
"""Fields whose texts may be in articles that need not be cited."""
_COPIED = ("quotes", "sides", "order", *_EITHER)

LONGEST_QUOTE = 80
"""Characters of a quote that a fault shows."""


def locate_gold(questions: Sequence[Golden], library: Library) -> dict[str, Gold]:
    """Return what is known of right answers, by the questions' ids, which must be unique.

    Raises GoldenInvalid with all that the library can't satisfy.
    """
    archive = _ArticleIndex(library)
    wrong = [clean_line(fault) for golden in questions for fault in _find_faults(golden, archive)]
    if wrong:
        raise GoldenInvalid(wrong)
    return {golden.id: _build_gold(golden, archive) for golden in questions}


class _ArticleIndex:
    """The articles of a library by their names; each is read and normalized once, when it is first needed."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._texts: dict[str, NormalizedText] = {}
        self._places: dict[tuple[str, tuple[str, ...]], tuple[EvidenceSpan, ...]] = {}
        self._exact: dict[str, list[str]] = defaultdict(list)
        self._titles: dict[str, list[str]] = defaultdict(list)
        self._infos: dict[str, ArticleInfo] = {info.id: info for info in library.list_articles()}
        for info in self._infos.values():
            for name in list_article_names(info.id, info.source):
                self._exact[name].append(info.id)
            if info.title:
                self._titles[normalize(info.title)].append(info.id)

    def find_ids(self, name: str) -> tuple[str, ...]:
        """Return the ids of all articles of this name."""
        return tuple(dict.fromkeys([*self._exact.get(name, ()), *self._titles.get(normalize(name), ())]))

    def suggest_name(self, name: str) -> str:
        """Return the name or title that a name may be a slip of, or nothing."""
        near = get_close_matches(normalize(name), self._names, n=1)
        return self._names[near[0]] if near else ""

    @cached_property
    def _names(self) -> dict[str, str]:
        return {normalize(each): each for each in (*self._exact, *(info.title for info in self._infos.values()))}

    def find_quote(self, quote: str, articles: Sequence[str] | None = None) -> tuple[EvidenceSpan, ...]:
        """Return where a quote is in some articles, or in all."""
        needle, among = normalize(quote), tuple(self._infos if articles is None else articles)
        if (needle, among) not in self._places:
            self._places[needle, among] = tuple(place for each in among for place in self._find_within(needle, each))
        return self._places[needle, among]

    def find_longest_prefix(self, quote: str, articles: Sequence[str] | None = None) -> str:
        """Return the longest beginning of a quote, in whole words, that is somewhere."""
        words, low, high = quote.split(), 0, len(quote.split())
        while low < high:
            middle = (low + high + 1) // 2
            places = self.find_quote(" ".join(words[:middle]), articles)
            if places:
                # A longer beginning can be in no other article.
                low, articles = middle, list(dict.fromkeys(place.article_id for place in places))
            else:
                high = middle - 1
        return " ".join(words[:low])

    def _find_within(self, needle: str, article_id: str) -> tuple[EvidenceSpan, ...]:
        if article_id not in self._texts:
            self._texts[article_id] = NormalizedText(self._library.get_article(article_id).text)
        spans = self._texts[article_id].find_spans(needle)
        return tuple(EvidenceSpan(article_id, span.start, span.end) for span in spans)


def _build_gold(golden: Golden, archive: _ArticleIndex) -> Gold:
    cited = tuple(archive.find_ids(name) for name in golden.cites)
    among = list(dict.fromkeys(each for ids in cited for each in ids)) if cited else None
    copied = tuple(dict.fromkeys(text for field in golden.copied for text in field))
    places = tuple(archive.find_quote(quote, among) for quote in copied)
    quoted = tuple(dict.fromkeys(tuple(dict.fromkeys(place.article_id for place in group)) for group in places))
    return Gold(golden.answerable, golden.answer, evidence=places, sentences=places, articles=cited or quoted)


def _find_faults(golden: Golden, archive: _ArticleIndex) -> Iterable[str]:
    where = f"{golden.file}:{golden.line}: {golden.id}." if golden.file else f"{golden.id}."
    cited = {name: archive.find_ids(name) for name in golden.cites}
    for name, ids in cited.items():
        if not ids:
            near = archive.suggest_name(name)
            hint = f"did you mean “{near}”?" if near else "`clippings articles` lists them all"
            yield f"{where}cites: no article is called “{name}”: {hint}"
    among = [each for ids in cited.values() for each in ids] if cited and all(cited.values()) else None
    for field, quote in [(name, text) for name in _COPIED for text in getattr(golden, name)]:
        if archive.find_quote(quote, None if field in _EITHER else among):
            continue
        elsewhere = archive.find_quote(quote) if among else ()
        if elsewhere:
            what = f"is not in what is cited, but in {elsewhere[0].article_id}: cite that, or correct the quote"
        else:
            place = "the cited articles" if among else "any article"
            upto = archive.find_longest_prefix(quote, among)
            what = f"is not in {place}{f', only as far as “{_cut(upto)}”' if upto else ''}: copy it from there"
        yield f"{where}{field}: “{_cut(quote)}” {what}"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_QUOTE else f"{line[: LONGEST_QUOTE // 2]} … {line[-LONGEST_QUOTE // 2 :]}"
