"""Which of a feed's pages are announced: none that was there before, none twice by address or text, by chosen words.

Pure. What is known of a channel is left to feed_records.py, posting to announcements.py.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING

from retrieval.text.publication_dates import get_last_day
from retrieval.verification.numerals import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from bot.discord.news.feed_records import FollowedFeed
    from retrieval.domain import Article
    from retrieval.web.followed import FollowedPage

SAME_TEXT = 0.8
"""Part of a text's runs of words that stand in one that was posted, from which it is the same text again: a dateline
and a line in front leave that much of a short report."""
RUN = 5
"""Words of a run."""
READ_WORDS = 300
"""Words of an article that are compared: more than the beginning tells no copies apart."""
LONGEST_WORDS, MOST_WORDS = 60, 20
"""Characters of one wanted phrase, and phrases of a feed."""

_WORD = re.compile(r"[^\W_]+")


def split_phrases(text: str) -> tuple[str, ...]:
    """Return the phrases of a list with commas: "strike, wage talks" is two."""
    phrases = (" ".join(each.split())[:LONGEST_WORDS] for each in re.split(r"[,;\n]", text))
    return tuple(dict.fromkeys(each for each in phrases if each))[:MOST_WORDS]


def select_fresh(feed: FollowedFeed, pages: Iterable[FollowedPage], known: Collection[str]) -> list[FollowedPage]:
    """Return the pages that came in after a feed was followed, in the order given.

    Until all is in that it listed at first, that is what was published since then.
    """
    return [
        page
        for page in pages
        if page.address not in known
        and (feed.caught_up or (page.published is not None and get_last_day(page.published) >= feed.followed_on))
    ]


def holds_words(
    article: Article,
    words: Sequence[str],
    without: Sequence[str],
    *,
    terms: Callable[[str], Sequence[str]],
) -> bool:
    """Say whether an article holds any of the wanted phrases, if there are some, and none of the others.

    A phrase stands in it where its words do, one after the other, in whatever form: "wage talk" in "wage talks".
    """
    said = _join(terms(f"{article.title}\n{article.prose}"))

    def holds(phrase: str) -> bool:
        wanted = _join(terms(phrase))
        return bool(wanted.strip()) and wanted in said

    return (not words or any(map(holds, words))) and not any(map(holds, without))


def hash_text(article: Article) -> frozenset[int]:
    """Return the hashes of an article's runs of words, and those of its figures, which are negative."""
    words = [each.casefold() for each in _WORD.findall(article.prose)[:READ_WORDS]]
    runs = (" ".join(words[n : n + RUN]) for n in range(max(1, len(words) - RUN + 1)) if words)
    figures = {each.value for each in numbers(" ".join(_WORD.findall(article.prose)[:READ_WORDS]))}
    return frozenset((*map(_hash, runs), *(-_hash(repr(value)) for value in figures)))


def repeats_text(text: Collection[int], posted: Iterable[Collection[int]]) -> bool:
    """Say whether a text, by its hashes, is one that was posted or a part of it; with another figure it is none."""
    runs = {each for each in text if each > 0}
    figures = set(text) - runs
    return bool(runs) and any(
        figures <= set(other) and len(runs & set(other)) >= SAME_TEXT * len(runs) for other in posted
    )


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=6).digest()) + 1


def _join(found: Iterable[str]) -> str:
    return f" {' '.join(found)} "
