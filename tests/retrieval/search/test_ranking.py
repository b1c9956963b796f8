from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from retrieval.domain import Article, Filter, Hit
from retrieval.errors import InputError
from retrieval.index import Library
from retrieval.search.ranking import search
from tests.retrieval.sample_archive import ARTICLES

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.encoder import SentenceEncoder

BY_ID = {article.id: article for article in ARTICLES}
COPIES = {"wreck", "wreck-again"}


def found(hits: list[Hit]) -> list[str]:
    return [hit.article.id for hit in hits]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Who opened the bridge in Halden?", "bridge"),
        ("What did fruit farmers do against the cold?", "orchard"),
        ("How often does the comet pass the Sun?", "comet"),
        ("Where was the missing instrument discovered?", "violin"),
        ("How many children were protected against malaria?", "vaccine"),
        ("Is there a sleeper from Austria to Italy?", "railway"),
        ("Why is the ice melting faster?", "glacier"),
        ("Who is the new chess champion?", "chess"),
        ("Can I borrow books on Sundays?", "library"),
        ("corals Okinawa", "reef"),
        ("What goes into a risotto?", "recipe"),
        ("Which colour should the lighthouse be?", "letter"),
    ],
)
def test_the_article_that_answers_ranks_first_also_in_other_words(archive: Library, question: str, first: str) -> None:
    assert found(search(archive, question, k=3))[0] == first


def test_hits_carry_their_evidence_and_their_article(archive: Library) -> None:
    (hit,) = search(archive, "Who opened the bridge in Halden?", k=1)

    article = BY_ID["bridge"]
    assert (hit.rank, hit.article.title, hit.article.published) == (1, article.title, article.published)
    assert article.text[hit.passage.start : hit.passage.end] == hit.passage.text
    assert (hit.names, hit.coverage) == (1, 1)
    assert hit.bm25 > 0
    assert -1 <= hit.cosine <= 1
    assert [each.sentence for each in hit.sentences] == list(hit.passage.sentences)
    assert max(hit.sentences, key=lambda each: each.score).sentence.text.startswith("The minister")


def test_scores_fall_with_rank_and_are_not_ranks(archive: Library) -> None:
    hits = search(archive, "Who opened the bridge in Halden?", k=10)

    scores = [hit.score for hit in hits]
    gaps = [a - b for a, b in pairwise(scores)]
    assert [hit.rank for hit in hits] == list(range(1, 11))
    assert scores == sorted(scores, reverse=True)
    assert gaps[0] > 3 * max(gaps[1:])


def test_the_same_question_gets_the_same_hits(archive: Library) -> None:
    question = "What happened at the harbour?"

    assert search(archive, question) == search(archive, question)


@pytest.mark.parametrize("k", [1, 3, 5])
def test_as_many_hits_come_as_were_asked_for(archive: Library, k: int) -> None:
    assert len(search(archive, "news", k=k)) == k


def test_more_hits_than_there_are_passages_are_all_but_the_copy(archive: Library) -> None:
    hits = search(archive, "Where is the ship?", k=1000)

    assert len(hits) == len(set(found(hits))) == len(ARTICLES) - 1
    assert len(COPIES & set(found(hits))) == 1


# Copies


def test_a_syndicated_copy_takes_no_second_place(archive: Library) -> None:
    hits = search(archive, "Why did the container ship run aground?", k=3)

    assert found(hits)[0] in COPIES
    assert not COPIES & set(found(hits)[1:])
    assert [hit.rank for hit in hits] == [1, 2, 3]


def test_the_copy_is_found_where_the_filter_excludes_the_other(archive: Library) -> None:
    where = Filter(since=date(2023, 6, 21), until=date(2023, 6, 21))

    assert found(search(archive, "Why did the container ship run aground?", where=where)) == ["wreck-again"]


def test_a_reprint_gives_way_to_the_original_whichever_headline_is_more_alike(archive: Library) -> None:
    question = "Which freighter was stranded after a breakdown near a rocky headland, the Marbella?"

    assert found(search(archive, question, k=1)) == ["wreck"]


def test_a_version_with_another_number_is_no_copy(encoder: SentenceEncoder, tmp_path: Path) -> None:
    text = "The flood in Tarn has killed three people. The river rose over the quay at night. Schools stay closed."
    with Library.open(tmp_path / "amended", encoder=encoder, create=True) as library:
        library.ingest([Article("first", text), Article("second", text.replace("three", "five"))])

        assert {*found(search(library, "How many people has the flood killed?"))} == {"first", "second"}


def test_texts_that_share_less_than_four_fifths_of_their_terms_are_no_copies(
    encoder: SentenceEncoder, tmp_path: Path
) -> None:
    words = ["harbour", "ferry", "anchor", "sailor", "rudder", "compass", "lantern", "cargo", "captain", "mast"]
    texts = {"whole": words, "most": words[:8], "some": words[:7]}
    with Library.open(tmp_path / "copies", encoder=encoder, create=True) as library:
        library.ingest(Article(name, " ".join(some)) for name, some in texts.items())

        hits = search(library, " ".join(words))

    assert set(found(hits)) == {"whole", "some"}
    assert [hit.rank for hit in hits] == [1, 2]


def test_an_abbreviation_finds_its_long_form_and_the_other_way_round(encoder: SentenceEncoder, tmp_path: Path) -> None:
    texts = {
        "founded": "The Ferry and Water Taxi Association (FWTA) was founded in Halden.",
        "short": "The FWTA counts nine boats.",
        "long": "Captains of the Ferry and Water Taxi Association wear green caps.",
        "other": "The Water Colour Association paints taxis. The ferry counts passengers.",
    }
    with Library.open(tmp_path / "boats", encoder=encoder, create=True) as library:
        library.ingest(Article(name, text) for name, text in texts.items())

        firsts = [
            found(search(library, question))[0]
            for question in (
                "How many boats does the Ferry and Water Taxi Association count?",
                "What caps do captains of the FWTA wear?",
                "what does fwta stand for",
            )
        ]

    assert firsts == ["short", "long", "founded"]


# Filters


@pytest.mark.parametrize(
    ("where", "admitted"),
    [
        (Filter(since=date(2023, 9, 12)), {"reef"}),
        (Filter(since=date(2023, 9, 13)), set()),
        (Filter(until=date(2023, 5, 2)), {"bridge"}),
        (Filter(until=date(2023, 5, 1)), set()),
        (Filter(since=date(2023, 7, 4), until=date(2023, 7, 18)), {"vaccine", "railway"}),
        (Filter(since=date(2023, 7, 18), until=date(2023, 7, 4)), set()),
        (Filter(author="brandt"), {"orchard", "railway", "chess"}),
        (Filter(author="O'NEILL"), {"violin", "vaccine", "library"}),
        (Filter(author="a v"), {"bridge", "comet", "glacier", "reef"}),
        (Filter(author="Berg"), {"letter"}),
        (Filter(author="Bérg"), {"letter"}),
        (Filter(author="%"), set()),
        (Filter(author="nobody"), set()),
        (Filter(since=date(2023, 6, 1), author="vik"), {"comet", "glacier", "reef"}),
        (Filter(since=date(1, 1, 1), author="Berg"), set()),
    ],
)
def test_filters_are_inclusive_and_authors_go_by_a_part_of_their_names(
    archive: Library, where: Filter, admitted: set[str]
) -> None:
    hits = search(archive, "Who walks past the lighthouse?", k=20, where=where)

    assert set(found(hits)) == admitted


def test_articles_without_a_date_match_no_date_filter(archive: Library) -> None:
    where = Filter(since=date(1, 1, 1), until=date(9999, 12, 31))

    hits = search(archive, "risotto with pumpkin, and the lighthouse", k=20, where=where)

    assert {"recipe", "letter"}.isdisjoint(found(hits))
    assert len(hits) == len(ARTICLES) - 3


def test_a_filter_is_applied_before_ranking(archive: Library) -> None:
    hits = search(archive, "Who opened the bridge in Halden?", k=3, where=Filter(author="Jonas Brandt"))

    assert len(hits) == 3
    assert {hit.article.author for hit in hits} == {"Jonas Brandt"}


# Odd questions


@pytest.mark.parametrize("question", ["?!", "...", "🙂", "\x00", "the of and", "AND OR NOT", '"*:^~[a TO b]"'])
def test_questions_without_words_find_something_and_fail_nowhere(archive: Library, question: str) -> None:
    assert len(search(archive, question, k=3)) == 3


def test_a_word_that_no_article_has_does_not_hide_the_others(archive: Library) -> None:
    assert found(search(archive, "Zzyzxqwv comet", k=1)) == ["comet"]
    assert len(search(archive, "zzyzxqwv brmpfl", k=2)) == 2


@pytest.mark.parametrize("question", ["", " \n", "Which comet passes the Sun? " * 500])
def test_an_empty_or_overlong_question_is_refused_as_one_asked_for_an_answer_is(
    archive: Library, question: str
) -> None:
    with pytest.raises(InputError, match="question"):
        search(archive, question)
