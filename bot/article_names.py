"""Finds the article that people mean by its id, or by the beginning of its id or file name."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from retrieval.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from retrieval.domain import ArticleInfo

SHORTEST = 8
"""Characters of a short id at least."""
SHOWN = 3
"""Articles that are named where a name may mean several."""


def find_article_id(given: str, articles: Sequence[ArticleInfo]) -> str:
    """Return the id that a name means, or the name itself where it means none; raise InputError where it means several.

    An id as a whole comes first, then a whole file name, then the beginning of an id or a file name.
    """
    wanted = given.strip().casefold()
    whole = {info.id for info in articles if info.id == given} or {
        info.id for info in articles if _name_file(info).casefold() == wanted
    }
    found = sorted(whole or {info.id for info in articles if wanted and _begins(info, wanted)})
    if len(found) > 1:
        more = f" and {len(found) - SHOWN:,} more" if len(found) > SHOWN else ""
        raise InputError(f"{given!r} may be {', '.join(found[:SHOWN])}{more}: give more of the id.")
    return found[0] if found else given


def shorten_ids(ids: Iterable[str]) -> Mapping[str, str]:
    """Return the shortest beginning of each id that no other id has, of a readable length at least."""
    known = sorted(set(ids), key=str.casefold)
    short: dict[str, str] = {}
    for before, each, after in zip(["", *known], known, [*known[1:], ""], strict=False):
        shared = max(_count_shared(each, before), _count_shared(each, after))
        short[each] = each[: max(shared + 1, SHORTEST)]
    return short


def mentions(info: ArticleInfo, text: str) -> bool:
    """Say whether a text is in an article's id, title or file name, case ignored."""
    return text.casefold() in f"{info.id}\n{info.title}\n{_name_file(info)}".casefold()


def _begins(info: ArticleInfo, wanted: str) -> bool:
    return info.id.casefold().startswith(wanted) or _name_file(info).casefold().startswith(wanted)


def _name_file(info: ArticleInfo) -> str:
    return PurePath(info.source).name


def _count_shared(one: str, other: str) -> int:
    pairs = enumerate(zip(one.casefold(), other.casefold(), strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))
