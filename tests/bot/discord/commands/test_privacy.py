from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot import wiring
from bot.discord.commands import privacy
from bot.discord.database import Database
from bot.discord.personal_data import collect_personal_data
from bot.discord.privacy_text import format_privacy
from bot.setting_values import Secret
from bot.settings import Settings
from tests.bot.discord.message_content import get_bot, list_buttons, read_message
from tests.bot.discord.world import QUESTION

if TYPE_CHECKING:
    from tests.bot.discord.world import World

ANN, BEN = 417719834231430001, 417719834231430002
PAGE = Path(__file__).parents[4] / "docs" / "privacy.md"


def default_settings(tmp_path: Path, **changes: Any) -> Settings:
    return Settings(home=tmp_path, discord_token=Secret("a"), **changes)


async def test_what_is_kept_is_shown_to_whoever_asks_alone(world: World) -> None:
    server = world.server()

    shown = (await server.ann.slash(server.channel, "privacy")).response

    assert shown
    assert shown.ephemeral
    assert "30 days" in read_message(shown)
    assert list(list_buttons(shown)) == ["Get my data", "Delete in this server", "Delete everywhere"]


@pytest.mark.parametrize("packed_from", [1_000_000, 10])
async def test_a_person_gets_their_own_data_and_nobody_elses_also_after_a_restart(
    world: World, monkeypatch: pytest.MonkeyPatch, packed_from: int
) -> None:
    monkeypatch.setattr(privacy, "ZIPPED_FROM", packed_from)
    server = world.server()
    ben = server.person("ben")
    await server.ann.slash(server.channel, "ask", question=QUESTION)
    await ben.slash(server.channel, "ask", question="Who is the mayor of Ulm?")
    shown = (await server.ann.slash(server.channel, "privacy")).response
    assert shown
    old = get_bot(world)
    await world.env.restart_bot(wiring.build_discord_bot(world.settings))
    await old.close()

    result = await server.ann.click(shown, label="Get my data")

    sent = result.response or result.followups[0]
    assert sent.ephemeral
    [attached] = sent.message.attachments
    content = await attached.read()
    if attached.filename.endswith(".zip"):
        content = zipfile.ZipFile(BytesIO(content)).read("my-data.json")
    given = json.loads(content)
    assert given["person_id"] == server.ann.id
    assert [row["text"] for row in given["kept"]["questions"]] == [QUESTION]
    assert given["kept"]["answers"][0]["answer"]["citations"]
    assert given["kept"]["budgets"][0]["spent"] == 1
    assert "Ulm" not in content.decode()
    assert str(ben.id) not in content.decode()


def test_whatever_table_holds_a_persons_id_is_in_their_data(tmp_path: Path) -> None:
    database = Database(tmp_path / "records.sqlite")
    with database.transaction() as sql:
        sql.execute("PRAGMA defer_foreign_keys = ON")
        expected = set()
        for (table,) in sql.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
            columns = sql.execute(f"SELECT name, type FROM pragma_table_info('{table}')").fetchall()
            if "person_id" not in {name for name, _ in columns}:
                continue
            expected.add(table)
            sql.execute("INSERT OR IGNORE INTO answers VALUES (1, 1, 1, 1, 0, '', '{}', '{}', '', 1, '[]')")
            for person_id in (ANN, BEN):
                row = {name: person_id if name == "person_id" else 1 for name, _ in columns}
                row |= {name: f"{person_id} {name}" for name, kind in columns if kind == "TEXT"}
                row |= {"key": person_id} if "key" in row and table != "votes" else {}
                names, marks = ", ".join(row), ", ".join("?" * len(row))
                sql.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))

    found = collect_personal_data(database, ANN)
    database.close()

    assert expected >= {"questions", "answers", "votes", "budgets", "listings", "jobs"}
    assert set(found) == expected
    assert str(BEN) not in json.dumps(found)


def test_the_page_to_publish_is_the_text_for_the_default_settings(tmp_path: Path) -> None:
    assert format_privacy(default_settings(tmp_path)) in PAGE.read_text("utf-8")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"discord_contact": "Ann Lee, ann@example.org"}, "Ann Lee, ann@example.org."),
        ({"discord_retention_days": 1}, "channel: 1 day."),
        ({"discord_left_days": 7}, "has left it: 7 days,"),
        ({"discord_log_questions": True}, "with the text of questions"),
        ({"chat_model": "openai:gpt-5"}, "the chat model openai:gpt-5"),
        ({}, "nobody. Answers are quotes"),
    ],
)
def test_the_text_says_what_is_set(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    text = format_privacy(default_settings(tmp_path, **changes))

    assert words in text
    assert len(text) < 4_000
