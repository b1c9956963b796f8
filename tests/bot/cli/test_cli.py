import io
import json
import math
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot import progress, wiring
from bot.cli import main
from retrieval.conversation.small_talk import REPLIES
from retrieval.domain import (
    Answer,
    Article,
    ArticleInfo,
    Ask,
    Citation,
    Filter,
    FindFile,
    Hit,
    IngestReport,
    Passage,
    Rejection,
    Turn,
)
from retrieval.errors import ArticleMissing, InputError, LibraryLocked, LibraryMissing
from retrieval.index import Progress
from retrieval.search import ranking as searching
from tests.bot import scripted_answers

ROOT = Path(__file__).parents[3]
MILL = Article("mill", "Talks were held at the old mill. Nothing was signed.", "The mill", published=date(2023, 6, 27))
QUOTE = "Talks were held at the old mill."


class FakeLibrary:
    """An archive of one article that remembers what it was asked to do."""

    def __init__(self) -> None:
        self.article_by_id = {"mill": MILL}
        self.rejects: tuple[Rejection, ...] = ()
        self.offered: list[Article | Rejection] = []
        self.options: dict[str, Any] = {}
        self.trouble: BaseException | None = None
        self.versions: list[ArticleInfo] = []
        self.sources: dict[str, str] = {}

    def __enter__(self) -> "FakeLibrary":
        return self

    def __exit__(self, *_: object) -> None:
        return

    def ingest(self, offer: Callable[[FindFile], Iterable[Article | Rejection]], **options: Any) -> IngestReport:
        if self.trouble:
            raise self.trouble
        self.offered, self.options = list(offer(lambda *_: None)), options
        rejected = tuple(each for each in self.offered if isinstance(each, Rejection))
        return IngestReport(added=len(self.offered) - len(rejected), skipped=rejected)

    def list_articles(self) -> list[ArticleInfo]:
        if self.trouble:
            raise self.trouble
        return [
            ArticleInfo(a.id, a.title, a.author, a.published, source=self.sources.get(a.id, ""))
            for a in self.article_by_id.values()
        ]

    def get_article(self, article_id: str) -> Article:
        if article_id not in self.article_by_id:
            raise ArticleMissing(f"No article has the id {article_id}.")
        return self.article_by_id[article_id]

    def list_versions(self, article_id: str) -> list[ArticleInfo]:
        return [info for info in self.versions if article_id in (info.id, info.version_of)]

    def remove(self, ids: Sequence[str], *, wait: float) -> None:
        for article_id in ids:
            self.get_article(article_id)
        for article_id in ids:
            self.article_by_id.pop(article_id, None)


def quoting(question: str, where: Filter) -> Answer:
    """Answer every question that mentions the mill, whatever it asks; refuse the others."""
    if not question.strip():
        raise InputError("The question is empty: ask something.")
    if "mill" not in question or where.author == "Nobody":
        return Answer(
            question, "The articles do not say.", (), True, 0.1, "quotes", 0.01, (ArticleInfo("mill", "The mill"),)
        )
    citation = Citation(1, "mill", "The mill", "", MILL.published, "", "", QUOTE, 0, len(QUOTE))
    return Answer(question, f"{QUOTE} [1]", (citation,), False, 0.9, "quotes", 0.01)


@dataclass
class Scripted:
    """Answers by a function from the question and what it is limited to."""

    reply: Callable[[str, Filter], Answer]

    def invoke(self, ask: Ask) -> Answer:
        return self.reply(ask.question, ask.where)

    def stream(self, ask: Ask) -> Iterator[str | Answer]:
        yield self.invoke(ask)


Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> FakeLibrary:
    fake = FakeLibrary()
    monkeypatch.setattr(wiring, "open_library", lambda *_, **__: fake)
    monkeypatch.setattr(wiring, "build_answerer", lambda *_: Scripted(quoting))
    return fake


@pytest.fixture
def clippings(library: FakeLibrary, capfd: pytest.CaptureFixture[str]) -> Command:
    def run(*arguments: str) -> tuple[int, str, str]:
        status = main.run(arguments)
        return status, *capfd.readouterr()

    return run


def test_an_answer_goes_to_stdout_with_its_quote_in_context(clippings: Command) -> None:
    status, out, err = clippings("ask", "Where is the mill?")

    assert (status, err) == (0, "")
    assert out.startswith(f"{QUOTE} [1]\n")
    assert f"«{QUOTE}» Nothing was signed." in out


def test_a_quote_is_shown_without_context_when_its_article_has_changed(
    clippings: Command, library: FakeLibrary
) -> None:
    library.article_by_id["mill"] = Article("mill", "Rewritten.")
    assert f"    «{QUOTE}»\n" in clippings("ask", "Where is the mill?")[1]

    library.article_by_id.clear()
    assert f"    «{QUOTE}»\n" in clippings("ask", "Where is the mill?")[1]


def test_an_answer_as_json_has_the_promised_fields(clippings: Command) -> None:
    status, out, _ = clippings("ask", "Where is the mill?", "--json")

    answer = json.loads(out)
    assert status == 0
    assert answer["question"] == "Where is the mill?"
    assert answer["citations"][0]["published"] == "2023-06-27"


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_refusal_is_an_answer_with_a_status_of_its_own(form: list[str], clippings: Command) -> None:
    status, out, err = clippings("ask", "Who won the cup?", *form)

    assert (status, err) == (3, "")
    assert "The articles do not say." in out


def test_limits_reach_the_search(library: FakeLibrary, monkeypatch: pytest.MonkeyPatch, clippings: Command) -> None:
    asked: list[Filter] = []

    def remembering(question: str, where: Filter) -> Answer:
        asked.append(where)
        return quoting(question, where)

    monkeypatch.setattr(wiring, "build_answerer", lambda *_: Scripted(remembering))

    clippings("ask", "mill", "--since", "June 2023", "--until", "2023-07", "--author", "Ada")
    clippings("ask", "mill", "--as-of", "July 2023")

    assert asked == [Filter(date(2023, 6, 1), date(2023, 7, 31), "Ada"), Filter(as_of=date(2023, 7, 31))]


@pytest.mark.parametrize(
    "options",
    [
        ["--since", "whenever"],
        ["--until", "2023-13-01"],
        ["--since", "2024", "--until", "2023"],
        ["--since", "2024", "--as-of", "2023"],
    ],
)
def test_limits_that_cannot_be_used_are_one_line(options: list[str], clippings: Command) -> None:
    assert_one_line(clippings("ask", "mill", *options))


def assert_one_line(result: tuple[int, str, str]) -> None:
    assert result[:2] == (1, "")
    assert result[2].startswith("clippings: ")
    assert result[2].count("\n") == 1


def test_an_empty_question_is_one_line(clippings: Command) -> None:
    assert_one_line(clippings("ask", ""))


def test_an_argument_that_is_no_text_is_asked_readably(clippings: Command) -> None:
    status, out, _ = clippings("ask", "mill \udcff", "--json")

    assert (status, json.loads(out)["question"]) == (0, "mill ?")


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_question_or_a_batch_is_needed_and_not_both(
    command: str, clippings: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    assert clippings(command)[0] == 2
    assert clippings(command, "mill", "--batch", "-")[0] == 2


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["ask", "mill", "--nonsense"], ["ingest"], ["show"], ["remove"], ["search", "mill", "-k", "0"], []],
)
def test_wrong_usage_has_its_status(arguments: list[str], clippings: Command) -> None:
    assert clippings(*arguments)[0] == 2


def test_a_batch_is_answered_line_by_line(clippings: Command, tmp_path: Path) -> None:
    lines = [{"id": 1, "question": "mill?"}, {"question": "cup?"}, {"id": "c", "question": "mill", "author": "Nobody"}]
    (tmp_path / "batch.jsonl").write_text("\ufeff" + "\n".join(map(json.dumps, lines)), encoding="utf-8")

    status, out, err = clippings("ask", "--batch", "batch.jsonl")

    replies = [json.loads(line) for line in out.splitlines()]
    assert (status, err) == (0, "")
    assert [reply.get("id", "none") for reply in replies] == [1, "none", "c"]
    assert [reply["refused"] for reply in replies] == [False, True, True]


def test_a_batch_with_a_bad_line_goes_on_and_fails_at_the_end(clippings: Command, tmp_path: Path) -> None:
    (tmp_path / "batch.jsonl").write_bytes(b'{"question": "mill"}\n{"id": 5}\n\xff\n{"question": "mill \\ud800"}\n')

    status, out, err = clippings("ask", "--batch", "batch.jsonl")

    replies = [json.loads(line) for line in out.splitlines()]
    assert (status, err.count("\n")) == (1, 1)
    assert ["error" in reply for reply in replies] == [False, True, True, False]
    assert (replies[1]["id"], replies[1]["line"]) == (5, 2)


def test_a_batch_comes_from_standard_input(monkeypatch: pytest.MonkeyPatch, clippings: Command) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO('{"question": "mühle mill"}\n'.encode())))

    status, out, _ = clippings("ask", "--batch", "-")

    assert (status, json.loads(out)["question"]) == (0, "mühle mill")


def test_options_hold_for_every_line_that_does_not_say_otherwise(clippings: Command, tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text('{"question": "mill"}\n{"question": "mill", "author": "Ada"}\n', encoding="utf-8")

    out = clippings("ask", "--batch", "b.jsonl", "--author", "Nobody")[1]

    assert [json.loads(line)["refused"] for line in out.splitlines()] == [True, False]


@pytest.mark.parametrize("name", ["nowhere.jsonl", "", "."])
def test_a_batch_file_that_cannot_be_read_is_one_line_that_says_what_to_do(name: str, clippings: Command) -> None:
    result = clippings("ask", "--batch", name)

    assert_one_line(result)
    assert "check the path" in result[2]


def test_an_empty_path_is_not_the_current_folder(clippings: Command) -> None:
    status, _, err = clippings("ingest", "")

    assert status == 2
    assert "it is empty" in err


def test_what_was_said_before_reaches_the_answerer(
    library: FakeLibrary, monkeypatch: pytest.MonkeyPatch, clippings: Command, tmp_path: Path
) -> None:
    answerer = scripted_answers.ScriptedAnswerer()
    monkeypatch.setattr(wiring, "build_answerer", lambda *_: answerer)
    said = [{"question": "Where is the mill?", "answer": "Here \ud800."}]
    lines = [{"id": 1, "question": "And who is he?", "history": said}, {"id": 2, "question": "?", "history": [1]}]
    (tmp_path / "batch.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    status, out, _ = clippings("ask", "--batch", "batch.jsonl", "--author", "Ada")

    first, second = (json.loads(line) for line in out.splitlines())
    assert status == 1
    assert answerer.asked == [
        Ask("And who is he?", Filter(author="Ada"), (Turn("Where is the mill?", "Here ?."),)),
    ]
    assert (first["id"], first["standalone"]) == (1, "Who is the miller?")
    assert second == {"id": 2, "line": 2, "error": 'history[0]: must be an object with "question" and "answer".'}


def test_a_line_says_the_day_on_which_it_is_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clippings: Command
) -> None:
    answerer = scripted_answers.ScriptedAnswerer()
    monkeypatch.setattr(wiring, "build_answerer", lambda *_: answerer)
    line = {"question": "Where is the mill?", "as_of": "last month", "today": "5 June 2023"}
    (tmp_path / "batch.jsonl").write_text(json.dumps(line), encoding="utf-8")

    assert clippings("ask", "--batch", "batch.jsonl")[0] == 0

    assert answerer.asked == [Ask("Where is the mill?", Filter(as_of=date(2023, 5, 31)), today=date(2023, 6, 5))]


@pytest.mark.parametrize("form", [["--json"], []])
def test_a_draft_is_for_terminals_only(
    form: list[str], library: FakeLibrary, monkeypatch: pytest.MonkeyPatch, clippings: Command
) -> None:
    monkeypatch.setattr(
        wiring, "build_answerer", lambda *_: scripted_answers.ScriptedAnswerer(("An unchecked draft.",))
    )

    status, out, err = clippings("ask", "Where is the mill?", *form)

    assert (status, err) == (0, "")
    assert "draft" not in out


@pytest.mark.parametrize(("form", "streams"), [([], True), (["--json"], False)])
def test_a_terminal_sees_the_draft_and_keeps_the_answer(
    form: list[str], streams: bool, library: FakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, err = Terminal(), Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(
        wiring, "build_answerer", lambda *_: scripted_answers.ScriptedAnswerer(("An unchecked draft.",))
    )

    assert main.run(["ask", "Where is the mill?", *form]) == 0

    assert ("An unchecked draft." in err.getvalue()) is streams
    assert "draft" not in out.getvalue()
    assert scripted_answers.QUOTE in out.getvalue()


def test_how_the_answer_came_about_is_shown(
    library: FakeLibrary, monkeypatch: pytest.MonkeyPatch, clippings: Command
) -> None:
    def reply(question: str, where: Filter) -> Answer:
        return replace(quoting(question, where), notice="The model is silent.", left_out=("number", "number"))

    monkeypatch.setattr(wiring, "build_answerer", lambda *_: Scripted(reply))

    out = clippings("ask", "Where is the mill?")[1]

    assert out.startswith("The model is silent.\n\n")
    assert "2 claims of the model could not be verified and were left out (a number)." in out
    assert json.loads(clippings("ask", "Where is the mill?", "--json")[1])["left_out"] == ["number", "number"]


@pytest.fixture
def one_hit(monkeypatch: pytest.MonkeyPatch) -> None:
    passage = Passage("p", "mill", 0, len(MILL.text), MILL.text)
    evidence = {"cosine": 0.4, "bm25": 2.0, "coverage": 0.5, "names": 0.0, "pairs": 0.0}

    def search(_: object, question: str, *, k: int, where: Filter) -> list[Hit]:
        return [
            Hit(rank=1, score=k, passage=passage, article=ArticleInfo("mill"), sentences=(), speaker="", **evidence)
        ]

    monkeypatch.setattr(searching, "search", search)


@pytest.mark.usefixtures("one_hit")
def test_search_ranks_passages(clippings: Command) -> None:
    assert MILL.text in clippings("search", "mill")[1]
    assert json.loads(clippings("search", "mill", "--json", "-k", "3")[1]) == {
        "question": "mill",
        "passages": [
            {
                "rank": 1,
                "score": 3,
                "article_id": "mill",
                "title": "",
                "start": 0,
                "end": len(MILL.text),
                "text": MILL.text,
            }
        ],
    }


@pytest.mark.usefixtures("one_hit")
def test_search_takes_batches(clippings: Command, tmp_path: Path) -> None:
    (tmp_path / "batch.jsonl").write_text('{"id": 1, "question": "mill"}', encoding="utf-8")

    status, out, _ = clippings("search", "--batch", "batch.jsonl")

    assert (status, json.loads(out)["id"], len(json.loads(out)["passages"])) == (0, 1, 1)


def test_a_search_that_finds_nothing_says_so(monkeypatch: pytest.MonkeyPatch, clippings: Command) -> None:
    monkeypatch.setattr(searching, "search", lambda *_, **__: [])

    assert clippings("search", "mill") == (0, "No passage was found.\n", "")
    assert json.loads(clippings("search", "mill", "--json")[1]) == {"question": "mill", "passages": []}


def test_ingest_reads_what_it_is_given_and_reports(clippings: Command, library: FakeLibrary, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Something happened at the old mill today.", encoding="utf-8")

    status, out, err = clippings("ingest", "note.txt", "--rebuild")

    assert (status, err) == (0, "")
    assert out.startswith("1 added, 0 updated, 0 unchanged, 0 removed")
    assert library.options["rebuild"] is True
    assert library.options["prune"] == ()


def test_ingest_fails_when_something_could_not_be_read(clippings: Command, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Something happened at the old mill today.", encoding="utf-8")
    (tmp_path / "empty.txt").touch()

    status, out, err = clippings("ingest", ".", "missing.txt", "--json")

    report = json.loads(out)
    assert (status, err.count("\n")) == (1, 1)
    assert "2" in err
    assert (report["added"], len(report["skipped"])) == (1, 2)
    assert {"source", "reason"} == set(report["skipped"][0])


def test_prune_is_about_folders_and_what_is_gone(clippings: Command, library: FakeLibrary, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "note.txt").write_text("Something happened at the old mill today.", encoding="utf-8")

    clippings("ingest", "folder", "note.txt", "gone", "--prune")

    assert library.options["prune"] == [str(tmp_path / "folder"), str(tmp_path / "gone")]


@pytest.mark.parametrize("empty", [False, True])
def test_what_came_from_a_path_that_vanished_is_removed_only_when_asked_plainly(
    clippings: Command, library: FakeLibrary, tmp_path: Path, empty: bool
) -> None:
    disk = tmp_path / "disk"
    if empty:
        disk.mkdir()  # where a disk was mounted
    library.sources = {"mill": str(disk / "mill.txt")}

    status, out, err = clippings("ingest", "disk", "--prune")

    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "1 article came from there" in err
    assert "--prune-vanished" in err
    assert library.options == {}

    clippings("ingest", "disk", "--prune-vanished")

    assert library.options["prune"] == [str(disk)]


def test_the_order_of_day_and_month_may_be_set(
    clippings: Command, library: FakeLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = "<html lang='en'><body><h1>Mill</h1><p>Published 03/04/2026</p><p>{}</p></body></html>"
    (tmp_path / "page.html").write_text(page.format("The mill burned down at night, and nobody was hurt. " * 9))
    (tmp_path / "a.jsonl").write_text(json.dumps({"title": "Tide", "text": "The tide was high.", "date": "03/04/2026"}))
    monkeypatch.setenv("CLIPPINGS_DATE_ORDER", "day")

    clippings("ingest", "page.html", "a.jsonl")

    days = [str(each.published) for each in library.offered if isinstance(each, Article)]
    assert days == ["2026-04-03", "2026-04-03"]


def test_ingest_reads_json_lines_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, clippings: Command, library: FakeLibrary
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"id": "a", "text": "Something happened."}\n')))

    assert clippings("ingest", "-")[0] == 0
    assert [article.id for article in library.offered if isinstance(article, Article)] == ["a"]


def test_articles_are_listed_and_shown(clippings: Command) -> None:
    assert clippings("articles")[1] == "mill  2023-06-27  The mill\n"
    assert [entry["id"] for entry in json.loads(clippings("articles", "--json")[1])] == ["mill"]
    assert MILL.text in clippings("show", "mill")[1]
    assert json.loads(clippings("show", "mill", "--json")[1])["text"] == MILL.text


def test_the_texts_of_an_article_are_listed_with_their_days(clippings: Command, library: FakeLibrary) -> None:
    march, may = date(2026, 3, 1), date(2026, 5, 4)
    library.versions = [
        ArticleInfo("mill", "The mill", published=march, updated=may),
        ArticleInfo("mill@first", "The mill", version_of="mill", superseded=may),
        ArticleInfo("mill@2026-03-01", "The mill", published=march, version_of="mill", superseded=may),
    ]

    assert clippings("show", "mill", "--versions")[1].splitlines() == [
        "mill             since 4 May 2026",
        "mill@first       until 4 May 2026",
        "mill@2026-03-01  from 1 March 2026 until 4 May 2026",
    ]
    assert json.loads(clippings("show", "mill", "--versions", "--json")[1])[1]["superseded"] == "2026-05-04"


def test_articles_are_chosen_and_counted(clippings: Command) -> None:
    assert clippings("articles", "--grep", "MILL", "--count") == (0, "1\n", "")
    assert clippings("articles", "--grep", "harbour", "--count") == (0, "0\n", "")
    status, out, err = clippings("articles", "--grep", "harbour")
    assert (status, out, err.count("\n")) == (0, "", 1)


def test_the_beginning_of_an_id_is_enough(clippings: Command, library: FakeLibrary) -> None:
    assert MILL.text in clippings("show", "mi")[1]
    assert clippings("remove", "mi")[0] == 0
    assert library.article_by_id == {}


def test_a_question_needs_no_quotation_marks_and_may_be_piped_in(
    clippings: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    quoted = clippings("ask", "Where is the mill?")
    for arguments in (["ask"], ["ask", "-"]):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Where is\nthe mill?\n")))
        assert clippings(*arguments) == quoted

    assert clippings("ask", "Where", "is", "the", "mill?") == quoted


@pytest.mark.parametrize("typed", ["hello", "help", "what can you do?"])
def test_a_courtesy_is_answered_before_there_is_a_library(
    typed: str, clippings: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object, **__: object) -> FakeLibrary:
        raise LibraryMissing("the library is empty")

    monkeypatch.setattr(wiring, "open_library", missing)

    status, out, err = clippings("ask", typed)

    assert (status, err) == (0, "")
    assert out.strip() in REPLIES.values()

    status, out, err = clippings("ask", "--json", typed)

    answer = json.loads(out)
    assert (status, err) == (0, "")
    assert list(answer) == [each.name for each in fields(Answer)]
    assert (answer["question"], answer["understanding"]["kind"], answer["citations"]) == (typed, "smalltalk", [])
    assert answer["text"] in REPLIES.values()


def test_an_ingest_that_finds_nothing_says_what_is_read(clippings: Command, tmp_path: Path) -> None:
    status, _, err = clippings("ingest", str(tmp_path))

    assert (status, err.count("\n")) == (0, 1)
    assert ".txt .md" in err


def test_an_ingest_on_a_terminal_says_what_next(
    clippings: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "note.txt").write_text("Something happened at the old mill today.", encoding="utf-8")
    monkeypatch.setattr(progress, "show_progress", lambda: nullcontext(None))
    error = Terminal()
    monkeypatch.setattr(sys, "stderr", error)

    clippings("ingest", "note.txt", "--library", "news")

    assert "clippings ask --library news" in error.getvalue()


def test_an_unknown_id_is_one_line_and_removes_nothing(clippings: Command, library: FakeLibrary) -> None:
    assert_one_line(clippings("show", "nowhere"))
    assert_one_line(clippings("remove", "mill", "nowhere"))
    assert "mill" in library.article_by_id


def test_removing_says_how_many(clippings: Command, library: FakeLibrary) -> None:
    assert clippings("remove", "mill", "mill", "--json")[:2] == (0, '{"removed": 1}\n')
    assert library.article_by_id == {}


@pytest.mark.parametrize(
    "trouble",
    [
        LibraryMissing("Nothing is here: run clippings ingest."),
        LibraryLocked("Another process writes."),
        PermissionError(13, "Permission denied", "/archive"),
        OSError("No space left."),
        RuntimeError("three\nlines\x1b[31m\nlong"),
    ],
)
def test_every_failure_is_one_line(trouble: Exception, clippings: Command, library: FakeLibrary) -> None:
    library.trouble = trouble

    result = clippings("articles")

    assert_one_line(result)
    assert "\x1b" not in result[2]


def test_an_interrupted_command_says_so_and_has_its_status(clippings: Command, library: FakeLibrary) -> None:
    library.trouble = KeyboardInterrupt()

    status, out, err = clippings("articles")

    assert (status, out, err.strip()) == (130, "", "clippings: interrupted.")


def test_an_interrupted_ingest_says_what_became_of_it(clippings: Command, library: FakeLibrary, tmp_path: Path) -> None:
    library.trouble = KeyboardInterrupt()

    status, _, err = clippings("ingest", str(tmp_path))

    assert (status, err.strip()) == (130, "clippings: interrupted; what was complete is kept: ingest again to go on.")


def test_debug_shows_where_an_unexpected_error_arose(clippings: Command, library: FakeLibrary) -> None:
    library.trouble = RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        clippings("--debug", "articles")


def test_a_setting_that_cannot_be_used_is_one_line(clippings: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIPPINGS_LOCK_WAIT", "long")

    result = clippings("ask", "mill")

    assert_one_line(result)
    assert "CLIPPINGS_LOCK_WAIT" in result[2]


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["articles"], "default"),
        (["articles", "--library", "news"], "news"),
        (["--library", "news", "articles"], "news"),
        (["--library", "old", "articles", "--library", "news"], "news"),
    ],
)
def test_the_library_is_named_before_or_after_the_command(
    arguments: list[str], name: str, clippings: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def remembering(_: object, name: str) -> FakeLibrary:
        opened.append(name)
        return FakeLibrary()

    monkeypatch.setattr(wiring, "open_library", remembering)

    clippings(*arguments)

    assert opened == [name]


@pytest.mark.parametrize("command", ["ingest", "ask", "chat", "search", "articles", "show", "remove", "doctor"])
def test_every_command_has_help_with_an_example(command: str, clippings: Command) -> None:
    status, out, _ = clippings(command, "--help")

    assert status == 0
    assert f"  clippings {command}" in out.partition("Example")[2]
    assert "--library" in out


def test_the_module_runs_as_the_command_does() -> None:
    done = subprocess.run([sys.executable, "-m", "bot", "--help"], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.startswith("Usage: clippings")


def test_a_reader_that_goes_away_ends_the_command_quietly() -> None:
    script = (
        "from bot import wiring\n"
        "from bot.cli.main import run\n"
        "from retrieval.domain import Article\n"
        "from tests.bot.cli.test_cli import FakeLibrary\n"
        "fake = FakeLibrary()\n"
        "fake.article_by_id = {str(n): Article(str(n), 'text', 'title ' * 2_000) for n in range(100)}\n"
        "wiring.open_library = lambda *_: fake\n"
        "raise SystemExit(run(['articles']))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        # Unbuffered streams drop what a broken pipe did not take, without an error.
        env=os.environ | {"PYTHONUNBUFFERED": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        error = process.stderr.read()

    assert (process.returncode, error) == (1, b"")


def test_a_closed_standard_output_is_said_in_one_line() -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" -m bot articles >&-', sys.executable],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "standard output is closed" in done.stderr


@pytest.mark.parametrize("closed", ["stdin", "stderr"])
def test_a_closed_standard_input_or_error_is_no_internal_error(
    closed: str, monkeypatch: pytest.MonkeyPatch, clippings: Command, tmp_path: Path
) -> None:
    (tmp_path / "note.txt").write_text("Something happened at the old mill today.", encoding="utf-8")
    monkeypatch.setattr(sys, closed, None)

    status, out, _ = clippings("ingest", "note.txt", "missing.txt")

    assert (status, out.partition(",")[0]) == (1, "1 added")
    getattr(sys, closed).close()


def test_an_ingest_on_a_terminal_waits_for_another_one_until_it_is_done(
    monkeypatch: pytest.MonkeyPatch, clippings: Command, library: FakeLibrary, tmp_path: Path
) -> None:
    def wait() -> float:
        clippings("ingest", str(tmp_path))
        return float(library.options["wait"])

    piped = wait()
    monkeypatch.setattr(progress, "show_progress", lambda: nullcontext(lambda _: None))
    on_terminal = wait()
    monkeypatch.setenv("CLIPPINGS_LOCK_WAIT", "5")

    assert (piped, on_terminal, wait()) == (60, math.inf, 5)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colours_are_for_terminals_and_for_those_who_want_them(
    no_color: str, coloured: bool, library: FakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", no_color)

    main.run(["ask", "Where is the mill?"])

    assert (f"\x1b[1;33m{QUOTE}" in terminal.getvalue()) is coloured
    assert "«" not in terminal.getvalue()


def test_expected_counts_files_and_lines(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text", encoding="utf-8")
    (tmp_path / "b.jsonl").write_text('{"text": "a"}\n{"text": "b"}\n', encoding="utf-8")

    assert progress.count_articles(["."]) == 3
    assert progress.count_articles([".", "-"]) == 0


def test_a_bar_shows_each_stage_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress.show_progress() as show:
        assert show is not None
        show(Progress("Reading", 1, 3))
        show(Progress("Indexing", 200))

    assert "Indexing" in terminal.getvalue()


def test_nothing_moves_where_there_is_no_terminal() -> None:
    with progress.show_progress() as show:
        assert show is None
