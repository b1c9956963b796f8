"""What happens to a bot that lives: Discord fails, people delete, models are out of order, it restarts."""

from __future__ import annotations

import asyncio
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
import pytest

from bot import wiring
from bot.discord import client
from bot.discord.client import ClippingsBot
from bot.discord.entities import GuildSettings
from retrieval.domain import Article
from retrieval.index import Library
from tests.bot.discord.message_content import read_message, walk_components
from tests.bot.discord.world import PLACE, QUESTION, Server, World, sent
from tests.scripted_model import ScriptedModel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.settings import Settings
    from retrieval.encoder import SentenceEncoder

CALLBACK = "/interactions/*/callback"
EDIT = "/webhooks/*/messages/*"
EXPIRED, UNKNOWN_WEBHOOK, INVALID_TOKEN = 10062, 10015, 50027


def bot_of(world: World) -> ClippingsBot:
    assert isinstance(world.env.bot, ClippingsBot)
    return world.env.bot


def me(world: World) -> str:
    assert world.env.bot.user is not None
    return world.env.bot.user.mention


def said(channel: Any) -> str:
    """Return all that the bot wrote in a channel and everyone there can read."""
    return "\n".join(
        "\n".join([read_message(message), *(str(embed.to_dict()) for embed in message.embeds)])
        for message in channel.history()
        if message.author.bot and not message.flags.ephemeral
    )


def shown(result: Any) -> str:
    """Return the words of all responses to an interaction."""
    return "\n".join(
        "\n".join([read_message(one), *(str(embed.to_dict()) for embed in one.message.embeds)])
        for one in (*([result.response] if result.response else []), *result.followups)
    )


def meanwhile(world: World, act: Callable[[], None]) -> None:
    """Have something happen once, when a question has been acknowledged and is about to be answered."""
    archives = bot_of(world).services.archives
    answered = archives.answer

    async def interrupted(*arguments: Any, **options: Any) -> Any:
        archives.answer = answered  # type: ignore[method-assign]
        act()
        await asyncio.sleep(0)
        return await answered(*arguments, **options)

    archives.answer = interrupted  # type: ignore[method-assign]


# Discord fails.


async def test_an_interaction_that_expired_before_it_was_acknowledged_is_answered_in_the_channel(world: World) -> None:
    server = world.server()
    world.env.inject_error("POST", CALLBACK, status=404, code=EXPIRED)

    await server.ann.slash(server.channel, "ask", question=QUESTION)

    assert PLACE in said(server.channel)


@pytest.mark.parametrize(("status", "code"), [(404, UNKNOWN_WEBHOOK), (401, INVALID_TOKEN), (404, EXPIRED)])
async def test_an_interaction_that_expired_before_its_answer_is_answered_in_the_channel(
    world: World, status: int, code: int
) -> None:
    server = world.server()
    world.env.inject_error("PATCH", EDIT, status=status, code=code, times=None)

    await server.ann.slash(server.channel, "ask", question=QUESTION)

    assert PLACE in said(server.channel)


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_a_private_answer_of_an_expired_interaction_is_never_published(world: World, method: str) -> None:
    server = world.server()
    world.env.inject_error(method, CALLBACK if method == "POST" else EDIT, status=404, code=EXPIRED, times=None)

    await server.ann.slash(server.channel, "ask", question=QUESTION, private=True)

    assert PLACE not in said(server.channel)
    assert QUESTION not in said(server.channel)


async def test_where_the_bot_may_not_write_an_expired_interaction_says_nothing_in_the_channel(world: World) -> None:
    server = world.server()
    mute = server.guild.create_text_channel(
        "mute",
        overwrites={world.env.bot.user: discord.PermissionOverwrite(send_messages=False)},  # type: ignore[dict-item]
    )
    world.env.inject_error("PATCH", EDIT, status=404, code=UNKNOWN_WEBHOOK, times=None)

    await server.ann.slash(mute, "ask", question=QUESTION)

    assert said(mute) == "" or PLACE not in said(mute)


async def test_a_search_that_expired_before_it_was_acknowledged_is_shown_in_the_channel(world: World) -> None:
    server = world.server()
    world.env.inject_error("POST", CALLBACK, status=404, code=EXPIRED)

    await server.ann.slash(server.channel, "search", question=QUESTION)

    assert PLACE in said(server.channel)


async def test_an_expired_search_is_not_published_where_answers_are_private(world: World) -> None:
    server = world.server()
    bot_of(world).services.records.save_settings(server.guild.id, GuildSettings(private=True))
    world.env.inject_error("POST", CALLBACK, status=404, code=EXPIRED)

    await server.ann.slash(server.channel, "search", question=QUESTION)

    assert said(server.channel) == ""
    assert PLACE in said(server.ann.user.dm_channel)


async def test_an_expired_command_shows_what_went_wrong(world: World) -> None:
    server = world.server(seeds=False)
    world.env.inject_error("POST", CALLBACK, status=404, code=EXPIRED)

    await server.ann.slash(server.channel, "search", question=QUESTION)

    assert "no articles" in said(server.channel)


async def test_what_is_taken_in_by_an_expired_command_is_reported_directly(world: World) -> None:
    server = world.server()
    world.env.inject_error("POST", CALLBACK, status=404, code=EXPIRED)

    await server.manager.slash(server.channel, "ingest", text="A heron stood in the harbour.", title="Heron")

    titles = [info.title for info in await bot_of(world).services.archives.list_articles(server.guild.id)]
    assert "Heron" in titles
    assert said(server.channel) == ""
    assert said(server.manager.user.dm_channel)


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_an_answer_that_discord_did_not_take_once_is_offered_again(world: World, status: int) -> None:
    server = world.server()
    world.env.inject_error("PATCH", EDIT, status=status)

    result = await server.ann.slash(server.channel, "ask", question=QUESTION)

    assert PLACE in shown(result)


async def test_a_reply_that_discord_did_not_take_once_is_offered_again(world: World) -> None:
    server = world.server()
    world.env.inject_error("POST", "/channels/*/messages", status=500)

    await server.ann.send(server.channel, f"{me(world)} {QUESTION}")

    assert PLACE in said(server.channel)


async def test_a_discord_that_stays_out_of_order_is_survived(world: World) -> None:
    server = world.server()
    for method, path in (("POST", "/channels/*/messages"), ("POST", "/channels/*/typing")):
        world.env.inject_error(method, path, status=503, times=None)
    await server.ann.send(server.channel, f"{me(world)} {QUESTION}")
    world.env.backend.faults.clear()

    await server.ann.send(server.channel, f"{me(world)} {QUESTION}")

    assert said(server.channel).count(PLACE) >= 1


async def test_without_a_typing_sign_there_is_still_an_answer(world: World) -> None:
    server = world.server()
    world.env.inject_error("POST", "/channels/*/typing", status=403, code=50013, times=None)

    await server.ann.send(server.channel, f"{me(world)} {QUESTION}")

    assert PLACE in said(server.channel)


# People delete.


async def test_a_question_that_is_deleted_in_mid_answer_gets_no_answer_or_one_that_is_no_reply(world: World) -> None:
    server = world.server()

    def delete() -> None:
        asked = next(iter(world.env.backend.messages[server.channel.id].values()))
        world.env.backend.delete_message(server.channel.id, asked.id)

    meanwhile(world, delete)

    await server.ann.send(server.channel, f"{me(world)} {QUESTION}")

    assert all(message.reference is None for message in server.channel.history())


async def test_a_response_that_is_deleted_in_mid_answer_harms_nobody_else(world: World) -> None:
    server = world.server()

    def delete() -> None:
        for message in [*world.env.backend.messages[server.channel.id].values()]:
            world.env.backend.delete_message(server.channel.id, message.id)

    meanwhile(world, delete)
    await server.ann.slash(server.channel, "ask", question=QUESTION)

    result = await server.person("ben").slash(server.channel, "ask", question=QUESTION)

    assert PLACE in shown(result)


async def test_a_channel_that_is_deleted_in_mid_answer_harms_nobody_else(world: World) -> None:
    server = world.server()
    doomed = server.guild.create_text_channel("doomed")
    meanwhile(world, lambda: world.env.backend.delete_channel(doomed.id))
    # Not `send`, which would return the message from the channel that has gone.
    world.env.backend.create_message(doomed.id, server.ann.id, f"{me(world)} {QUESTION}")
    await world.env.settle()
    assert doomed.id not in world.env.backend.channels

    await server.ann.send(server.channel, f"{me(world)} {QUESTION}")

    assert PLACE in said(server.channel)


async def test_a_thread_that_is_deleted_in_mid_answer_harms_nobody_else(world: World) -> None:
    server = world.server()
    bot_of(world).services.records.save_settings(server.guild.id, GuildSettings(threads=True))

    def delete() -> None:
        for thread in [each for each in world.env.backend.channels.values() if each.parent_id == server.channel.id]:
            world.env.backend.delete_channel(thread.id)

    meanwhile(world, delete)
    await server.ann.send(server.channel, f"{me(world)} {QUESTION}")
    bot_of(world).services.records.save_settings(server.guild.id, GuildSettings())
    other = server.guild.create_text_channel("other")

    await server.ann.send(other, f"{me(world)} {QUESTION}")

    assert PLACE in said(other)


async def test_missing_rights_are_explained_to_the_asker_directly(world: World) -> None:
    server = world.server()
    mute = server.guild.create_text_channel(
        "mute",
        overwrites={world.env.bot.user: discord.PermissionOverwrite(send_messages=False)},  # type: ignore[dict-item]
    )

    await server.ann.send(mute, f"{me(world)} {QUESTION}")

    assert said(mute) == ""
    assert "Send Messages" in said(server.ann.user.dm_channel)


async def test_where_the_bot_may_not_write_a_command_is_answered_all_the_same(world: World) -> None:
    server = world.server()
    mute = server.guild.create_text_channel(
        "mute",
        overwrites={world.env.bot.user: discord.PermissionOverwrite(send_messages=False)},  # type: ignore[dict-item]
    )

    result = await server.ann.slash(mute, "ask", question=QUESTION)

    assert PLACE in shown(result)


# Models and libraries are out of order.


@pytest.mark.parametrize("chosen", [{"chat_model": "openai:scripted", "chat_retries": 0}])
async def test_without_its_model_the_bot_answers_with_quotes_and_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        wiring, "build_chat_model", lambda settings: ScriptedModel(script=[ConnectionError("no route")])
    )
    server = world.server()

    result = await server.ann.slash(server.channel, "ask", question=QUESTION)

    assert PLACE in shown(result)
    assert "model" in shown(result).lower()


@pytest.mark.parametrize("chosen", [{"chat_model": "openai:scripted", "chat_retries": 0}])
async def test_what_a_model_makes_up_is_not_in_the_final_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = "@everyone The meeting was held on the moon [1]. It was held at Diaoyutai State Guest House [1]."
    monkeypatch.setattr(wiring, "build_chat_model", lambda settings: ScriptedModel(script=[draft]))
    server = world.server()

    result = await server.ann.slash(server.channel, "ask", question=QUESTION)

    assert "moon" not in shown(result)
    assert "@everyone" not in said(server.channel)


async def test_questions_are_answered_while_their_library_is_rebuilt(world: World) -> None:
    server = world.server()
    await server.ann.slash(server.channel, "ask", question=QUESTION)
    rebuilding = asyncio.create_task(bot_of(world).services.archives.changes.reindex(server.guild.id))
    answers = []

    while not rebuilding.done():
        answers.append(shown(await server.ann.slash(server.channel, "ask", question=QUESTION)))
    await rebuilding

    assert answers
    assert all(PLACE in answer for answer in answers)
    assert PLACE in shown(await server.ann.slash(server.channel, "ask", question=QUESTION))


async def test_a_broken_library_is_reported_with_a_reference_and_the_bot_goes_on(world: World) -> None:
    server, other = world.server("Broken"), world.server("Whole")
    catalogs = [*world.settings.locate_library(f"discord-{server.guild.id}").rglob("*.sqlite*")]
    assert catalogs
    for catalog in catalogs:
        catalog.write_bytes(b"no database" * 1_000)

    result = await server.ann.slash(server.channel, "ask", question=QUESTION)

    assert shown(result)
    assert str(world.settings.home) not in shown(result)
    assert "Traceback" not in shown(result)
    assert PLACE in shown(await other.ann.slash(other.channel, "ask", question=QUESTION))


# Nothing crosses, nobody is mentioned.


ROWDY = Article(
    id="rowdy",
    title="@everyone The fair of Ulmsted <@&1>",
    author="@here Reporter",
    text=(
        "The fair of Ulmsted was held in the old mill on 3 May 2020, and @everyone was invited. "
        "The mayor wrote to <@41771983423143937> and @here about the fair of Ulmsted. "
        "See [the programme](javascript:alert(1)) or <https://evil.example/x> for the fair of Ulmsted."
    ),
    published=date(2020, 5, 4),
    url="javascript:alert(1)",
    source="/rowdy.txt",
)


@pytest.fixture(scope="session")
def rowdy(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with an article that would mention everyone."""
    folder = tmp_path_factory.mktemp("rowdy") / "rowdy"
    with Library.open(folder, encoder=encoder, create=True) as library:
        library.ingest([ROWDY])
    return folder


@pytest.mark.parametrize(
    "question",
    [
        "Where was the fair of Ulmsted held?",
        "@everyone @here Where was the fair of Ulmsted held? <@&1> <@41771983423143937>",
        "To whom did the mayor write about the fair of Ulmsted?",
    ],
)
async def test_nobody_is_mentioned_by_an_article_or_a_question(world: World, rowdy: Path, question: str) -> None:
    server = world.server(seeds=False)
    world.give(rowdy, server.guild.id)

    await server.ann.slash(server.channel, "ask", question=question)
    await server.ann.send(server.channel, f"{me(world)} {question}")

    ours = [message for message in server.channel.history() if message.author.bot]
    assert ours
    assert not any(message.mention_everyone or message.mentions or message.role_mentions for message in ours)
    for message in ours:
        assert "@everyone" not in read_message(message)
        assert "](javascript:" not in read_message(message)


async def test_each_server_is_answered_from_its_own_library_alone(world: World, rowdy: Path) -> None:
    seeds, fair = world.server("Seeds"), world.server("Fair", seeds=False)
    world.give(rowdy, fair.guild.id)
    mill = "Where was the fair of Ulmsted held?"

    answers = {
        (server.guild.name, question): shown(await server.ann.slash(server.channel, "ask", question=question))
        for server in (seeds, fair)
        for question in (QUESTION, mill)
    }

    assert PLACE in answers["Seeds", QUESTION]
    assert "mill" in answers["Fair", mill]
    assert PLACE not in answers["Fair", QUESTION]
    assert "old mill" not in answers["Seeds", mill]
    assert "Ulmsted" not in answers["Seeds", QUESTION]


# Channels and threads.


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot may read messages that do not mention it: the Message Content Intent is ticked."""
    monkeypatch.setattr(client, "ClippingsBot", partial(ClippingsBot, message_content=True))


async def test_in_an_ask_channel_every_message_asks(reading: None, simcord_bot: ClippingsBot, world: World) -> None:
    server = world.server()
    simcord_bot.services.records.save_settings(server.guild.id, GuildSettings(ask_channels=(server.channel.id,)))
    elsewhere = server.guild.create_text_channel("elsewhere")

    await server.ann.send(server.channel, QUESTION)
    await server.ann.send(elsewhere, QUESTION)

    assert PLACE in said(server.channel)
    assert said(elsewhere) == ""


async def test_a_mention_in_a_thread_is_answered_in_the_thread(world: World) -> None:
    server = world.server()
    bot_of(world).services.records.save_settings(server.guild.id, GuildSettings(threads=True))
    await server.ann.send(server.channel, f"{me(world)} {QUESTION}")
    thread = server.channel.threads[0]
    before = said(thread).count(PLACE)

    await server.ann.send(thread, f"{me(world)} {QUESTION}")

    assert said(thread).count(PLACE) > before
    assert len(server.channel.threads) == 1


# Shards and restarts.


@pytest.mark.simcord(shard_count=2)
async def test_servers_on_different_shards_are_answered(world: World) -> None:
    servers = [world.server(f"Shard {number}", shard_id=number) for number in range(2)]

    for server in servers:
        assert PLACE in shown(await server.ann.slash(server.channel, "ask", question=QUESTION))
        await server.ann.send(server.channel, f"{me(world)} {QUESTION}")
        assert PLACE in said(server.channel)


def component(message: Any, fragment: str) -> str:
    return next(str(each["custom_id"]) for each in walk_components(message) if fragment in each.get("custom_id", ""))


async def restarted(world: World, settings: Settings) -> None:
    """End the bot and start another, as a new process would be."""
    old = bot_of(world)
    await world.env.restart_bot(wiring.build_discord_bot(settings))
    await old.close()


async def test_buttons_work_after_a_restart(world: World, settings: Settings) -> None:
    server = world.server()
    result = await server.ann.slash(server.channel, "ask", question=QUESTION)
    assert result.response is not None
    message = result.response.message

    await restarted(world, settings)
    passage = await server.ann.click(message, custom_id=component(message, "passage"))
    up = await server.ann.click(message, custom_id=component(message, ":up"))

    assert passage.ephemeral
    assert PLACE in shown(passage)
    assert up.acknowledged


async def test_commands_are_sent_again_only_when_they_changed(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def puts() -> int:
        return len(sent(world.env, "PUT", "/commands"))

    first = puts()
    await restarted(world, settings)
    unchanged = puts()

    @discord.app_commands.command(name="another", description="Another.")
    async def another(interaction: discord.Interaction[ClippingsBot]) -> None: ...

    changed = wiring.build_discord_bot(settings)
    changed.tree.add_command(another)
    old = bot_of(world)
    await world.env.restart_bot(changed)
    await old.close()

    assert (first, unchanged, puts()) == (1, 1, 2)


async def test_what_was_said_before_a_restart_is_still_what_a_reply_follows_up(
    world: World, settings: Settings
) -> None:
    server: Server = world.server()
    await server.ann.send(server.channel, f"{me(world)} {QUESTION}")
    answer = server.channel.last_message
    assert answer is not None

    await restarted(world, settings)
    await server.ann.send(server.channel, f"{me(world)} Who was there?", reply_to=answer)

    last = server.channel.last_message
    assert last is not None
    assert last.id != answer.id
