import os
from pathlib import Path

import pytest

from bot.output_files import check_writable, create_file, replace_file
from retrieval.errors import InputError


def test_a_new_file_is_written_and_nothing_else(tmp_path: Path) -> None:
    assert create_file(str(tmp_path / "talk.md"), "text ü\n") == tmp_path / "talk.md"

    assert (tmp_path / "talk.md").read_text(encoding="utf-8") == "text ü\n"
    assert [path.name for path in tmp_path.iterdir()] == ["talk.md"]


def test_the_home_folder_may_be_written_as_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))

    assert create_file("~/talk.md", "text") == tmp_path / "talk.md"


@pytest.mark.parametrize("hard_links", [True, False])
def test_what_is_there_is_never_overwritten(hard_links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "talk.md").write_text("precious", encoding="utf-8")
    if not hard_links:
        monkeypatch.setattr(os, "link", unsupported)

    with pytest.raises(InputError, match="exists already"):
        create_file(str(tmp_path / "talk.md"), "text")

    assert (tmp_path / "talk.md").read_text(encoding="utf-8") == "precious"
    assert len(list(tmp_path.iterdir())) == 1


def unsupported(*_: object) -> None:
    raise OSError(95, "Operation not supported")


def test_a_file_system_without_hard_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", unsupported)

    create_file(str(tmp_path / "talk.md"), "text")

    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["text"]


@pytest.mark.parametrize(
    "name", ["missing/talk.md", ".", "/", "a\0b", "~nobody-of-this-name/x.md", "x" * 300, "file/x.md"]
)
def test_a_place_that_cannot_be_written_is_one_line(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(InputError) as caught:
        create_file(name, "text")

    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(InputError, match="No space left"):
        create_file(str(tmp_path / "talk.md"), "text")

    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_as_a_whole_and_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text("old")
    path.chmod(0o640)

    replace_file(path, b"new")

    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o640)
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_may_be_read_like_any_other(tmp_path: Path) -> None:
    beside = tmp_path / "beside"
    beside.touch()

    replace_file(tmp_path / "run.json", b"")

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
        replace_file(path, b"new")

    assert [each.read_text() for each in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize(("name", "message"), [(".", "is a folder"), ("none/run.json", "there is no folder")])
def test_an_unwritable_output_is_reported_before_anything_is_asked(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_writable(tmp_path / name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(InputError, match="no right"):
        check_writable(tmp_path / "run.json")

    tmp_path.chmod(0o700)
