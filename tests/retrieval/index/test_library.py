from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from retrieval.domain import Article, Filter, IngestReport, LeftOutFiles, PartialDate, PublicationDate, Rejection
from retrieval.errors import (
    ArticleMissing,
    LibraryDamaged,
    LibraryError,
    LibraryMismatch,
    LibraryMissing,
)
from retrieval.index import Library, Progress, Snapshot, StoredPassage, publishing
from retrieval.index import writer as writing
from retrieval.index.catalog import Catalog
from retrieval.index.lexical import extract_terms
from retrieval.index.small_files import read_small_file, write_small_file
from retrieval.index.versions import get_catalog_path
from retrieval.text import passages
from retrieval.text.publication_dates import get_last_day
from tests.fakes import FakeEncoder, make_article
from tests.retrieval.index.stores import contents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOKENS = 60
ARTICLES = [make_article(n) for n in range(12)]


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def library(tmp_path: Path, encoder: FakeEncoder) -> Iterator[Library]:
    with Library.open(tmp_path / "news", encoder=encoder, passage_tokens=TOKENS, create=True) as library:
        library.ingest(ARTICLES)
        encoder.encoded.clear()
        yield library


def dense(library: Library, question: str, k: int = 4, where: Filter | None = None) -> list[str]:
    vector = FakeEncoder().encode_question(question)
    return library.read(lambda view: texts(view, view.search_dense(vector, k, where or Filter())))


def lexical(library: Library, question: str, k: int = 4, where: Filter | None = None) -> list[str]:
    return library.read(
        lambda view: texts(view, [key for key, _ in view.search_lexical(extract_terms(question), k, where or Filter())])
    )


def articles_of(stored: dict[str, StoredPassage]) -> set[str]:
    return {each.passage.article_id for each in stored.values()}


def texts(view: Snapshot, ids: list[str]) -> list[str]:
    return [each.passage.text for each in view.get_passages(ids).values()]


def counts(report: IngestReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.removed


# Ingesting


def test_new_changed_and_unchanged_articles_are_distinguished(library: Library, encoder: FakeEncoder) -> None:
    report = library.ingest([*ARTICLES[:10], make_article(10, version=2), make_article(50)])

    assert counts(report) == (1, 1, 10, 0)
    assert report.passages == len(encoder.encoded) == 8
    assert "story10 was seen in version2" in dense(library, "the harbour of story10 in version2")[0]
    assert not any("story10 was seen in version1" in text for text in lexical(library, "story10", k=20))


def test_unchanged_articles_cost_no_encoding_and_move_no_generation(library: Library, encoder: FakeEncoder) -> None:
    generation = library.generation

    report = library.ingest(ARTICLES)

    assert counts(report) == (0, 0, 12, 0)
    assert encoder.encoded == []
    assert library.generation == generation


def test_a_library_knows_when_it_was_written_to_last(library: Library, encoder: FakeEncoder, tmp_path: Path) -> None:
    first = library.changed_at
    assert first is not None
    for file in library.folder.rglob("catalog.sqlite3*"):
        os.utime(file, (0, 0))
    assert library.changed_at == datetime(1970, 1, 1, tzinfo=UTC)

    library.ingest([make_article(50)])

    assert library.changed_at is not None
    assert first <= library.changed_at
    empty = Library.open(tmp_path / "empty", encoder=encoder, create=True)
    assert empty.changed_at is None


def test_an_unchanged_run_imports_neither_torch_nor_chroma(library: Library) -> None:
    probe = (
        "import sys; from pathlib import Path; from retrieval.index import Library; from tests.fakes import *;"
        f"Library.open(Path({str(library.folder)!r}), encoder=FakeEncoder(), passage_tokens={TOKENS})"
        ".ingest([make_article(n) for n in range(12)]);"
        "print([name for name in ('torch', 'chromadb', 'tantivy', 'sentencex') if name in sys.modules])"
    )
    root = Path(__file__).parents[3]

    found = subprocess.run([sys.executable, "-c", probe], cwd=root, capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


def test_a_changed_title_reaches_every_store(library: Library) -> None:
    library.ingest([replace(ARTICLES[4], title="Zanzibar revisited")])

    assert "story4 " in lexical(library, "zanzibar")[0]
    assert "story4 " in dense(library, "Zanzibar revisited violin")[0]
    assert library.find_problems() == []


def test_rejected_inputs_are_reported_and_the_rest_goes_in(library: Library) -> None:
    broken = replace(make_article(60), text="half a pair: \ud83d")
    report = library.ingest([Rejection("/a.txt", "is empty"), make_article(61), broken])

    assert [each.source for each in report.skipped] == ["/a.txt", broken.source]
    assert "UTF-8" in report.skipped[1].reason
    assert counts(report) == (1, 0, 0, 0)


def test_what_was_left_out_of_a_folder_is_in_the_report(library: Library) -> None:
    left_out = LeftOutFiles(".png", 2, "/a/b.png")

    assert library.ingest([make_article(62), left_out]).left_out == (left_out,)


def test_what_was_read_with_doubts_is_named_when_it_is_new_and_not_kept(library: Library) -> None:
    doubtful = replace(make_article(62), doubts=("may be read in part",))

    first, second = library.ingest([doubtful]), library.ingest([doubtful])

    assert first.doubtful == (Rejection(doubtful.source, "may be read in part"),)
    assert second.doubtful == ()
    assert library.get_article(doubtful.id).doubts == ()


def test_an_article_without_passages_is_kept(library: Library) -> None:
    library.ingest([Article(id="blank", text="  \n ", source="/blank.txt")])

    assert library.get_article("blank").text == "  \n "
    assert [info.passages for info in library.list_articles() if info.id == "blank"] == [0]
    assert counts(library.ingest([Article(id="blank", text="  \n ", source="/blank.txt")])) == (0, 0, 1, 0)


def test_the_last_of_two_articles_with_one_id_stays(library: Library) -> None:
    library.ingest([make_article(70), replace(make_article(71), id="article-70")])

    assert "story71 " in dense(library, "comet story71")[0]
    assert not any("story70 " in text for text in lexical(library, "story70", k=20))
    assert library.find_problems() == []


def test_an_article_of_many_passages_appears_at_once_and_is_encoded_in_slices(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "PASSAGES_PER_BATCH", 16)
    slices: list[int] = []
    seen: list[int] = []

    class Watching(FakeEncoder):
        def encode_passages(self, passages: Any, headers: Any) -> Any:
            slices.append(len(passages))
            seen.append(len(library.list_articles()))
            return super().encode_passages(passages, headers)

    with Library.open(library.folder, encoder=Watching(), passage_tokens=TOKENS) as writer:
        writer.ingest([make_article(80, sentences=300)])

    assert max(slices) <= 16
    assert len(slices) > 5
    assert set(seen) == {12}
    assert len(library.list_articles()) == 13


def test_articles_are_found_while_the_rest_is_still_read(library: Library) -> None:
    def slowly() -> Iterator[Article]:
        yield make_article(81, sentences=900)
        found.extend(dense(library, "comet story81 witness 700"))
        yield make_article(82)

    found: list[str] = []
    library.ingest(slowly())

    assert all("story81 " in text for text in found)
    assert len(found) == 4


def test_progress_reports_stage_and_number(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "MAX_WAITING", 1)
    reported: list[Progress] = []

    library.ingest([make_article(90), make_article(91)], progress=reported.append)
    library.ingest((make_article(n) for n in (90, 91)), progress=reported.append)

    assert reported[:2] == [Progress("Reading", 1, 2), Progress("Reading", 2, 2)]
    assert {"Encoding", "Indexing"} <= {each.stage for each in reported}


def test_a_long_article_says_how_far_it_is_while_it_is_split_and_encoded(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "LONG_TEXT", 1_000)
    monkeypatch.setattr(writing, "PASSAGES_PER_BATCH", 16)
    monkeypatch.setattr(passages, "SENTENCES_PER_BATCH", 100)
    reported: list[Progress] = []
    article = make_article(92, sentences=300)

    library.ingest([article], progress=reported.append)

    split = [each for each in reported if each.stage == "Splitting"]
    encoded = [each for each in reported if each.stage == "Encoding"]
    assert {each.total for each in split} == {len(article.text)}
    assert len({each.done for each in split}) > 2
    assert [each.done for each in encoded] == list(range(0, encoded[0].total or 0, 16))


def test_an_error_of_the_reader_passes_through_and_what_was_complete_stays(library: Library) -> None:
    def failing() -> Iterator[Article]:
        yield make_article(83, sentences=900)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        library.ingest(failing())

    assert "article-83" in {info.id for info in library.list_articles()}
    library.ingest([])
    assert library.find_problems() == []


# Removing


def test_prune_removes_missing_articles_of_the_given_sources_only(library: Library) -> None:
    library.ingest(
        [replace(make_article(20), source="/other/20.txt"), replace(make_article(21), source="/articles-too/21.txt")]
    )

    report = library.ingest(ARTICLES[:10], prune=["/articles"])

    assert report.removed == 2
    kept = {info.id for info in library.list_articles()}
    assert kept == {f"article-{n}" for n in (*range(10), 20, 21)}
    assert not any("story11 " in text for text in dense(library, "comet story11", k=50))
    assert library.find_problems() == []


def test_a_rejected_file_has_not_gone(library: Library) -> None:
    report = library.ingest([*ARTICLES[1:], Rejection("/articles/0.txt", "could not be read")], prune=["/articles"])

    assert report.removed == 0


def test_removing_takes_articles_out_of_every_store(library: Library) -> None:
    library.remove(["article-3", "article-5", "article-3"])

    assert {f"article-{n}" for n in range(12)} - {info.id for info in library.list_articles()} == {
        "article-3",
        "article-5",
    }
    assert not any("story3 " in text for text in lexical(library, "story3") + dense(library, "glacier story3", k=50))
    assert library.find_problems() == []


def test_removed_words_are_left_in_no_file(library: Library) -> None:
    secret = replace(make_article(15), text="The zanzibarian whistleblower spoke to nobody else. " * 40)
    library.ingest([secret])
    library.remove([secret.id])
    library.close()

    files = [file for file in library.folder.rglob("*") if file.is_file()]
    assert not [file for file in files if b"zanzibarian whistleblower" in file.read_bytes()]


def test_removing_names_all_unknown_ids_and_removes_nothing(library: Library) -> None:
    with pytest.raises(ArticleMissing, match="'nothing', 'neither'"):
        library.remove(["article-3", "nothing", "neither"])

    assert len(library.list_articles()) == 12


def test_a_library_can_become_empty_and_grow_again(library: Library) -> None:
    library.remove([each.id for each in ARTICLES])
    with pytest.raises(LibraryMissing, match="clippings ingest"):
        dense(library, "harbour")

    library.ingest([make_article(1)])

    assert "story1 " in dense(library, "comet")[0]
    assert library.find_problems() == []


def test_many_changes_leave_the_stores_as_a_clean_build_has_them(library: Library, tmp_path: Path) -> None:
    for version in (2, 3, 4):
        library.ingest([make_article(n, version=version) for n in range(version, 9)])
        library.remove([f"article-{version}"])
    final = [library.get_article(info.id) for info in library.list_articles()]

    with Library.open(tmp_path / "clean", encoder=FakeEncoder(), passage_tokens=TOKENS, create=True) as clean:
        clean.ingest(final)

    assert contents(library.folder) == contents(tmp_path / "clean")


# Rebuilding


def test_a_rebuild_encodes_everything_and_keeps_what_was_not_offered(library: Library, encoder: FakeEncoder) -> None:
    generation = library.generation

    report = library.ingest([make_article(2, version=2), make_article(40), ARTICLES[3]], rebuild=True)

    assert counts(report) == (1, 1, 1, 0)
    assert report.passages == len(encoder.encoded)
    assert len({info.id for info in library.list_articles()}) == 13
    assert "story2 was seen in version2" in dense(library, "orchard story2 version2")[0]
    assert "story7 " in dense(library, "lighthouse story7")[0]
    assert library.generation > generation
    assert counts(library.ingest(ARTICLES[4:])) == (0, 0, 8, 0)
    assert library.find_problems() == []


def test_a_rebuild_prunes_what_has_gone(library: Library) -> None:
    assert library.ingest(ARTICLES[:5], prune=["/articles"], rebuild=True).removed == 7
    assert len(library.list_articles()) == 5


def test_the_old_version_answers_until_the_new_one_is_complete(library: Library) -> None:
    def offered() -> Iterator[Article]:
        yield make_article(2, version=2, sentences=900)
        during.extend(dense(library, "orchard story2 version2"))

    during: list[str] = []
    library.ingest(offered(), rebuild=True)

    assert any("story2 was seen in version1" in text for text in during)
    assert not any("version2" in text for text in during)
    assert "version2" in dense(library, "orchard story2 version2")[0]
    assert len(list((library.folder / "editions").iterdir())) == 1


def test_a_rebuild_that_fails_leaves_the_old_version(library: Library) -> None:
    def failing() -> Iterator[Article]:
        yield make_article(2, version=2, sentences=900)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.ingest(failing(), rebuild=True)

    assert "version1" in dense(library, "orchard story2 version2")[0]
    library.ingest(ARTICLES)
    assert len(list((library.folder / "editions").iterdir())) == 1


@pytest.mark.parametrize(
    ("changed", "tokens"),
    [(FakeEncoder(fingerprint="another@111111111111", dimension=32), TOKENS), (FakeEncoder(), 120)],
)
def test_another_model_or_split_size_asks_for_a_rebuild(library: Library, changed: FakeEncoder, tokens: int) -> None:
    with Library.open(library.folder, encoder=changed, passage_tokens=tokens) as other:
        with pytest.raises(LibraryMismatch, match="--rebuild"):
            other.ingest(ARTICLES)
        assert any("--rebuild" in problem for problem in other.find_problems())
        assert len(other.list_articles()) == 12
        other.remove(["article-11"])

        other.ingest([make_article(1, version=2)], rebuild=True)

        assert other.find_problems() == []
        found = other.read(
            lambda view: texts(view, view.search_dense(changed.encode_question("comet story1"), 3, Filter()))
        )
        assert "story1 " in found[0]


def test_a_running_reader_refuses_vectors_of_another_model(library: Library) -> None:
    dense(library, "harbour")
    other = FakeEncoder(fingerprint="another@111111111111", dimension=32)
    with Library.open(library.folder, encoder=other, passage_tokens=TOKENS) as writer:
        writer.ingest([], rebuild=True)

    with pytest.raises(LibraryMismatch, match=r"another@1+, not fake.*--rebuild"):
        dense(library, "harbour")


# Searching


def test_dense_candidates_come_nearest_first_and_know_the_newest_articles(library: Library) -> None:
    question = "boats of story5 and the railway"
    vector = FakeEncoder().encode_question(question)

    def ranked(view: Snapshot) -> tuple[list[str], dict[str, float]]:
        stored = view.get_passages(view.search_dense(vector, 500, Filter()))
        return list(stored), {key: float(each.vector @ vector) for key, each in stored.items()}

    ids, cosines = library.read(ranked)

    assert len(ids) == 48
    assert [cosines[key] for key in ids] == pytest.approx(sorted(cosines.values(), reverse=True), abs=1e-4)


@pytest.mark.parametrize("exact", [0, 20_000])
@pytest.mark.parametrize(
    ("where", "admits"),
    [
        (Filter(since=date(2023, 5, 5)), lambda a: a.published >= date(2023, 5, 5)),
        (Filter(until=date(2023, 5, 5)), lambda a: a.published <= date(2023, 5, 5)),
        (Filter(since=date(2023, 5, 5), until=date(2023, 5, 5)), lambda a: a.published == date(2023, 5, 5)),
        (Filter(until=date(2023, 5, 5), as_of=date(2023, 9, 9)), lambda a: a.published <= date(2023, 5, 5)),
        (Filter(until=date(2023, 9, 9), as_of=date(2023, 5, 5)), lambda a: a.published <= date(2023, 5, 5)),
        (Filter(author="AUTHOR 2"), lambda a: a.author == "Author 2"),
        (Filter(author="author 1", since=date(2023, 6, 1)), lambda a: a.author == "Author 1" and a.published.month > 5),
    ],
)
def test_a_filtered_search_still_returns_k_passages(
    library: Library, monkeypatch: pytest.MonkeyPatch, exact: int, where: Filter, admits: Callable[[Article], bool]
) -> None:
    monkeypatch.setattr("retrieval.index.snapshot.MAX_EXACT_SEARCH", exact)
    expected = {each.id for each in ARTICLES if admits(each)}

    def found(view: Snapshot) -> tuple[set[str], set[str], int, int]:
        near = view.get_passages(view.search_dense(FakeEncoder().encode_question("harbour boats"), 4, where))
        matching = view.get_passages([key for key, _ in view.search_lexical(["boat"], 4, where)])
        return articles_of(near), articles_of(matching), len(near), len(matching)

    near, matching, *numbers = library.read(found)

    assert near | matching <= expected
    assert numbers == [4, 4]


def test_no_author_of_that_name_means_no_passages(library: Library) -> None:
    assert dense(library, "harbour", where=Filter(author="Nobody")) == []
    assert lexical(library, "harbour", where=Filter(author="Nobody")) == []


def test_an_article_without_a_date_meets_no_date(library: Library) -> None:
    library.ingest([replace(make_article(30), published=None)])

    assert any("story30 " in text for text in dense(library, "harbour story30"))
    for where in (Filter(since=date(1900, 1, 1)), Filter(until=date(2100, 1, 1))):
        assert not any("story30 " in text for text in dense(library, "harbour story30", k=100, where=where))
        assert not any("story30 " in text for text in lexical(library, "harbour story30", k=100, where=where))


@pytest.mark.parametrize("exact", [0, 20_000])
@pytest.mark.parametrize(
    "changed",
    [
        {"last_updated": "2023-07-02"},
        {"article:modified_time": "2023-07-02T08:00:00+02:00"},
        {"dates": {"Revised": "2 July 2023"}},
        {"corrected": "2023-07-02", "updated": "2023-06-30"},
    ],
)
def test_as_of_a_day_nothing_is_found_that_was_changed_later(
    library: Library, monkeypatch: pytest.MonkeyPatch, exact: int, changed: dict[str, Any]
) -> None:
    monkeypatch.setattr("retrieval.index.snapshot.MAX_EXACT_SEARCH", exact)
    written = replace(make_article(30), published=date(2023, 6, 1))
    library.ingest([replace(written, metadata=changed)])

    def finds(where: Filter) -> list[bool]:
        texts = [*dense(library, "harbour story30", k=100, where=where), *lexical(library, "story30", 9, where)]
        listed = {info.id for info in library.list_articles(where)}
        return [any("story30 " in text for text in texts), written.id in listed]

    assert finds(Filter(as_of=date(2023, 7, 1))) == [False, False]
    assert finds(Filter(as_of=date(2023, 7, 2))) == [True, True]
    assert finds(Filter(until=date(2023, 7, 1))) == [True, True]


@pytest.mark.parametrize(
    "metadata", [{"updated_by": "Ada"}, {"modified": 1_688_256_000}, {"section": "2 July 2023"}, {"updated": None}]
)
def test_metadata_that_name_no_day_of_a_change_leave_an_article_in(library: Library, metadata: dict[str, Any]) -> None:
    library.ingest([replace(make_article(30), published=date(2023, 6, 1), metadata=metadata)])

    assert any("story30 " in each for each in lexical(library, "story30", 9, Filter(as_of=date(2023, 6, 1))))


def test_as_of_any_day_an_article_without_a_date_is_left_out(library: Library) -> None:
    library.ingest([replace(make_article(30), published=None)])

    assert lexical(library, "story30", where=Filter(as_of=date(2100, 1, 1))) == []


@pytest.mark.parametrize("exact", [0, 20_000])
@pytest.mark.parametrize(
    ("published", "where", "admitted"),
    [
        ("2023-06", Filter(as_of=date(2023, 6, 10)), False),
        ("2023-06", Filter(as_of=date(2023, 6, 30)), True),
        ("2023-06", Filter(until=date(2023, 6, 29)), False),
        ("2023-06", Filter(since=date(2023, 6, 10)), False),
        ("2023-06", Filter(since=date(2023, 6, 1)), True),
        ("2023-06", Filter(since=date(2023, 6, 1), until=date(2023, 6, 30)), True),
        ("2023-06", Filter(since=date(2023, 6, 30), until=date(2023, 6, 30)), False),
        ("2023-06", Filter(since=date(2023, 1, 1), until=date(2023, 12, 31)), True),
        ("2023", Filter(as_of=date(2023, 12, 30)), False),
        ("2023", Filter(since=date(2023, 12, 1)), False),
        ("2023", Filter(since=date(2023, 1, 1), as_of=date(2023, 12, 31)), True),
    ],
)
def test_a_limit_admits_what_is_of_a_month_or_a_year_where_it_admits_every_day_of_it(
    library: Library, monkeypatch: pytest.MonkeyPatch, *, exact: int, published: str, where: Filter, admitted: bool
) -> None:
    monkeypatch.setattr("retrieval.index.snapshot.MAX_EXACT_SEARCH", exact)
    added = replace(make_article(30), published=PartialDate(published))
    library.ingest([added])

    near, matching = dense(library, "harbour story30", 100, where), lexical(library, "story30", 9, where)

    assert any("story30 " in text for text in near) is admitted
    assert any("story30 " in text for text in matching) is admitted
    assert (added.id in {info.id for info in library.list_articles(where)}) is admitted


def test_a_month_or_a_year_is_stored_as_one_and_listed_after_its_last_day(library: Library) -> None:
    dates: list[PublicationDate] = [
        date(2024, 3, 31),
        PartialDate("2024-03"),
        date(2024, 3, 30),
        PartialDate("2024"),
        date(2024, 12, 31),
    ]
    library.ingest(replace(make_article(30 + n), published=each) for n, each in enumerate(dates))

    listed = [info.published for info in library.list_articles(Filter(since=date(2024, 1, 1)))]

    assert listed == [date(2024, 12, 31), PartialDate("2024"), *dates[:3]]
    assert library.get_article("article-31").published == PartialDate("2024-03")
    assert library.ingest([library.get_article("article-31")]).unchanged == 1


def test_a_period_takes_in_the_whole_of_a_month_or_a_year(library: Library) -> None:
    library.ingest([replace(make_article(30), published=PartialDate("2024-03"))])
    library.ingest([replace(make_article(31), published=PartialDate("2022"))])

    def read(where: Filter) -> tuple[date, date] | None:
        return library.read(lambda view: view.get_period(where))

    assert read(Filter()) == (date(2022, 1, 1), date(2024, 3, 31))
    assert read(Filter(since=date(2024, 1, 1))) == (date(2024, 3, 1), date(2024, 3, 31))


def test_the_period_of_a_library_is_that_of_its_dated_articles(library: Library) -> None:
    library.ingest([replace(make_article(30), published=None)])
    days = sorted(get_last_day(each.published) for each in ARTICLES if each.published)

    assert library.read(lambda view: view.get_period(Filter())) == (days[0], days[-1])
    assert library.read(lambda view: view.get_period(Filter(as_of=days[3]))) == (days[0], days[3])
    assert library.read(lambda view: view.get_period(Filter(since=date(2100, 1, 1)))) is None
    assert library.read(lambda view: view.get_period(Filter(author="nobody"))) is None


def test_bm25_of_given_passages_is_what_a_search_gives_and_zero_elsewhere(library: Library) -> None:
    def scores(view: Snapshot) -> tuple[dict[str, float], dict[str, float]]:
        everything = view.search_dense(FakeEncoder().encode_question("x"), 500, Filter())
        found = dict(view.search_lexical({"orchard": 1.0, "story2": 0.5}, 500, Filter()))
        return found, view.score_bm25({"orchard": 1.0, "story2": 0.5}, [*everything, "unknown"])

    found, given = library.read(scores)

    assert len(given) == 48
    assert {key: score for key, score in given.items() if score} == pytest.approx(found)


def test_what_is_known_of_articles_and_passages_is_at_hand(library: Library) -> None:
    def look(view: Snapshot) -> None:
        key = view.search_lexical(["story4"], 1, Filter())[0][0]
        passage = view.get_passages([key])[key].passage
        around = view.get_passages_around("article-4", passage.start, passage.end)
        assert view.get_article("article-4") == ARTICLES[4]
        assert view.get_article_infos(["article-4", "unknown"])["article-4"].title == ARTICLES[4].title
        assert {each.article_id for each in around} == {passage.article_id}
        assert passage in around
        assert len(around) > 1
        assert view.get_document_frequencies(["story4", "unknown"]) == {"story4": 4, "unknown": 0}
        assert view.size == 48
        assert view.state.generation == library.generation

    library.read(look)


def test_several_threads_may_ask_while_another_ingests(library: Library) -> None:
    done = threading.Event()

    def ask() -> int:
        asked = 0
        while not done.is_set() or not asked:
            assert len(dense(library, "harbour boats", k=8)) == 8
            asked += 1
        return asked

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(3)]
        for version in range(2, 6):
            library.ingest([make_article(n, version=version) for n in range(12)])
        done.set()
        assert all(each.result() for each in asking)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files")
def test_following_many_changes_leaks_no_files(library: Library) -> None:
    def follow(version: int) -> int:
        library.ingest([make_article(1, version=version)])
        dense(library, "comet")
        return sum(1 for _ in Path("/proc/self/fd").iterdir())

    first = max(follow(version) for version in range(2, 6))
    last = [follow(version) for version in range(6, 16)][-1]

    assert last <= first + 3


# What is wrong


def test_an_unknown_library_is_missing_unless_it_is_to_be_created(tmp_path: Path, encoder: FakeEncoder) -> None:
    with pytest.raises(LibraryMissing, match=r"'nowhere' is empty.*clippings ingest"):
        Library.open(tmp_path / "nowhere", encoder=encoder)

    library = Library.open(tmp_path / "nowhere", encoder=encoder, create=True)
    assert library.generation == 0
    assert not (tmp_path / "nowhere").exists()
    for use in (library.list_articles, lambda: library.remove(["a"]), lambda: dense(library, "x")):
        with pytest.raises(LibraryMissing):
            use()


@pytest.mark.parametrize("version", [0, 3])
def test_another_format_is_refused_and_named(library: Library, version: int) -> None:
    write_small_file(library.folder / "current", {"format": version, "edition": 1})

    with pytest.raises(LibraryMismatch, match=f"format.*{version}"):
        Library.open(library.folder, encoder=FakeEncoder())


def test_a_library_of_a_newer_program_says_which_version_it_needs(library: Library) -> None:
    pointer = library.folder / "current"
    written = read_small_file(pointer)
    write_small_file(pointer, {"format": 3, "edition": 1, "version": "9.8.7"})

    with pytest.raises(LibraryMismatch, match=r"Clippings 9\.8\.7 .*'clippings-archive>=9\.8\.7'"):
        Library.open(library.folder, encoder=FakeEncoder())
    assert "version" in written


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_all_files_have_the_rights_that_the_umask_gives(umask: int, tmp_path: Path) -> None:
    before = os.umask(umask)
    try:
        Library(tmp_path / "library", encoder=FakeEncoder()).ingest([make_article(1)])
    finally:
        os.umask(before)

    files = [file for file in (tmp_path / "library").rglob("*") if file.is_file() and file.suffix != ".lock"]
    assert {(file.name, oct(file.stat().st_mode & 0o777)) for file in files} == {
        (file.name, oct(0o666 & ~umask)) for file in files
    }


def test_a_pointer_of_version_0_1_is_read(library: Library) -> None:
    pointer = library.folder / "current"
    written = read_small_file(pointer)
    pointer.write_text(f'{{"format": 1, "edition": {written["edition"]}}}')

    assert Library.open(library.folder, encoder=FakeEncoder()).list_articles()


@pytest.mark.parametrize("content", ["{", "", '{"format": 1, "edition": 7}', '{"format": 1, "edition": 1, "check": 5}'])
def test_a_damaged_pointer_is_named_and_mended_and_keeps_no_answer_back(library: Library, content: str) -> None:
    (library.folder / "current").write_text(content)

    assert len(library.list_articles()) == len(dense(library, "harbour", k=12)) == len(ARTICLES)
    assert [str(library.folder / "current") in each for each in library.find_problems()] == [True]
    assert library.repair() == ["`current` names the library's version again"]
    assert library.find_problems() == []


def test_a_lost_pointer_is_restored_from_the_newest_complete_version(library: Library) -> None:
    (library.folder / "current").unlink()
    unfinished = shutil.copytree(version_folder(library), library.folder / "editions" / "2")
    with closing(Catalog(get_catalog_path(unfinished), writes=True)) as catalog:
        catalog.update_state(writing=True)

    assert len(library.list_articles()) == len(dense(library, "harbour", k=12)) == len(ARTICLES)
    assert counts(library.ingest(ARTICLES)) == (0, 0, len(ARTICLES), 0)

    assert (library.folder / "current").exists()
    assert [each.name for each in (library.folder / "editions").iterdir()] == ["1"]


@pytest.mark.parametrize("lost", [("catalog.sqlite3",), ("catalog.sqlite3", "../../current")])
def test_a_lost_catalog_is_named_and_nothing_starts_over_unless_it_is_asked_for(
    library: Library, lost: tuple[str, ...]
) -> None:
    library.close()
    folder = version_folder(library)
    for name in lost:
        (folder / name).unlink()

    for use in (library.list_articles, lambda: library.ingest(ARTICLES)):
        with pytest.raises(LibraryDamaged, match=r"catalog\.sqlite3 is missing: restore it from a backup") as caught:
            use()
        assert "remove" not in str(caught.value)
    assert (folder / "lexical").exists()

    assert library.ingest(ARTICLES, rebuild=True).added == len(ARTICLES)
    assert library.find_problems() == []


@pytest.mark.parametrize("catalog", [None, b""])
def test_a_version_whose_first_writer_was_killed_at_once_does_not_count(
    tmp_path: Path, encoder: FakeEncoder, catalog: bytes | None
) -> None:
    (begun := tmp_path / "news" / "editions" / "1").mkdir(parents=True)
    if catalog is not None:
        (begun / "catalog.sqlite3").write_bytes(catalog)

    with Library.open(tmp_path / "news", encoder=encoder, create=True) as library:
        assert library.generation == 0
        assert library.ingest(ARTICLES).added == len(ARTICLES)


def test_a_file_where_folders_are_wanted_is_named(tmp_path: Path, encoder: FakeEncoder) -> None:
    (tmp_path / "home").write_text("")

    with pytest.raises(LibraryError, match=f"^{tmp_path / 'home'} is a file.*CLIPPINGS_HOME"):
        Library.open(tmp_path / "home" / "libraries" / "news", encoder=encoder)


def version_folder(library: Library) -> Path:
    return next((library.folder / "editions").iterdir())


def lose_vectors(library: Library) -> None:
    shutil.rmtree(next(version_folder(library).glob("vectors-*")))


def lose_lexical(library: Library) -> None:
    shutil.rmtree(version_folder(library) / "lexical")


def tear_vectors(library: Library) -> None:
    (next(version_folder(library).glob("vectors-*")) / "chroma.sqlite3").write_bytes(b"torn")


def tear_lexical(library: Library) -> None:
    (version_folder(library) / "lexical" / "meta.json").write_text("{")


@pytest.mark.parametrize(
    ("harm", "what"),
    [(lose_vectors, "vector"), (tear_vectors, "vector"), (lose_lexical, "lexical"), (tear_lexical, "lexical")],
)
def test_a_lost_or_torn_store_is_found_named_and_mended(
    library: Library, encoder: FakeEncoder, harm: Callable[[Library], None], what: str
) -> None:
    library.close()
    harm(library)
    encoder.encoded.clear()

    problems = library.find_problems()
    assert [what in problem and "--repair" in problem for problem in problems] == [True]
    if what == "lexical":
        with pytest.raises(LibraryDamaged, match="--repair"):
            lexical(library, "harbour")

    assert library.repair() == [f"the {what} index was made again from the catalog"]
    assert encoder.encoded == []
    assert library.find_problems() == []
    assert len(dense(library, "harbour")) == len(lexical(library, "harbour")) == 4


@pytest.mark.parametrize("harm", [lose_vectors, tear_vectors])
def test_without_its_vector_index_a_library_answers_from_the_catalog_and_says_so(
    library: Library, harm: Callable[[Library], None], caplog: pytest.LogCaptureFixture
) -> None:
    expected = dense(library, "harbour boats", k=8)
    library.close()
    harm(library)

    assert dense(library, "harbour boats", k=8) == expected
    assert ["vector" in said and "compared one by one" in said for said in caplog.messages] == [True]


@pytest.mark.parametrize("harm", [lose_vectors, lose_lexical])
def test_a_lost_store_is_rebuilt_although_nothing_else_changed(
    library: Library, encoder: FakeEncoder, harm: Callable[[Library], None]
) -> None:
    harm(library)

    assert counts(library.ingest(ARTICLES)) == (0, 0, len(ARTICLES), 0)

    assert encoder.encoded == []
    assert library.find_problems() == []
    assert len(dense(library, "harbour")) == len(lexical(library, "harbour")) == 4


def test_a_store_out_of_step_is_found(library: Library) -> None:
    from retrieval.index.lexical import LexicalDocument, LexicalIndex

    writer = LexicalIndex(version_folder(library) / "lexical").open_writer()
    writer.delete([1, 2])
    writer.add([LexicalDocument(999, "stray", None, "")])
    writer.commit()
    writer.close()

    (version_folder(library) / "checksums.json").unlink()  # as a library of an earlier version has none
    assert [problem for problem in library.find_problems() if "2 passages missing, 1 too many" in problem]


def test_an_interrupted_ingest_is_reported_and_repaired_by_the_next(library: Library) -> None:
    def interrupted() -> Iterator[Article]:
        yield make_article(84, sentences=900)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.ingest(interrupted())

    assert ["interrupted" in problem and "ingest" in problem for problem in library.find_problems()] == [True]
    library.ingest([])
    assert library.find_problems() == []


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cant_be_written_is_named(library: Library) -> None:
    library.folder.chmod(0o500)
    try:
        assert any("can't be written" in problem for problem in library.find_problems())
        with pytest.raises(LibraryError, match="can't be written"):
            library.ingest([make_article(99)])
    finally:
        library.folder.chmod(0o700)


READING = """
import sys
from pathlib import Path
from retrieval.domain import Filter
from retrieval.index.lexical import extract_terms
from retrieval.index import Library
from tests.fakes import FakeEncoder

encoder = FakeEncoder()
with Library.open(Path(sys.argv[1]), encoder=encoder, passage_tokens=60) as library:
    print(len(library.list_articles()))
    for question in ("harbour", "comet"):
        print(sorted(library.read(lambda v: v.search_dense(encoder.encode_question(question), 4, Filter()))))
        print([key for key, _ in library.read(lambda v: v.search_lexical(extract_terms(question), 4, Filter()))])
    print(*library.find_problems(), sep="\\n", file=sys.stderr)
"""


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_a_library_that_can_only_be_read_answers_all_the_same(library: Library, tmp_path: Path) -> None:
    expected = [str(len(ARTICLES))]
    for question in ("harbour", "comet"):
        vector = library.encoder.encode_question(question)
        found = library.read(lambda v, vector=vector: v.search_dense(vector, 4, Filter()))  # type: ignore[misc]
        scored = library.read(lambda v, q=question: v.search_lexical(extract_terms(q), 4, Filter()))  # type: ignore[misc]
        expected += [str(sorted(found)), str([key for key, _ in scored])]
    library.close()
    (temporary := tmp_path / "temporary").mkdir()
    folders = [library.folder, *(path for path in library.folder.rglob("*"))]
    modes = {path: path.stat().st_mode for path in folders}
    for path in folders:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        run = subprocess.run(
            [*unprivileged(), sys.executable, "-c", READING, library.folder],
            check=False,
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONPATH": str(Path.cwd()), "TMPDIR": str(temporary)},
        )
    finally:
        for path, mode in modes.items():
            path.chmod(mode)

    assert run.stdout.splitlines() == expected, run.stderr
    assert run.stderr.splitlines() == [
        f"the library {library.folder} can't be written: give yourself permission, or nothing can be ingested"
    ]
    assert {*library.folder.rglob("*")} == set(folders) - {library.folder}
    assert not list(temporary.iterdir())


def unprivileged() -> list[str]:
    """Return what a command is to be preceded by so that permissions hold for root, too."""
    if os.geteuid():
        return []
    if not (setpriv := shutil.which("setpriv")):
        pytest.skip("root may write everywhere, and there is no setpriv to give that up")
    rights = "-dac_override,-dac_read_search"
    return [setpriv, f"--bounding-set={rights}", f"--inh-caps={rights}"]
