from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest

from bot import wiring
from bot.discord.entities import GuildSettings
from bot.evaluation.golden.golden_file import read_golden_file
from tests.bot.discord.message_content import get_bot, get_services, list_buttons, read_message, read_private_reply
from tests.bot.discord.world import NONSENSE, QUESTION

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot.discord.world import Server, World

EXPORT = "Golden questions as YAML"


async def ask_around(world: World) -> Server:
    """Have people ask the same in other words, something in vain, and find an answer bad."""
    server = world.server()
    ben = server.person("ben")
    await server.ann.slash(server.channel, "ask", question=QUESTION)
    answer = await ben.slash(server.channel, "ask", question="In which place was the meeting held?")
    await ben.slash(server.channel, "ask", question=NONSENSE)
    assert answer.response
    custom_id = next(each["custom_id"] for each in list_ids(answer.response) if each["custom_id"].startswith("c:down"))
    await ben.click(answer.response, custom_id=custom_id)
    return server


def list_ids(message: Any) -> list[dict[str, Any]]:
    """Return what can be pressed or chosen in a message, wherever it is in it."""

    def walk(part: dict[str, Any]) -> list[dict[str, Any]]:
        inner = [*part.get("components", ()), *([part["accessory"]] if "accessory" in part else ())]
        return [*([part] if "custom_id" in part else ()), *(each for one in inner for each in walk(one))]

    rows = [getattr(row, "to_dict", lambda row=row: row)() for row in message.components]
    return [each for row in rows for each in walk(row)]


async def files_of(result: Any) -> dict[str, bytes]:
    """Return the files that a button gave, by their names."""
    shown = result.response or result.followups[0]
    assert shown.ephemeral
    return {each.filename: await each.read() for each in shown.message.attachments}


async def test_managers_see_what_was_asked_and_never_by_whom(world: World) -> None:
    server = await ask_around(world)
    command = next(each for each in await get_bot(world).tree.fetch_commands() if each.name == "insights")
    server.guild.set_command_permissions(command.id, {server.ann: True})

    refused = await server.ann.slash(server.channel, "insights")
    shown = read_private_reply(await server.manager.slash(server.channel, "insights", days=30))

    assert "Only people who may manage" in read_private_reply(refused)
    assert "3 questions of 2 people, 1 of them not answered" in shown
    assert "**1 ×** Which submarine" in shown
    assert "**👎 1** In which place was the meeting held? (and 1 wording)" in shown
    assert "**2 ×** In which place was the meeting held?" in shown
    assert "**2 ×** Blinken" in shown
    assert str(server.ann.id) not in shown


async def test_what_one_person_asked_privately_is_counted_and_not_shown(world: World) -> None:
    server = world.server()
    await server.ann.slash(server.channel, "ask", question=NONSENSE, private=True)

    alone = read_private_reply(await server.manager.slash(server.channel, "insights"))
    await server.person("ben").slash(server.channel, "ask", question=NONSENSE, private=True)
    several = read_private_reply(await server.manager.slash(server.channel, "insights"))

    assert "submarine" not in alone
    assert "1 question asked privately" in alone
    assert "submarine" in several


async def test_a_question_becomes_a_golden_one_that_the_evaluation_reads(world: World, tmp_path: Path) -> None:
    server = await ask_around(world)
    shown = (await server.manager.slash(server.channel, "insights")).response
    assert shown
    old = get_bot(world)
    await world.env.restart_bot(wiring.build_discord_bot(world.settings))
    await old.close()

    value = next(each["value"] for each in list_ids(shown)[0]["options"] if each["label"].startswith("Which submarine"))
    chosen = (await server.manager.select(shown, values=[value])).response
    assert chosen
    first = await server.manager.click(chosen, label="Make it a golden question")
    assert first.response
    again = await server.manager.click(chosen, label="Make it a golden question")
    [(name, content)] = (await files_of(await server.manager.click(first.response, label=EXPORT))).items()

    assert "golden question now" in read_private_reply(first)
    assert "already" in read_private_reply(again)
    exported = await server.manager.click(first.response, label=EXPORT)
    await server.manager.click(exported.response or exported.followups[0], label="Delete all golden questions")
    assert get_services(world).insights.list_golden(server.guild.id) == []
    path = tmp_path / name
    path.write_bytes(content)
    [golden] = read_golden_file(path).questions
    assert golden.question == NONSENSE
    assert "Not answered on" in golden.note


async def test_all_questions_come_as_a_table_that_computes_nothing(world: World) -> None:
    server = await ask_around(world)
    await server.ann.slash(server.channel, "ask", question="=HYPERLINK(1) is what?")
    shown = (await server.manager.slash(server.channel, "insights")).response
    assert shown

    [content] = (await files_of(await server.manager.click(shown, label="All questions as CSV"))).values()

    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["asked"] for row in rows] == ["2", "1", "1"]
    assert rows[0]["in other words"] == QUESTION
    assert all(not row["question"].startswith("=") for row in rows)


async def test_an_article_is_asked_for_in_the_channel_and_pings_nobody(world: World) -> None:
    server = world.server()
    await server.ann.slash(server.channel, "ask", question=f"{NONSENSE} @everyone")
    shown = (await server.manager.slash(server.channel, "insights")).response
    assert shown
    chosen = (await server.manager.select(shown, values=[list_ids(shown)[0]["options"][0]["value"]])).response
    assert chosen

    done = await server.manager.click(chosen, label="Ask for an article")

    assert "I have asked" in read_private_reply(done)
    said = server.channel.history()[-1]
    assert "submarine" in said.content
    assert not said.mention_everyone
    assert "Back" in list_buttons(chosen)


async def test_questions_of_another_server_are_not_seen(world: World) -> None:
    await ask_around(world)
    there = world.server("There")

    assert "0 questions" in read_private_reply(await there.manager.slash(there.channel, "insights"))


async def test_every_change_is_written_into_the_log_channel_that_was_chosen(world: World) -> None:
    server = world.server()
    log = server.guild.create_text_channel("log")
    manager, channel = server.manager, server.channel

    await manager.slash(channel, "settings", log_channel=log)
    shown = (await manager.slash(channel, "settings", length=900)).response
    await manager.slash(channel, "ingest", text="A mill was sold.", title="The *mill*")
    await manager.slash(channel, "reindex")
    asked = (await manager.slash(channel, "remove", title="The *mill*")).response
    assert asked
    await manager.click(asked, label="Remove")
    assert shown
    await manager.click(shown, label="Stop writing changes down")
    await manager.slash(channel, "settings", length=800)

    lines = [message.content for message in log.history()]
    assert all(manager.mention in line for line in lines)
    expected = [
        "written into: no channel →",
        "length: 1,800 characters a message → 900",
        "added articles: 1 added",
        "rebuilt the archive",
    ]
    expected += ["removed “The \\*mill\\*”", "→ no channel"]
    assert [part for part, line in zip(expected, lines, strict=True) if part not in line] == []


async def test_a_channel_may_have_a_library_of_its_own_and_no_other_servers(world: World) -> None:
    here, there = world.server("Here"), world.server("There")
    sports = here.guild.create_text_channel("sports")
    manager = here.manager

    await manager.slash(here.channel, "settings", channel=sports, channel_library="sports")
    stolen = await manager.slash(here.channel, "settings", channel=sports, channel_library=f"discord-{there.guild.id}")
    await manager.slash(sports, "ingest", text="The regatta of Ulm was won by Gudrun Lee.", title="Regatta")
    winner = "Who won the regatta of Ulm?"

    assert "can't name a library" in read_private_reply(stolen)
    chosen = get_services(world).records.get_settings(here.guild.id)
    assert chosen.channel_libraries == ((sports.id, f"discord-{here.guild.id}-sports"),)
    assert "Gudrun" in read_message((await here.ann.slash(sports, "ask", question=winner)).response)
    assert "Gudrun" not in read_message((await here.ann.slash(here.channel, "ask", question=winner)).response)
    assert "Regatta" in read_message((await here.ann.slash(sports, "articles")).response)
    assert "Regatta" not in read_message((await here.ann.slash(here.channel, "articles")).response)
    assert "Gudrun" not in read_message((await there.ann.slash(there.channel, "search", question=winner)).response)

    await manager.slash(here.channel, "settings", channel=sports, channel_library="-")
    assert "Regatta" not in read_message((await here.ann.slash(sports, "articles")).response)


async def test_a_channel_and_its_library_are_given_together(world: World) -> None:
    server = world.server()

    result = await server.manager.slash(server.channel, "settings", channel_library="sports")

    assert "needs both" in read_private_reply(result)
    assert get_services(world).records.get_settings(server.guild.id) == GuildSettings()


@pytest.mark.parametrize("days", [7, 30])
async def test_nothing_asked_is_no_accident(world: World, days: int) -> None:
    server = world.server()

    assert f"in {days} days" in read_private_reply(await server.manager.slash(server.channel, "insights", days=days))
