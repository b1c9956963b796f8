from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from retrieval.domain import Article
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
