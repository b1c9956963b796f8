from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering.citations import JOINER, MARKER, check_citations, cite, escape_quote
from retrieval.domain import ArticleInfo, Span
from retrieval.errors import LibraryDamaged

TEXT = "The talks took place in Geneva. Nobody was pleased."
ARTICLE = ArticleInfo(
    "talks",
    title="Talks",
    author="Ann Lee",
    published=date(2023, 6, 27),
    url="https://example.org/talks",
    source="/talks.txt",
    updated=date(2023, 6, 28),
)
TEXTS = {ARTICLE.id: TEXT}
FIRST = cite(1, ARTICLE, TEXT, Span(0, 31))
SECOND = cite(2, ARTICLE, TEXT, Span(32, 51))


def test_a_citation_quotes_the_span_and_names_its_article() -> None:
    assert (FIRST.number, FIRST.quote, FIRST.start, FIRST.end) == (1, "The talks took place in Geneva.", 0, 31)
    assert (FIRST.article_id, FIRST.title, FIRST.author) == ("talks", "Talks", "Ann Lee")
    assert (FIRST.published, FIRST.updated) == (ARTICLE.published, ARTICLE.updated)
    assert (FIRST.url, FIRST.source) == (ARTICLE.url, ARTICLE.source)


@pytest.mark.parametrize(
    ("text", "citations"),
    [
        ("No quotes, no citations.", []),
        ("“The talks took place in Geneva.” [1]", [FIRST]),
        ("One [1] and two [2].", [FIRST, SECOND]),
        ("One [1], two [2], and one again [1].", [FIRST, SECOND]),
    ],
)
def test_markers_that_agree_with_true_citations_pass(text: str, citations: list[object]) -> None:
    check_citations(text, citations, TEXTS)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "altered",
    [
        replace(FIRST, quote="The talks took place in Vienna."),
        replace(FIRST, start=1),
        replace(FIRST, end=30),
        replace(FIRST, start=500, end=531),
        replace(FIRST, quote=""),
    ],
)
def test_a_quote_that_is_not_in_its_article_is_caught(altered: object) -> None:
    with pytest.raises(LibraryDamaged, match=r"is not in the article talks.*clippings doctor"):
        check_citations("Said [1].", [altered], TEXTS)  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("text", "citations"),
    [
        ("No marker.", [FIRST]),
        ("Only one [1].", [FIRST, SECOND]),
        ("Dangling [1] [2].", [FIRST]),
        ("Dangling [1].", []),
        ("Out of order [2] [1].", [FIRST, SECOND]),
        ("Citations swapped [1] [2].", [SECOND, FIRST]),
        ("Does not begin with one [2].", [SECOND]),
        ("From nought [0].", [replace(FIRST, number=0)]),
    ],
)
def test_markers_that_are_not_those_of_the_citations_are_caught(text: str, citations: list[object]) -> None:
    with pytest.raises(LibraryDamaged, match="markers"):
        check_citations(text, citations, TEXTS)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("Two\n\nlines,  spaced", "Two lines, spaced"),
        ("A study[12] found it [3][4].", "A study[\u206012] found it [\u20603][\u20604]."),
        ("So say two [16, 18], three [2–4].", "So say two [\u206016, 18], three [\u20602–4]."),
        ("It was <a third, its costs >2 million.", "It was <a third, its costs >2 million."),
        ("```\nprint(1)\n``` is code, [this](x) a link", "``` print(1) ``` is code, [this](x) a link"),
        ("He [the minister] left [sic].", "He [the minister] left [sic]."),
        ("[[1]]", "[[\u20601]]"),
    ],
)
def test_a_quote_is_on_one_line_and_its_footnotes_are_no_markers(quote: str, expected: str) -> None:
    assert escape_quote(quote) == expected


@given(st.text(alphabet="[]()0123456789٣ a\n", max_size=40))
def test_no_text_can_smuggle_a_marker_into_an_answer(quote: str) -> None:
    assert not MARKER.search(escape_quote(quote))


@given(
    st.text(alphabet=st.one_of(st.characters(), st.sampled_from("[]()<>`*_#|!~0123456789 \n\x1b\u202e")), max_size=60)
)
def test_a_quote_keeps_every_character_but_white_space(quote: str) -> None:
    assert "".join(escape_quote(quote).replace(JOINER, "").split()) == "".join(quote.replace(JOINER, "").split())
