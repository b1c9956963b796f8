"""Questions from every front, each driven through the real bot in a simulated Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
import pytest

from bot.discord import question_handling
from bot.discord.access import NOWHERE
from bot.discord.client import CANT_READ
from bot.discord.commands.ask import MENU, NO_TEXT
from bot.discord.entities import GuildSettings
from bot.discord.question_text import LONGEST_QUESTION
from tests.bot.discord.message_content import read_message
from tests.bot.discord.world import NONSENSE, PLACE, QUESTION, Server, World, sent

if TYPE_CHECKING:
    from simcord import Env


def said(server: Server) -> str:
    """Return everything that the bot wrote in the channel."""
    return "\n".join(
        read_message(message) for message in server.channel.history() if message.author.bot and spoken(message)
    )


def spoken(message: discord.Message) -> bool:
    """Tell what is said from what Discord notes, such as that a thread was opened."""
    return message.type is not discord.MessageType.thread_created


def choose(env: Env, server: Server, **chosen: Any) -> None:
    """Choose settings of a server, as /settings would."""
    env.bot.services.records.save_settings(server.guild.id, GuildSettings(**chosen))  # type: ignore[attr-defined]


def me(env: Env) -> str:
    """Return a mention of the bot."""
    assert env.bot.user is not None
    return env.bot.user.mention


async def test_a_command_is_deferred_and_answered(world: World) -> None:
    server = world.server()

    result = await server.ann.slash(server.channel, "ask", question=QUESTION)

    first = sent(world.env, "POST", "/callback")[0].json
    assert first is not None
    assert first["type"] == discord.InteractionResponseType.deferred_channel_message.value
    assert not result.ephemeral
    assert result.response is not None
    assert PLACE in read_message(result.response)


async def test_others_read_what_was_asked_by_a_command_and_not_again_what_a_message_says(world: World) -> None:
    server = world.server()

    await server.ann.slash(server.channel, "ask", question=QUESTION)
    await server.ann.send(server.channel, f"{me(world.env)} {QUESTION}")

    by_command, by_mention = (read_message(message) for message in server.channel.history() if message.author.bot)
    assert by_command.strip().startswith(f"> {QUESTION}\n")
    assert QUESTION not in by_mention


async def test_what_is_asked_privately_is_seen_by_the_asker_alone(world: World) -> None:
    server = world.server()

    result = await server.ann.slash(server.channel, "ask", question=QUESTION, private=True)

    assert result.ephemeral
    assert said(server) == ""


async def test_where_answers_are_private_a_command_need_not_say_so(world: World) -> None:
    server = world.server()
    choose(world.env, server, private=True)

    result = await server.ann.slash(server.channel, "ask", question=QUESTION)

    assert result.ephemeral


async def test_where_answers_are_private_a_mention_is_shown_the_way_to_the_command(world: World) -> None:
    server = world.server()
    choose(world.env, server, private=True)

    await server.ann.send(server.channel, f"{me(world.env)} {QUESTION}")

    assert said(server) == question_handling.PRIVATE_HERE


async def test_where_answers_are_private_an_ask_to_the_contrary_is_followed(world: World) -> None:
    server = world.server()
    choose(world.env, server, private=True)

    result = await server.ann.slash(server.channel, "ask", question=QUESTION, private=False)

    assert not result.ephemeral
    assert PLACE in said(server)


async def test_where_answers_became_private_a_reply_is_not_answered_openly(world: World) -> None:
    server = world.server()
    await server.ann.send(server.channel, f"{me(world.env)} {QUESTION}")
    answer = server.channel.history()[-1]
    choose(world.env, server, private=True)

    await server.ann.send(server.channel, f"{me(world.env)} And when?", reply_to=answer)

    assert server.channel.history()[-1].content == question_handling.PRIVATE_HERE


async def test_a_direct_message_does_not_lead_around_the_channels_that_are_allowed(world: World) -> None:
    server = world.server()
    hidden = {server.guild.default_role: discord.PermissionOverwrite(view_channel=False)}
    secret = server.guild.create_text_channel("secret", overwrites=hidden)  # type: ignore[arg-type]
    choose(world.env, server, allowed_channels=(secret.id,))

    await server.ann.send_dm(QUESTION)

    assert PLACE not in read_message(await last_direct(world.env, server))


async def test_a_date_that_cannot_be_read_is_explained_to_the_asker_alone(world: World) -> None:
    server = world.server()

    result = await server.ann.slash(server.channel, "ask", question=QUESTION, since="the day of the fox")

    (alone,) = result.followups
    assert result.response is None
    assert alone.ephemeral
    assert "the day of the fox" in alone.content


async def test_dates_limit_what_is_looked_at(world: World) -> None:
    server = world.server()

    result = await server.ann.slash(server.channel, "ask", question=QUESTION, until="1950-01-01")

    assert result.response is not None
    assert PLACE not in read_message(result.response)


@pytest.mark.parametrize(
    "text", ["{me} {question}", "Well, {me}: {question}", "hey {me}! {question}", "{question} {me}"]
)
async def test_a_mention_anywhere_asks(world: World, text: str) -> None:
    server = world.server()

    await server.ann.send(server.channel, text.format(me=me(world.env), question=QUESTION))

    assert PLACE in said(server)
    assert sent(world.env, "POST", "/typing")


async def test_the_answer_to_a_mention_replies_to_it_and_pings_nobody(world: World) -> None:
    server = world.server()

    question = await server.ann.send(server.channel, f"{me(world.env)} {QUESTION}")

    answer = server.channel.history()[-1]
    assert answer.reference is not None
    assert answer.reference.message_id == question.id
    assert answer.mentions == []


async def test_a_mention_without_a_question_gets_help(world: World) -> None:
    server = world.server()

    await server.ann.send(server.channel, me(world.env))

    assert said(server) == question_handling.EMPTY


async def test_thanks_are_answered_without_the_archive(world: World) -> None:
    server = world.server(seeds=False)

    await server.ann.send(server.channel, f"{me(world.env)} thank you!")

    assert "welcome" in said(server)


async def test_a_message_that_is_not_for_the_bot_is_left_alone(world: World) -> None:
    server = world.server()

    await server.ann.send(server.channel, QUESTION)

    assert said(server) == ""


async def test_a_reply_to_an_answer_follows_it_up(world: World) -> None:
    server = world.server()
    await server.ann.send(server.channel, f"{me(world.env)} {QUESTION}")
    answer = server.channel.history()[-1]

    await server.ann.send(server.channel, f"{me(world.env)} And when was that?", reply_to=answer)

    follow_up = server.channel.history()[-1]
    record = world.env.bot.services.records.find_answer(follow_up.id)  # type: ignore[attr-defined]
    assert [turn.question for turn in record.question.history] == [QUESTION]


async def test_a_direct_message_asks_the_archive_of_the_server_that_both_are_in(world: World) -> None:
    server = world.server()

    await server.ann.send_dm(QUESTION)

    assert PLACE in read_message(await last_direct(world.env, server))


async def test_a_direct_message_of_somebody_who_left_learns_nothing(world: World) -> None:
    server = world.server()
    await server.ann.slash(server.channel, "ask", question=QUESTION)
    server.guild.remove_member(server.ann)

    await server.ann.user.send_dm(QUESTION)

    assert (await last_direct(world.env, server)).content == NOWHERE


async def test_the_menu_of_a_message_asks_what_it_says(world: World) -> None:
    server = world.server()
    message = await server.manager.send(server.channel, QUESTION)

    result = await server.ann.context_menu(server.channel, MENU, message)

    assert result.response is not None
    assert PLACE in read_message(result.response)


async def test_the_menu_of_a_message_without_text_says_so(world: World) -> None:
    server = world.server()
    message = await server.manager.send(server.channel, "<:owl:123456789012345678>")

    result = await server.ann.context_menu(server.channel, MENU, message)

    assert result.ephemeral
    assert result.response is not None
    assert result.response.content == NO_TEXT


async def test_the_menu_of_a_long_message_takes_the_question_out_of_it(world: World) -> None:
    server = world.server()
    story = "The council talked about the harbour. " * 40
    message = await server.manager.send(server.channel, f"{story}\n{QUESTION}")

    result = await server.ann.context_menu(server.channel, MENU, message)

    assert result.response is not None
    assert read_message(result.response).strip().startswith(f"> {QUESTION}\n")
    assert PLACE in read_message(result.response)


async def test_a_command_is_cleaned_as_a_mention_is(world: World) -> None:
    server = world.server()
    typed = f"<:owl:123456789012345678> {me(world.env)} Where was the meeting of <#{server.channel.id}> and <@5> held?"

    result = await server.ann.slash(server.channel, "ask", question=typed)

    assert result.response is not None
    assert read_message(result.response).strip().startswith("> Where was the meeting of #general and someone held?\n")


@pytest.mark.parametrize("typed", ["????", "\u200b\u2060", "<:owl:123456789012345678>"])
async def test_a_command_without_a_word_is_asked_for_a_question(world: World, typed: str) -> None:
    server = world.server()

    result = await server.ann.slash(server.channel, "ask", question=typed)

    assert result.ephemeral
    assert result.response is not None
    assert result.response.content == question_handling.EMPTY


async def test_how_long_a_question_may_be_is_told_while_typing(world: World) -> None:
    server = world.server()
    answer = (await server.ann.slash(server.channel, "ask", question=QUESTION)).response
    assert answer is not None

    await server.ann.click(answer, label="Ask a follow-up")

    registered = sent(world.env, "PUT", "/commands")[0].json
    options = next(each for each in registered or [] if each["name"] == "ask")["options"]
    form = sent(world.env, "POST", "/callback")[-1].json or {}
    assert options[0]["max_length"] == LONGEST_QUESTION
    assert form["data"]["components"][0]["component"]["max_length"] == LONGEST_QUESTION


async def test_an_ask_channel_cannot_be_read_without_the_intent_and_says_so_once(world: World) -> None:
    server = world.server()
    choose(world.env, server, ask_channels=(server.channel.id,))

    await server.ann.send(server.channel, QUESTION)
    await server.ann.send(server.channel, QUESTION)

    assert said(server) == CANT_READ


async def test_other_bots_and_webhooks_are_ignored(world: World) -> None:
    server = world.server()
    webhook = server.guild.create_webhook(server.channel)

    await webhook.send(f"{me(world.env)} {QUESTION}")

    assert [message.author.id for message in server.channel.history()] == [webhook.id]


async def test_what_the_articles_do_not_say_is_refused(world: World) -> None:
    server = world.server()

    result = await server.ann.slash(server.channel, "ask", question=NONSENSE)

    record = world.env.bot.services.records.find_answer(result.response.id)  # type: ignore[attr-defined, union-attr]
    assert record.answer.refused


async def test_a_server_without_articles_sees_how_to_add_some(world: World) -> None:
    server = world.server(seeds=False)

    result = await server.ann.slash(server.channel, "ask", question=QUESTION)

    (reply,) = result.followups
    assert "/ingest" in reply.content


async def test_a_question_that_is_too_long_is_answered_with_the_limit(world: World) -> None:
    server = world.server()

    await server.ann.send(server.channel, f"{me(world.env)} {'why ' * 400}")

    assert "1,000" in said(server)


async def test_refusals_name_channels_and_roles_that_are_not_allowed(world: World) -> None:
    server = world.server()
    other = server.guild.create_text_channel("archive")
    choose(world.env, server, allowed_channels=(other.id,))

    result = await server.ann.slash(server.channel, "ask", question=QUESTION)

    assert result.ephemeral
    assert f"<#{other.id}>" in result.response.content  # type: ignore[union-attr]


@pytest.mark.parametrize("chosen", [{"discord_per_person": "1/minute"}])
async def test_whoever_asks_too_quickly_sees_when_to_try_again(world: World) -> None:
    server = world.server()
    await server.ann.slash(server.channel, "ask", question=QUESTION)

    result = await server.ann.slash(server.channel, "ask", question=QUESTION)

    assert result.ephemeral
    assert "<t:" in result.response.content  # type: ignore[union-attr]


@pytest.mark.parametrize("chosen", [{"discord_per_person": "1/minute"}])
async def test_where_all_read_along_only_the_first_message_too_many_is_answered(world: World) -> None:
    server = world.server()
    for _ in range(4):
        await server.ann.send(server.channel, f"{me(world.env)} {QUESTION}")

    assert len([message for message in server.channel.history() if message.author.bot]) == 2


@pytest.mark.parametrize("text", ["", "why " * 400])
async def test_where_all_read_along_a_refusal_is_said_once_in_a_while(world: World, text: str) -> None:
    server = world.server()
    for more in ("", "why ", "why why "):
        await server.ann.send(server.channel, f"{me(world.env)} {text and text + more}")

    assert len([message for message in server.channel.history() if message.author.bot]) == 1


@pytest.mark.parametrize("chosen", [{"discord_per_person": "1/minute"}])
async def test_what_is_refused_counts_against_the_limits(world: World) -> None:
    server = world.server()
    await server.ann.send(server.channel, me(world.env))

    result = await server.ann.slash(server.channel, "ask", question=QUESTION)

    assert result.ephemeral
    assert "<t:" in result.response.content  # type: ignore[union-attr]


async def test_a_daily_budget_is_for_answers_and_ends(world: World) -> None:
    server = world.server()
    choose(world.env, server, daily_budget=1)
    await server.ann.slash(server.channel, "ask", question=QUESTION)

    result = await server.ann.slash(server.channel, "ask", question=QUESTION)

    (alone,) = result.followups
    assert alone.ephemeral
    assert "1 question" in alone.content


async def test_a_mention_opens_a_thread_in_which_one_goes_on_without_mention(world: World) -> None:
    server = world.server()
    choose(world.env, server, threads=True)

    await server.ann.send(server.channel, f"{me(world.env)} {QUESTION}")

    thread = server.channel.threads[0]
    assert PLACE in read_message(thread.history()[-1])
    assert said(server) == ""


async def test_without_the_right_to_open_threads_the_answer_comes_in_the_channel(world: World) -> None:
    server = world.server()
    choose(world.env, server, threads=True)
    world.env.inject_error("POST", "/channels/*/messages/*/threads", status=403, code=50013)

    await server.ann.send(server.channel, f"{me(world.env)} {QUESTION}")

    assert PLACE in said(server)


async def test_what_is_attached_to_nothing_is_not_read(world: World) -> None:
    server = world.server()

    await server.ann.send(server.channel, me(world.env), attachments=[("question.txt", QUESTION.encode())])

    assert said(server) == question_handling.UNREAD


async def test_what_is_attached_to_a_question_is_said_not_to_be_read(world: World) -> None:
    server = world.server()

    await server.ann.send(server.channel, f"{me(world.env)} {QUESTION}", attachments=[("more.txt", b"more")])

    assert PLACE in said(server)
    assert question_handling.NOT_READ in said(server)


async def last_direct(env: Env, server: Server) -> discord.Message:
    """Return the last direct message to or from Ann."""
    return server.ann.user.dm_channel.history()[-1]
