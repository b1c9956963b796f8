"""Whatever an article says, each place that shows an answer shows every word that stands in quotation marks."""

from __future__ import annotations

import io
import json
import re
from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup, escape
from rich.console import Console

from bot import render
from bot.cli.chat.transcript import TranscriptEntry, format_transcript
from bot.discord.layout.answer_message import format_answer
from retrieval.answering.citations import check_citations, cite, escape_quote
from retrieval.domain import Answer, ArticleInfo, Span
from tests.bot.discord.discord_markup import render_plain

ARTICLE_TEXTS = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cc", "Cs", "Mn"]),
        st.sampled_from("[]()<>`*_#|!~&0123456789abc \n@:/.\u202e"),
    ),
    max_size=60,
).filter(lambda text: bool(re.search(r"\w", text)))
"""Without control characters and stacked accents, which no reader would miss."""


def make_answer(text: str) -> Answer:
    """Return an answer that quotes a whole article."""
    citation = cite(1, ArticleInfo("mill", "Mill"), text, Span(0, len(text)))
    answer = Answer("What?", f"Mill: “{escape_quote(text)}” [1]", (citation,), False, 0.9, "extractive", 0.0)
    check_citations(answer.text, answer.citations, {"mill": text})
    return answer


def keep_words(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


@given(ARTICLE_TEXTS)
@example("revenue was <a third of last year, while its costs were >2 million euros")
@example("```python\nprint('hello')\n```\nand this follows [3] [16, 18] ![picture](https://a.example)")
def test_every_word_of_a_quote_is_shown_everywhere(text: str) -> None:
    answer, words = make_answer(text), keep_words(text)

    console = Console(file=io.StringIO(), width=200, color_system=None)
    console.print(render.render_turn(answer))
    assert words in keep_words(console.file.getvalue())  # type: ignore[attr-defined]

    markdown = format_transcript([TranscriptEntry("What?", answer)], library="news", day=date(2026, 3, 1))
    assert words in keep_words(markdown)

    shown = "".join(message.content for message in format_answer(answer))
    assert words in keep_words(render_plain(shown))

    assert json.loads(render.dump_json(answer))["text"] == answer.text
    assert Markup(escape(answer.text)).unescape() == answer.text
