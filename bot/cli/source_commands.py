"""Commands that keep a library in step with the web: follow, sync."""

from __future__ import annotations

import re
import time
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

import click

from bot.cli.options import DONE, add_library_and_json_options, fail, print_result

if TYPE_CHECKING:
    from bot.settings import Settings
    from retrieval.web.syncing import SyncReport

UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
SHORTEST_ROUND = 60
"""Seconds between two rounds at least: a feed that is asked more often thinks ill of who asks."""


@click.command("follow")
@click.argument("address", required=False, metavar="ADDRESS")
@click.option(
    "--since", metavar="DATE", help="Take nothing published before this date. Without it: all that is offered."
)
@click.option("--list", "as_list", is_flag=True, help="List what is followed, with the last success and error.")
@click.option("--remove", is_flag=True, help="Follow this ADDRESS no more. Its articles stay.")
@add_library_and_json_options
def follow_source(
    settings: Settings,
    name: str,
    *,
    address: str | None,
    since: str | None,
    as_list: bool,
    remove: bool,
    as_json: bool,
) -> int:
    """Follow a feed or a site; `clippings sync` brings in its articles.

    ADDRESS is that of a feed (RSS, Atom, JSON Feed), of a sitemap, or of a web page: then its feed is followed, or its
    links to articles, or the site's sitemap.

    \b
    Examples:
      clippings follow https://example.org/feed.xml
      clippings follow https://example.org/ --since 2026-01-01
      clippings follow --list
      clippings follow --remove https://example.org/feed.xml
    """
    if bool(address) == as_list or (as_list and remove):
        raise click.UsageError("name an ADDRESS, or --list what is followed.")
    from bot import render, wiring

    if as_list:
        with wiring.open_followed(settings, name) as followed:
            listed = followed.list_sources()
        print_result(listed, render.render_followed, as_json=as_json, machine=render.build_followed_json)
        return DONE
    if remove:
        with wiring.open_followed(settings, name) as followed:
            source = followed.find_source(address or "")
            followed.remove_source(source.address)
        print_result(
            [source],
            lambda _: f"{source.shown} is followed no more; its articles stay",
            as_json=as_json,
            machine=render.build_followed_json,
        )
        return DONE
    return _follow(settings, name, address or "", since, as_json=as_json)


def _follow(settings: Settings, name: str, address: str, since: str | None, *, as_json: bool) -> int:
    from bot import render, user_input, wiring
    from retrieval.errors import FetchError, InputError, UnreadableError
    from retrieval.web import show_address
    from retrieval.web.following import find_offer

    start = user_input.build_filter({"since": since}, date.today(), settings.date_order).since
    try:
        with closing(wiring.build_fetcher(settings)) as fetcher:
            offer = find_offer(address, fetcher, since=start)
    except UnreadableError as error:
        raise (FetchError if isinstance(error, FetchError) else InputError)(
            f"{show_address(address)} {error}"
        ) from error
    with wiring.open_followed(settings, name) as followed:
        followed.add_source(offer.address, offer.listing.kind, offer.listing.title, start, time.time())
        source = followed.find_source(offer.address)
    listed = len(offer.listing.pages)
    more = " and more" if offer.listing.further else ""
    print_result(
        [source],
        lambda _: f"following {source.shown} ({source.kind}; {listed:,} pages{more}): clippings sync brings them in",
        as_json=as_json,
        machine=render.build_followed_json,
    )
    return DONE


@click.command("sync")
@click.option("--every", metavar="TIME", help="Go on, and sync so often: 30m, 2h, 1d. Ctrl-C ends it.")
@click.option("--prune", is_flag=True, help="Remove articles whose pages are gone from their site.")
@click.option(
    "--limit", type=click.IntRange(1), default=1_000, show_default=True, metavar="N", help="Fetch at most N pages."
)
@add_library_and_json_options
def sync_sources(settings: Settings, name: str, *, every: str | None, prune: bool, limit: int, as_json: bool) -> int:
    """Bring in what is new and what has changed in the sources that are followed.

    Nothing is removed because a feed fails or lists it no more. A page that is gone from its site stays in the library
    until --prune. One that looks like a page to log in, or that lost half of its text, is named and not taken.

    \b
    Examples:
      clippings sync
      clippings sync --every 30m
    """
    pause = _parse_time(every) if every else 0.0
    while True:
        started = time.monotonic()
        status = _sync_once(settings, name, prune=prune, limit=limit, as_json=as_json, goes_on=bool(every))
        if not every:
            return status
        time.sleep(max(0.0, pause - (time.monotonic() - started)))


def _sync_once(settings: Settings, name: str, *, prune: bool, limit: int, as_json: bool, goes_on: bool) -> int:
    from bot import render
    from retrieval.errors import ClippingsError

    try:
        report = _sync(settings, name, prune=prune, limit=limit)
    except ClippingsError as error:
        if not goes_on:
            raise
        return fail(str(error))  # what is wrong now may be right the next time
    print_result(report, render.render_sync_report, as_json=as_json)
    if not report.sources:
        return fail("nothing is followed: `clippings follow ADDRESS` follows a feed or a site.")
    if report.problems:
        return fail(f"{len(report.problems):,} could not be read; the rest is in step.")
    return DONE


def _sync(settings: Settings, name: str, *, prune: bool, limit: int) -> SyncReport:
    from bot import progress, wiring
    from retrieval.web.syncing import sync_library

    with (
        wiring.open_library(settings, name, create=True) as library,
        wiring.open_followed(settings, name) as followed,
        closing(wiring.build_fetcher(settings)) as fetcher,
        progress.show_progress() as show,
    ):
        return sync_library(
            library,
            followed,
            fetcher,
            limit=limit,
            prune=prune,
            limit_bytes=int(settings.max_file_mb * 1_000_000),
            limit_seconds=settings.max_file_seconds,
            date_order=settings.date_order,
            wait=settings.lock_wait,
            progress=show,
        )


def _parse_time(text: str) -> float:
    """Return the seconds that a time such as 30m means."""
    found = re.fullmatch(r"(\d{1,5})\s*([smhd])", text.strip().lower())
    seconds = int(found[1]) * UNITS[found[2]] if found else 0
    if seconds < SHORTEST_ROUND:
        raise click.BadParameter(
            f"{text!r} is no time such as 30m, 2h or 1d, of a minute at least.", param_hint="--every"
        )
    return float(seconds)
