"""Buttons below an answer that did not help: the nearest articles, a solved post, a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from bot.discord.commands.setting_checks import describe_help
from bot.discord.entities import GuildSettings
from bot.discord.help_buttons import NO_RIGHT_TO_TAGS, NOT_THE_AUTHOR
from tests.bot.discord.message_content import get_services, list_buttons, read_private_reply
from tests.bot.discord.test_overhearing import listen, publish, replies
from tests.bot.discord.world import NONSENSE, QUESTION, sent

if TYPE_CHECKING:
    import pytest
    from simcord.builders import ChannelHandle

    from tests.bot.discord.world import World


def button(message: Any, kind: str) -> str:
    """Return the id of the first button of a kind; "" where there is none."""
    ids = (str(each.get("custom_id", "")) for each in list_buttons(message).values())
    return next((each for each in ids if each.startswith(f"c:{kind}:")), "")


def add_tag(forum: ChannelHandle, name: str = "Solved") -> int:
    """Give a forum a tag."""
    tag_id = forum._env.backend.snowflake()
    tag = {"id": str(tag_id), "name": name, "moderated": False, "emoji_id": None, "emoji_name": None}
    forum._env.backend.edit_channel(forum.id, {"available_tags": [tag]})
    return int(tag_id)


def find(world: World, channel: ChannelHandle) -> Any:
    found = world.env.bot.get_channel(channel.id)
    assert found is not None
    return found


async def test_a_refusal_opens_the_nearest_articles_for_whoever_asks(world: World) -> None:
    server = world.server()
    refusal = (await server.ann.slash(server.channel, "ask", question=NONSENSE)).response
    assert refusal

    shown = await server.manager.click(refusal, custom_id=button(refusal, "near"))

    assert shown.ephemeral
    assert "Blinken" in str(shown.response.embeds[0].title)  # type: ignore[union-attr]


async def test_an_answer_offers_no_nearest_article(world: World) -> None:
    server = world.server()

    answer = (await server.ann.slash(server.channel, "ask", question=QUESTION)).response

    assert not button(answer, "near")
    assert not button(answer, "person")
    assert not button(answer, "solved")


async def test_the_author_calls_a_post_solved_and_others_do_not(world: World) -> None:
    server = world.server()
    forum = server.guild.create_forum_channel("questions")
    tag = add_tag(forum)
    await listen(world, server, forum, solved_tags=(tag,))
    post = await publish(world, forum, server.ann, QUESTION, "Thanks in advance.")
    (answer,) = replies(post)

    refused = await server.person("Ben").click(answer, custom_id=button(answer, "solved"))
    tagged_before = [each.id for each in find(world, post).applied_tags]
    await server.ann.click(answer, custom_id=button(answer, "solved"))

    assert NOT_THE_AUTHOR in read_private_reply(refused)
    assert tagged_before == []
    assert [each.id for each in find(world, post).applied_tags] == [tag]
    assert list_buttons(replies(post)[0])["Solved"]["disabled"]


async def test_without_the_right_to_set_tags_a_post_stays_and_it_is_said(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = world.server()
    forum = server.guild.create_forum_channel("questions")
    await listen(world, server, forum, solved_tags=(add_tag(forum),))
    post = await publish(world, forum, server.ann, QUESTION, "Thanks in advance.")
    (answer,) = replies(post)

    async def forbid(*_: object, **__: object) -> None:
        response: Any = type("Response", (), {"status": 403, "reason": "Forbidden"})()
        raise discord.Forbidden(response, {"code": 50013, "message": "Missing Permissions"})

    monkeypatch.setattr(discord.Thread, "edit", forbid)
    said = await server.ann.click(answer, custom_id=button(answer, "solved"))

    assert NO_RIGHT_TO_TAGS in str([each.content for each in said.followups])


async def test_a_person_is_asked_by_the_chosen_role_alone_and_not_often(world: World) -> None:
    server = world.server()
    helpers = server.guild.create_role("Helpers")
    get_services(world).records.save_settings(server.guild.id, GuildSettings(helper_roles=(helpers.id,)))
    answers: list[Any] = []
    for _ in range(3):
        answers.append((await server.ann.slash(server.channel, "ask", question=NONSENSE)).response)

    results = [await server.ann.click(each, custom_id=button(each, "person")) for each in answers]

    asked = [entry.json for entry in sent(world.env, "POST", "/messages") if "asks for a person" in str(entry.json)]
    assert len(asked) == 2
    assert f"<@&{helpers.id}>" in asked[0]["content"]  # type: ignore[index]
    allowed = asked[0]["allowed_mentions"]  # type: ignore[index]
    assert [int(each) for each in allowed["roles"]] == [helpers.id]
    assert not {"everyone", "users", "roles"} & {*allowed.get("parse", [])}
    assert "A person was asked" in read_private_reply(results[2])


async def test_a_private_answer_asks_nobody(world: World) -> None:
    server = world.server()
    get_services(world).records.save_settings(server.guild.id, GuildSettings(helper_roles=(1,)))

    answer = (await server.ann.slash(server.channel, "ask", question=NONSENSE, private=True)).response

    assert not button(answer, "person")


async def test_managers_choose_the_role_and_the_tag_and_see_what_is_missing(world: World) -> None:
    server = world.server()
    helpers = server.guild.create_role("Helpers")
    forum = server.guild.create_forum_channel("questions")
    tag = add_tag(forum)

    await server.manager.slash(server.channel, "settings", helpers=helpers, solved_tag=str(tag))

    chosen = get_services(world).records.get_settings(server.guild.id)
    assert (chosen.helper_roles, chosen.solved_tags) == ((helpers.id,), (tag,))

    await server.manager.slash(server.channel, "settings", solved_tag="-")

    assert get_services(world).records.get_settings(server.guild.id).solved_tags == ()


def test_what_is_missing_for_them_is_named() -> None:
    nothing = discord.Permissions.none()
    tag: Any = type("Tag", (), {"id": 5})()
    forum: Any = type("Forum", (), {"id": 2, "available_tags": [tag], "permissions_for": lambda *_: nothing})()
    role: Any = type("Role", (), {"id": 7, "mentionable": False})()
    me: Any = type("Me", (), {"guild_permissions": nothing})()
    guild: Any = type("Guild", (), {"forums": [forum], "me": me, "get_role": lambda *_: role})()

    tags, roles = describe_help(GuildSettings(solved_tags=(5,), helper_roles=(7,)), guild)

    assert "Manage Threads" in tags
    assert "<@&7>" in roles
    assert describe_help(GuildSettings(), guild) == []
