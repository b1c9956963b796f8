"""Files are written as a whole or not at all."""

import os
from pathlib import Path

import pytest

from bot.evaluation.run import output_files
from retrieval.errors import InputError


def test_a_file_is_replaced_as_a_whole_and_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text("old")
    path.chmod(0o640)

    output_files.write(path, b"new")

    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o640)
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_may_be_read_like_any_other(tmp_path: Path) -> None:
    beside = tmp_path / "beside"
    beside.touch()

    output_files.write(tmp_path / "run.json", b"")

    assert (tmp_path / "run.json").stat().st_mode == beside.stat().st_mode


def test_when_writing_fails_the_old_file_is_still_there_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.json"
    path.write_text("old")

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(InputError, match=r"run\.json can't be written \(No space left on device\): name another file"):
        output_files.write(path, b"new")

    assert [each.read_text() for each in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize(("name", "told"), [(".", "is a folder"), ("none/run.json", "there is no folder")])
def test_where_nothing_can_be_written_is_said_before_anything_is_asked(tmp_path: Path, name: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        output_files.check_writable(tmp_path / name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(InputError, match="no right"):
        output_files.check_writable(tmp_path / "run.json")

    tmp_path.chmod(0o700)
