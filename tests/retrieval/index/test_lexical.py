from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.index.lexical import LexicalDocument, LexicalIndex, LexicalSearcher, extract_terms
from retrieval.index.selection import EVERYTHING, Selection

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS = [
    LexicalDocument(1, "Talks in Geneva\nThe talks about talks began in Geneva.", 20230101, "Ann Lee"),
    LexicalDocument(2, "Harbour news\nBoats were talking to the lighthouse.", 20230615, "Bob"),
    LexicalDocument(3, "Orchard\nApples, mostly.", None, ""),
    LexicalDocument(
        4, "Geneva lake\nA quiet day at the lake of Geneva, with boats, flags, and a brass band.", 20231231, "Bob"
    ),
]


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    index = LexicalIndex(tmp_path / "lexical", create=True)
    writer = index.open_writer()
    writer.add(DOCUMENTS)
    writer.commit()
    writer.close()
    return index


def numbers(found: list[tuple[int, float]]) -> list[int]:
    return [number for number, _ in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Running dogs RAN", ["run", "dog", "ran"]),
        ("Café São Ærøskøbing", ["cafe", "sao", "aeroskob"]),
        ("İznik Łódź cafe\N{COMBINING ACUTE ACCENT}s oﬃce", ["iznik", "lodz", "cafe", "offic"]),
        ("U.S. talks; co-operation", ["u", "s", "talk", "co", "oper"]),
        ("3.5 million in 2023", ["3", "5", "million", "in", "2023"]),
        ("x" * 40 + " " + "y" * 41, ["x" * 40]),
        ('"(AND) *:* title:^2 \x00 🙂', ["and", "titl", "2"]),
        ("", []),
    ],
)
def test_terms_are_lower_case_folded_and_stemmed_in_order(text: str, expected: list[str]) -> None:
    assert list(extract_terms(text)) == expected


def test_any_of_the_terms_is_enough_and_more_of_them_rank_higher(index: LexicalIndex) -> None:
    found = index.open_searcher().search({"geneva": 1.0, "talk": 1.0}, 10, EVERYTHING)

    assert numbers(found) == [1, 4, 2]
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


def test_all_passages_that_hold_each_of_the_terms_are_found(index: LexicalIndex) -> None:
    searcher = index.open_searcher()

    assert set(searcher.find_all(["geneva", "talk"], EVERYTHING)) == {1}
    assert set(searcher.find_all(["geneva"], EVERYTHING)) | set(searcher.find_all(["talk"], EVERYTHING)) == {1, 2, 4}
    assert searcher.find_all(["geneva"], Selection(authors=("nobody",))) == []
    assert searcher.find_all(["unheard"], EVERYTHING) == searcher.find_all([], EVERYTHING) == []


def test_a_weight_multiplies_a_terms_share_of_the_score(index: LexicalIndex) -> None:
    single, double = (dict(index.open_searcher().search({"geneva": w}, 10, EVERYTHING)) for w in (1.0, 2.0))

    assert double == pytest.approx({number: 2 * score for number, score in single.items()})


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(since=20230615), {2, 4}),
        (Selection(until=20230615), {1, 2}),
        (Selection(since=20230102, until=20231230), {2}),
        (Selection(authors=("Bob",)), {2, 4}),
        (Selection(authors=("bob",)), set()),
        (Selection(authors=("Ann Lee", "Bob"), since=20230601), {2, 4}),
        (Selection(authors=()), set()),
        (EVERYTHING, {1, 2, 3, 4}),
    ],
)
def test_a_selection_limits_what_is_found_and_not_what_it_scores(
    index: LexicalIndex, selection: Selection, expected: set[int]
) -> None:
    weights = {"talk": 1.0, "boat": 1.0, "appl": 1.0}

    found = index.open_searcher().search(weights, 10, selection)

    everything = dict(index.open_searcher().search(weights, 10, EVERYTHING))
    assert set(numbers(found)) == expected
    assert dict(found) == pytest.approx({number: everything[number] for number in expected})


def test_given_passages_get_the_score_that_a_search_gives_them(index: LexicalIndex) -> None:
    weights = {"geneva": 1.0, "boat": 2.5}
    searched = dict(index.open_searcher().search(weights, 10, EVERYTHING))

    assert index.open_searcher().score(weights, [2, 3, 4]) == pytest.approx({n: searched[n] for n in (2, 4)})
    assert index.open_searcher().score(weights, []) == {}
    assert index.open_searcher().score({}, [2]) == {}


def test_a_snapshot_does_not_change_below_its_reader(index: LexicalIndex) -> None:
    before = index.open_searcher()
    writer = index.open_writer()
    writer.delete([1])
    writer.add([LexicalDocument(5, "Geneva again", None, "")])
    writer.commit()
    writer.close()

    assert before.list_numbers() == {1, 2, 3, 4}
    assert index.open_searcher().list_numbers() == {2, 3, 4, 5}
    assert len(before) == len(index.open_searcher()) == 4


def test_what_was_not_committed_is_dropped(index: LexicalIndex) -> None:
    writer = index.open_writer()
    writer.add([LexicalDocument(5, "lost", None, "")])
    writer.delete([1])
    writer.close()

    assert index.open_searcher().list_numbers() == {1, 2, 3, 4}


def test_nothing_writes_into_an_index_that_is_closed(index: LexicalIndex, tmp_path: Path) -> None:
    def list_files() -> dict[str, tuple[int, int]]:
        found = (each for each in (tmp_path / "lexical").iterdir() if each.suffix != ".lock")
        return {each.name: (each.stat().st_size, each.stat().st_mtime_ns) for each in found}

    for number in range(5, 30):  # so many segments are merged three times
        writer = index.open_writer()
        writer.add([LexicalDocument(number, "Boats again.", None, "")])
        writer.commit()
        writer.close()
        closed = list_files()
        time.sleep(0.02)
        assert list_files() == closed
    assert len(index.open_searcher()) == 29


def test_document_frequency_counts_passages(index: LexicalIndex) -> None:
    searcher = index.open_searcher()

    assert {term: searcher.count_documents(term) for term in ("geneva", "talk", "zebra")} == {
        "geneva": 2,
        "talk": 2,
        "zebra": 0,
    }


def test_an_unreadable_index_is_an_error(tmp_path: Path) -> None:
    with pytest.raises((ValueError, OSError)):
        LexicalIndex(tmp_path / "nothing")


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> LexicalSearcher:
    index = LexicalIndex(tmp_path_factory.mktemp("lexical"), create=True)
    writer = index.open_writer()
    writer.add(DOCUMENTS)
    writer.commit()
    writer.close()
    return index.open_searcher()


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_a_question_may_hold_any_characters(searcher: LexicalSearcher, question: str) -> None:
    weights = dict.fromkeys(extract_terms(question), 1.0)

    assert len(searcher.search(weights, 3, EVERYTHING)) <= 3
