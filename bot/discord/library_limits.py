"""How much a person's own library may hold: articles beyond that are refused while they are read. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord.localisation import mark
from retrieval.domain import Article, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from retrieval.domain import ArticleInfo, Offered

TOO_MANY = mark("is one more than the {most} articles that your library takes; `/discard` one first")
TOO_LONG = mark("does not fit into the {size} MB of text that your library takes; `/discard` something first")


def limit_articles(
    offered: Iterable[Offered], held: Iterable[ArticleInfo], *, most: int, megabytes: float
) -> Iterator[Offered]:
    """Yield what is offered, and in the place of each article beyond the limits why it can't go in.

    `held` is what the library has now; an article of the same id takes the place of its earlier text. A megabyte is a
    million characters.
    """
    sizes = {info.id: info.characters for info in held}
    total = sum(sizes.values())
    for each in offered:
        if not isinstance(each, Article):
            yield each
            continue
        size, before = len(each.text), sizes.get(each.id)
        name = each.source or each.title or each.id
        if before is None and len(sizes) >= most:
            yield Rejection(name, TOO_MANY.format(most=f"{most:,}"))
        elif total - (before or 0) + size > megabytes * 1_000_000:
            yield Rejection(name, TOO_LONG.format(size=f"{megabytes:,g}"))
        else:
            total += size - (before or 0)
            sizes[each.id] = size
            yield each
