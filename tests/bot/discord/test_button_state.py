import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.discord.button_state import Notes

HERE, THERE = 1, 2
ANN, BEN = 11, 12


@pytest.fixture
def notes(tmp_path: Path) -> Notes:
    return Notes(tmp_path / "records.sqlite", days=30)


def test_a_text_is_found_under_its_number(notes: Notes) -> None:
    key = notes.keep(HERE, ANN, "a long question")

    assert notes.find(HERE, key) == "a long question"
    assert notes.keep(HERE, ANN, "a long question") == key


def test_another_server_does_not_find_it(notes: Notes) -> None:
    key = notes.keep(HERE, ANN, "a long question")

    assert notes.find(THERE, key) == ""


def test_a_person_is_forgotten_in_one_server_or_in_all(notes: Notes) -> None:
    here, there, bens = (notes.keep(HERE, ANN, "x"), notes.keep(THERE, ANN, "y"), notes.keep(HERE, BEN, "x"))

    assert notes.forget(ANN, HERE) == 1
    assert [notes.find(HERE, here), notes.find(THERE, there), notes.find(HERE, bens)] == ["", "y", "x"]
    assert notes.forget(ANN) == 1
    assert notes.find(THERE, there) == ""


def test_what_has_expired_goes_by_itself(notes: Notes) -> None:
    old = notes.keep(HERE, ANN, "old")
    with closing(sqlite3.connect(notes.path)) as sql, sql:
        sql.execute("UPDATE notes SET noted_at = noted_at - 40 * 86400")
    with closing(sqlite3.connect(notes.path)) as sql, sql:
        sql.execute("INSERT INTO notes SELECT key + 1, guild_id, person_id, noted_at + 40 * 86400, 'new' FROM notes")

    assert notes.expire() == 1

    assert [notes.find(HERE, old), notes.find(HERE, old + 1)] == ["", "new"]


def test_where_nothing_was_kept_nothing_expires(notes: Notes) -> None:
    assert notes.expire() == 0

    assert not notes.path.exists()


def test_what_has_expired_goes_when_something_is_kept(notes: Notes) -> None:
    key = notes.keep(HERE, ANN, "old")
    with closing(sqlite3.connect(notes.path)) as sql, sql:
        sql.execute("UPDATE notes SET noted_at = noted_at - 40 * 86400")

    notes.keep(HERE, BEN, "new")

    assert notes.find(HERE, key) == ""
