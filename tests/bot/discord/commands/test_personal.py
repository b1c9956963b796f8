from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot import wiring
from bot.discord.commands.personal import format_latency
from bot.discord.entities import GuildSettings
from tests.bot.discord.message_content import (
    get_bot,
    get_services,
    list_buttons,
    make_jsonl,
    read_message,
    read_private_reply,
)
from tests.bot.discord.world import QUESTION

if TYPE_CHECKING:
    from tests.bot.discord.world import World


async def test_one_is_asked_before_anything_is_forgotten(world: World) -> None:
    server = world.server()
    await server.ann.slash(server.channel, "ask", question=QUESTION)

    result = await server.ann.slash(server.channel, "forget")

    assert "for good" in read_private_reply(result)
    assert list(list_buttons(result.response)) == ["Delete in this server", "Delete everywhere"]
    assert get_services(world).records.find_last_guild(server.ann.id) == server.guild.id


async def test_what_one_asked_in_a_server_is_forgotten_and_nobody_elses(world: World) -> None:
    here, there = world.server("Here"), world.server("There")
    ann, ben = here.ann, here.person("ben")
    there_ann = there.guild.add_member(ann.user)
    for person, channel in ((ann, here.channel), (ben, here.channel), (there_ann, there.channel)):
        await person.slash(channel, "ask", question=QUESTION)
    asked = (await ann.slash(here.channel, "forget")).response
    assert asked

    result = await ann.click(asked, label="Delete in this server")

    records = get_services(world).records
    assert "1 question" in read_message(result.response)
    assert list_buttons(result.response) == {}
    assert records.find_last_guild(ann.id) == there.guild.id
    assert records.find_last_guild(ben.id) == here.guild.id


async def test_everything_is_forgotten_by_a_button_that_survives_a_restart(world: World) -> None:
    here, there = world.server("Here"), world.server("There")
    there_ann = there.guild.add_member(here.ann.user)
    await here.ann.slash(here.channel, "ask", question=QUESTION)
    await there_ann.slash(there.channel, "ask", question=QUESTION)
    asked = (await here.ann.slash(here.channel, "forget")).response
    assert asked
    old = get_bot(world)
    await world.env.restart_bot(wiring.build_discord_bot(world.settings))
    await old.close()

    await here.ann.click(asked, label="Delete everywhere")

    assert get_services(world).records.find_last_guild(here.ann.id) == 0


async def test_one_can_be_forgotten_where_one_may_not_ask_and_in_direct_messages(world: World) -> None:
    server = world.server()
    get_services(world).records.save_settings(server.guild.id, GuildSettings(allowed_channels=(1,)))

    elsewhere = await server.ann.slash(server.channel, "forget")
    direct = await server.ann.user.slash("forget")

    assert "for good" in read_private_reply(elsewhere)
    assert list(list_buttons(direct.response)) == ["Delete everywhere"]


async def test_the_status_shows_this_servers_archive_only(world: World) -> None:
    comets, mills = world.server("Comets", seeds=False), world.server("Mills", seeds=False)
    await get_services(world).archives.changes.ingest(comets.guild.id, [("a.jsonl", make_jsonl(3))])

    full = read_private_reply(await comets.ann.slash(comets.channel, "status"))
    empty = read_private_reply(await mills.ann.slash(mills.channel, "status"))

    assert f"discord-{comets.guild.id}" in full
    assert "**Articles:** 3" in full
    assert "**Passages:** 3" in full
    assert "quotes" in full
    assert "**In progress:** 0" in full
    assert str(comets.guild.id) not in empty
    assert "**Articles:** 0" in empty
    assert "**Last change:** none" in empty


@pytest.mark.parametrize("chosen", [{"chat_model": "ollama:qwen3"}])
async def test_the_status_names_the_chat_model(world: World, chosen: dict[str, Any]) -> None:
    server = world.server()

    assert "ollama" in read_private_reply(await server.ann.slash(server.channel, "status"))


def test_before_the_first_heartbeat_nobody_knows_the_delay() -> None:
    assert format_latency(float("nan")) == format_latency(float("inf")) == "not known yet"
    assert format_latency(0.0421) == "42 ms"


async def test_help_shows_each_what_they_can_do(world: World) -> None:
    server = world.server()

    anns = read_private_reply(await server.ann.slash(server.channel, "help"))
    managers = read_private_reply(await server.manager.slash(server.channel, "help"))
    direct = read_message((await server.ann.user.slash("help")).response)

    assert all(f"/{name}" in anns for name in ("ask", "search", "articles", "article", "forget", "status"))
    assert "/settings" not in anns
    assert "/ingest" not in anns
    assert all(f"/{name}" in managers for name in ("ingest", "remove", "reindex", "settings"))
    assert "/ask" in direct
    assert "/settings" not in direct
    assert "30 days" in anns


async def test_help_shows_where_one_may_ask(world: World) -> None:
    server = world.server()
    news = server.guild.create_text_channel("news")
    get_services(world).records.save_settings(server.guild.id, GuildSettings(allowed_channels=(news.id,)))

    assert f"<#{news.id}>" in read_private_reply(await server.ann.slash(server.channel, "help"))


async def test_help_in_a_message_to_a_bot_in_no_server_says_so(world: World) -> None:
    stranger = world.env.create_user("stranger")
    world.server()

    shown = read_message((await stranger.slash("help")).response)

    assert "/ask" in shown
