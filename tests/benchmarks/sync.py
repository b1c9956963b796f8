"""Follows and syncs a site on loopback with faults: `python -m tests.benchmarks.sync [--pages N] [--kills N]`.

Every twentieth page fails, each in its own way; others are in wrong encodings, behind redirects, or busy at first. The
site is synced, synced again, and synced into another library by a process that is killed at random moments and run
again. What must come of it: nothing lost, nothing doubled, each fault named, a second run that costs next to nothing,
and the same archive however often it was killed. Exits with 1 otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import LibraryMissing
from retrieval.index import Library
from retrieval.web import Fetcher
from retrieval.web.followed import FollowedSources
from retrieval.web.following import find_offer
from retrieval.web.syncing import SyncReport, sync_library
from tests.fakes import FakeEncoder
from tests.retrieval.web import loopback_site as sites

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.retrieval.web.loopback_site import Deed, Site

PAGES, KILLS = 500, 20
ONE_IN = 20
"""Pages of which one fails."""
LEAST_COST = 0.02
"""Of the first run's requests and seconds, that a second may cost."""
SECONDS = 2.0
"""For a page; those that hang take as long."""
LOG_IN = "<html><head><title>Log in</title></head><body><p>Please enter your name and your password.</p></body></html>"


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of it: figures to print, and what went wrong."""

    figures: dict[str, float]
    faults: tuple[str, ...]


def main() -> None:
    """Run it and print what came of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="where the figures are written")
    parser.add_argument("--child", nargs=2, metavar=("FOLDER", "FEED"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        sync_as_child(Path(given.child[0]), given.child[1])
        return
    measured = measure(given.pages, given.kills, seed=given.seed)
    print("| | |\n|---|---:|")
    for name, figure in measured.figures.items():
        print(f"| {name} | {figure:,.4g} |")
    print(*measured.faults, sep="\n")
    if given.json:
        given.json.write_text(json.dumps(measured.figures), "utf-8")
    sys.exit(1 if measured.faults else 0)


def measure(pages: int, kills: int, *, seed: int = 0) -> Measured:
    """Sync a site of so many pages twice, and once more with so many kills; return what came of it."""
    with tempfile.TemporaryDirectory() as place, sites.serve_site() as site:
        failing, whole = build_site(site, pages)
        first, archive = sync(Path(place) / "whole", f"{site.base}/feed")
        second, again = sync(Path(place) / "whole", f"{site.base}/feed")
        named = {each.source.removeprefix(site.base) for each in first.problems}
        killed, final = sync_with_kills(Path(place) / "killed", f"{site.base}/feed", kills, first.seconds, seed)
    requests, seconds = second.requests / first.requests, second.seconds / first.seconds
    wrong = {
        "lost": whole - {source.removeprefix(site.base) for source in archive},
        "doubled or not wanted": {source.removeprefix(site.base) for source in archive} - whole,
        "failed and not named": failing - named,
        "named and not failed": named - failing,
        "other than before, after a second run": {
            each for each in archive | again if archive.get(each) != again.get(each)
        },
        "other than undisturbed, after kills": {
            each for each in archive | final if archive.get(each) != final.get(each)
        },
    }
    faults = [f"{name}: {', '.join(sorted(which)[:5])}" for name, which in wrong.items() if which]
    faults += [f"a second run costs {cost:.1%}" for cost in (requests, seconds) if cost > LEAST_COST]
    figures: dict[str, float] = {
        "pages": pages,
        "of them failing": len(failing),
        "articles": len(archive),
        **{name: len(which) for name, which in wrong.items()},
        "requests of the first run": first.requests,
        "requests of the second run": second.requests,
        "seconds of the first run": first.seconds,
        "seconds of the second run": second.seconds,
        "kills while it was at work": killed,
    }
    return Measured(figures, tuple(faults))


def build_site(site: Site, pages: int) -> tuple[set[str], set[str]]:
    """Fill a site and its feed; return the paths of pages that fail, and of those that are to come in."""
    failing: set[str] = set()
    whole: set[str] = set()
    items: dict[str, str] = {}
    for number in range(pages):
        path = f"/news/{number}"
        page = sites.make_page(number)
        if number % ONE_IN == 7:
            ways = list_ways_to_fail(path)
            site.pages[path] = ways[number // ONE_IN % len(ways)]
            failing.add(path)
        else:
            site.pages[path] = behave(site, number, path, page)
            whole.add(path)
        link = path if number % 3 else f"{site.base}{path}?utm_source=feed"
        items[link] = f"<title>Report {number} of the day</title><pubDate>Mon, 04 May 2026 10:00:00 +0200</pubDate>"
    site.pages["/feed"] = sites.send_tagged(sites.make_rss(items), kind="application/rss+xml")
    return failing, whole


def behave(site: Site, number: int, path: str, page: str) -> Deed:
    """Return how a page that can be read is sent: well as a rule, else in an odd way."""
    odd = number % 25
    if odd == 1:
        return sites.send(page.replace("noon", "nöön").encode("latin-1"), kind="text/html; charset=utf-8")
    if odd == 2:
        return sites.in_turn(sites.send(b"", status=429, Retry_After="0"), sites.send_tagged(page))
    if odd == 3:
        site.pages[f"{path}/now"] = sites.send_packed(page)
        return sites.redirect_to(f"{path.rpartition('/')[2]}/now", 301)
    return sites.send_tagged(page)


def list_ways_to_fail(path: str) -> list[Deed]:
    """Return deeds from which no article can come."""
    return [
        sites.send(b"", status=404),
        sites.redirect_to(path),
        sites.send_bomb,
        sites.hang,
        sites.send(b"", status=410),
        sites.reset,
        sites.send_slowly,
        sites.send(LOG_IN),
        sites.break_off,
        sites.send(b"", status=500),
        sites.send(b"\x89PNG", kind="image/png"),
        sites.send(b"", status=403),
        sites.send("", kind="text/html"),
    ]


def sync(folder: Path, feed: str, *, resolve_all: bool = True) -> tuple[SyncReport, dict[str, str]]:
    """Follow and sync a feed; return the report, and the content hash of each article by its source."""
    with open_all(folder) as (library, followed, fetcher):
        if not followed.list_sources():
            offer = find_offer(feed, fetcher)
            followed.add_source(offer.address, offer.listing.kind, offer.listing.title, None, time.time())
        report = sync_library(library, followed, fetcher, limit_bytes=2_000_000, limit_seconds=60, wait=60)
        return report, read_archive(library) if resolve_all else {}


@contextmanager
def open_all(folder: Path) -> Iterator[tuple[Library, FollowedSources, Fetcher]]:
    """Open a library, what it follows, and what fetches from loopback without pausing."""
    with (
        Library.open(folder, encoder=FakeEncoder(), create=True) as library,
        FollowedSources(folder) as followed,
        closing(Fetcher(pause=0, seconds=SECONDS, limit_bytes=2_000_000, allow_private=True)) as fetcher,
    ):
        yield library, followed, fetcher


def read_archive(library: Library) -> dict[str, str]:
    """Return the content hash of each article by its source; two of one source are told apart by their ids."""
    found: dict[str, str] = {}
    for info in library.list_articles():
        article = library.get_article(info.id)
        found[info.source if info.source not in found else f"{info.source} as {info.id}"] = article.content_hash
    return found


def sync_with_kills(folder: Path, feed: str, kills: int, seconds: float, seed: int) -> tuple[int, dict[str, str]]:
    """Sync in processes that are killed at random moments, then to the end; return kills at work, and the archive."""
    chance, hit = random.Random(seed), 0
    for _ in range(kills):
        with start_child(folder, feed) as child:
            time.sleep(chance.uniform(0, 2 * seconds / kills))
            if child.poll() is None:
                hit += 1
                os.killpg(child.pid, signal.SIGKILL)
    with start_child(folder, feed) as child:
        child.wait()
    with open_all(folder) as (library, _, _):
        try:
            return hit, read_archive(library)
        except LibraryMissing:
            return hit, {}


@contextmanager
def start_child(folder: Path, feed: str) -> Iterator[subprocess.Popen[str]]:
    """Run a process that syncs, from the moment on that it begins to."""
    command = [sys.executable, "-m", "tests.benchmarks.sync", "--child", str(folder), feed]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True, start_new_session=True) as child:
        assert child.stdout
        child.stdout.readline()
        yield child
        child.wait()


def sync_as_child(folder: Path, feed: str) -> None:
    """Say that it begins, and sync."""
    print("begins", flush=True)
    sync(folder, feed, resolve_all=False)


if __name__ == "__main__":
    main()
