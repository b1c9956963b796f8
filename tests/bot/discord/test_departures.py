"""Servers that the bot leaves: what is kept for how long, what is deleted, and what keeps it from that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot import wiring
from bot.discord import departures
from bot.discord.database import Database
from bot.discord.entities import GuildSettings
from bot.discord.presence_store import PresenceStore
from tests.bot.discord.message_content import get_bot, get_services, read_message
from tests.bot.discord.world import PLACE, QUESTION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bot.discord.world import Server, World

NOW = datetime(2026, 3, 1, tzinfo=UTC)
BOT, OTHER = 41, 42


async def leave(world: World, server: Server, *, unavailable: bool = False) -> None:
    """Have Discord say that the bot is no longer in a server, or that the server is out of order."""
    gone: dict[str, Any] = {"id": str(server.guild.id)} | ({"unavailable": True} if unavailable else {})
    world.env.backend.emit("GUILD_DELETE", gone)
    await world.env.settle()


async def let_days_pass(world: World, days: float) -> None:
    """Make every departure as long ago as if days had passed, and delete what is due then."""
    database = get_services(world).records.database
    with database.transaction() as sql:
        for guild_id, left_at in sql.execute("SELECT guild_id, left_at FROM presences WHERE left_at IS NOT NULL"):
            earlier = (datetime.fromisoformat(left_at) - timedelta(days=days)).isoformat(timespec="microseconds")
            sql.execute("UPDATE presences SET left_at = ? WHERE guild_id = ?", (earlier, guild_id))
    await departures.delete_due(get_bot(world))


def is_kept(world: World, server: Server) -> list[bool]:
    """Say of a server's library, settings and questions whether they are there."""
    services, guild_id = get_services(world), server.guild.id
    return [
        world.settings.locate_library(f"discord-{guild_id}").exists(),
        services.records.get_settings(guild_id) != GuildSettings(),
        services.records.find_last_guild(server.ann.id) == guild_id,
    ]


async def use(world: World, server: Server) -> None:
    get_services(world).records.save_settings(server.guild.id, GuildSettings(length=900))
    await server.ann.slash(server.channel, "ask", question=QUESTION)


async def test_a_server_that_was_left_is_deleted_after_its_grace_and_no_other(world: World) -> None:
    gone, other = world.server("Gone"), world.server("Other")
    world.give(world.seeds, gone.guild.id, "-news")
    for server in (gone, other):
        await use(world, server)

    await leave(world, gone)
    await let_days_pass(world, 29)
    before = is_kept(world, gone)
    await let_days_pass(world, 2)

    assert before == [True, True, True]
    assert is_kept(world, gone) == [False, False, False]
    assert [each.name for each in (world.settings.home / "libraries").iterdir()] == [f"discord-{other.guild.id}"]
    assert is_kept(world, other) == [True, True, True]
    assert PLACE in read_message((await other.ann.slash(other.channel, "search", question=QUESTION)).response)


async def test_coming_back_within_the_grace_keeps_everything(world: World) -> None:
    server = world.server()
    await use(world, server)

    await leave(world, server)
    await let_days_pass(world, 29)
    await departures.note_servers(get_bot(world))
    services = get_services(world)
    services.presences.note_joined(get_bot(world).application_id or 0, server.guild.id)
    await let_days_pass(world, 400)

    assert is_kept(world, server) == [True, True, True]


async def test_a_server_in_an_outage_is_not_left(world: World) -> None:
    server = world.server()
    await use(world, server)

    await leave(world, server, unavailable=True)
    await departures.note_servers(get_bot(world))
    await let_days_pass(world, 400)

    assert get_services(world).presences.list_departures() == []
    assert is_kept(world, server) == [True, True, True]


async def test_a_deletion_that_was_cut_short_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    server = world.server()
    await use(world, server)
    await leave(world, server)

    def fail(*_: object) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(PresenceStore, "delete_server", fail)
        await let_days_pass(world, 31)
    half = is_kept(world, server)
    await departures.delete_due(get_bot(world))

    assert half == [False, True, True]
    assert is_kept(world, server) == [False, False, False]


async def test_settings_say_for_how_long_all_is_kept(world: World) -> None:
    server = world.server()

    shown = (await server.manager.slash(server.channel, "settings")).response

    assert "deleted after 30 days" in read_message(shown)


async def test_what_was_left_while_the_bot_was_off_is_noticed_at_the_start(world: World) -> None:
    server = world.server()
    await use(world, server)
    old = get_bot(world)
    world.env.backend.guilds.pop(server.guild.id)

    await world.env.restart_bot(wiring.build_discord_bot(world.settings))
    await world.env.settle()
    await old.close()

    assert [each.guild_id for each in get_services(world).presences.list_departures()] == [server.guild.id]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "records.sqlite")
    yield opened
    opened.close()


def test_another_application_with_the_same_file_has_left_nothing(database: Database) -> None:
    store = PresenceStore(database)
    store.note_all(BOT, {1, 2}, NOW)

    assert store.note_all(OTHER, {3}, NOW) == []
    assert store.claim_due(OTHER, NOW + timedelta(days=900)) == []


def test_the_grace_counts_from_when_it_was_first_noticed(database: Database) -> None:
    store = PresenceStore(database)
    store.note_all(BOT, {1, 2}, NOW)

    first = store.note_all(BOT, {2}, NOW)
    second = store.note_all(BOT, {2}, NOW + timedelta(days=5))

    assert [each.guild_id for each in first] == [1]
    assert second == []
    assert [each.left_at for each in store.list_departures()] == [NOW]
    assert store.claim_due(BOT, NOW) == []
    assert store.claim_due(BOT, NOW + timedelta(seconds=1)) == [1]


def test_nothing_of_a_server_is_left_in_any_table(database: Database) -> None:
    gone, kept = 12, 123
    with database.transaction() as sql:
        tables = [name for (name,) in sql.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        of_servers = []
        for table in tables:
            columns = sql.execute(f"SELECT name, type FROM pragma_table_info('{table}')").fetchall()
            if {"guild_id", "library", "channel_id"} & {name for name, _ in columns}:
                of_servers.append(table)
                for guild_id in (gone, kept):
                    row = {name: guild_id if kind == "INTEGER" else f"{{{guild_id}}}" for name, kind in columns}
                    row |= {"library": f"discord-{guild_id}"} if "library" in row else {}
                    names, marks = ", ".join(row), ", ".join("?" * len(row))
                    sql.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))

    PresenceStore(database).delete_server(gone, f"discord-{gone}")

    assert len(of_servers) > 5
    for table in of_servers:
        left = database.fetch_all(f"SELECT * FROM {table}")
        assert (table, len(left), str(kept) in str(left[0])) == (table, 1, True)
