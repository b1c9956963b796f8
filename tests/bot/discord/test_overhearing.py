"""Channels whose questions are answered without a mention, driven through the real bot in a simulated Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
import pytest

from bot import wiring
from bot.discord.delivery.message_target import NOTHING_FOUND
from bot.discord.entities import GuildSettings
from bot.discord.overhearing import join_post
from tests.bot.discord.message_content import read_message
from tests.bot.discord.world import NONSENSE, PLACE, QUESTION, Server, World, sent

if TYPE_CHECKING:
    from simcord.actors import MemberActor
    from simcord.builders import ChannelHandle

    from bot.discord.client import ClippingsBot


async def listen(world: World, server: Server, channel: ChannelHandle | None = None, **chosen: Any) -> ClippingsBot:
    """Let the bot read messages, and answer every question in a channel."""
    ticked = wiring.build_discord_bot(world.settings)
    ticked._connection.application_flags = discord.ApplicationFlags(gateway_message_content=True)
    await world.env.restart_bot(ticked)
    wanted = GuildSettings(ask_channels=((channel or server.channel).id,), **chosen)
    ticked.services.records.save_settings(server.guild.id, wanted)
    return ticked


async def publish(world: World, forum: ChannelHandle, author: MemberActor, title: str, text: str) -> ChannelHandle:
    """Open a post in a forum, as a person does."""
    backend = world.env.backend
    thread = backend.create_thread(forum.id, title, author.id, broadcast=False)
    starter = backend.prepare_message(thread.id, author.id, text)
    starter.id = thread.id  # as on Discord
    backend.announce_thread_create(thread)
    backend.commit_message(starter)
    world.env._mark_mutation()
    await world.env._settle_internal(dispatch="test")
    return next(each for each in forum.threads if each.id == thread.id)


def replies(channel: ChannelHandle) -> list[discord.Message]:
    """Return what the bot wrote."""
    return [message for message in channel.history() if message.author.bot]


async def test_a_question_is_answered_without_a_mention(world: World) -> None:
    server = world.server()
    await listen(world, server)

    await server.ann.send(server.channel, QUESTION)

    assert PLACE in read_message(replies(server.channel)[-1])


@pytest.mark.parametrize(
    "text", ["I think the meeting was long.", "thanks!", "👍", "who's in?", "https://example.org/why?", "lol"]
)
async def test_talk_is_left_alone(world: World, text: str) -> None:
    server = world.server()
    await listen(world, server, reactions=True)

    await server.ann.send(server.channel, text)

    assert replies(server.channel) == []
    assert not sent(world.env, "PUT", "/reactions/")
    assert not sent(world.env, "POST", "/typing")


async def test_what_is_said_to_a_member_is_left_alone(world: World) -> None:
    server = world.server()
    await listen(world, server)

    said = await server.manager.send(server.channel, "I was at the meeting.")
    await server.ann.send(server.channel, QUESTION, reply_to=said)
    await server.ann.send(server.channel, f"{server.manager.mention} {QUESTION}")
    await server.ann.send(server.channel, f"@everyone {QUESTION}")

    assert replies(server.channel) == []


async def test_pictures_are_left_alone(world: World) -> None:
    server = world.server()
    await listen(world, server)

    await server.ann.send(server.channel, attachments=[("cat.png", b"png")])

    assert replies(server.channel) == []


@pytest.mark.parametrize("chosen", [{"discord_answer_bots": True}])
async def test_other_bots_are_left_alone(world: World) -> None:
    server = world.server()
    await listen(world, server)
    webhook = server.guild.create_webhook(server.channel)

    await webhook.send(QUESTION)

    assert [message.author.id for message in server.channel.history()] == [webhook.id]


@pytest.mark.parametrize("reactions", [False, True])
async def test_a_question_that_the_articles_do_not_answer_gets_no_word(world: World, reactions: bool) -> None:
    server = world.server()
    ticked = await listen(world, server, reactions=reactions, daily_budget=1)

    await server.ann.send(server.channel, NONSENSE)
    marked = sent(world.env, "PUT", "/reactions/")
    await server.ann.send(server.channel, QUESTION)

    assert [NOTHING_FOUND in entry.path or "%F0%9F%A4%B7" in entry.path for entry in marked] == [True] * reactions
    assert PLACE in read_message(replies(server.channel)[0])  # what was not answered cost nothing
    assert ticked.services.records.find_answer(replies(server.channel)[0].id)


@pytest.mark.parametrize("chosen", [{"discord_per_person": "1/minute"}])
async def test_whoever_asks_nobody_too_often_gets_no_word_either(world: World) -> None:
    server = world.server()
    await listen(world, server)
    for _ in range(3):
        await server.ann.send(server.channel, QUESTION)

    assert len(replies(server.channel)) == 1


async def test_an_empty_archive_is_not_complained_about_in_public(world: World) -> None:
    server = world.server(seeds=False)
    await listen(world, server)

    await server.ann.send(server.channel, QUESTION)

    assert replies(server.channel) == []


async def test_a_post_is_answered_by_its_title_and_first_message(world: World) -> None:
    server = world.server()
    forum = server.guild.create_forum_channel("questions")
    ticked = await listen(world, server, forum)

    post = await publish(world, forum, server.ann, "The meeting in Beijing", "Hi, new here. Where was it held?")
    (answer,) = replies(post)
    record = ticked.services.records.find_answer(answer.id)

    assert PLACE in read_message(answer)
    assert record is not None
    assert record.question.front == "post"
    assert record.question.text.startswith("The meeting in Beijing.")


async def test_a_post_that_asks_nothing_is_left_alone(world: World) -> None:
    server = world.server()
    forum = server.guild.create_forum_channel("questions")
    await listen(world, server, forum)

    post = await publish(world, forum, server.ann, "History of the club", "Founded in 1950. Here is a picture.")

    assert replies(post) == []


async def test_in_a_post_its_author_goes_on_and_others_are_left_alone(world: World) -> None:
    server = world.server()
    forum = server.guild.create_forum_channel("questions")
    ticked = await listen(world, server, forum)
    assert ticked.user is not None
    post = await publish(world, forum, server.ann, QUESTION, "Thanks in advance.")

    await server.manager.send(post, "Who hosted the meeting?")
    await server.ann.send(post, "Thanks, that helps!")
    after_talk = len(replies(post))
    await server.ann.send(post, "And who hosted it?")
    record = ticked.services.records.find_answer(replies(post)[-1].id)
    await server.manager.send(post, f"{ticked.user.mention} Who hosted the meeting?")
    await server.manager.send(post, "Where was it held?", reply_to=replies(post)[-1])

    assert after_talk == 1
    assert record is not None
    assert [turn.question for turn in record.question.history] == [QUESTION]
    assert len(replies(post)) == 4


@pytest.mark.parametrize(
    ("title", "first", "asked"),
    [
        ("Where was the vote?", "", "Where was the vote?"),
        ("Where was the vote?", "I have been away for a week.", "Where was the vote?"),
        ("Harbour toll", "What is it now?", "Harbour toll. What is it now?"),
        ("Harbour toll", "How much is the harbour toll?", "How much is the harbour toll?"),
        ("Toll?", "What is the toll for boats?", "What is the toll for boats?"),
    ],
)
def test_a_title_is_put_before_what_the_first_message_asks(title: str, first: str, asked: str) -> None:
    assert join_post(title, first) == asked


async def test_courtesies_count_against_no_limit(world: World) -> None:
    server = world.server()
    ticked = await listen(world, server, daily_budget=1)
    assert ticked.user is not None

    await server.ann.send(server.channel, f"{ticked.user.mention} thanks!")
    await server.ann.send(server.channel, f"{ticked.user.mention} thank you")
    await server.ann.send(server.channel, f"{ticked.user.mention} {QUESTION}")

    assert len(replies(server.channel)) == 2  # the second thanks came too soon for a reply
    assert PLACE in read_message(replies(server.channel)[-1])
