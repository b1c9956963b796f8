"""Finds what is to be followed at an address: a feed or sitemap itself, or what a web page offers."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.errors import UnreadableError
from retrieval.web.addresses import get_origin, lend_credentials, normalize_address
from retrieval.web.feeds import SourceListing, find_feeds, read_listing

if TYPE_CHECKING:
    from datetime import date

    from retrieval.web.fetching import Fetcher

MAX_FEEDS = 3
"""Feeds of a page that are tried: the first is the site's own as a rule, what follows are its sections."""
LEAST_LINKS = 3
"""Links to articles from which a page is one that lists articles."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be followed at an address, and what it lists now."""

    address: str
    listing: SourceListing


def find_offer(address: str, fetcher: Fetcher, *, since: date | None = None) -> Offer:
    """Return what is to be followed: a feed, a sitemap, a page's feed, its links to articles, or the site's sitemap.

    Raises FetchError, UnreadableError where there is none of them, and InputError for no address.
    """
    address = normalize_address(address)
    reply = fetcher.fetch(address)
    listing = read_listing(reply, since=since)
    if listing.kind != "front page":
        return Offer(address, listing)
    for feed in find_feeds(reply)[:MAX_FEEDS]:
        with suppress(UnreadableError):
            if offer := _look_at(lend_credentials(feed, address), fetcher, since):
                return offer
    if len(listing.pages) >= LEAST_LINKS:
        return Offer(address, listing)
    named = fetcher.list_sitemaps(address) or [get_origin(address) + "/sitemap.xml"]
    for sitemap in named[:MAX_FEEDS]:
        with suppress(UnreadableError):
            if offer := _look_at(lend_credentials(sitemap, address), fetcher, since):
                return offer
    raise UnreadableError(
        "names no feed and no sitemap, and has no links to articles: `clippings ingest` reads a single page"
    )


def _look_at(address: str, fetcher: Fetcher, since: date | None) -> Offer | None:
    """Return a feed or a sitemap that lists anything."""
    listing = read_listing(fetcher.fetch(address), since=since)
    return Offer(address, listing) if listing.kind != "front page" and (listing.pages or listing.further) else None
