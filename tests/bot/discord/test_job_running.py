"""Work on libraries that outlives the bot: in one process that is restarted, and in one that is killed."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from bot import wiring
from bot.discord.database import Database
from bot.discord.job_resuming import CUT_OFF
from bot.discord.job_running import GIVEN_UP, MOST_STARTS
from bot.discord.job_store import JobStore
from bot.discord.upload_folders import UploadFolders
from retrieval.domain import Rejection
from tests.bot.discord import payloads
from tests.bot.discord.bot_process import PATIENCE, BotProcess
from tests.bot.discord.message_content import get_bot, get_services, make_jsonl, read_message, read_private_reply

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot.discord.fake_api import FakeDiscord
    from tests.bot.discord.world import Server, World


async def restart(world: World) -> None:
    """Have the bot start anew with the same home, as after a kill: nothing is said or tidied up in between."""
    old = get_bot(world)
    await world.env.restart_bot(wiring.build_discord_bot(world.settings))
    await world.env.settle()
    await old.close()


async def leave_job(world: World, server: Server, content: bytes, *, complete: bool = True) -> int:
    """Leave a job as a killed process does."""
    jobs = get_services(world).jobs
    job = await jobs.open(
        "ingest",
        guild_id=server.guild.id,
        channel_id=server.channel.id,
        person_id=server.manager.id,
        library=f"discord-{server.guild.id}",
    )
    await jobs.save_file(job, 1, "comets.jsonl", content)
    if complete:
        await jobs.complete(job, [Rejection("virus.exe", "is in no format")])
    return job.key


def uploads(world: World) -> list[Path]:
    """Return what is on disk of what was uploaded."""
    return [each for each in (world.settings.home / "discord-uploads").rglob("*") if each.is_file()]


def told(server: Server) -> str:
    return "\n".join(read_message(each) for each in server.manager.user.dm_channel.history())


async def test_what_a_killed_bot_left_goes_on_at_the_next_start_and_is_told(world: World) -> None:
    server = world.server(seeds=False)
    await leave_job(world, server, make_jsonl(4))

    await restart(world)

    listed = await get_services(world).archives.list_articles(server.guild.id)
    assert len(listed) == 4
    assert "4 added" in told(server)
    assert "virus" in told(server)
    assert uploads(world) == []
    assert get_services(world).jobs.find_left() == []


async def test_files_that_had_not_all_arrived_are_told_of_and_none_is_in(world: World) -> None:
    server = world.server(seeds=False)
    await leave_job(world, server, make_jsonl(4), complete=False)

    await restart(world)

    assert CUT_OFF in told(server)
    assert await get_services(world).archives.list_articles(server.guild.id) == []
    assert uploads(world) == []


async def test_a_job_that_ends_the_bot_each_time_is_given_up(world: World) -> None:
    server = world.server(seeds=False)
    key = await leave_job(world, server, make_jsonl(4))
    store = JobStore(get_services(world).records.database)
    for _ in range(MOST_STARTS):
        store.start(key)

    await restart(world)

    assert GIVEN_UP.format(number=MOST_STARTS) in told(server)
    assert uploads(world) == []


async def test_a_job_that_never_came_to_its_turn_does_not_count_as_begun(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = world.server(seeds=False)
    services = get_services(world)
    store, archives = JobStore(services.records.database), services.archives
    await leave_job(world, server, make_jsonl(1))
    counted = []
    for _ in range(MOST_STARTS + 1):
        [job] = store.list_open()
        async with archives.changes._line.join(guild_id=server.guild.id):
            waiting = asyncio.create_task(services.jobs.run(job))
            await asyncio.sleep(0.05)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        counted.append(store.list_open()[0].starts)

    done = await services.jobs.run(store.list_open()[0])

    assert counted == [0] * (MOST_STARTS + 1)
    assert done.added == 1


async def test_who_takes_no_direct_messages_is_told_in_the_channel_without_details(world: World) -> None:
    server = world.server(seeds=False)
    await leave_job(world, server, make_jsonl(4))
    world.env.inject_error("POST", f"/channels/{server.manager.user.dm_channel.id}/messages", status=403, code=50007)

    await restart(world)

    said = "\n".join(read_message(each) for each in server.channel.history())
    assert "4 added" in said
    assert server.manager.mention in said
    assert "virus" not in said


async def test_a_job_of_a_server_that_the_bot_is_not_in_waits(world: World) -> None:
    server = world.server(seeds=False)
    jobs = get_services(world).jobs
    await jobs.open("reindex", guild_id=4, channel_id=5, person_id=server.manager.id, library="discord-4")

    await restart(world)

    assert [job.guild_id for job in get_services(world).jobs.find_left()] == [4]


async def test_files_of_no_job_are_deleted_at_the_start(world: World) -> None:
    UploadFolders(world.settings.home).save(77, 1, "left.txt", b"A text.")

    await restart(world)

    assert uploads(world) == []


async def test_a_bot_that_stops_says_that_the_work_goes_on_and_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from retrieval.index.intake import Intake

    reached, go_on = threading.Event(), threading.Event()
    take = Intake.take

    def held(run: Any, each: Any) -> bool:
        reached.set()
        go_on.wait(20)
        return take(run, each)

    monkeypatch.setattr(Intake, "take", held)
    server = world.server(seeds=False)
    bot = get_bot(world)

    async def stop() -> None:
        await asyncio.to_thread(reached.wait, 20)
        await bot.finish(0.1)
        go_on.set()

    stopping = asyncio.create_task(stop())
    result = await server.manager.slash(server.channel, "ingest", file=("comets.jsonl", make_jsonl(6)))
    await stopping
    left = len(uploads(world))
    monkeypatch.undo()
    await restart(world)

    assert "Nothing is lost" in read_private_reply(result)
    assert left == 1
    assert "6 added" in told(server)
    assert uploads(world) == []


def test_a_job_is_in_the_file_until_it_is_closed(tmp_path: Path) -> None:
    database = Database(tmp_path / "records.sqlite")
    store = JobStore(database)
    opened = store.open("ingest", guild_id=1, channel_id=2, person_id=3, library="discord-1")
    store.complete(opened.key, [Rejection("a.txt", "is empty")])

    starts = [store.start(opened.key), store.start(opened.key)]
    [found] = store.list_open()
    store.close(opened.key)

    assert starts == [1, 2]
    assert (found.complete, found.starts, found.refused) == (True, 2, (Rejection("a.txt", "is empty"),))
    assert store.list_open() == []
    assert store.start(opened.key) == 0
    database.close()


def reports_to(person_id: int, discord: FakeDiscord) -> list[dict[str, Any]]:
    """Return what the bot wrote to a person in direct messages."""
    number = payloads.direct_channel(person_id)["id"]
    return [one for one in discord.messages.values() if one["channel_id"] == number]


@pytest.mark.skipif(sys.platform == "win32", reason="processes are ended by a signal")
class TestProcess:
    """A bot that is killed while it reads a large file."""

    async def test_a_file_whose_bot_was_killed_is_in_after_the_next_start(
        self, discord: FakeDiscord, home: Path
    ) -> None:
        place = discord.add_guild()
        async with BotProcess(home, discord.url) as bot:
            await discord.until(lambda: discord.identified or bot.ended, seconds=PATIENCE)
            assert not bot.ended, bot.output()
            upload = await discord.upload(place, "comets.jsonl", make_jsonl(300))
            await discord.until(lambda: any("of 300" in json.dumps(one) for one in upload.edits), seconds=PATIENCE)
        async with BotProcess(home, discord.url) as bot:
            await discord.until(lambda: reports_to(7, discord), seconds=2 * PATIENCE)

            assert await bot.end() == 0
        [report] = reports_to(7, discord)
        counts = re.search(r"(\d+) added, 0 updated, (\d+) unchanged", report["embeds"][0]["description"])
        assert counts
        assert int(counts[1]) + int(counts[2]) == 300
        assert "I was restarted" in report["content"]
        assert not any(each.is_file() for each in (home / "discord-uploads").rglob("*"))
        shutil.rmtree(home / "libraries")
