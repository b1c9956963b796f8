from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from retrieval.answering.retractions import speaks_of_an_error, takes_back_quote
from retrieval.domain import Article, ArticleInfo, Citation
from retrieval.index import Library
from retrieval.pipeline import answer_question

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.encoder import SentenceEncoder

WITHDRAWN = Article(
    "goats",
    "Farmer Olav Lind has sold his goats to a circus in Ulm for 9,000 euros. He has kept goats for thirty years.",
    title="Farmer sells his goats to a circus",
    published=date(2024, 4, 9),
)
NOTICE = Article(
    "notice",
    "On 9 April we published an article which said that farmer Olav Lind had sold his goats to a circus. "
    "That was wrong. We apologise to Mr Lind.",
    title="In our own cause",
    published=date(2024, 4, 12),
)


@pytest.mark.parametrize(
    "notice",
    [
        NOTICE,
        replace(
            NOTICE,
            text=NOTICE.text.replace("On 9 April we", "Under the heading “Farmer sells his goats to a circus” we"),
        ),
    ],
    ids=["by its day", "by its headline"],
)
def test_what_a_notice_takes_back_is_not_quoted_and_the_notice_leads(
    encoder: SentenceEncoder, tmp_path: Path, notice: Article
) -> None:
    with Library.open(tmp_path / "paper", encoder=encoder, create=True) as library:
        library.ingest([WITHDRAWN, notice])
        found = answer_question(library, "Did Olav Lind sell his goats to a circus?")

    assert {citation.article_id for citation in found.citations} == {"notice"}
    assert "That was wrong." in found.citations[0].quote


def test_what_a_notice_does_not_speak_of_stands(encoder: SentenceEncoder, tmp_path: Path) -> None:
    with Library.open(tmp_path / "paper", encoder=encoder, create=True) as library:
        library.ingest([WITHDRAWN, NOTICE])
        found = answer_question(library, "How long has he kept goats, the farmer, how many years?", threshold=0.0)

    assert "thirty years" in found.citations[0].quote


CITED = Citation(1, "goats", WITHDRAWN.title, "", WITHDRAWN.published, "", "", WITHDRAWN.text.partition(". ")[0], 0, 70)
OTHER_QUOTE = replace(CITED, quote="He has kept them for thirty years.")


@pytest.mark.parametrize(
    "text",
    [
        NOTICE.text,
        "Correction: In our report of 9 April, farmer Olav Lind sold his goats to a zoo and not to a circus.",
        "A report on April 9 misstated to whom farmer Olav Lind had sold his goats. They went to a zoo.",
        "Our article “Farmer sells his goats to a circus” named the wrong buyer: Olav Lind sold his goats to a zoo.",
        "The article “Farmer sells his goats to a circus”, published last week, has been withdrawn.",
        "The editors retract the story “Farmer sells his goats to a circus” in full.",
        "Retraction: “Farmer sells his goats to a circus”. The article rested on one anonymous letter.",
    ],
)
def test_an_article_of_its_own_takes_back_what_another_said(text: str) -> None:
    notice = ArticleInfo("notice", "In our own cause", published=date(2024, 4, 12))

    assert speaks_of_an_error(text)
    assert takes_back_quote(notice, text, CITED)


@pytest.mark.parametrize(
    ("text", "quote", "published"),
    [
        (NOTICE.text, OTHER_QUOTE, NOTICE.published),
        (NOTICE.text.replace("9 April", "8 April"), CITED, NOTICE.published),
        (NOTICE.text, CITED, date(2024, 4, 1)),
        ("On 9 April we published an article on the price of hay. It was withdrawn.", CITED, NOTICE.published),
        ("On 9 April farmer Olav Lind sold his goats to a circus, as we reported that day.", CITED, NOTICE.published),
        ("Olav Lind withdrew his offer of goats to the circus on 9 April, the paper reported.", OTHER_QUOTE, None),
    ],
    ids=["another point", "another day", "earlier", "another article", "no error", "no article withdrawn"],
)
def test_what_takes_back_nothing_of_a_quote_leaves_it(text: str, quote: Citation, published: date | None) -> None:
    notice = ArticleInfo("notice", "In our own cause", published=published)

    assert not (speaks_of_an_error(text) and takes_back_quote(notice, text, quote))


def test_an_article_that_is_withdrawn_under_its_headline_takes_all_its_quotes_with_it() -> None:
    notice = ArticleInfo("notice", "Retraction: Farmer sells his goats to a circus", published=date(2024, 4, 12))
    text = "The report has been withdrawn. It rested on one letter."

    assert speaks_of_an_error(text)
    assert takes_back_quote(notice, text, OTHER_QUOTE)
