from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.domain import Article, Span
from retrieval.text.passages import MAX_HEADER_CHARACTERS, format_header, split_article, split_sentences
from tests.fakes import FakeEncoder, make_article

if TYPE_CHECKING:
    from retrieval.domain import Passage
    from retrieval.encoder import SentenceEncoder

WINDOW = 256
SPECIAL = 2
MEASURE = FakeEncoder().measure

PIECES = (
    "The U.S. and Mr. Qin met.",
    "It rose by 3.5 per cent.",
    "“An unbalanced quote.",
    '"He said "stop"" twice!',
    "’’’ ““ ‘candid ‘ ”",
    "قال الوزير إن المحادثات كانت صريحة.",
    "השרים נפגשו ביום ראשון.",
    "会谈在北京举行。双方很满意！",
    "👩‍👩‍👧‍👦🇨🇳 🙂🙂",
    "e\u0301\u0323a\u0308o\u030a cafe\u0301",
    "zero\u200bwidth\u00ad\ufeff",
    "x" * 230,
    "supercalifragilistic" * 4,
    "a,b;c:d" * 30,
    "no end here",
    "2.",
    "...",
    "?!",
    " ",
    "\n",
    "\n\n",
    "\t\u00a0\u2003",
    "\x00\x07",
    "(J. R. Smith)",
)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Draw odd texts, made of awkward pieces and of anything at all, with some of it skipped."""
    anything = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=30)
    text = "".join(draw(st.lists(st.sampled_from(PIECES) | st.sampled_from(" \n") | anything, max_size=25)))
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    skipped = tuple(Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False))
    title = draw(st.sampled_from(["", "A title", "標題 🙂 " * 40]))
    return Article("odd", text, title=title, published=draw(st.none() | st.just(date(2023, 6, 27))), skipped=skipped)


def passages(text: str, *, budget: int = 200, window: int = WINDOW) -> tuple[Passage, ...]:
    return split_article(Article("a", text), measure=MEASURE, budget=budget, window=window)


def sentences(text: str) -> list[str]:
    return [sentence.text for passage in passages(text) for sentence in passage.sentences]


odd = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


# Laws


@odd
@given(articles(), st.integers(1, 40))
def test_passages_and_sentences_are_in_the_article_at_their_offsets(article: Article, budget: int) -> None:
    for passage in split_article(article, measure=MEASURE, budget=budget, window=WINDOW):
        assert article.text[passage.start : passage.end] == passage.text
        assert passage.article_id == article.id
        for sentence in passage.sentences:
            assert article.text[sentence.start : sentence.end] == sentence.text
            assert sentence.text == sentence.text.strip() != ""
        assert (passage.start, passage.end) == (passage.sentences[0].start, passage.sentences[-1].end)


@odd
@given(articles(), st.integers(1, 40))
def test_sentences_and_skipped_spans_cover_all_that_is_not_white_space_once(article: Article, budget: int) -> None:
    found = split_article(article, measure=MEASURE, budget=budget, window=WINDOW)

    spans = sorted([*((s.start, s.end) for p in found for s in p.sentences), *article.skipped])
    covered = 0
    for start, end in spans:
        assert start >= covered
        assert not article.text[covered:start].strip()
        covered = end
    assert not article.text[covered:].strip()


@odd
@given(articles(), st.integers(8, 40))
def test_no_passage_exceeds_the_budget(article: Article, budget: int) -> None:
    found = split_article(article, measure=MEASURE, budget=budget, window=WINDOW)

    assert all(len(tokens) <= budget for tokens in MEASURE([p.text for p in found]))


@odd
@given(articles(), st.integers(8, 250))
def test_no_passage_exceeds_budget_or_window_as_the_model_reads_it(
    encoder: SentenceEncoder, article: Article, budget: int
) -> None:
    found = split_article(article, measure=encoder.measure, budget=budget, window=encoder.window)

    bare, headed = (encoder.measure([before + p.text for p in found]) for before in ("", format_header(article)))
    assert all(len(tokens) <= budget for tokens in bare)
    assert all(len(tokens) + SPECIAL <= encoder.window for tokens in headed)


@odd
@given(articles())
def test_a_passage_is_known_by_its_article_its_place_and_its_text(article: Article) -> None:
    def ids(article: Article) -> list[str]:
        return [p.id for p in split_article(article, measure=MEASURE, budget=12, window=WINDOW)]

    assert ids(article) == ids(replace(article, author="Someone else"))
    assert len(set(ids(article))) == len(ids(article))
    assert not {*ids(article)} & {*ids(replace(article, id="another"))}


def test_a_passage_that_moved_has_a_new_id() -> None:
    (stayed,), (_, moved) = (
        passages("It rained.", budget=8),
        passages("They all came out to the sea. It rained.", budget=8),
    )

    assert (stayed.text, stayed.end - stayed.start) == (moved.text, moved.end - moved.start)
    assert stayed.id != moved.id


# Packing


def test_a_passage_holds_as_many_whole_sentences_as_fit() -> None:
    found = split_article(make_article(sentences=9), measure=MEASURE, budget=60, window=WINDOW)

    assert [len(p.sentences) for p in found] == [3, 3, 3]
    assert all(p.text.endswith("boats.") for p in found)


def test_a_paragraph_that_would_not_fit_whole_begins_a_passage() -> None:
    text = "One two three four. One two three.\n\nFive six seven eight. Five six seven."

    assert [p.text for p in passages(text, budget=14)] == text.split("\n\n")
    assert len(passages(text, budget=40)) == 1


def test_a_sentence_over_the_budget_is_cut_between_words() -> None:
    words = " ".join(f"word{n}" for n in range(50))

    found = passages(words, budget=8)

    assert " ".join(p.text for p in found) == words
    assert all(len(p.sentences) == 1 for p in found)


def test_a_text_without_spaces_is_cut_after_its_words() -> None:
    words = ",".join(f"word{n}" for n in range(50))

    found = passages(words, budget=9)

    assert "".join(p.text for p in found) == words
    assert all(p.text[-1] == "," or p.text[-1].isdigit() for p in found)


def test_a_cut_inside_a_word_is_measured_again(encoder: SentenceEncoder) -> None:
    words = Article("a", ("pneumonoultramicroscopicsilicovolcanoconiosis" * 2 + ",") * 20)

    found = split_article(words, measure=encoder.measure, budget=8, window=WINDOW)

    assert max(map(len, encoder.measure([p.text for p in found]))) <= 8
    assert "".join(p.text for p in found) == words.text


def test_the_budget_gives_way_to_a_long_header(encoder: SentenceEncoder) -> None:
    short = make_article(sentences=60)
    long = replace(short, title="An extraordinarily overlong headline " * 10)

    budgets = [
        max(
            map(
                len,
                encoder.measure([p.text for p in split_article(a, measure=encoder.measure, budget=250, window=WINDOW)]),
            )
        )
        for a in (short, long)
    ]

    assert budgets[1] < budgets[0] <= 250 - len(format_header(short).split())


def test_a_passage_never_crosses_a_skipped_span() -> None:
    text = "Before the menu. Get the Latest News Updates After the menu."
    skipped = Span(text.index("Get"), text.index("After"))

    found = split_article(Article("a", text, skipped=(skipped,)), measure=MEASURE, budget=200, window=WINDOW)

    assert [p.text for p in found] == ["Before the menu.", "After the menu."]


@pytest.mark.parametrize("text", ["", " ", "\n\n\t\u2003\n"])
def test_a_text_of_white_space_has_no_passages(text: str) -> None:
    assert passages(text) == ()


def test_a_text_that_is_skipped_whole_has_no_passages() -> None:
    assert split_article(Article("a", "Menu", skipped=(Span(0, 4),)), measure=MEASURE, budget=9, window=WINDOW) == ()


@pytest.mark.parametrize(
    "text",
    ["x" * 2_000_000, "A short sentence. " * 111_000, "“" * 2_000_000],
    ids=["one word", "many sentences", "quotes"],
)
def test_two_megabytes_in_one_line_are_quick(text: str) -> None:
    def cheap(texts: object) -> list[list[Span]]:
        return [[Span(n, min(n + 8, len(t))) for n in range(0, len(t), 8)] for t in texts]  # type: ignore[attr-defined]

    started = time.process_time()

    found = split_article(Article("a", text), measure=cheap, budget=200, window=WINDOW)

    assert time.process_time() - started < 20
    assert found[-1].end == len(text.rstrip())


# Sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The U.S. agreed. It did.", ["The U.S. agreed.", "It did."]),
        ("Mr. Qin spoke. He left.", ["Mr. Qin spoke.", "He left."]),
        ("J. R. Smith came. Ann went.", ["J. R. Smith came.", "Ann went."]),
        ("It rose 3.5 per cent. Then it fell.", ["It rose 3.5 per cent.", "Then it fell."]),
        ('He said "Stop." Then he left.', ['He said "Stop."', "Then he left."]),
        ("“This opens. It never closes. The end.", ["“This opens.", "It never closes.", "The end."]),
        ("‘candid ‘ talks were held. No more.", ["‘candid ‘ talks were held.", "No more."]),
        ("They have said that\n\nthey would work. Done.", ["They have said that\n\nthey would work.", "Done."]),
        ("A line without end\n\nAnother one", ["A line without end", "Another one"]),
        ("The list was:\n\nfirst this.", ["The list was:", "first this."]),
        ("It blew at 75 km/h. Nobody sailed.", ["It blew at 75 km/h.", "Nobody sailed."]),
        ("It is 5 m. J. Smith left at 5 p.m. Ann came.", ["It is 5 m.", "J. Smith left at 5 p.m.", "Ann came."]),
        ("Is it? Yes! Well…", ["Is it?", "Yes!", "Well…"]),
        ("会谈在北京举行。双方很满意。", ["会谈在北京举行。", "双方很满意。"]),
        ("  Spaces around.  \n", ["Spaces around."]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


# Headers


@pytest.mark.parametrize(
    ("article", "expected"),
    [
        (Article("a", ""), ""),
        (Article("a", "", title="  Two\n lines "), "Two lines\n"),
        (Article("a", "", published=date(2023, 6, 7)), "7 June 2023\n"),
        (Article("a", "", title="Title", published=date(2023, 6, 27)), "Title (27 June 2023)\n"),
        (Article("a", "", title="x" * 1000), "x" * MAX_HEADER_CHARACTERS + "\n"),
    ],
)
def test_a_header_names_title_and_date(article: Article, expected: str) -> None:
    assert format_header(article) == expected


def test_the_header_belongs_to_no_passage() -> None:
    bare, titled = (
        split_article(Article("a", "Some text.", title=title), measure=MEASURE, budget=50, window=WINDOW)
        for title in ("", "Title")
    )

    assert bare == titled


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("**It is over.** The strikers went home.", ["**It is over.**", "The strikers went home."]),
        ("*Why now?* Nobody knew. __Nobody.__ He left.", ["*Why now?*", "Nobody knew.", "__Nobody.__", "He left."]),
        ("It cost 5 *. The rest was free.", ["It cost 5 *.", "The rest was free."]),
    ],
)
def test_marks_that_end_what_is_emphasised_stay_with_it(text: str, sentences: list[str]) -> None:
    assert [text[span.start : span.end] for span in split_sentences(text)] == sentences
