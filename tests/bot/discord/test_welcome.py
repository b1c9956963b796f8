"""What a server is told when the bot comes, where, and what its buttons do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
import pytest
from simcord.backend import serializers

from bot import wiring
from bot.discord.commands import old_forms
from tests.bot.discord.message_content import get_bot, get_services, list_buttons, read_message, read_private_reply

if TYPE_CHECKING:
    from tests.bot.discord.world import Server, World


async def join(world: World, server: Server, *, known: bool = False) -> None:
    """Have Discord say that the bot was added to a server."""
    await world.env.settle()
    backend = world.env.backend
    payload: dict[str, Any] = dict(serializers.guild_create_payload(backend, backend.get_guild(server.guild.id)))
    del payload["unavailable"]  # Discord says of servers that come back whether they are there
    if not known:
        with get_services(world).records.database.transaction() as sql:
            sql.execute("DELETE FROM presences")
    backend.emit("GUILD_CREATE", payload)
    await world.env.settle()


def give_system_channel(world: World, server: Server) -> Any:
    channel = server.guild.create_text_channel("lobby")
    world.env.backend.get_guild(server.guild.id).system_channel_id = channel.id
    return channel


async def test_whoever_added_the_bot_finds_three_buttons_in_the_system_channel(world: World) -> None:
    server = world.server(seeds=False)
    lobby = give_system_channel(world, server)

    await join(world, server)

    [message] = lobby.history()
    assert "Whoever added me" in read_message(message)
    assert list(list_buttons(message)) == ["Follow a feed or site", "Upload articles", "Settings"]


async def test_the_buttons_work_for_managers_alone_and_after_a_restart(world: World) -> None:
    server = world.server(seeds=False)
    lobby = give_system_channel(world, server)
    await join(world, server)
    [message] = lobby.history()
    old = get_bot(world)
    await world.env.restart_bot(wiring.build_discord_bot(world.settings))
    await old.close()

    form = await server.manager.click(message, label="Upload articles")
    done = await server.manager.submit_modal(form, {"files": [("mill.txt", b"The mill was sold.")]})
    shown = await server.manager.click(message, label="Settings")
    follow = await server.manager.click(message, label="Follow a feed or site")
    refused = [await server.ann.click(message, label=label) for label in list_buttons(message)]

    assert "1 added" in read_private_reply(done)
    assert "Daily budget" in read_private_reply(shown)
    assert follow.modal is not None
    assert all("Only people who may manage" in read_private_reply(each) for each in refused)
    assert len(lobby.history()) == 1


async def test_a_form_that_was_open_during_a_restart_is_asked_for_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = world.server(seeds=False)
    lobby = give_system_channel(world, server)
    await join(world, server)
    form = await server.manager.click(lobby.history()[0], label="Follow a feed or site")
    old = get_bot(world)
    monkeypatch.setattr(old_forms, "_RUN", "0123abcd")
    await world.env.restart_bot(wiring.build_discord_bot(world.settings))
    await old.close()

    done = await server.manager.submit_modal(form, {"address": "https://example.org/feed"})

    assert old_forms.OPENED_BEFORE in read_private_reply(done)


async def test_an_address_from_the_form_is_looked_into(world: World) -> None:
    server = world.server(seeds=False)
    lobby = give_system_channel(world, server)
    await join(world, server)

    form = await server.manager.click(lobby.history()[0], label="Follow a feed or site")
    done = await server.manager.submit_modal(form, {"address": "http://127.0.0.1/feed"})

    assert "127.0.0.1" in read_private_reply(done)


@pytest.mark.parametrize("silenced", [True, False])
async def test_where_the_bot_may_not_write_the_owner_is_told(world: World, silenced: bool) -> None:
    server = world.server(seeds=False)
    if silenced:
        lobby = give_system_channel(world, server)
        denied = discord.PermissionOverwrite(send_messages=False)
        mute = server.guild.create_text_channel("mute", overwrites={world.env.bot.user: denied})  # type: ignore[dict-item]
        world.env.backend.get_guild(server.guild.id).system_channel_id = mute.id
        assert lobby.history() == []

    await join(world, server)

    [message] = server.guild.owner.dm_channel.history()
    assert "/ingest" in message.content
    assert "News" in message.content


async def test_a_server_that_the_bot_comes_back_to_is_not_greeted_again(world: World) -> None:
    server = world.server(seeds=False)
    lobby = give_system_channel(world, server)

    await join(world, server, known=True)

    assert lobby.history() == []
