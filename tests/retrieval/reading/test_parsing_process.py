from __future__ import annotations

import os
import signal
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from retrieval.domain import Article, Rejection
from retrieval.errors import UnreadableError
from retrieval.reading import read_articles
from retrieval.reading.parsing_process import ParsingProcess
from retrieval.reading.web_page import parse_html

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (
    b"<html><body><article><p>The two ministers met on Tuesday, and agreed to meet again.</p></article></body></html>"
)


def test_a_page_is_parsed_as_in_the_process_itself() -> None:
    with closing(ParsingProcess(60)) as process:
        assert [process.parse(parse_html, PAGE) for _ in range(2)] == [parse_html(PAGE)] * 2


def test_what_a_parser_refuses_is_refused() -> None:
    with closing(ParsingProcess(60)) as process, pytest.raises(UnreadableError, match="no main text"):
        process.parse(parse_html, b"<html></html>")


def test_a_file_that_takes_too_long_is_named_and_the_next_one_is_read(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.html").write_bytes(PAGE)

    found = list(read_articles([tmp_path], limit_seconds=0.001))

    assert [type(each) for each in found] == [Rejection, Rejection]
    assert "takes longer than 0.001 s" in str(found[0])


def test_a_parser_that_breaks_down_costs_one_file() -> None:
    with closing(ParsingProcess(60)) as process:
        process.parse(parse_html, PAGE)
        assert process._process
        os.kill(process._process.pid, signal.SIGKILL)
        with pytest.raises(UnreadableError, match="breaks down"):
            process.parse(parse_html, PAGE)

        assert isinstance(process.parse(parse_html, PAGE), Article)
