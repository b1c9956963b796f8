from __future__ import annotations

import asyncio
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from bot import wiring
from bot.discord.commands.uploading import MENU
from bot.discord.entities import GuildSettings
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
    from collections.abc import Callable

    from tests.bot.discord.world import World

MILL = b"The mill\n\nThe mill of Uppsala was sold to Ann Lee in 1931. She paid with forty sacks of rye."
SOLD = "Who was the mill of Uppsala sold to?"


async def test_attached_files_answer_at_once_and_are_reported(world: World) -> None:
    server = world.server(seeds=False)

    result = await server.manager.slash(
        server.channel, "ingest", file=("mill.txt", MILL), file2=("comets.jsonl", make_jsonl(3))
    )
    answer = await server.ann.slash(server.channel, "search", question=SOLD)

    assert "4 added" in read_private_reply(result)
    assert "Ann Lee" in read_message(answer.response)


async def test_a_text_can_be_given_and_replaced_by_its_title(world: World) -> None:
    server = world.server(seeds=False)
    options = {"title": "The mill", "author": "Ann Lee"}

    first = await server.manager.slash(server.channel, "ingest", text="The mill was sold in 1931.", **options)
    second = await server.manager.slash(server.channel, "ingest", text="The mill was sold in 1932.", **options)
    listed = await get_services(world).archives.list_articles(server.guild.id)

    assert "1 added" in read_private_reply(first)
    assert "1 updated" in read_private_reply(second)
    assert [(info.title, info.author) for info in listed] == [("The mill", "Ann Lee")]


@pytest.mark.parametrize("chosen", [{"max_file_mb": 0.001}])
async def test_what_cannot_be_taken_in_is_named_with_its_reason_and_the_rest_is_in(
    world: World, chosen: dict[str, Any]
) -> None:
    server = world.server(seeds=False)

    result = await server.manager.slash(
        server.channel,
        "ingest",
        file=("mill.txt", MILL),
        file2=("large.txt", b"x" * 2_000),
        file3=("virus.exe", b"MZ"),
        file4=("broken.json", b"{"),
        file5=("**@everyone**.txt", b""),
    )

    report = read_private_reply(result)
    assert "1 added" in report
    assert "4 skipped" in report
    assert all(name in report for name in ("large", "virus", "broken"))
    assert "over the limit of 0.001 MB" in report
    assert "@everyone" not in report


async def test_nothing_given_opens_a_form_for_those_who_may_add(world: World) -> None:
    server = world.server(seeds=False)

    refused = await server.ann.slash(server.channel, "ingest")
    opened = await server.manager.slash(server.channel, "ingest")
    done = await server.manager.submit_modal(opened, {"files": [("mill.txt", MILL), ("a.jsonl", make_jsonl(2))]})

    assert refused.modal is None
    assert "Only people who may manage" in read_private_reply(refused)
    assert "3 added" in read_private_reply(done)


async def test_the_files_of_a_message_are_added_from_its_menu(world: World) -> None:
    server = world.server(seeds=False)
    sent_with = await server.manager.send(server.channel, attachments=[("mill.txt", MILL), ("a.jsonl", make_jsonl(2))])
    without = await server.manager.send(server.channel, "No file.")

    done = await server.manager.context_menu(server.channel, MENU, sent_with)
    none = await server.manager.context_menu(server.channel, MENU, without)
    refused = await server.ann.context_menu(server.channel, MENU, sent_with)

    assert "3 added" in read_private_reply(done)
    assert "no files" in read_private_reply(none)
    assert "Only people who may manage" in read_private_reply(refused)


async def test_articles_of_one_server_are_not_in_another(world: World) -> None:
    here, there = world.server("Here", seeds=False), world.server("There", seeds=False)

    await here.manager.slash(here.channel, "ingest", file=("mill.txt", MILL))

    assert "mill" in read_message((await here.ann.slash(here.channel, "articles")).response)
    assert "There are no articles." in read_message((await there.ann.slash(there.channel, "articles")).response)
    assert (
        "no article"
        in read_private_reply(await there.manager.slash(there.channel, "remove", title="The mill")).casefold()
    )


@pytest.mark.parametrize(
    ("command", "options"), [("ingest", {"text": "A text."}), ("remove", {"title": "China"}), ("reindex", {})]
)
async def test_only_managers_and_chosen_roles_change_the_archive(
    world: World, command: str, options: dict[str, str]
) -> None:
    server = world.server()
    editors = server.guild.create_role("Editors")
    editor = server.guild.add_member(world.env.create_user("editor"), roles=[editors])
    get_services(world).records.save_settings(
        server.guild.id, GuildSettings(ingest_roles=(editors.id,), allowed_channels=(1,))
    )

    refused = await server.ann.slash(server.channel, command, **options)
    admitted = await editor.slash(server.channel, command, **options)

    assert "Only people who may manage" in read_private_reply(refused)
    assert "Only people who may manage" not in read_private_reply(admitted)


async def test_progress_is_shown_and_questions_are_answered_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = world.server()
    bot = get_bot(world)
    answered, held = threading.Event(), _held(monkeypatch)

    async def ask_when_held() -> None:
        await asyncio.to_thread(held.reached.wait, 20)
        hits = await bot.services.archives.search(server.guild.id, QUESTION)
        if any(PLACE in hit.passage.text for hit in hits):
            answered.set()
        held.go_on.set()

    asking = asyncio.create_task(ask_when_held())
    result = await server.manager.slash(server.channel, "ingest", file=("comets.jsonl", make_jsonl(30)))
    await asking

    edits = [str(entry.json) for entry in sent(world.env, "PATCH", "/messages/@original")]
    assert answered.is_set()
    assert any("Reading" in text for text in edits)
    assert "30 added" in read_private_reply(result)


class _held:  # noqa: N801 - reads as what it does
    """Holds an ingest after its first articles until it may go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from retrieval.index.intake import Intake

        self.reached, self.go_on = threading.Event(), threading.Event()
        taken = Intake.take

        def take(run: Any, each: Any) -> bool:
            done = taken(run, each)
            self.reached.set()
            self.go_on.wait(20)
            return done

        monkeypatch.setattr(Intake, "take", take)


async def test_an_error_in_the_middle_is_shown_and_leaves_no_progress_behind(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = world.server()

    async def fail(_: int, __: object, tell: Callable[[Any], None]) -> None:
        from retrieval.index import Progress

        tell(Progress("Reading", 1, 2))
        await asyncio.sleep(0)
        raise ZeroDivisionError

    monkeypatch.setattr(get_services(world).archives.changes, "ingest", fail)
    result = await server.manager.slash(server.channel, "ingest", text="A text.")

    assert len(world.env.errors) == 1
    assert "Reference: " in read_private_reply(result)
    assert "Reading" not in read_private_reply(result)


async def test_an_article_is_removed_when_that_was_confirmed(world: World) -> None:
    server = world.server(seeds=False)
    await server.manager.slash(server.channel, "ingest", file=("comets.jsonl", make_jsonl(3)))
    choice, *_ = await server.manager.autocomplete(server.channel, "remove", "title", "story 1")

    asked = (await server.manager.slash(server.channel, "remove", title=choice["value"])).response
    assert asked
    question, before = read_message(asked), await get_services(world).archives.list_articles(server.guild.id)
    old = get_bot(world)
    await world.env.restart_bot(wiring.build_discord_bot(world.settings))
    await old.close()
    done = await server.manager.click(asked, label="Remove")

    assert "Remove **Story 1 of the comet** from the archive?" in question
    assert len(before) == 3
    assert [info.title for info in await get_services(world).archives.list_articles(server.guild.id)] == [
        "Story 2 of the comet",
        "Story 0 of the comet",
    ]
    assert "1 article removed." in read_message(done.response)
    assert list_buttons(done.response) == {}


async def test_an_article_that_is_gone_already_is_no_accident(world: World) -> None:
    server = world.server(seeds=False)
    await server.manager.slash(server.channel, "ingest", file=("comets.jsonl", make_jsonl(2)))
    asked = (await server.manager.slash(server.channel, "remove", title="Story 1 of the comet")).response
    assert asked
    await get_services(world).archives.changes.remove(server.guild.id, ["the comet-1"])

    done = await server.manager.click(asked, label="Remove")

    assert "no longer in the archive" in read_private_reply(done)


async def test_titles_to_remove_are_offered_to_those_who_may(world: World) -> None:
    server = world.server()

    assert await server.ann.autocomplete(server.channel, "remove", "title", "") == []
    assert len(await server.manager.autocomplete(server.channel, "remove", "title", "")) == 2


@pytest.mark.parametrize("chosen", [{"discord_shared": "common"}])
async def test_a_shared_library_is_read_and_not_changed(world: World, chosen: dict[str, Any]) -> None:
    import shutil

    server = world.server(seeds=False)
    shutil.copytree(world.seeds, world.settings.locate_library("common"))

    read = await server.ann.slash(server.channel, "articles")
    removed = await server.manager.slash(server.channel, "remove", title="Major Outcomes")
    get_services(world).records.save_settings(server.guild.id, GuildSettings(library="common"))
    taken = await server.manager.slash(server.channel, "ingest", text="A text.")

    assert "Major Outcomes" in read_message(read.response)
    assert "no articles of its own" in read_private_reply(removed)
    assert "shared library" in read_private_reply(taken)


async def test_all_articles_are_read_again_and_still_there(world: World) -> None:
    server = world.server()

    result = await server.manager.slash(server.channel, "reindex")
    found = await server.ann.slash(server.channel, "search", question=QUESTION)

    assert "passages in" in read_private_reply(result)
    assert PLACE in read_message(found.response)


async def test_reindexing_nothing_is_a_clear_answer(world: World) -> None:
    server = world.server(seeds=False)

    assert "/ingest" in read_private_reply(await server.manager.slash(server.channel, "reindex"))


async def test_an_article_in_json_keeps_its_id(world: World) -> None:
    server = world.server(seeds=False)
    fields = {"id": "mill-1", "title": "The mill", "text": "It was sold.", "url": "https://example.org/mill"}

    await server.manager.slash(server.channel, "ingest", file=("a.json", json.dumps(fields).encode()))

    assert [info.id for info in await get_services(world).archives.list_articles(server.guild.id)] == ["mill-1"]
