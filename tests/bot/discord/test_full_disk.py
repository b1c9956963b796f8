"""What the bot keeps beside its libraries, on a disk without room: one line, nothing lost, and it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.discord.entities import GuildSettings, IncomingQuestion
from bot.discord.job_store import JobStore
from bot.discord.news.feed_records import FeedRecords, FollowedFeed
from bot.discord.records import Records
from retrieval.errors import ClippingsError
from retrieval.web.followed import FollowedSources
from tests.retrieval.index.full_disk import fill_up, mount_small_disk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

GUILD = 7
MOST_CHANGES = 5_000
"""The log of a file has some room of its own."""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with mount_small_disk(tmp_path / "disk") as disk:
        if disk is None:
            pytest.skip("mounts a small disk, which takes root on Linux, and is not allowed everywhere")
        yield disk


def save_settings(records: Records, number: int) -> None:
    records.save_settings(GUILD + number, GuildSettings(library="news " * 50))


def log_question(records: Records, number: int) -> None:
    records.log_question(IncomingQuestion("What happened? " * 20, "slash", GUILD, 1, number))


def open_job(records: Records, number: int) -> None:
    JobStore(records.database).open("ingest", guild_id=GUILD, channel_id=1, person_id=number, library="n" * 200)


def follow_feed(records: Records, number: int) -> None:
    FeedRecords(records.database).add_feed(FollowedFeed(GUILD, "news", f"https://a.example/{number}", 1), ())


CHANGES = (save_settings, log_question, open_job, follow_feed)


@pytest.mark.parametrize("change", CHANGES)
def test_a_full_disk_is_named_and_what_was_noted_stays(
    small_disk: Path, change: Callable[[Records, int], None]
) -> None:
    path = small_disk / "discord.sqlite"
    records = Records(path)
    for each in CHANGES:
        each(records, 0)
    fill_up(small_disk)

    said = _change_until_refused(lambda number: change(records, number))

    assert said.startswith(f"{path} can't be written while its disk is full (")
    assert said.endswith("): free some space; nothing is lost")
    assert records.get_settings(GUILD).library.startswith("news")
    assert len(JobStore(records.database).list_open()) >= 1
    (small_disk / "ballast").unlink()
    change(records, MOST_CHANGES)
    records.close()
    again = Records(path)
    assert again.get_settings(GUILD).library.startswith("news")
    again.close()


def test_a_bot_that_starts_on_a_full_disk_says_so(small_disk: Path) -> None:
    Records(small_disk / "discord.sqlite").close()
    fill_up(small_disk)

    with pytest.raises(ClippingsError, match="full") as caught:
        _use(Records, small_disk / "other.sqlite")

    assert "\n" not in str(caught.value)
    assert "move it away" not in str(caught.value)


def test_what_is_followed_stays_and_a_full_disk_is_named(small_disk: Path) -> None:
    with FollowedSources(small_disk / "library") as followed:
        followed.add_source("https://a.example/feed", "feed", "A", None, 1.0)
        fill_up(small_disk)

        said = _change_until_refused(
            lambda number: followed.add_source(f"https://a.example/{number}{'x' * 900}", "feed", "A", None, 1.0)
        )

        assert "full" in said
        assert "free some space" in said
        assert followed.find_source("https://a.example/feed").title == "A"


def _use(build: Callable[[Path], Any], path: Path) -> None:
    build(path).close()


def _change_until_refused(change: Callable[[int], None]) -> str:
    for number in range(1, MOST_CHANGES):
        try:
            change(number)
        except ClippingsError as error:
            return str(error)
    pytest.fail("there was room")
