from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from retrieval.index.catalog import Catalog
from retrieval.index.catalog_file import CatalogFile
from retrieval.index.library_state import State
from retrieval.index.sqlite_files import holds_log

if TYPE_CHECKING:
    from pathlib import Path


def make_catalog(folder: Path) -> Path:
    path = folder / "catalog.sqlite3"
    Catalog(path, state=State(fingerprint="fake@0", dimension=8, passage_tokens=100)).close()
    return path


def test_a_reader_of_a_catalog_at_rest_leaves_no_file_beside_it(tmp_path: Path) -> None:
    path = make_catalog(tmp_path)
    before = path.stat()

    with closing(CatalogFile(path)) as file:
        file.sql.execute("SELECT value FROM state").fetchone()
        assert list(tmp_path.iterdir()) == [path]

    assert path.stat().st_mtime_ns == before.st_mtime_ns


def test_a_reader_of_a_catalog_at_rest_knows_when_it_was_written(tmp_path: Path) -> None:
    path = make_catalog(tmp_path)

    with closing(CatalogFile(path)) as file, closing(Catalog(path, writes=True)) as catalog:
        assert not file.moved
        catalog.update_state(generation=1)
        assert file.moved
        assert "ask again" in str(file.explain(ValueError("it failed")))


def test_a_reader_beside_a_writer_shares_its_log_which_is_emptied_when_none_is_left(tmp_path: Path) -> None:
    path = make_catalog(tmp_path)

    with closing(Catalog(path, writes=True)) as catalog:
        catalog.update_state(generation=1)
        assert holds_log(path)
        with closing(CatalogFile(path)) as file:
            catalog.update_state(generation=2)
            assert '"generation": 2' in file.sql.execute("SELECT value FROM state").fetchone()[0]
            assert not file.moved
        assert catalog.file.empty_log()
        assert not holds_log(path)
