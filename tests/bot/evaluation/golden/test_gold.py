from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.golden.gold import locate_gold
from bot.evaluation.golden.normalization import NormalizedText, normalize
from bot.evaluation.results import EvidenceSpan, Golden
from bot.front_end_errors import GoldenInvalid
from retrieval.domain import Article, Span
from retrieval.index import Library
from tests.fakes import FakeEncoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

VISIT = "The talks were “candid”, Qin said. Nothing was announced. They met in Beijing."
TRIP = "Blinken met Xi. The talks were \n\n “candid”, Qin said, and then again: the talks were “candid”."


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder: Path = tmp_path_factory.mktemp("truth")
    with Library.open(folder / "news", encoder=FakeEncoder(), passage_tokens=60, create=True) as library:
        library.ingest(
            [
                Article("visit-1", VISIT, title="Blinken’s visit", source="/news/visit.txt"),
                Article("trip-2", TRIP, title="The trip", source="/news/all.jsonl"),
                Article("other-3", "Nobody met in Bali.", title="Bali", source="/news/all.jsonl"),
            ]
        )
        yield library


def test_every_occurrence_of_a_quote_is_found_at_its_place_in_the_original(library: Library) -> None:
    gold = locate_gold([Golden("1", "?", quotes=('THE talks were "candid"',))], library)["1"]

    places: dict[str, list[str]] = {place.article_id: [] for place in gold.evidence[0]}
    for place in gold.evidence[0]:
        text = VISIT if place.article_id == "visit-1" else TRIP
        places[place.article_id].append(text[place.start : place.end])
    assert places == {
        "visit-1": ["The talks were “candid”"],
        "trip-2": ["The talks were \n\n “candid”", "the talks were “candid”"],
    }
    assert gold.sentences == gold.evidence
    assert [set(group) for group in gold.articles] == [{"visit-1", "trip-2"}]


def test_quotes_are_looked_for_in_the_cited_articles_only(library: Library) -> None:
    quotes = ('talks were "candid"', "Beijing")
    golden = Golden("1", "?", answer=("candid",), cites=("blinken's VISIT",), quotes=quotes)

    gold = locate_gold([golden], library)["1"]

    assert gold.evidence == ((EvidenceSpan("visit-1", 4, 23),), (EvidenceSpan("visit-1", 70, 77),))
    assert (gold.articles, gold.answers, gold.answerable) == ((("visit-1",),), ("candid",), True)


def test_the_name_of_a_file_means_each_of_its_articles(library: Library) -> None:
    gold = locate_gold([Golden("1", "?", cites=("all.jsonl", "visit"), quotes=("met in Bali",))], library)["1"]

    assert [set(group) for group in gold.articles] == [{"trip-2", "other-3"}, {"visit-1"}]
    assert gold.evidence == ((EvidenceSpan("other-3", 7, 18),),)


def test_without_quotes_only_the_articles_are_known(library: Library) -> None:
    known = locate_gold(
        [
            Golden("cited", "?", answer=("candid",), cites=("trip-2",)),
            Golden("refused", "?", refuses=True),
            Golden("candidate", "?"),
        ],
        library,
    )

    assert known["cited"].evidence == known["cited"].sentences == ()
    assert known["cited"].articles == (("trip-2",),)
    assert (known["refused"].answerable, known["candidate"].answerable) == (False, None)


@pytest.mark.parametrize(
    ("golden", "fault"),
    [
        (
            Golden("1", "?", cites=("visitt",)),
            "1.cites: no article is called “visitt”: did you mean “visit”?",
        ),
        (
            Golden("1", "?", cites=("zzz",), file="a.yaml", line=7),
            "a.yaml:7: 1.cites: no article is called “zzz”: `clippings articles` lists them all",
        ),
        (
            Golden("1", "?", quotes=("The talks were open",)),
            "1.quotes: “The talks were open” is not in any article, only as far as “The talks were”: "
            "copy it from there",
        ),
        (
            Golden("1", "?", quotes=("zzz",)),
            "1.quotes: “zzz” is not in any article: copy it from there",
        ),
        (
            Golden("1", "?", cites=("trip-2",), quotes=("Nothing was announced",)),
            "1.quotes: “Nothing was announced” is not in what is cited, but in visit-1: "
            "cite that, or correct the quote",
        ),
        (
            Golden("1", "?", quotes=("alks were",)),
            "1.quotes: “alks were” is not in any article: copy it from there",
        ),
    ],
)
def test_what_the_archive_cannot_satisfy_is_reported(library: Library, golden: Golden, fault: str) -> None:
    with pytest.raises(GoldenInvalid) as raised:
        locate_gold([golden], library)
    assert raised.value.faults == (fault,)


def test_an_answer_that_occurs_nowhere_is_no_fault(library: Library) -> None:
    known = locate_gold([Golden("1", "?", answer=("reworded",), contains=("anything",))], library)

    assert known["1"].answers == ("reworded",)


def test_each_article_is_read_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    read, article = list[str](), library.get_article

    def counted(article_id: str) -> Article:
        read.append(article_id)
        return article(article_id)

    monkeypatch.setattr(library, "get_article", counted)
    locate_gold([Golden(str(n), "?", cites=("visit",), quotes=("Beijing", "Qin said")) for n in range(20)], library)

    assert read == ["visit-1"]


def test_numbers_in_a_text_of_numbers_are_found_quickly() -> None:
    text = NormalizedText("5 of 1,000 and 2.5 in 5 " * 10_000)

    started = time.process_time()
    places = text.find_spans("5")

    assert time.process_time() - started < 2
    assert len(places) == 20_000


AROUND = st.lists(st.sampled_from(["ﬂow", "ß", "…", "Ωmega", "\u200b", "3,000"]))
QUOTE = st.lists(
    st.sampled_from(["Straße", "“candid”", "café", "cafe\u0301", "ﬁnal", "don’t", "a—b", "2021"]), min_size=1
)
BLANKS = st.sampled_from([" ", "\n\n", " \t", "\u00a0", "\u2003 "])
CASES = st.sampled_from([str.upper, str.lower, str.title, str.swapcase, str.casefold])


@given(AROUND, QUOTE, AROUND, CASES, st.data())
def test_any_words_of_a_text_are_found_at_their_place_however_cased_and_spaced(
    before: list[str], words: list[str], after: list[str], recased: Callable[[str], str], data: st.DataObject
) -> None:
    def joined(words: list[str]) -> str:
        return "".join(word + data.draw(BLANKS) for word in words)

    start, quote = joined(before), joined(words).rstrip()
    retyped = recased(joined(words)).replace("“", '"').replace("—", "-").replace("’", "'")

    places = NormalizedText(f"{start}{quote} {joined(after)}").find_spans(normalize(retyped))

    assert places == (Span(len(start), len(start) + len(quote)),)


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_a_text_is_found_in_itself_as_a_whole(text: str) -> None:
    whole = normalize(text)

    places = NormalizedText(text).find_spans(whole)

    if whole:
        (place,) = places
        assert normalize(text[place.start : place.end]) == whole
        assert not text[place.start].isspace()
        assert not text[place.end - 1].isspace()
    else:
        assert places == ()
