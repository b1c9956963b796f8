from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import discord
import pytest

from bot.discord.commands import autocomplete
from bot.discord.commands.pagination import PageButton
from bot.discord.entities import GuildSettings, IncomingQuestion
from tests.bot.discord.message_content import (
    get_bot,
    get_services,
    list_buttons,
    make_jsonl,
    read_message,
    read_private_reply,
)
from tests.bot.discord.world import PLACE, QUESTION, sent

if TYPE_CHECKING:
    from tests.bot.discord.world import Server, World

LONG = "Who saw the comet above the harbour, " + "and who else was there that day, " * 10


async def with_articles(world: World, name: str = "News", *, count: int = 23, about: str = "the comet") -> Server:
    server = world.server(name, seeds=False)
    await get_services(world).archives.changes.ingest(server.guild.id, [("all.jsonl", make_jsonl(count, about=about))])
    return server


def mentions(body: Any) -> bool:
    return bool(body.get("allowed_mentions", {"parse": []})["parse"])


async def test_a_search_shows_passages_with_their_articles(world: World) -> None:
    server = world.server()

    result = await server.ann.slash(server.channel, "search", question=QUESTION)

    assert PLACE in read_message(result.response)
    assert result.response
    assert not result.response.ephemeral


async def test_every_command_is_acknowledged_before_anything_else_is_sent(world: World) -> None:
    server = world.server()
    before = len(world.env.http_requests)

    await server.ann.slash(server.channel, "search", question=QUESTION)
    first = world.env.http_requests[before]

    assert first.path.endswith("/callback")
    assert first.json == {"type": 5}


async def test_dates_and_authors_limit_a_search_and_are_named(world: World) -> None:
    server = await with_articles(world)

    result = await server.ann.slash(
        server.channel, "search", question="Who saw the comet?", since="2023-01-05", until="January 2023", author="lee"
    )

    shown = read_message(result.response)
    assert "only articles since 5 January 2023, until 31 January 2023, by lee" in shown
    assert "Ben Ode" not in shown
    assert "Ann Lee" in shown


@pytest.mark.parametrize("chosen", [{"date_order": "day"}, {"date_order": "month"}], ids=["day", "month"])
@pytest.mark.parametrize("command", ["search", "articles"])
async def test_a_date_in_figures_is_read_in_the_order_that_is_set(
    world: World, chosen: dict[str, Any], command: str
) -> None:
    server = await with_articles(world)
    question = {} if command == "articles" else {"question": "Who saw the comet?"}

    result = await server.ann.slash(server.channel, command, since="05/01/2023", **question)

    day = "5 January 2023" if chosen["date_order"] == "day" else "1 May 2023"
    assert f"since {day}" in read_message(result.response)


@pytest.mark.parametrize(
    ("options", "expected"),
    [({"since": "yesteryearish"}, "yesteryearish"), ({"since": "2024", "until": "2023"}, "after until")],
)
async def test_a_date_that_cannot_be_read_is_shown_to_the_asker_only(
    world: World, options: dict[str, str], expected: str
) -> None:
    server = world.server()

    result = await server.ann.slash(server.channel, "articles", **options)

    assert expected in read_private_reply(result)
    assert server.channel.history() == []


async def test_an_empty_question_and_an_empty_archive_get_a_clear_answer(world: World) -> None:
    server = world.server(seeds=False)

    blank = await server.ann.slash(server.channel, "search", question="   ")
    empty = await server.ann.slash(server.channel, "search", question=QUESTION)
    none = await server.ann.slash(server.channel, "articles")

    assert "empty" in read_private_reply(blank)
    assert "/ingest" in read_private_reply(empty)
    assert "There are no articles." in read_message(none.response)


async def test_a_list_has_pages_with_an_end_at_each_end(world: World) -> None:
    server = await with_articles(world)

    first = (await server.ann.slash(server.channel, "articles")).response
    assert first
    at_start = list_buttons(first)
    await server.ann.click(first, label="▶")
    second = read_message(server.channel.last_message)
    await server.ann.click(first, label="▶")
    third = server.channel.last_message

    assert list(at_start) == ["◀", "Page 1 of 3", "▶"]
    assert at_start["◀"]["disabled"]
    assert at_start["Page 1 of 3"]["disabled"]
    assert not at_start["▶"].get("disabled")
    assert "Story 12 of the comet" in second
    assert "Story 0 of the comet" in read_message(third)
    assert list_buttons(third)["▶"]["disabled"]
    assert not list_buttons(third)["◀"].get("disabled")
    assert len(server.channel.history()) == 1


async def test_the_only_page_has_no_buttons(world: World) -> None:
    server = world.server()

    result = await server.ann.slash(server.channel, "articles")

    assert list_buttons(result.response) == {}


@pytest.mark.parametrize("question", ["Who saw the comet?", LONG])
async def test_pages_turn_after_a_restart(world: World, question: str) -> None:
    from bot import wiring

    server = await with_articles(world)
    first = (await server.ann.slash(server.channel, "search", question=question, author="lee")).response
    assert first
    old = get_bot(world)
    await world.env.restart_bot(wiring.build_discord_bot(world.settings))
    await old.close()

    result = await server.ann.click(first, label="▶")

    assert result.acknowledged
    shown = read_message(server.channel.last_message)
    assert "6\\. " in shown
    assert "by lee" in shown
    assert "Ben Ode" not in shown


async def test_a_long_search_that_was_forgotten_is_turned_no_more(world: World) -> None:
    server = await with_articles(world)
    first = (await server.ann.slash(server.channel, "search", question=LONG)).response
    assert first
    asked = (await server.ann.slash(server.channel, "forget")).response
    assert asked
    await server.ann.click(asked, label="Delete in this server")

    result = await server.ann.click(first, label="▶")

    assert "ask again" in read_private_reply(result)


async def test_a_button_of_version_0_1_is_answered_with_what_to_do(world: World) -> None:
    server = await with_articles(world)
    first = (await server.ann.slash(server.channel, "articles")).response
    assert first
    old = PageButton("c:page:l:1:abc:--||", label="▶")
    view = discord.ui.View(timeout=None).add_item(old)
    channel: Any = get_bot(world).get_channel(server.channel.id)
    await channel.get_partial_message(first.id).edit(view=view)

    result = await server.ann.click(first, label="▶")

    assert "ask again" in read_private_reply(result)


async def test_who_did_not_ask_gets_a_copy_that_nobody_else_sees(world: World) -> None:
    server = await with_articles(world)
    ben = server.person("ben")
    first = (await server.ann.slash(server.channel, "articles")).response
    assert first
    before = read_message(server.channel.last_message)

    copy = await ben.click(first, label="▶")
    own = await ben.click(copy.response, label="▶")  # type: ignore[arg-type]

    assert copy.response
    assert copy.response.ephemeral
    assert "page 3 of 3" in read_message(own.response or copy.response)
    assert read_message(server.channel.last_message) == before


async def test_a_page_that_is_no_more_becomes_the_last(world: World) -> None:
    server = await with_articles(world, count=21)
    first = (await server.ann.slash(server.channel, "articles")).response
    assert first
    await server.ann.click(first, label="▶")
    await get_services(world).archives.changes.remove(server.guild.id, [f"the comet-{number}" for number in range(15)])

    await server.ann.click(first, label="▶")

    assert "page 1 of 1" in read_message(server.channel.last_message)


async def test_titles_are_offered_while_one_types(world: World) -> None:
    server = await with_articles(world, count=30)

    every = await server.ann.autocomplete(server.channel, "article", "title", "")
    some = await server.ann.autocomplete(server.channel, "article", "title", "story 7")
    none = await server.ann.autocomplete(server.channel, "article", "title", "zebra")

    assert len(every) == 25
    assert some[0]["name"] == "Story 7 of the comet · Ann Lee · 2023-01-08"
    assert "Story 8 of the comet" not in str(some)
    assert none == []


async def test_an_article_with_a_long_title_and_id_can_be_offered_and_read(world: World) -> None:
    server = world.server(seeds=False)
    fields = {"id": "x" * 300, "title": "@everyone **Very** " + "long " * 80, "text": "The reef was closed on Monday."}
    await get_services(world).archives.changes.ingest(server.guild.id, [("a.json", json.dumps(fields).encode())])

    (choice,) = await server.ann.autocomplete(server.channel, "article", "title", "very")
    result = await server.ann.slash(server.channel, "article", title=choice["value"])

    assert len(choice["name"]) <= 100
    assert len(choice["value"]) <= 100
    assert "The reef was closed on Monday." in read_message(result.response)
    assert "@everyone" not in read_message(result.response)
    assert "**Very**" not in read_message(result.response)


async def test_an_article_is_read_part_by_part(world: World) -> None:
    server = world.server(seeds=False)
    text = "\n\n".join(f"Paragraph {number} tells of the mill and of what was ground there." for number in range(60))
    fields = {"title": "The mill", "author": "Ann Lee", "published": "2023-06-27", "text": text}
    fields["url"] = "https://example.org/mill"
    await get_services(world).archives.changes.ingest(server.guild.id, [("mill.json", json.dumps(fields).encode())])

    first = (await server.ann.slash(server.channel, "article", title="the MILL")).response
    assert first
    start = read_message(first)
    await server.ann.click(first, label="▶")

    assert first.embeds[0].url == "https://example.org/mill"
    assert all(known in start for known in ("Ann Lee", "27 June 2023", "Passages", "Paragraph 0 "))
    assert "Paragraph 0 " not in read_message(server.channel.last_message)
    assert "Paragraph 30 " in read_message(server.channel.last_message)


@pytest.mark.parametrize(("title", "expected"), [("zebra", "No article"), ("story", "25 or more")])
async def test_an_ambiguous_title_is_explained_to_the_asker(world: World, title: str, expected: str) -> None:
    server = await with_articles(world, count=30)

    result = await server.ann.slash(server.channel, "article", title=title)

    assert expected in read_private_reply(result)


async def test_each_server_sees_its_own_articles_only(world: World) -> None:
    comets, mills = await with_articles(world, "Comets"), await with_articles(world, "Mills", about="the mill")

    for server, own, other in ((comets, "comet", "mill"), (mills, "mill", "comet")):
        found = await server.ann.slash(server.channel, "search", question="Who saw the comet, who saw the mill?")
        listed = await server.ann.slash(server.channel, "articles")
        offered = await server.ann.autocomplete(server.channel, "article", "title", "story")
        foreign = await server.ann.slash(server.channel, "article", title=f"the {other}-1")

        for shown in (read_message(found.response), read_message(listed.response), json.dumps(offered)):
            assert f" of the {own}" in shown
            assert f" of the {other}" not in shown
        assert "No article" in read_private_reply(foreign)


@pytest.mark.parametrize(
    ("command", "options"),
    [("search", {"question": QUESTION}), ("articles", {}), ("article", {"title": "Major Outcomes"}), ("status", {})],
)
async def test_channels_and_roles_that_were_not_chosen_are_refused_privately(
    world: World, command: str, options: dict[str, str]
) -> None:
    server = world.server()
    quiet = server.guild.create_text_channel("quiet")
    readers = server.guild.create_role("Readers")
    get_services(world).records.save_settings(
        server.guild.id, GuildSettings(allowed_channels=(server.channel.id,), allowed_roles=(readers.id,))
    )
    reader = server.guild.add_member(world.env.create_user("reader"), roles=[readers])

    elsewhere = await reader.slash(quiet, command, **options)
    without = await server.ann.slash(server.channel, command, **options)
    admitted = await reader.slash(server.channel, command, **options)

    assert f"<#{server.channel.id}>" in read_private_reply(elsewhere)
    assert f"<@&{readers.id}>" in read_private_reply(without)
    assert "only" not in read_message(admitted.response)
    assert await server.ann.autocomplete(server.channel, "article", "title", "") == []


async def test_a_button_is_pressed_in_vain_by_those_who_may_not_ask(world: World) -> None:
    server = await with_articles(world)
    first = (await server.ann.slash(server.channel, "articles")).response
    assert first
    readers = server.guild.create_role("Readers")
    get_services(world).records.save_settings(server.guild.id, GuildSettings(allowed_roles=(readers.id,)))

    result = await server.person("ben").click(first, label="▶")

    assert f"<@&{readers.id}>" in read_private_reply(result)


async def test_where_answers_are_private_lists_are_too(world: World) -> None:
    server = world.server()
    get_services(world).records.save_settings(server.guild.id, GuildSettings(private=True))

    result = await server.ann.slash(server.channel, "articles")

    assert "China" in read_private_reply(result)


@pytest.mark.parametrize("chosen", [{"discord_per_person": "1/minute"}])
async def test_searches_count_as_questions(world: World, chosen: dict[str, Any]) -> None:
    server = world.server()

    await server.ann.slash(server.channel, "search", question=QUESTION)
    second = await server.ann.slash(server.channel, "search", question=QUESTION)

    assert "Try again <t:" in read_private_reply(second)


async def test_direct_messages_read_the_archive_of_the_server_one_asked_in_last(world: World) -> None:
    comets, mills = await with_articles(world, "Comets"), await with_articles(world, "Mills", about="the mill")
    ann = comets.ann.user
    mills.guild.add_member(ann)
    get_services(world).records.log_question(
        IncomingQuestion("What is new?", "slash", mills.guild.id, mills.channel.id, ann.id)
    )

    listed = await ann.slash("articles")

    assert "of the mill" in read_message(listed.response)
    assert "of the comet" not in read_message(listed.response)


async def test_an_unexpected_error_is_shown_with_a_reference(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    server = world.server()

    async def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(get_services(world).archives, "list_articles", fail)
    result = await server.ann.slash(server.channel, "articles")

    assert len(world.env.errors) == 1
    assert "Reference: " in read_private_reply(result)
    assert "ZeroDivision" not in read_private_reply(result)


async def test_nothing_an_article_says_mentions_anybody(world: World) -> None:
    server = world.server(seeds=False)
    hostile = {"title": "<@1> @here [x](https://evil.example)", "author": "@everyone", "text": "<@&2> saw @everyone."}
    await get_services(world).archives.changes.ingest(server.guild.id, [("a.json", json.dumps(hostile).encode())])

    for command, options in (
        ("search", {"question": "Who saw everyone?"}),
        ("articles", {}),
        ("article", {"title": "here"}),
    ):
        shown = read_message((await server.ann.slash(server.channel, command, **options)).response)
        assert not any(sign in shown for sign in ("<@1>", "<@&2>", "@everyone", "@here", "](https://evil"))
    assert not [entry for entry in sent(world.env, "PATCH", "/webhooks/") if mentions(entry.json)]


async def test_a_thread_counts_as_the_channel_it_hangs_on(world: World) -> None:
    server = world.server()
    bot = get_bot(world)
    bot.services.records.save_settings(server.guild.id, GuildSettings(allowed_channels=(server.channel.id,)))
    message = await server.ann.send(server.channel, "Shall we talk here?")
    channel: Any = bot.get_channel(server.channel.id)
    await channel.create_thread(name="talk", message=discord.Object(message.id))
    (thread,) = server.channel.threads

    result = await server.ann.slash(thread, "articles")

    assert "China" in read_message(result.response)


async def test_titles_that_take_too_long_are_not_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    server = world.server()

    async def slow(*_: object) -> list[object]:
        await asyncio.sleep(1)
        return []

    monkeypatch.setattr(get_services(world).archives, "list_articles", slow)
    monkeypatch.setattr(autocomplete, "SECONDS", 0.01)

    assert await server.ann.autocomplete(server.channel, "article", "title", "") == []


async def test_a_button_that_fails_is_reported_with_a_reference(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    server = await with_articles(world)
    first = (await server.ann.slash(server.channel, "articles")).response
    assert first

    async def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(get_services(world).archives, "list_articles", fail)
    result = await server.ann.click(first, label="▶")

    assert "Reference: " in read_private_reply(result)
    assert "page 1 of 3" in read_message(server.channel.last_message)
