from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import discord
import pytest
from simcord.backend.errors import SetupError

from bot import wiring
from bot.discord.commands.setting_checks import describe_missing
from bot.discord.entities import GuildSettings
from tests.bot.discord.message_content import (
    get_bot,
    get_services,
    list_buttons,
    make_jsonl,
    read_message,
    read_private_reply,
)

if TYPE_CHECKING:
    from simcord.results import ResponseMessage

    from tests.bot.discord.world import Server, World


async def opened(server: Server) -> ResponseMessage:
    shown = (await server.manager.slash(server.channel, "settings")).response
    assert shown
    return shown


async def test_managers_see_what_is_set_and_others_do_not_see_the_command(world: World) -> None:
    server = world.server()

    shown = read_private_reply(await server.manager.slash(server.channel, "settings"))

    assert "every channel" in shown
    assert f"discord-{server.guild.id}" in shown
    with pytest.raises(SetupError, match="not visible"):
        await server.ann.slash(server.channel, "settings")


async def test_what_discord_lets_through_is_checked_again(world: World) -> None:
    server = world.server()
    command = next(each for each in await get_bot(world).tree.fetch_commands() if each.name == "settings")
    server.guild.set_command_permissions(command.id, {server.ann: True})

    result = await server.ann.slash(server.channel, "settings", private=True)

    assert "Only people who may manage the server" in read_private_reply(result)
    assert not get_services(world).records.get_settings(server.guild.id).private


async def test_options_are_kept(world: World) -> None:
    server, other = world.server(), world.server("Other")

    result = await server.manager.slash(
        server.channel, "settings", private=True, threads=True, length=900, daily_budget=20, library="archive"
    )

    assert get_services(world).records.get_settings(server.guild.id) == GuildSettings(
        private=True, threads=True, length=900, daily_budget=20, library=f"discord-{server.guild.id}-archive"
    )
    assert get_services(world).records.get_settings(other.guild.id) == GuildSettings()
    assert all(part in read_private_reply(result) for part in ("900 characters", "20 questions", "private"))


async def test_what_is_not_given_stays(world: World) -> None:
    server = world.server()
    get_services(world).records.save_settings(server.guild.id, GuildSettings(ask_channels=(1,), length=700))

    await server.manager.slash(server.channel, "settings", private=True)

    assert get_services(world).records.get_settings(server.guild.id) == GuildSettings(
        ask_channels=(1,), length=700, private=True
    )


@pytest.mark.parametrize("options", [{"length": 5}, {"length": 5_000}, {"daily_budget": -1}])
async def test_numbers_out_of_range_are_not_taken_by_discord(world: World, options: dict[str, int]) -> None:
    server = world.server()

    with pytest.raises(SetupError):
        await server.manager.slash(server.channel, "settings", **options)


async def test_channels_and_roles_are_chosen_in_menus_that_survive_a_restart(world: World) -> None:
    server = world.server()
    news, readers = server.guild.create_text_channel("news"), server.guild.create_role("Readers")
    shown = await opened(server)
    old = get_bot(world)
    await world.env.restart_bot(wiring.build_discord_bot(world.settings))
    await old.close()

    await server.manager.select(shown, [server.channel, news], custom_id="c:set:allowed_channels")
    await server.manager.select(shown, [news], custom_id="c:set:ask_channels")
    await server.manager.select(shown, [readers], custom_id="c:set:allowed_roles")
    result = await server.manager.select(shown, [readers], custom_id="c:set:ingest_roles")

    chosen = get_services(world).records.get_settings(server.guild.id)
    assert set(chosen.allowed_channels) == {server.channel.id, news.id}
    assert chosen.ask_channels == (news.id,)
    assert chosen.allowed_roles == chosen.ingest_roles == (readers.id,)
    assert f"<@&{readers.id}>" in read_message(result.response)


async def test_a_choice_is_shown_as_chosen_and_can_be_taken_back(world: World) -> None:
    server = world.server()
    shown = await opened(server)

    await server.manager.select(shown, [server.channel], custom_id="c:set:allowed_channels")
    (chosen,) = [each for each in list_buttons(shown).values() if each["custom_id"] == "c:set:allowed_channels"]
    await server.manager.select(shown, [], custom_id="c:set:allowed_channels")

    assert [int(each["id"]) for each in chosen["default_values"]] == [server.channel.id]
    assert get_services(world).records.get_settings(server.guild.id).allowed_channels == ()


async def test_channels_that_are_gone_do_not_break_the_menus(world: World) -> None:
    server = world.server()
    get_services(world).records.save_settings(server.guild.id, GuildSettings(allowed_channels=(1,), allowed_roles=(2,)))

    shown = await opened(server)

    assert all(not each.get("default_values") for each in list_buttons(shown).values())


async def test_switches_turn_to_what_they_say(world: World) -> None:
    server = world.server()
    shown = await opened(server)

    await server.manager.click(shown, label="Private answers: off")
    on = get_services(world).records.get_settings(server.guild.id).private
    await server.manager.click(shown, label="Private answers: on")
    off = get_services(world).records.get_settings(server.guild.id).private

    assert on
    assert not off


async def test_who_lost_the_right_to_manage_presses_in_vain(world: World) -> None:
    server = world.server()
    public = await server.manager.slash(server.channel, "settings")
    assert public.response
    role = server.guild.roles["Managers"]
    world.env.backend.edit_role(server.guild.id, role.id, {"permissions": 0})

    result = await server.manager.click(public.response, label="Threads for mentions: off")

    assert "Only people who may manage the server" in read_private_reply(result)
    assert not get_services(world).records.get_settings(server.guild.id).threads


@pytest.mark.parametrize("chosen", [{"discord_shared": "common"}])
async def test_a_server_chooses_among_its_own_libraries_and_shared_ones(world: World, chosen: dict[str, Any]) -> None:
    server, other = world.server(), world.server("Other", seeds=False)
    world.give(world.seeds, server.guild.id, "-old")
    shutil.copytree(world.seeds, world.settings.locate_library("common"))
    own = f"discord-{server.guild.id}"

    offered = await server.manager.autocomplete(server.channel, "settings", "library", "")
    few = await server.manager.autocomplete(server.channel, "settings", "library", "OLD")
    others = await other.manager.autocomplete(other.channel, "settings", "library", "")
    foreign = await other.manager.slash(other.channel, "settings", library=f"{own}-old")

    assert [choice["value"] for choice in offered] == [own, f"{own}-old", "common"]
    assert [choice["value"] for choice in few] == [f"{own}-old"]
    assert not any(str(server.guild.id) in choice["value"] for choice in others)
    assert "can't name a library" in read_private_reply(foreign)
    assert get_services(world).records.get_settings(other.guild.id).library == ""


async def test_a_library_that_is_chosen_answers(world: World) -> None:
    server = world.server()
    await server.manager.slash(server.channel, "settings", library="comets")
    await get_services(world).archives.changes.ingest(server.guild.id, [("a.jsonl", make_jsonl(3))])

    assert "Story 1 of the comet" in read_message((await server.ann.slash(server.channel, "articles")).response)
    await server.manager.slash(server.channel, "settings", library=f"discord-{server.guild.id}")
    assert "China" in read_message((await server.ann.slash(server.channel, "articles")).response)


async def test_a_library_that_is_no_longer_shared_can_be_replaced(world: World) -> None:
    server = world.server()
    get_services(world).records.save_settings(server.guild.id, GuildSettings(library="common"))

    assert "no longer shared" in read_private_reply(await server.manager.slash(server.channel, "settings"))


@pytest.mark.simcord(approved_intents=discord.Intents.default())
async def test_missing_permissions_and_intents_are_explained(world: World) -> None:
    server = world.server()
    assert server.guild.me
    denied: dict[Any, discord.PermissionOverwrite] = {server.guild.me: discord.PermissionOverwrite(send_messages=False)}
    quiet = server.guild.create_text_channel("quiet", overwrites=denied)
    get_services(world).records.save_settings(server.guild.id, GuildSettings(ask_channels=(quiet.id,)))

    shown = read_private_reply(await server.manager.slash(server.channel, "settings"))

    assert f"In <#{quiet.id}> I lack the permissions: “Send Messages”" in shown
    assert "Message Content Intent" in shown


async def test_nothing_is_said_to_be_missing_where_nothing_is(world: World) -> None:
    server = world.server()
    get_services(world).records.save_settings(
        server.guild.id, GuildSettings(allowed_channels=(server.channel.id,), threads=True)
    )

    assert "⚠️" not in read_private_reply(await server.manager.slash(server.channel, "settings"))


def test_each_permission_that_is_missing_is_named_with_its_channel() -> None:
    everything, nothing = discord.Permissions.all(), discord.Permissions(view_channel=True)

    assert describe_missing(GuildSettings(), [(1, everything)]) == []
    (said,) = describe_missing(GuildSettings(threads=True), [(1, everything), (2, nothing)])
    assert said.startswith("In <#2> I lack the permissions: “Send Messages”, “Embed Links”")
    assert "Create Public Threads" in said
    assert "Create Public Threads" not in describe_missing(GuildSettings(), [(2, nothing)])[0]
    assert "Add Reactions" in describe_missing(GuildSettings(ask_channels=(2,), reactions=True), [(2, nothing)])[0]
    assert "Add Reactions" not in describe_missing(GuildSettings(ask_channels=(2,)), [(2, nothing)])[0]
