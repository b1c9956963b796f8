from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.golden.expectations import (
    LONGEST_SHOWN,
    check_expectations,
    extract_own_words,
    is_called,
    normalize,
)
from bot.evaluation.golden.normalization import occurs_in
from bot.evaluation.results import Golden
from retrieval.domain import NOT_SAID, Answer, ArticleInfo, Citation, Understanding

TITLE = "Blinken’s visit to China"


def citation(quote: str, number: int = 1, *, title: str = TITLE, name: str = "visit") -> Citation:
    published = date(2023, 6, 27)
    return Citation(number, f"{name}-1a2b", title, "", published, "", f"/news/{name}.txt", quote, 0, len(quote))


def answered(text: str, *citations: Citation) -> Answer:
    return Answer("Who?", text, citations, False, 0.9, "extractive", 0.0)


REFUSAL = Answer("Who?", NOT_SAID, (), True, 0.1, "extractive", 0.0)
QUOTED = answered(
    f"{TITLE} (27 June 2023): “US officials met at the Diaoyutai in 2021.” [1]",
    citation("US officials\nmet at the Diaoyutai in 2021."),
)


def failed(golden: Golden, answer: Answer) -> list[tuple[str, str]]:
    return [(check.field, check.expected) for check in check_expectations(golden, answer) if not check.passed]


@pytest.mark.parametrize(
    ("needle", "text", "found"),
    [
        ("2021", "in 2021.", True),
        ("2021", "12021", False),
        ("5", "15 men", False),
        ("5", "5,000 men", False),
        ("000", "5,000 men", False),
        ("5", "1.5 men", False),
        ("1.5", "about 1.5.", True),
        ("5", "5, 6 and 7", True),
        ("2023", "27.06.2023", True),
        ("US", "because of us all", True),
        ("US", "because", False),
        ("US", "US-China talks", True),
        ("Xi", "Xi’s", True),
        ("don't", "They DON’T", True),
        ("re-establishing ties", "re–establishing \n ties", True),
        ('"no"', "„no“", True),
        ("café", "CAFE\N{COMBINING ACUTE ACCENT}", True),
        ("cafe", "café", False),
        ("STRASSE", "Straße", True),
        ("istanbul", "İSTANBUL", False),
        ("cooperate", "co\N{SOFT HYPHEN}operate", True),
        ("北京", "会谈在北京举行", True),
        ("서울", "서울에서", True),
        ("\U00020bb7", "\U00020bb7\U00020000", True),
        ("か", "が", False),
        ("\N{ZERO WIDTH SPACE}", "anything", False),
    ],
)
def test_texts_are_compared_as_whole_words_and_numbers(needle: str, text: str, found: bool) -> None:
    assert occurs_in(needle, text) is found


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


def test_one_accepted_answer_is_enough() -> None:
    (check,) = check_expectations(Golden("1", "Where?", answer=("Bali", "diaoyutai")), QUOTED)

    assert (check.field, check.expected, check.passed) == ("answer", "Bali or diaoyutai", True)
    assert check.found == "“US officials met at the Diaoyutai in 2021.”"


def test_each_expectation_has_its_check_in_the_order_of_the_fields() -> None:
    golden = Golden(
        "1",
        "Where?",
        answer=("Bali",),
        contains=("2021", "2022"),
        excludes=("Paris", "officials"),
        cites=("visit.txt", "trip"),
        quotes=("us officials met", "nobody met"),
        refuses=False,
    )

    found = check_expectations(golden, QUOTED)

    assert [(check.field, check.expected, check.passed) for check in found] == [
        ("answer", "Bali", False),
        ("contains", "2021", True),
        ("contains", "2022", False),
        ("excludes", "Paris", True),
        ("excludes", "officials", False),
        ("cites", "visit.txt", True),
        ("cites", "trip", False),
        ("quotes", "us officials met", True),
        ("quotes", "nobody met", False),
        ("refuses", "an answer", True),
    ]
    assert {check.found for check in found if check.field == "cites"} == {"visit-1a2b"}
    assert {check.found for check in found if check.field == "quotes"} == {
        "“US officials met at the Diaoyutai in 2021.”"
    }


def test_no_expectation_means_no_check() -> None:
    assert check_expectations(Golden("1", "Where?"), QUOTED) == ()
    assert check_expectations(Golden("1", "Where?"), REFUSAL) == ()


@pytest.mark.parametrize(
    "golden",
    [
        Golden("1", "Where?", answer=("Bali",)),
        Golden("1", "Where?", contains=("Bali",)),
        Golden("1", "Where?", excludes=("Bali",)),
        Golden("1", "Where?", cites=("visit",)),
        Golden("1", "Where?", quotes=("Bali",)),
        Golden("1", "Where?", refuses=False),
    ],
)
def test_a_refusal_fails_what_expects_an_answer(golden: Golden) -> None:
    last = check_expectations(golden, REFUSAL)[-1]

    assert (last.field, last.expected, last.passed, last.found) == ("refuses", "an answer", False, "refused")


def test_a_refusal_that_is_expected_passes_and_an_answer_fails() -> None:
    golden = Golden("1", "Where?", excludes=("Paris",), refuses=True)

    assert failed(golden, REFUSAL) == []
    assert failed(golden, QUOTED) == [("refuses", "a refusal")]


def test_a_quote_must_be_inside_one_citation() -> None:
    answer = answered("“one two” [1] “three four” [2]", citation("one two"), citation("three four", 2))

    assert failed(Golden("1", "?", quotes=("two three",)), answer) == [("quotes", "two three")]


def test_a_long_answer_is_cut_and_what_is_excluded_shown() -> None:
    answer = answered("word " * 100 + "secret " + "word " * 100)

    contains, excludes = check_expectations(Golden("1", "?", contains=("word",), excludes=("Secret",)), answer)

    assert len(contains.found) <= LONGEST_SHOWN + 1
    assert "secret" not in contains.found
    assert "secret" in excludes.found


@pytest.mark.parametrize(
    ("text", "own"),
    [
        (f"{TITLE} (27 June 2023): “It ended.” [1]", "“It ended.”"),
        (f"{TITLE}: “It ended.” [1]\nvisit-1a2b: “So.” [1]", "“It ended.”\n“So.”"),
        (f"- **{TITLE}** (27 June 2023): It ended [1].", "It ended."),
        ("blinken’s VISIT to  China: it [1] ended.", "it ended."),
        (f"1. {TITLE}: it ended [1].\n2) {TITLE} (2023): so [1].", "it ended.\nso."),
        (f"It was on [1].\nLater, on 3 May 2026, {TITLE}: “It ended.” [1]", "It was on.\n“It ended.”"),
        (f"Earlier, on 3 May 2026, {TITLE}: “It ended.” [1]", "“It ended.”"),
        ("He said[1]that it ended [1][1].", "He said that it ended."),
        ("It ended.\n[1] So.", "It ended.\n So."),
        (f"According to {TITLE}: it ended [1].", f"According to {TITLE}: it ended."),
        ("Others: it ended [1].", "Others: it ended."),
        ("", ""),
    ],
)
def test_an_answers_own_words_are_without_markers_and_names_of_articles(text: str, own: str) -> None:
    assert extract_own_words(answered(text, citation("It ended."))) == own


def test_the_longer_of_two_titles_is_taken_away() -> None:
    answer = answered("News: Asia: “So.” [2]", citation("x", title="News"), citation("So.", 2, title="News: Asia"))

    assert extract_own_words(answer) == "“So.”"


def test_a_title_with_footnote_marks_is_recognised() -> None:
    answer = answered("Talks [\u20603]: “So.” [1]", citation("So.", title="Talks [3]"))

    assert extract_own_words(answer) == "“So.”"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("trip-1a2b", True),
        ("TRIP-1a2b", False),
        ("The major  outcomes of Blinken's trip", True),
        ("/news/trip.v2.txt", True),
        ("trip.v2.txt", True),
        ("trip.v2", True),
        ("trip", False),
        ("news", False),
        ("", False),
    ],
)
def test_an_article_is_called_by_id_title_source_or_file(name: str, meant: bool) -> None:
    assert is_called(name, "trip-1a2b", "The Major Outcomes of Blinken’s Trip", "/news/trip.v2.txt") is meant


def test_an_article_without_title_is_not_called_by_nothing() -> None:
    assert not is_called("", "a", "", "")
    assert is_called("b", "a", "", r"C:\news\b.txt")


OLD, NEW = citation("The fire killed three people."), citation("A fourth person died on Monday.", 2, name="fourth")
BOTH = answered("“The fire killed three people.” [1] “A fourth person died on Monday.” [2]", OLD, NEW)


@pytest.mark.parametrize(
    ("golden", "fields"),
    [
        (Golden("1", "?", first=("killed three",)), []),
        (Golden("1", "?", first=("fourth person", "nobody")), ["first"]),
        (Golden("1", "?", not_first=("fourth person",)), []),
        (Golden("1", "?", not_first=("killed three", "fourth")), ["not_first"]),
        (Golden("1", "?", sides=("killed three", "fourth person")), []),
        (Golden("1", "?", sides=("killed three", "three people")), ["sides"]),
        (Golden("1", "?", sides=("killed three", "a fifth")), ["sides"]),
        (Golden("1", "?", order=("killed three", "three people", "fourth")), ["order"]),
        (Golden("1", "?", order=("killed three", "fourth")), []),
        (Golden("1", "?", order=("fourth", "killed three")), ["order"]),
    ],
)
def test_a_place_in_the_answer_is_a_place_among_its_citations(golden: Golden, fields: list[str]) -> None:
    assert [field for field, _ in failed(golden, BOTH)] == fields


@pytest.mark.parametrize(
    ("golden", "fields"),
    [
        (Golden("1", "?", kind=("timeline", "fact")), []),
        (Golden("1", "?", kind=("summary",)), ["kind"]),
        (Golden("1", "?", asks_back=True), ["asks_back"]),
        (Golden("1", "?", as_of="2023-06-27"), []),
        (Golden("1", "?", as_of="26 June 2023"), ["as_of"]),
    ],
)
def test_how_a_question_was_read_and_what_was_used_for_it_are_checked(golden: Golden, fields: list[str]) -> None:
    assert [field for field, _ in failed(golden, replace(BOTH, understanding=Understanding("?")))] == fields


def test_a_question_back_is_what_asks_back_expects() -> None:
    asking = replace(BOTH, text="What about?", citations=(), understanding=Understanding("?", "unclear"))

    assert failed(Golden("1", "?", asks_back=True, kind=("unclear",)), asking) == []


def test_nothing_later_is_named_as_near_when_the_archive_is_read_as_of_a_day() -> None:
    refusal = replace(REFUSAL, nearest=(ArticleInfo("later", "Later", published=date(2023, 7, 1)),))

    assert failed(Golden("1", "?", as_of="2023-06-30", refuses=True), refusal) == [
        ("as_of", "nothing later than 2023-06-30")
    ]
