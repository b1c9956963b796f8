"""Questions that are suggested below real answers of the real bot, from an archive that can answer them."""

import asyncio
from typing import Any

import pytest

from bot.discord.entities import GuildSettings
from tests.bot.discord.message_content import get_services, list_buttons, read_message
from tests.bot.discord.world import Server, World, sent

LOCK = """The lock at Harrow was reopened on 4 June. Work on it had begun a year before.

Seventeen boats were lost in the great storm of 1912.

The new roof of the mill will cost 40,000 crowns, the council said.
"""
ASKED = "How much will the new roof of the mill cost?"
WHEN = "When was the lock at Harrow reopened?"
NEXT = {WHEN, "How many boats were lost in the great storm of 1912?"}


async def serve(world: World, *, embeds: bool = False) -> Server:
    """Make a server with an article of four sentences."""
    server = world.server(seeds=False)
    services = get_services(world)
    services.records.save_settings(server.guild.id, GuildSettings(embeds=embeds))
    await services.archives.changes.ingest(server.guild.id, [("lock.txt", LOCK.encode())])
    return server


async def suggested(world: World, server: Server) -> dict[str, dict[str, Any]]:
    """Return the buttons below the last message, once the search for questions is over."""
    await asyncio.gather(*get_services(world).in_flight._extras)
    return list_buttons(server.channel.history()[-1])


@pytest.mark.parametrize("embeds", [False, True])
async def test_two_questions_that_the_archive_answers_are_added_to_an_answer(world: World, embeds: bool) -> None:
    server = await serve(world, embeds=embeds)

    await server.ann.slash(server.channel, "ask", question=ASKED)

    buttons = await suggested(world, server)
    assert set(buttons) >= NEXT
    assert ASKED not in buttons
    assert "40,000" in read_message(server.channel.history()[-1])


async def test_pressing_a_question_asks_it_as_whoever_presses(world: World) -> None:
    server = await serve(world)
    await server.ann.slash(server.channel, "ask", question=ASKED)
    chosen = (await suggested(world, server))[WHEN]
    ben = server.person("ben")

    result = await ben.click(server.channel.history()[-1], custom_id=chosen["custom_id"])

    assert "4 June" in read_message(result.response)
    record = get_services(world).records.find_answer(result.response.id)  # type: ignore[union-attr]
    assert record is not None
    assert record.question.person_id == ben.id
    assert record.question.text == WHEN


async def test_limits_hold_for_suggested_questions(world: World) -> None:
    server = await serve(world)
    await server.ann.slash(server.channel, "ask", question=ASKED)
    chosen = (await suggested(world, server))[WHEN]
    other = server.guild.create_text_channel("elsewhere")
    get_services(world).records.save_settings(server.guild.id, GuildSettings(allowed_channels=(other.id,)))

    result = await server.ann.click(server.channel.history()[-1], custom_id=chosen["custom_id"])

    assert "4 June" not in "".join(map(read_message, [*result.followups]))
    assert f"<#{other.id}>" in "".join(map(read_message, result.followups))


async def test_an_archive_without_such_sentences_suggests_nothing(world: World) -> None:
    server = world.server(seeds=False)
    await get_services(world).archives.changes.ingest(server.guild.id, [("mill.txt", LOCK.splitlines()[-1].encode())])

    await server.ann.slash(server.channel, "ask", question=ASKED)

    assert not any("next" in button["custom_id"] for button in (await suggested(world, server)).values())
    assert len(sent(world.env, "PATCH", "/messages/")) == 1
