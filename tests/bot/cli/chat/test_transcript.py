import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.cli.chat.transcript import TranscriptEntry, format_transcript
from bot.render import clean_line
from bot.render.markdown_safe import escape_markdown
from retrieval.domain import Answer
from tests.bot.scripted_answers import make_quote_answer, make_refusal

TODAY = date(2023, 7, 1)
HOSTILE = (
    "![x](http://evil.example/?q=secret) [y](http://evil.example) <img src=x> <script>alert(1)</script> `code` **b** "
    "https://evil.example www.evil.example &lt; | ~~s~~ [1]: http://evil.example {{ x }} $y$ # h\x1b[31m \u202e"
)
STARTS = [
    "# heading",
    "- item",
    "+ item",
    "* item",
    "1. item",
    "23) item",
    "> quote",
    "===",
    "---",
    "    code",
    "```",
    "|a|",
]


def written(*said: TranscriptEntry) -> str:
    return format_transcript(said, library="default", day=TODAY)


def rendered(text: str) -> str:
    return str(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text))


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", page)).split())


def test_a_conversation_becomes_markdown() -> None:
    assert written(
        TranscriptEntry("Where is the mill?", make_quote_answer("Where is the mill?"), "since 1 June 2023")
    ) == (
        "# A conversation with Clippings\n"
        "\n"
        "1 July 2023 · library default · 1 question\n"
        "\n"
        "## Where is the mill?\n"
        "\n"
        "Only articles since 1 June 2023.\n"
        "\n"
        "Talks were held at the old mill. \\[1\\]\n"
        "\n"
        "1. **Talks at the mill** · Ada Byron · 27 June 2023 · <https://news.example/mill>\n"
        "\n"
        "   > Talks were held at the old mill.\n"
    )


def test_a_refusal_names_the_nearest_and_an_answer_says_how_it_came_about() -> None:
    answer = replace(make_refusal("Who?"), standalone="Who won?", notice="Slow.", left_out=("number", "name"))

    text = written(TranscriptEntry("Who?", answer), TranscriptEntry("Who?", answer))

    assert "2 questions" in text
    assert "\n\nUnderstood as: Who won?\n\nSlow.\n\nThe articles do not say.\n\n" in text
    assert "\n\n2 claims of the model could not be verified and were left out (a number, a name).\n\n" in text
    assert "\n\nNearest articles:\n\n- Ice · 2 January 2021\n" in text


def test_an_article_that_is_cited_as_a_whole_has_no_quote() -> None:
    answer = make_quote_answer("Who wrote it?")
    whole = replace(answer, citations=tuple(replace(c, quote="", start=0, end=0) for c in answer.citations))

    page = written(TranscriptEntry("Who wrote it?", whole))

    assert "   > " not in page
    assert not page.endswith("\n\n")


def test_a_quote_of_several_lines_is_quoted_on_each() -> None:
    answer = make_quote_answer("?")
    cited = replace(answer.citations[0], quote="One.\n\n# Two.\n- Three.")

    text = written(TranscriptEntry("?", replace(answer, citations=(cited,))))

    assert text.endswith("\n\n   > One.\n   >\n   > \\# Two.\n   > \\- Three.\n")
    assert "<h1>Two" not in rendered(text)


def quoted(answer: Answer, **changes: Any) -> TranscriptEntry:
    return TranscriptEntry("Where?", replace(answer, citations=(replace(answer.citations[0], **changes),)))


SAID: dict[str, Callable[[Answer], TranscriptEntry]] = {
    "question": lambda answer: TranscriptEntry(HOSTILE, answer),
    "limits": lambda answer: TranscriptEntry("Where?", answer, f"by {HOSTILE}"),
    "text": lambda answer: TranscriptEntry("Where?", replace(answer, text=HOSTILE)),
    "notice": lambda answer: TranscriptEntry("Where?", replace(answer, notice=HOSTILE)),
    "standalone": lambda answer: TranscriptEntry("Where?", replace(answer, standalone=HOSTILE)),
    "left out": lambda answer: TranscriptEntry("Where?", replace(answer, left_out=(HOSTILE,))),
    "title": lambda answer: quoted(answer, title=HOSTILE),
    "author": lambda answer: quoted(answer, author=HOSTILE),
    "url": lambda answer: quoted(answer, url=HOSTILE),
    "source": lambda answer: quoted(answer, url="", source=HOSTILE),
    "quote": lambda answer: quoted(answer, quote=HOSTILE),
}


@pytest.mark.parametrize("place", SAID)
def test_what_strangers_wrote_stays_text(place: str) -> None:
    page = rendered(written(SAID[place](make_quote_answer("Where?"))))

    assert clean_line(HOSTILE) in words(page)
    assert set(re.findall(r"<(\w+)", page)) <= {"h1", "h2", "p", "ol", "li", "strong", "blockquote", "a"}
    assert re.findall(r'<a href="([^"]*)"', page) in ([], ["https://news.example/mill"])
    assert "\x1b" not in page


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a.example/> <b>", "http://a b", "file:///etc/passwd"])
def test_only_a_web_address_becomes_a_link(url: str) -> None:
    answer = make_quote_answer("?")

    page = rendered(written(TranscriptEntry("?", replace(answer, citations=(replace(answer.citations[0], url=url),)))))

    assert "<a " not in page
    assert url in html.unescape(page)


@pytest.mark.parametrize("start", STARTS)
def test_no_beginning_of_a_line_means_more_than_text(start: str) -> None:
    for text in (start, f"before\n{start}\nafter"):
        page = rendered("\n".join(map(escape_markdown, text.splitlines())))

        assert re.findall(r"<\w+", page) == ["<p"]
        assert words(page) == " ".join(text.split())


@given(st.text())
def test_any_text_is_shown_unchanged(text: str) -> None:
    assert words(rendered(escape_markdown(text))) == clean_line(text)
    assert set(re.findall(r"<(\w+)", rendered(escape_markdown(text)))) <= {"p"}


@pytest.mark.parametrize(
    "text", ["see https://evil.example/?q=1", "HTTP://x.example", "www.evil.example", "a@b.example"]
)
def test_dialects_that_link_bare_addresses_find_none(text: str) -> None:
    assert not re.search(r"(?<!\\)://|www\.|\w@\w", escape_markdown(text), re.IGNORECASE)
    assert words(rendered(escape_markdown(text))) == text
