"""Every reader, and what splits a text, takes time in proportion to the input, whatever the input is."""

from __future__ import annotations

import gc
import json
import re
from contextlib import suppress
from functools import partial
from time import process_time
from typing import TYPE_CHECKING, TypeVar

import pytest

from retrieval.domain import Article
from retrieval.errors import UnreadableError
from retrieval.reading import read_articles
from retrieval.reading.documents import parse_rtf
from retrieval.reading.markup import read_html
from retrieval.reading.pdf_columns import order_columns
from retrieval.reading.pdf_pages import Piece
from retrieval.reading.pdf_paragraphs import join_lines, make_lines
from retrieval.reading.web_page import parse_html
from retrieval.text.passages import split_article

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

T = TypeVar("T")

SIZE = 12_000
LONGER = 4
MOST = 8
"""How much more time may be taken for an input so many times as long: quadratic time takes 16 times as much."""
QUICK = 0.1
"""Seconds in which no growth can be told."""
TRIES = 4

TEXTS = {
    "one letter": "a",
    "one digit": "1",
    "letters with marks": "a\u0301",
    "letters without spaces": "漢",
    "sentences without spaces": "漢。",
    "blanks": " ",
    "blanks that do not break": "\xa0",
    "tabs": "\t",
    "empty lines": "\n",
    "empty lines with blanks": "\n ",
    "words in one line": "word ",
    "words in lines": "word\n",
    "words in paragraphs": "word\n\n",
    "sentences in lines": "Word here.\n",
    "full stops": ".",
    "question marks": "!?",
    "abbreviations": "Dr. ",
    "initials": "J. ",
    "units": "5 km. A ",
    "quotation marks": '"a ',
    "quotation marks that never close": "“a ",
    "apostrophes": "'a ",
    "what closes a sentence": 'a."',
    "parentheses": "(",
    "footnotes": "[1]",
    "footnotes after sentences": "Word.[1] ",
    "asterisks": "*",
    "emphasis": "**a** ",
    "bold that never closes": "**a\n",
    "list items": "- item\n",
    "numbered items": "1. item\n",
    "dashes": "- ",
    "pipes": "|",
    "rows": "|a|b|\n",
    "cells between tabs": "a\tb\tc\n",
    "cells between commas": "a,b,c\n",
    "commas": "a,",
    "semicolons": "a;",
    "rules": "=\n",
    "rules of dashes": "--\n",
    "fences": "```\n",
    "backticks": "`",
    "number signs": "#",
    "headings": "# a\n",
    "indented lines": "    a\n",
    "quoted lines": "> a\n",
    "colons": "a:\n",
    "images": "![a",
    "links": "[a](http://b.example/c) ",
    "links with titles": '[a](b "c"), ',
    "links by reference": "[a][b] ",
    "links that never close": "[a](",
    "links in links": "[[a](b)](c) ",
    "pictures with links": "[![a](b)](c) ",
    "addresses": "http://b.example/c ",
    "addresses in brackets": "<http://b.example/c> ",
    "links of a wiki": "[[a|b]] ",
    "links of a page": '<a href="b">c</a> ',
    "comments": "<!--",
    "tags": "<a",
    "services": "facebook ",
    "names": "By Jane and ",
    "carriage returns": "a\r",
}
"""What is repeated, after one word and before another."""


@pytest.mark.alone
@pytest.mark.parametrize("repeated", TEXTS.values(), ids=TEXTS)
def test_a_text_takes_linear_time(tmp_path: Path, repeated: str) -> None:
    def write(size: int) -> str:
        return f"word{repeated * (size // len(repeated))} word"

    assert_linear(partial(read_and_split, tmp_path / "a.md"), write)


@pytest.mark.alone
@pytest.mark.parametrize("opened", ["facebook twitter", "Read more:", "- ", "By ", "Filed under: ."])
def test_a_long_line_that_looks_like_boilerplate_takes_linear_time(tmp_path: Path, opened: str) -> None:
    assert_linear(partial(read_and_split, tmp_path / "a.txt"), lambda size: f"{opened}{' ' * size}word")
    assert_linear(partial(read_and_split, tmp_path / "a.txt"), lambda size: f"{opened}{'. ' * (size // 2)}word")


@pytest.mark.alone
@pytest.mark.parametrize("value", ["1:", "[a, ", "{a: ", "a, ", "&a ", "? ", "'"])
def test_front_matter_takes_linear_time_until_it_is_refused(tmp_path: Path, value: str) -> None:
    def write(size: int) -> str:
        return f"---\na: {value * (size // len(value))}1\n---\nA text."

    assert_linear(partial(read_and_split, tmp_path / "a.md"), write, first=50_000)


@pytest.mark.alone
@pytest.mark.parametrize(
    "repeated",
    [
        "<div>",
        "<p>Some text is here.</p>",
        "text<br>",
        "a",
        "漢",
        "word ",
        " ",
        "<",
        "&amp;",
        "<!--",
        '<a href="x">text</a> ',
        "<b>a</b> ",
        "<span>a</span>b ",
        "a<wbr>",
        "<li>item",
        '<div style="font-size:0">a',
        '<p title="',
        "<p title='a\">",
        "<noscript>",
        "<script>",
        "<h1>a</h1>",
        "<h2>A heading</h2>",
        '<div class="body"><p>The paragraph is long enough to be one of an article.</p></div><br>',
        '<p class="author">By Jo Lind, reporter</p>',
        '<p class="date">04/05/2026</p>',
        '<div><time datetime="2026-05-04T10:00">a</time>A word.</div>',
        "<p>Claim:</p><p>A claim.</p><p>Verdict:</p><p>False</p>",
        "<p>Correction: a word.</p>",
    ],
)
def test_a_page_takes_linear_time(repeated: str) -> None:
    def write(size: int) -> str:
        return f"<html><body><article><p>{'A sentence. ' * 40}</p>{repeated * (size // len(repeated))}</article>"

    assert_linear(_parse_page, write, first=50_000)


def test_a_page_of_very_many_inline_tags_has_the_text_of_one_without_them() -> None:
    lines = "\n".join(f"    <b>let</b> x{n} = <i>{n}</i>" for n in range(1_500))
    page = f"<html><body><article><p>{'A sentence. ' * 40}</p><pre><code>{lines}</code></pre></article></body></html>"

    found, plain = _parse_page(page), _parse_page(re.sub(r"</?[bi]>", "", page))

    assert found
    assert found == plain
    assert "\n    let x7 = 7\n" in found.text


@pytest.mark.alone
@pytest.mark.parametrize(
    "block", ["<p>{}</p>", "<div>{}</div>", "<p>{}", "<ul><li>{}</li></ul>", "<table><td>{}</table>"]
)
@pytest.mark.parametrize(
    "link",
    [
        'See <a href="/x">the report</a>. ',
        '<a href="/x">a</a>, ',
        '<a href="/x"><b>a</b></a> ',
        '<span><a href="/x">a</a></span> ',
        '<a href="/x">a ',
        "<a>",
    ],
)
def test_a_paragraph_of_links_takes_linear_time(block: str, link: str) -> None:
    def write(size: int) -> str:
        body = block.format(link * (size // len(link)))
        return f"<html><body><article><p>{'A sentence. ' * 40}</p>{body}</article></body></html>"

    assert_linear(_parse_page, write, first=50_000)


@pytest.mark.parametrize("count", [150, 1_500])
def test_a_paragraph_of_very_many_links_has_the_text_of_one_without_them(count: int) -> None:
    named = " ".join(
        f'The <a href="/{n}">town of {n}</a> has <a href="/b">boats</a>, and its port.' for n in range(count)
    )
    menu = " ".join(f'<a href="/{n}">Menu {n}</a>' for n in range(count))
    article = f"<article><p>{'A sentence. ' * 40}</p><p>{named}</p><p>{'The end is here. ' * 20}</p></article>"
    page = f"<html><body><nav>{menu}</nav>{article}</body></html>"

    found, plain = _parse_page(page), _parse_page(re.sub(r"</?a\b[^>]*>", "", page))

    assert found
    assert plain
    assert found.text == plain.text
    assert f"The town of {count - 1} has boats, and its port." in found.text


@pytest.mark.alone
@pytest.mark.parametrize(
    "repeated",
    [
        '{"@type": "LiveBlogPosting", "liveBlogUpdate": []},',
        '{"@type": "Article", "headline": "A", "articleBody": "A word."},',
        '{"@graph": [',
        '{"@type": "ClaimReview", "claimReviewed": "A", "reviewRating": {"alternateName": "B"}},',
        ", ",
        "/*",
    ],
)
def test_what_a_page_states_takes_linear_time(repeated: str) -> None:
    def write(size: int) -> str:
        body = "<article><p>A sentence of an article.</p></article>"
        data = f"[{repeated * (size // len(repeated))} 1]"
        return f'<html><head><script type="application/ld+json">{data}</script></head><body>{body}</body></html>'

    assert_linear(_parse_page, write, first=50_000)


@pytest.mark.alone
@pytest.mark.parametrize("tag", ["<p{}>", "<body{}>", "<p{}"])
def test_attributes_take_linear_time_until_they_are_refused(tag: str) -> None:
    def write(size: int) -> str:
        page = tag.format("".join(f' a{n}="{n}"' for n in range(size // 10)))
        return f"<html>{page}A sentence.</html>"

    assert_linear(_parse_page, write, first=200_000)


@pytest.mark.parametrize(("count", "refused"), [(1_000, False), (1_001, True)])
@pytest.mark.parametrize("attribute", [' a{}="1 2=3"', " a{}=1", " a{}", "\na{} = '>'"])
def test_a_tag_with_over_a_thousand_attributes_is_no_page(count: int, refused: bool, attribute: str) -> None:
    page = f"<html><p{''.join(attribute.format(n) for n in range(count))}>The ministers met on Tuesday.</p></html>"

    assert (_parse_page(page) is None) == refused


@pytest.mark.parametrize("around", ["<script>{}</script>", "<STYLE>{}</style>", "<!-- {} -->"])
def test_what_looks_like_a_tag_in_a_script_or_a_comment_is_none(around: str) -> None:
    code = "for (i = 0; i<count; i++) { " + " ".join(f"a{n} = {n};" for n in range(2_000)) + " }"
    page = (
        f"<html><head>{around.format(code)}</head><body><article><p>{'A sentence. ' * 40}</p></article></body></html>"
    )

    assert _parse_page(page)
    assert _parse_page(page.replace("<p>", f"<p{''.join(f' a{n}=1' for n in range(1_001))}>")) is None


def test_a_stray_quotation_mark_in_a_tag_does_not_join_it_with_those_after_it() -> None:
    links = "".join(f'<a href="/{n}" title="One">A word here.</a> ' for n in range(1_001))

    assert _parse_page(f'<html><body><div class="a" "=""><p>{"A sentence. " * 40}</p>{links}</div></body></html>')


@pytest.mark.alone
@pytest.mark.parametrize("suffix", ["json", "jsonl"])
@pytest.mark.parametrize(
    "record", ['{"text": "A word."}\n', "{broken\n", "[", '{"a":', '"a" ', '{"text": "a", "tags": [1, 2, 3]}\n']
)
def test_records_take_linear_time(tmp_path: Path, suffix: str, record: str) -> None:
    assert_linear(
        partial(read_and_split, tmp_path / f"a.{suffix}"), lambda size: record * (size // len(record)), first=50_000
    )


@pytest.mark.alone
@pytest.mark.parametrize(
    "piece",
    ["<p>A text.</p>", "<tr><td>a</td><td>b</td></tr>", "<table><tr><td>a<td>b", "<li>a", "<br>", "<a href='#'>1"],
)
def test_html_that_is_all_article_takes_linear_time(piece: str) -> None:
    assert_linear(_read_piece, lambda size: piece * (size // len(piece)), first=50_000)


@pytest.mark.alone
@pytest.mark.parametrize("piece", ["\\par ", "{", "|\n", "a\\cell ", "\\u8220 ", "{\\field", "{\\title a"])
def test_rich_text_takes_linear_time(piece: str) -> None:
    assert_linear(_parse_rich_text, lambda size: piece * (size // len(piece)), first=50_000)


@pytest.mark.alone
@pytest.mark.parametrize("row", ["a,b\n", '"', '"a"b,c\n', "\n", "a;"])
def test_a_table_takes_linear_time(tmp_path: Path, row: str) -> None:
    assert_linear(
        partial(read_and_split, tmp_path / "a.csv"),
        lambda size: "text,title\n" + row * (size // len(row)),
        first=50_000,
    )


@pytest.mark.alone
@pytest.mark.parametrize("row", ["inter-", "in\xad", "a", "A line of words that is full", "a-", "1", "• a"])
@pytest.mark.parametrize("columns", [1, 2, 3])
def test_the_lines_of_a_page_take_linear_time(row: str, columns: int) -> None:
    def read(pieces: list[Piece]) -> None:
        join_lines(make_lines([order_columns(pieces).pieces]))

    def write(size: int) -> list[Piece]:
        places = [(100 * (n % columns), -10 * (n // columns)) for n in range(size // 10)]
        return [Piece(row, left, bottom, left + 70, bottom + 10, 10) for left, bottom in places]

    assert_linear(read, write, first=50_000)


def test_a_file_of_broken_records_is_given_up(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text("{broken\n" * 1_000 + json.dumps({"text": "A word."}))

    found = list(read_articles([file]))

    assert len(found) == 101
    assert "what follows is not read" in str(found[-1])


def read_and_split(file: Path, text: str) -> None:
    file.write_text(text, "utf-8")
    for found in read_articles([file]):
        if isinstance(found, Article):
            split_article(found, measure=measure_words, budget=200, window=256)


def _parse_page(page: str) -> Article | None:
    try:
        return parse_html(page.encode())
    except UnreadableError:
        return None


def _read_piece(page: str) -> None:
    with suppress(UnreadableError):
        read_html(page)


def _parse_rich_text(text: str) -> None:
    with suppress(UnreadableError):
        parse_rtf(rb"{\rtf1 " + text.encode())


def measure_words(texts: Sequence[str]) -> list[list[tuple[int, int]]]:
    return [[word.span() for word in re.finditer(r"\w+|[^\w\s]", text)] for text in texts]


def assert_linear(run: Callable[[T], object], write: Callable[[int], T], *, first: int = SIZE) -> None:
    """Compare the processor times for an input and a longer one; against noise, tries get longer."""
    for size in (first << n for n in range(TRIES)):
        short, long = (_measure(run, write(length)) for length in (size, LONGER * size))
        if long < QUICK or long < MOST * short:
            return
    raise AssertionError(f"{short:.2f} s for {size:,} characters, {long:.2f} s for {LONGER} times as many")


def _measure(run: Callable[[T], object], text: T) -> float:
    """Return the processor seconds of a run, without collecting garbage: what other tests left would be looked at."""
    gc.disable()
    try:
        start = process_time()
        run(text)
        return process_time() - start
    finally:
        gc.enable()
