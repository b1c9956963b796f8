"""The bot where people take it along: in group messages and in servers that it is not in, on the wire.

There it gets no event but interactions, and may ask Discord for nothing but its responses.
"""

from __future__ import annotations

import asyncio
import gc
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot import wiring
from bot.discord import lifecycle
from bot.discord.access import GONE
from bot.discord.commands.ask import MENU, SEEN_BY_ONE
from bot.discord.entities import GuildSettings
from bot.discord.people_store import SHARED
from retrieval.domain import Article
from tests.bot.discord import payloads
from tests.bot.discord.bot_process import PATIENCE
from tests.bot.discord.fake_api import TOKEN
from tests.bot.discord.world import sent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.discord.client import ClippingsBot
    from bot.settings import Settings
    from tests.bot.discord.fake_api import FakeDiscord, Interaction
    from tests.bot.discord.world import World

SECRET = "Zanzibar"
TEXT = f"The platypus of Olga Lind lives in {SECRET} since 1931. She feeds it forty shrimps a day."
ASKED = "Where does the platypus of Olga Lind live?"
GROUP = (0, 990_001)
FOREIGN = (991_000, 991_001)
OLGA, PER = 8, 9
ONLY_RESPONSES = re.compile(r"/interactions/\d+/[^/]+/callback|/webhooks/\d+/[^/]+(/messages/[^/]+)?")

EVERYBODYS = {
    *("ask", "timeline", "compare", "summary", "search", "articles", "article"),
    *("forget", "privacy", "status", "help", "archive", "alert", "alerts", MENU),
}
OUTSIDE = {"upload", "discard"}
DIRECT, SERVER = {"digest"}, [0]


def is_private(interaction: Interaction) -> bool:
    """Tell whether nobody but the person sees what there is of a response."""
    shown = [interaction.data, *interaction.followups]
    return all(int(each.get("flags") or 0) & payloads.EPHEMERAL for each in shown)


async def test_what_people_take_along_is_told_to_discord_and_managers_commands_stay_in_servers(world: World) -> None:
    world.server()
    (synced,) = sent(world.env, "PUT", "/commands")

    told = {each["name"]: (each["contexts"], each["integration_types"]) for each in synced.json or ()}
    expected = {
        name: ([0, 1, 2], [0, 1])
        if name in EVERYBODYS
        else ([1, 2], [0, 1])
        if name in OUTSIDE
        else ([0, 1] if name in DIRECT else SERVER, [0])
        for name in told
    }

    assert {name: (sorted(places), sorted(kinds)) for name, (places, kinds) in told.items()} == expected
    assert {*told} >= EVERYBODYS | OUTSIDE | DIRECT | {"settings", "ingest", "remove", "insights", "follow"}


async def test_commands_are_there_for_servers_where_the_application_is_for_servers_alone(world: World) -> None:
    bot: Any = world.env.bot
    before = len(sent(world.env, "PUT", "/commands"))
    bot.services.records.save_synced_commands("")
    world.env.inject_error("PUT", "*/commands", status=400, code=50035, message="Invalid Form Body")

    changed = await bot.sync()

    told = sent(world.env, "PUT", "/commands")[before:]
    assert changed
    assert len(told) == 2
    assert all(each["integration_types"] == [0] for each in told[-1].json or ())
    # Another start tries again, in case the operator has allowed it since.
    assert bot.services.records.get_synced_commands() == ""


@pytest.fixture
def chosen() -> dict[str, Any]:
    """A library that everybody may ask."""
    return {"discord_default_library": "press"}


@pytest.fixture
async def bot(discord: FakeDiscord, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ClippingsBot]:
    """The bot in this process, connected to the Discord on the wire; it is in one server, `discord.guilds`."""
    monkeypatch.setattr(gc, "freeze", lambda: None)
    monkeypatch.setattr(Route, "BASE", discord.url)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    discord.add_guild()
    built = wiring.build_discord_bot(replace(settings, discord_api_url=discord.url))
    stop = asyncio.Event()
    running = asyncio.create_task(lifecycle.run_until(built, TOKEN, stop))
    try:
        await discord.until(lambda: (discord.commands and discord.identified) or running.done(), seconds=PATIENCE)
        await built.wait_until_ready()
        yield built
    finally:
        stop.set()
        await running


async def answered(discord: FakeDiscord, interaction: Interaction, *words: str) -> str:
    """Wait until all the words are in what was said, and return that."""
    await discord.until(lambda: all(word in interaction.text for word in words), seconds=PATIENCE)
    return interaction.text


def find_asked(discord: FakeDiscord, begun: int) -> list[str]:
    """Return what was asked of Discord since, besides responses."""
    return [one.path for one in discord.asked[begun:] if not ONLY_RESPONSES.fullmatch(one.path)]


async def test_a_person_uploads_asks_and_is_answered_alone_where_the_bot_is_not(
    discord: FakeDiscord, bot: ClippingsBot
) -> None:
    begun = len(discord.asked)
    nothing = await discord.slash(FOREIGN, "ask", person_id=OLGA, question=ASKED)
    await answered(discord, nothing, "This library has no articles yet")
    taken = await discord.upload(GROUP, "platypus.txt", TEXT.encode(), person_id=OLGA, using="upload")
    await answered(discord, taken, "1 added")

    asked = [
        await discord.slash(where, "ask", person_id=OLGA, question=ASKED, **options)
        for where in (GROUP, FOREIGN)
        for options in ({}, {"private": False})
    ]
    for each in asked:
        await answered(discord, each, SECRET)
    key = re.search(r"c:passage:\d+:1", asked[2].text)
    assert key
    assert asked[2].message
    passage = await discord.click(FOREIGN, asked[2].message, key[0], person_id=OLGA)
    await answered(discord, passage, "forty shrimps")

    assert SEEN_BY_ONE in asked[1].text
    assert all(map(is_private, [nothing, taken, *asked, passage]))
    assert find_asked(discord, begun) == []


@pytest.mark.parametrize("place", [GROUP, FOREIGN], ids=["group message", "another server"])
async def test_the_menu_of_somebodys_message_is_answered_from_ones_own_library(
    discord: FakeDiscord, bot: ClippingsBot, place: tuple[int, int]
) -> None:
    await bot.services.archives.changes.ingest(-OLGA, [("platypus.txt", TEXT.encode())])
    begun = len(discord.asked)

    asked = await discord.ask_about(place, MENU, ASKED, person_id=OLGA)
    await answered(discord, asked, SECRET)

    assert is_private(asked)
    assert find_asked(discord, begun) == []


async def test_nobody_else_sees_what_a_person_is_answered_where_the_bot_is_not(
    discord: FakeDiscord, bot: ClippingsBot
) -> None:
    (home, *_) = discord.guilds
    place = (home, int(discord.guilds[home]["channels"][0]["id"]))
    await bot.services.archives.changes.ingest(-OLGA, [("platypus.txt", TEXT.encode())])
    mine = await discord.slash(FOREIGN, "ask", person_id=OLGA, question=ASKED)
    await answered(discord, mine, SECRET)
    key = re.search(r"c:passage:\d+:1", mine.text)
    assert key
    assert mine.message

    others = [
        await discord.click(FOREIGN, mine.message, key[0], person_id=PER),
        await discord.click(place, mine.message, key[0], person_id=PER),
        await discord.slash(FOREIGN, "ask", person_id=PER, question=ASKED),
        await discord.slash(GROUP, "search", person_id=PER, question=ASKED),
        await discord.slash(place, "search", person_id=PER, question=ASKED),
        await discord.slash(FOREIGN, "settings", person_id=PER),
        await discord.slash(FOREIGN, "ingest", person_id=OLGA, text="An article."),
    ]
    await discord.until(lambda: all(map(settled, others)), seconds=PATIENCE)

    assert not any(SECRET in each.text + str(each.data) for each in others)
    assert all(is_private(each) for each in others if each is not others[4])
    assert "can change its settings" in f"{others[5].text}{others[5].data}"
    assert "can change the archive" in f"{others[6].text}{others[6].data}"


async def test_a_servers_archive_is_asked_from_elsewhere_by_members_once_its_managers_allow_it(
    discord: FakeDiscord, bot: ClippingsBot
) -> None:
    (home, *_) = discord.guilds
    discord.members[home] = {OLGA}
    await bot.services.archives.changes.ingest(home, [("platypus.txt", TEXT.encode())])
    for person in (OLGA, PER):
        bot.services.people.choose(person, str(home), date(2026, 1, 1))

    before = await discord.slash(GROUP, "ask", person_id=OLGA, question=ASKED)
    await answered(discord, before, "have not allowed")
    bot.services.records.save_settings(home, GuildSettings(elsewhere=True))
    member = await discord.slash(GROUP, "ask", person_id=OLGA, question=ASKED, private=False)
    await answered(discord, member, SECRET)
    stranger = await discord.slash(FOREIGN, "ask", person_id=PER, question=ASKED)
    await answered(discord, stranger, GONE[:30])

    assert SECRET not in before.text + stranger.text
    assert all(map(is_private, (before, member, stranger)))


async def test_what_comes_from_the_library_for_everybody_is_shown_to_others_where_the_asker_wants_that(
    discord: FakeDiscord, bot: ClippingsBot, settings: Settings
) -> None:
    with bot.services.archives.lend_library("press") as library:
        library.ingest([Article("platypus", TEXT, title="A platypus")])
    bot.services.people.choose(OLGA, SHARED, date(2026, 1, 1))

    alone = await discord.slash(GROUP, "ask", person_id=OLGA, question=ASKED)
    public = await discord.slash(GROUP, "ask", person_id=OLGA, question=ASKED, private=False)
    for each in (alone, public):
        await answered(discord, each, SECRET)

    assert [is_private(alone), is_private(public)] == [True, False]
    assert SEEN_BY_ONE not in public.text


def settled(interaction: Interaction) -> bool:
    """Tell whether an interaction has been answered, and not only acknowledged."""
    loading = interaction.message and int(interaction.message["flags"]) & 1 << 7
    return bool(interaction.acknowledged) and not loading
