"""Discord waits three seconds: whatever people use is acknowledged while database, libraries and dates are slow."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import discord
import pytest
from discord import app_commands

from bot import user_input
from bot.discord import views
from bot.discord.commands import ask, uploading
from bot.discord.database import Database
from bot.discord.library_pool import LibraryPool
from tests.bot.discord.message_content import get_bot, make_jsonl, walk_components
from tests.bot.discord.world import QUESTION, World, sent

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.bot.discord.world import Server

PATIENCE = 20.0
LONG = 60.0
"""Seconds that whatever is slow would take: nothing that comes before an acknowledgement may wait for it."""
OPTIONS: dict[str, dict[str, Any]] = {
    "ask": {"question": QUESTION, "since": "vor drei Tagen"},
    "search": {"question": QUESTION, "since": "vor drei Tagen"},
    "articles": {"until": "vor drei Tagen"},
    "ingest": {"text": "The mill was sold."},
    "settings": {"private": True},
    "follow": {"address": "http://127.0.0.1:1/feed.xml"},
}
"""What is given to commands beside the least that they need."""
MENUS = (ask.MENU, uploading.MENU)


class Slow:
    """Holds everything that reads a disk or loads a parser, from `hold` until `let_go`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._go_on = threading.Event()
        self._go_on.set()
        for owner, name in (
            (Database, "fetch_all"),
            (Database, "transaction"),
            (LibraryPool, "_lend"),
        ):
            monkeypatch.setattr(owner, name, self._slow(getattr(owner, name)))
        monkeypatch.setattr("bot.discord.commands.ask.build_filter", self._slow(user_input.build_filter))
        monkeypatch.setattr(user_input, "build_filter", self._slow(user_input.build_filter))

    def _slow(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def wait_and_work(*args: Any, **options: Any) -> Any:
            assert self._go_on.wait(LONG)
            return work(*args, **options)

        return wait_and_work

    async def is_acknowledged(self, world: World, use: Awaitable[Any]) -> bool:
        """Tell whether an interaction is acknowledged while all is slow; then let it end."""
        before = len(sent(world.env, "POST", "/callback"))
        self._go_on.clear()
        using = asyncio.ensure_future(use)
        try:
            async with asyncio.timeout(PATIENCE):
                while len(sent(world.env, "POST", "/callback")) == before:
                    await asyncio.sleep(0.01)
        except TimeoutError:
            return False
        finally:
            self._go_on.set()
            await using
        return True


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    return Slow(monkeypatch)


async def test_every_command_is_acknowledged_before_anything_slow(world: World, slow: Slow) -> None:
    server = world.server()
    message = await server.ann.send(server.channel, QUESTION)
    commands = [each for each in get_bot(world).tree.get_commands() if isinstance(each, app_commands.Command)]

    late = [command.name for command in commands if not await slow.is_acknowledged(world, _use(world, server, command))]
    late += [
        menu
        for menu in MENUS
        if not await slow.is_acknowledged(world, server.manager.context_menu(server.channel, menu, message))
    ]

    assert late == []
    assert {command.name for command in commands} >= {*OPTIONS}


async def test_every_button_menu_and_form_is_acknowledged_before_anything_slow(world: World, slow: Slow) -> None:
    server = world.server(seeds=False)
    await server.manager.slash(server.channel, "ingest", file=("comets.jsonl", make_jsonl(12)))
    answer = await _respond(server.ann.slash(server.channel, "ask", question="Where was the comet seen on day 3?"))
    listed = await _respond(server.ann.slash(server.channel, "articles"))
    removing = await _respond(server.manager.slash(server.channel, "remove", title="Story 1 of the comet"))
    forgetting = await _respond(server.ann.slash(server.channel, "forget"))
    changing = await _respond(server.manager.slash(server.channel, "settings"))
    form = await server.ann.click(answer, custom_id=_find_id(answer, "c:ask:"))
    uses: dict[str, Callable[[], Awaitable[Any]]] = {
        "passage": lambda: _use_passage(server, answer),
        "form": lambda: server.ann.submit_modal(form, {"question": QUESTION}),
        "vote": lambda: server.ann.click(answer, custom_id=_find_id(answer, "c:up:")),
        "page": lambda: server.ann.click(listed, label="▶"),
        "page of another": lambda: server.manager.click(listed, label="◀"),
        "remove": lambda: server.manager.click(removing, label="Remove"),
        "forget": lambda: server.ann.click(forgetting, label="Delete in this server"),
        "switch": lambda: server.manager.click(changing, custom_id=_find_id(changing, "c:set:private")),
    }

    late = [name for name, use in uses.items() if not await slow.is_acknowledged(world, use())]

    assert late == []


async def test_a_form_opens_even_when_the_answer_above_it_is_looked_up_slowly(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = world.server()
    answer = await _respond(server.ann.slash(server.channel, "ask", question=QUESTION))

    async def find(*_: object) -> None:
        await asyncio.sleep(LONG)

    monkeypatch.setattr(views, "_find_record", find)
    monkeypatch.setattr(views, "LOOK_SECONDS", 0.05)
    await server.ann.click(answer, custom_id=_find_id(answer, "c:ask:"))

    assert (sent(world.env, "POST", "/callback")[-1].json or {})["type"] == discord.InteractionResponseType.modal.value


async def _respond(using: Awaitable[Any]) -> Any:
    return (await using).response


def _use(world: World, server: Server, command: app_commands.Command[Any, ..., Any]) -> Awaitable[Any]:
    """Use a command in a server, or in a direct message where it is not for servers."""
    options, contexts = _fill(server, command), command.allowed_contexts
    if contexts and not contexts.guild:
        return world.env.create_user(f"user of {command.name}").slash(command.name, **options)
    return server.manager.slash(server.channel, command.name, **options)


def _fill(server: Server, command: app_commands.Command[Any, ..., Any]) -> dict[str, Any]:
    """Return options for a command: all that it needs, and those that may be slow."""
    kinds: dict[discord.AppCommandOptionType, Any] = {
        discord.AppCommandOptionType.string: "China",
        discord.AppCommandOptionType.integer: 1,
        discord.AppCommandOptionType.boolean: True,
        discord.AppCommandOptionType.channel: server.channel,
    }
    needed = {
        each.display_name: each.choices[0].value if each.choices else kinds[each.type]
        for each in command.parameters
        if each.required
    }
    return needed | OPTIONS.get(command.name, {})


def _find_id(message: Any, fragment: str) -> str:
    parts = walk_components(getattr(message, "message", message))
    return next(str(each["custom_id"]) for each in parts if fragment in each.get("custom_id", ""))


def _use_passage(server: Server, answer: Any) -> Awaitable[Any]:
    which = _find_id(answer, "c:passage")
    if which.startswith("c:passages"):
        return server.ann.select(answer, ["1"], custom_id=which)
    return server.ann.click(answer, custom_id=which)
