"""Answers that can't be sent, each in a simulated Discord: they arrive elsewhere, or somebody sees an error."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import discord
import pytest

from bot.discord import error_messages, question_handling
from bot.discord.delivery import sending
from bot.discord.entities import GuildSettings
from retrieval.errors import ArticleMissing, LibraryLocked, LibraryMismatch, LibraryMissing, ModelError
from tests.bot.discord.message_content import read_message
from tests.bot.discord.world import PLACE, QUESTION, Server, World, sent

if TYPE_CHECKING:
    from simcord import Env

    from bot.discord.archive_changes import ArchiveChanges
    from bot.discord.client import ClippingsBot
    from bot.discord.lookups import Answered
    from bot.discord.server_archives import ServerArchives
    from retrieval.domain import Ask

pytestmark = pytest.mark.simcord(settle_timeout=4.5)
"""Shorter than the pause of a typing sign, which is sent again every 5 s while an answer is awaited."""


@pytest.fixture(autouse=True)
def _soon_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "WAITS", (0.01, 0.01))


@dataclass
class SlowArchives:
    """Archives whose answers wait for `gate`, after the pieces of a draft."""

    archives: ServerArchives
    env: Env
    pieces: tuple[str, ...] = ()
    error: Exception | None = None
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, guild_id: int, ask: Ask, *, on_piece: Any = None, library: str = "") -> Answered:
        """Answer when the gate is open."""
        for piece in self.pieces:
            on_piece(piece)
        await self.env.external_wait(self.gate.wait(), reason="a slow model")
        if self.error is not None:
            raise self.error
        return await self.archives.answer(guild_id, ask, library=library)

    async def suggest(self, *_: Any, **__: Any) -> tuple[str, ...]:
        """Suggest nothing."""
        return ()

    @property
    def changes(self) -> ArchiveChanges:
        """Those of what is behind."""
        return self.archives.changes

    def close(self, seconds: float = 10.0) -> None:
        """Close what is behind."""
        self.gate.set()
        self.archives.close(seconds)


def bot(world: World) -> ClippingsBot:
    return cast("ClippingsBot", world.env.bot)


def slowed(world: World, *pieces: str, error: Exception | None = None) -> SlowArchives:
    slow = SlowArchives(bot(world).services.archives, world.env, pieces, error)
    bot(world).services = replace(bot(world).services, archives=cast("ServerArchives", slow))
    return slow


async def opened(world: World, slow: SlowArchives) -> None:
    slow.gate.set()
    await world.env.settle()


def mention(world: World, text: str = QUESTION) -> str:
    assert world.env.bot.user is not None
    return f"{world.env.bot.user.mention} {text}"


def written(server: Server) -> list[str]:
    return [read_message(message) for message in server.channel.history() if message.author.bot]


def direct(server: Server) -> list[str]:
    return [read_message(message) for message in server.ann.user.dm_channel.history() if message.author.bot]


@pytest.mark.parametrize(("route", "code"), [(("POST", "/interactions/*/callback"), 10062)])
async def test_a_command_that_expired_is_answered_in_the_channel(
    world: World, route: tuple[str, str], code: int
) -> None:
    server = world.server()
    world.env.inject_error(*route, status=404, code=code)

    await server.ann.slash(server.channel, "ask", question=QUESTION)

    assert PLACE in written(server)[0]


@pytest.mark.parametrize("code", [10015, 50027])
async def test_an_answer_that_took_a_quarter_of_an_hour_comes_in_the_channel(world: World, code: int) -> None:
    server = world.server()
    world.env.inject_error("PATCH", "/webhooks/*", status=404, code=code, times=None)

    await server.ann.slash(server.channel, "ask", question=QUESTION)

    assert any(PLACE in text for text in written(server))


async def test_a_private_answer_that_expired_is_never_published(world: World) -> None:
    server = world.server()
    world.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)

    await server.ann.slash(server.channel, "ask", question=QUESTION, private=True)

    assert written(server) == []
    assert PLACE in direct(server)[0]


async def test_a_private_answer_that_can_go_nowhere_is_dropped(world: World) -> None:
    server = world.server()
    world.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50007, times=None)

    await server.ann.slash(server.channel, "ask", question=QUESTION, private=True)

    assert written(server) == []


async def test_a_server_error_of_discords_is_tried_again(world: World) -> None:
    server = world.server()
    world.env.inject_error("POST", "/channels/*/messages", status=503, times=2)

    await server.ann.send(server.channel, mention(world))

    assert PLACE in written(server)[0]
    posts = [entry.json for entry in sent(world.env, "POST", f"/channels/{server.channel.id}/messages")]
    assert len({cast("dict[str, Any]", post)["nonce"] for post in posts}) == 1


async def test_when_discord_stays_out_of_order_the_apology_has_a_reference(world: World) -> None:
    server = world.server()
    world.env.inject_error("POST", "/channels/*/messages", status=503, times=3)

    await server.ann.send(server.channel, mention(world))

    assert "Reference" in written(server)[0]


async def test_where_the_bot_may_not_write_the_asker_gets_a_direct_message(world: World) -> None:
    server = world.server()
    assert world.env.bot.user is not None
    deaf = {world.env.bot.user: discord.PermissionOverwrite(send_messages=False)}
    quiet = server.guild.create_text_channel("quiet", overwrites=deaf)  # type: ignore[arg-type]

    await server.ann.send(quiet, mention(world))

    assert "“Send Messages”" in direct(server)[0]
    assert [message.author.id for message in quiet.history()] == [server.ann.id]


async def test_a_question_that_is_deleted_meanwhile_is_not_answered(world: World) -> None:
    server = world.server()
    slow = slowed(world, "The talks")
    question = await server.ann.send(server.channel, mention(world))

    await server.ann.delete(question)
    await opened(world, slow)

    assert written(server) == []
    assert bot(world).services.queue.running == 0
    today = datetime.now(UTC).date()
    assert bot(world).services.records.count_spent(server.guild.id, server.ann.id, today) == 1, (
        "deleting makes no question free"
    )


async def test_a_draft_that_is_deleted_meanwhile_ends_the_matter(world: World) -> None:
    server = world.server()
    slow = slowed(world, "The talks")
    await server.ann.send(server.channel, mention(world))
    draft = server.channel.history()[-1]

    world.env.backend.delete_message(server.channel.id, draft.id)
    await opened(world, slow)

    assert written(server) == []


async def test_a_thread_that_is_deleted_meanwhile_ends_the_matter(world: World) -> None:
    server = world.server()
    bot(world).services.records.save_settings(server.guild.id, GuildSettings(threads=True))
    slow = slowed(world)
    await server.ann.send(server.channel, mention(world))
    world.env.backend.delete_channel(server.channel.threads[0].id)

    await opened(world, slow)

    assert bot(world).services.queue.running == 0


async def test_a_draft_is_marked_pings_nobody_and_gives_way_to_the_answer(world: World) -> None:
    server = world.server()
    slow = slowed(world, "The talks ", "were held, @everyone, at ", "[a](https://evil.example) palace.")

    await server.ann.send(server.channel, mention(world))
    (draft,) = written(server)
    await opened(world, slow)

    assert "draft" in draft
    assert "@everyone" not in draft
    (answer,) = written(server)
    assert PLACE in answer
    assert "draft" not in answer


async def test_a_draft_is_laid_out_only_when_an_edit_is_due_and_only_its_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = world.server()
    slow = slowed(world, *["The talks went on. "] * 2_000)
    laid_out: list[str] = []

    def draft(text: str) -> str:
        laid_out.append(text)
        return "a draft"

    monkeypatch.setattr("bot.discord.layout.format_draft", draft)

    await server.ann.send(server.channel, mention(world))
    await opened(world, slow)

    assert 1 <= len(laid_out) < 20
    assert max(map(len, laid_out)) <= question_handling.DRAFT_TAIL


async def test_whoever_waits_sees_their_place(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    server = world.server()
    slow = slowed(world)
    enter = bot(world).services.queue._enter
    monkeypatch.setattr(
        bot(world).services.queue, "_enter", lambda ticket: world.env.external_wait(enter(ticket), reason="the line")
    )
    for _ in range(bot(world).services.queue.at_once + 2):
        await server.ann.send(server.channel, mention(world))

    places = written(server)
    await opened(world, slow)

    assert [text.split()[1] for text in places] == ["1", "2"]
    assert all(PLACE in text for text in written(server))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (LibraryLocked("locked by another process"), error_messages.REBUILDING),
        (LibraryMismatch("/home/me/x: `clippings ingest` with --rebuild"), "`/reindex` rebuilds it"),
        (LibraryMissing("empty: `clippings ingest PATH` adds articles"), "/ingest"),
        (ArticleMissing("no article has the id 'x': `clippings articles` lists them"), "`/articles` lists them"),
        (ModelError("/home/me/models is broken"), error_messages.NO_MODEL),
        (RuntimeError("a bug, with a secret"), error_messages.OUT_OF_ORDER),
    ],
)
async def test_an_error_is_explained_without_what_is_none_of_the_readers_business(
    world: World, error: Exception, said: str
) -> None:
    server = world.server()
    slow = slowed(world, error=error)
    slow.gate.set()

    result = await server.ann.slash(server.channel, "ask", question=QUESTION)

    (reply,) = result.followups
    assert reply.flags.ephemeral
    assert said.split(":", maxsplit=1)[0] in reply.content.replace("\\", "")
    assert str(error) not in reply.content
    assert "clippings" not in reply.content
    assert written(server) == []


async def test_an_error_after_a_private_acknowledgement_takes_its_place(world: World) -> None:
    server = world.server()
    slowed(world, error=RuntimeError("a bug")).gate.set()

    result = await server.ann.slash(server.channel, "ask", question=QUESTION, private=True)

    assert result.response is not None
    assert "Reference" in result.response.content
    assert result.followups == []


async def test_an_error_after_the_interaction_expired_is_shown_in_the_channel(world: World) -> None:
    server = world.server()
    slowed(world, error=RuntimeError("a bug")).gate.set()
    world.env.inject_error("PATCH", "/webhooks/*", status=404, code=10015, times=None)

    await server.ann.slash(server.channel, "ask", question=QUESTION)

    assert "Reference" in written(server)[-1]


async def test_an_answer_in_flight_is_apologised_for_when_the_bot_stops(world: World) -> None:
    server = world.server()
    slowed(world)
    await server.ann.send(server.channel, mention(world))

    await bot(world).finish(0.05)

    assert written(server) == [question_handling.CUT_SHORT]


async def test_an_answer_in_flight_is_finished_when_there_is_time(world: World) -> None:
    server = world.server()
    slow = slowed(world)
    await server.ann.send(server.channel, mention(world))

    finishing = asyncio.create_task(bot(world).finish(10))
    await asyncio.sleep(0)
    await opened(world, slow)
    await finishing

    assert PLACE in written(server)[0]


async def test_a_bot_that_stops_takes_no_more_questions(world: World) -> None:
    server = world.server()
    await bot(world).finish(0)

    result = await server.ann.slash(server.channel, "ask", question=QUESTION)

    assert result.ephemeral
    assert result.response is not None
    assert result.response.content == error_messages.STOPPING
