"""Answers whose articles change afterwards, in a simulated Discord."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import discord
import pytest

from bot.discord.news.corrections import find_fallen
from tests.bot.discord.message_content import get_bot, get_services, read_message
from tests.bot.discord.world import sent

if TYPE_CHECKING:
    from tests.bot.discord.world import Server, World

QUESTION = "Who was the mill of Uppsala sold to?"
TEXT = "The mill of Uppsala was sold to Ann Lee in 1931. She paid with forty sacks of rye."
OTHER = "The mill of Uppsala was sold to Per Holm in 1931. He paid with forty sacks of rye."
MARK = "Corrected"


async def ingest(server: Server, text: str, title: str = "The mill") -> None:
    await server.manager.slash(server.channel, "ingest", text=text, title=title)


async def ask(server: Server) -> discord.Message:
    """Ask in public; return the message that answers."""
    await server.ann.slash(server.channel, "ask", question=QUESTION)
    return server.channel.history()[-1]


async def look(world: World, server: Server) -> str:
    """Have the bot look its answers through; return what the last message says then."""
    await get_bot(world).rounds.run_round()
    return read_message(server.channel.history()[-1])


async def test_an_answer_is_marked_once_when_its_article_says_something_else(world: World) -> None:
    server = world.server(seeds=False)
    await ingest(server, TEXT)
    answer = await ask(server)
    before = await look(world, server)

    await ingest(server, OTHER)
    after = await look(world, server)
    edits = len(sent(world.env, "PATCH", f"/channels/{server.channel.id}/messages/{answer.id}"))
    await ingest(server, "The comet was seen by nine people above the lighthouse.", "The comet")
    await look(world, server)

    assert "Ann Lee" in before
    assert MARK not in before
    assert MARK in after
    assert "[1] no longer stands" in after
    assert "Ann Lee" in after
    assert edits == 1
    assert len(sent(world.env, "PATCH", f"/channels/{server.channel.id}/messages/{answer.id}")) == 1


async def test_an_answer_is_marked_when_its_article_was_removed(world: World) -> None:
    server = world.server(seeds=False)
    await ingest(server, TEXT)
    await ask(server)
    archives = get_services(world).archives
    await look(world, server)

    (info,) = await archives.list_articles(server.guild.id)
    await archives.changes.remove(server.guild.id, [info.id])

    assert MARK in await look(world, server)


NOTICE = (
    "Our article “The sale of the mill of Uppsala” said that the mill of Uppsala was sold to Ann Lee in 1931. "
    "That was wrong: it was sold to Per Holm."
)


async def test_an_answer_is_marked_once_when_another_article_takes_it_back(world: World) -> None:
    server = world.server(seeds=False)
    await ingest(server, TEXT, "The sale of the mill of Uppsala")
    answer = await ask(server)
    before = await look(world, server)

    await ingest(server, NOTICE, "In our own cause")
    after = await look(world, server)
    await ingest(server, "The comet was seen by nine people above the lighthouse.", "The comet")
    await look(world, server)

    assert MARK not in before
    assert "[1] was corrected or withdrawn by another article: In our own cause" in after
    assert len(sent(world.env, "PATCH", f"/channels/{server.channel.id}/messages/{answer.id}")) == 1


async def test_a_notice_that_could_not_be_told_is_told_when_the_library_changes_again(world: World) -> None:
    server = world.server(seeds=False)
    await ingest(server, TEXT, "The sale of the mill of Uppsala")
    answer = await ask(server)
    await look(world, server)
    world.env.inject_error("GET", f"/channels/{server.channel.id}/messages/{answer.id}", status=503)
    await ingest(server, NOTICE, "In our own cause")
    failed = await look(world, server)

    await ingest(server, "The comet was seen by nine people above the lighthouse.", "The comet")

    assert MARK not in failed
    assert "In our own cause" in await look(world, server)


async def test_an_article_that_speaks_of_another_and_corrects_nothing_marks_nothing(world: World) -> None:
    server = world.server(seeds=False)
    await ingest(server, TEXT, "The sale of the mill of Uppsala")
    await ask(server)
    await look(world, server)

    await ingest(server, NOTICE.replace("That was wrong: it was sold to Per Holm.", "She never saw it."), "A letter")

    assert MARK not in await look(world, server)


@pytest.mark.parametrize(
    "text",
    [f"{TEXT} A bell was hung there in 1950.", TEXT.replace(" ", "\n"), f"It rained. {TEXT}"],
    ids=["more", "lines", "before"],
)
async def test_an_answer_whose_quote_still_stands_is_left_alone(world: World, text: str) -> None:
    server = world.server(seeds=False)
    await ingest(server, TEXT)
    await ask(server)
    await look(world, server)

    await ingest(server, text)

    assert MARK not in await look(world, server)


async def test_an_article_under_another_name_is_found(world: World) -> None:
    server = world.server(seeds=False)
    await ingest(server, TEXT)
    answer = await ask(server)
    record = get_services(world).records.find_answer(answer.id)
    archives = get_services(world).archives
    (info,) = await archives.list_articles(server.guild.id)
    await archives.changes.remove(server.guild.id, [info.id])
    moved = f"The mill\n\n{TEXT}".encode()
    await archives.changes.ingest(server.guild.id, [("elsewhere.txt", moved)])

    assert record is not None
    assert await archives.read(server.guild.id, lambda library: find_fallen(library, [record])) == {record.key: []}


async def test_of_a_private_answer_the_asker_is_told_directly(world: World) -> None:
    server = world.server(seeds=False)
    await ingest(server, TEXT)
    await server.ann.slash(server.channel, "ask", question=QUESTION, private=True)
    await get_bot(world).rounds.run_round()

    await ingest(server, OTHER)
    await get_bot(world).rounds.run_round()

    (told,) = [entry for entry in sent(world.env, "POST", "/messages") if str(server.channel.id) not in entry.path]
    assert MARK in str(told.json)
    assert server.channel.history() == []


async def test_answers_beyond_retention_and_messages_that_are_gone_are_passed_over(world: World) -> None:
    server = world.server(seeds=False)
    await ingest(server, TEXT)
    answer = await ask(server)
    await look(world, server)
    records = get_services(world).records
    with records.database.transaction() as sql:
        long_ago = datetime.now(UTC) - timedelta(days=get_services(world).settings.discord_retention_days + 1)
        sql.execute("UPDATE answers SET asked_at = ?", (long_ago.isoformat(timespec="microseconds"),))
    await ingest(server, OTHER)
    old = await look(world, server)
    with records.database.transaction() as sql:
        sql.execute("UPDATE answers SET asked_at = ?", (datetime.now(UTC).isoformat(timespec="microseconds"),))
    keeper = server.guild.create_role("Keepers", permissions=discord.Permissions(manage_messages=True))
    await server.guild.add_member(world.env.create_user("kim"), roles=[keeper]).delete(answer)

    await ingest(server, f"{OTHER} It burned down in 1950.")
    await get_bot(world).rounds.run_round()

    assert MARK not in old
    assert server.channel.history() == []
