"""Lays out the sources that a library follows, and what a sync did; passwords in addresses are in neither."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.text import Text

from bot.render.terminal_safe import clean_line
from retrieval.text.dates import format_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from retrieval.web.followed import FollowedSource
    from retrieval.web.syncing import SyncReport

STATES = {
    "read": "read",
    "waiting": "to be fetched",
    "failed": "not to be had",
    "gone": "gone from the site, kept",
    "suspect": "held back",
    "same": "copies",
    "removed": "removed",
}


def build_followed_json(listed: Sequence[FollowedSource]) -> list[dict[str, Any]]:
    """Return the sources as JSON has them."""
    names = ("kind", "title", "since", "followed_at", "succeeded_at", "failed_at", "fails", "error", "pages")
    return [{"address": each.shown, **{name: getattr(each, name) for name in names}} for each in listed]


def render_followed(listed: Sequence[FollowedSource]) -> RenderableType:
    """Lay out the sources, each with its last success and its last error."""
    if not listed:
        return Text("Nothing is followed: `clippings follow ADDRESS` follows a feed or a site.")
    lines: list[Text] = []
    for source in listed:
        lines += [Text(clean_line(source.shown), "cyan"), Text(f"  {describe_followed(source)}")]
    return Group(*lines)


def describe_followed(source: FollowedSource) -> str:
    """Describe a source on one line: kind, title, pages, last success, last error."""
    pages = ", ".join(f"{count:,} {STATES[state]}" for state, count in sorted(source.pages.items()))
    parts = [
        source.kind + (f" “{source.title}”" if source.title else ""),
        f"since {format_day(source.since)}" if source.since else "",
        pages,
        f"last read {_show_time(source.succeeded_at)}" if source.succeeded_at else "never read yet",
        f"last error {_show_time(source.failed_at)}: {source.error}" if source.failed_at else "",
    ]
    return clean_line("; ".join(part for part in parts if part))


def render_sync_report(done: SyncReport) -> RenderableType:
    """Lay out what a sync did, and each source and page that was not read with the reason."""
    counts = ("added", "updated", "unchanged", "removed")
    summary = ", ".join(f"{getattr(done, name):,} {name}" for name in counts)
    took = f"{done.requests:,} requests to {done.sources:,} sources and their pages in {done.seconds:.1f} s"
    lines = [Text(f"{summary}; {took}")]
    if done.waiting:
        lines.append(Text(f"{done.waiting:,} pages are still to be fetched: the next sync goes on"))
    if done.problems:
        lines.append(Text(f"{len(done.problems):,} not read:", style="bold yellow"))
    lines += [Text(f"  {clean_line(each.source)}: {clean_line(each.reason)}") for each in done.problems]
    return Group(*lines)


def _show_time(said: str) -> str:
    """Return a time in UTC as the clock here shows it."""
    return datetime.fromisoformat(said).astimezone().strftime("%Y-%m-%d %H:%M")
