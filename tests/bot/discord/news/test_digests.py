"""Digests in a simulated Discord, and when they are due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.discord.news import announcements, digests
from bot.discord.news.digest_records import find_next_time
from retrieval.errors import InputError
from tests.bot.discord.message_content import get_bot, read_message, read_private_reply

if TYPE_CHECKING:
    from tests.bot.discord.world import Server, World

DAY = 86_400.0
STRIKE = "The dockers of Tolvik went on strike on Monday. They want nine per cent more."
TALKS = "Talks on the strike of the dockers of Tolvik broke down on Tuesday. The port offers four per cent."
COMET = "A comet was seen above the lighthouse of Skerry Point. Nine people watched it from the shore."


async def ingest(server: Server, **texts: str) -> None:
    for title, text in texts.items():
        await server.manager.slash(server.channel, "ingest", text=text, title=title.replace("_", " "))


async def go_on(world: World, days: float) -> None:
    """Have the bot look at everything as if so many days had passed."""
    await get_bot(world).rounds.run_round(datetime.now(UTC).timestamp() + days * DAY)


def list_digests(server: Server, channel: Any = None) -> list[str]:
    return [read_message(each) for each in (channel or server.channel).history() if each.embeds]


async def test_a_daily_digest_tells_what_is_new_by_story_once_and_nothing_where_nothing_is(world: World) -> None:
    server = world.server(seeds=False)
    await ingest(server, Old_news="The mill of Uppsala was sold to Ann Lee in 1931 for forty sacks of rye.")
    said = read_private_reply(await server.manager.slash(server.channel, "digest", when="daily", hour=7))
    await go_on(world, 1)
    nothing = list_digests(server)
    await ingest(server, Dockers_on_strike=STRIKE, Talks_break_down=TALKS, A_comet=COMET)

    await go_on(world, 2)
    await go_on(world, 2)
    await go_on(world, 3)

    assert "daily digest" in said
    assert nothing == []
    (told,) = list_digests(server)
    assert "What is new" in told
    assert all(title in told for title in ("Dockers on strike", "Talks break down", "A comet"))
    assert "Ann Lee" not in told
    assert any(f"> {sentence}" in told for sentence in STRIKE.split(". "))


@pytest.mark.parametrize("posted", [True, False])
async def test_a_kill_while_a_digest_is_posted_neither_doubles_nor_skips_it(
    world: World, monkeypatch: pytest.MonkeyPatch, posted: bool
) -> None:
    monkeypatch.setattr(digests, "CLOCKS_APART", timedelta(days=4_000))
    server = world.server(seeds=False)
    await server.manager.slash(server.channel, "digest", when="daily")
    await ingest(server, A_comet=COMET)
    post = announcements.post_message

    async def die(*args: Any, **options: Any) -> int:
        if posted:
            await post(*args, **options)
        raise KeyboardInterrupt

    await get_bot(world).rounds.run_round()
    with monkeypatch.context() as patched:
        patched.setattr(digests, "post_message", die)
        with pytest.raises(KeyboardInterrupt):
            await go_on(world, 1)
    await go_on(world, 1)
    await go_on(world, 2)

    assert len(list_digests(server)) == 1


async def test_a_digest_that_was_missed_is_in_the_next(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    server = world.server(seeds=False)
    await server.manager.slash(server.channel, "digest", when="daily")
    await ingest(server, A_comet=COMET)
    with monkeypatch.context() as patched:
        patched.setattr(digests, "explain_channel", lambda _: "I may not write there")
        await go_on(world, 1)

    await go_on(world, 3)

    assert len(list_digests(server)) == 1
    assert "comet" in list_digests(server)[0]


async def test_everybody_gets_a_digest_at_once_on_request(world: World) -> None:
    server = world.server(seeds=False)
    nothing = read_message((await server.ann.slash(server.channel, "digest")).response)
    await ingest(server, A_comet=COMET)

    at_once = read_message((await server.ann.slash(server.channel, "digest")).response)
    await get_bot(world).rounds.run_round()
    shown = read_message((await server.ann.slash(server.channel, "digest")).response)

    assert "Nothing is new" in nothing
    assert "A comet" in at_once
    assert "A comet" in shown
    assert "> " in shown


async def test_rhythms_are_for_managers_and_can_be_ended(world: World) -> None:
    server = world.server(seeds=False)

    refused = read_private_reply(await server.ann.slash(server.channel, "digest", when="daily"))
    wrong = read_private_reply(await server.manager.slash(server.channel, "digest", when="daily", zone="Atlantis"))
    await server.manager.slash(server.channel, "digest", when="weekly", weekday="Friday", zone="Europe/Berlin")
    kept = get_bot(world).news.digests.list_digests()
    ended = read_private_reply(await server.manager.slash(server.channel, "digest", when="off"))

    assert "can change the archive" in refused
    assert "no time zone" in wrong
    assert [(each.every, each.weekday) for each in kept] == [("weekly", 4)]
    assert "no digest any more" in ended
    assert get_bot(world).news.digests.list_digests() == []


@pytest.mark.parametrize(
    ("rhythm", "after", "due"),
    [
        (("daily", 0, 8, "UTC"), "2026-11-28T07:59", "2026-11-28T08:00"),
        (("daily", 0, 8, "UTC"), "2026-11-28T08:00", "2026-11-29T08:00"),
        (("daily", 0, 8, "Europe/Berlin"), "2026-11-28T07:30", "2026-11-29T07:00"),
        (("weekly", 4, 8, "UTC"), "2026-11-28T09:00", "2026-12-04T08:00"),
        (("weekly", 5, 8, "UTC"), "2026-11-28T09:00", "2026-12-05T08:00"),
        (("daily", 0, 8, "Europe/Berlin"), "2026-03-28T09:00", "2026-03-29T06:00"),
    ],
)
def test_a_digest_is_due_at_its_hour_where_people_live(rhythm: tuple[Any, int, int, str], after: str, due: str) -> None:
    moment = datetime.fromisoformat(after).replace(tzinfo=UTC)

    assert find_next_time(*rhythm, moment) == datetime.fromisoformat(due).replace(tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Atlantis", "../etc/passwd", ""])
def test_what_is_no_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(InputError, match="no time zone"):
        find_next_time("daily", 0, 8, zone, datetime.now(UTC))
