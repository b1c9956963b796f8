import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import given, strategies

from bot import wiring
from bot.answerer import Answerer
from bot.discord import preloading
from bot.discord.archive_changes import WAITING_CHANGES
from bot.discord.library_names import LibraryNames
from bot.discord.library_pool import LibraryPool
from bot.discord.lookups import QuoteContext
from bot.discord.server_archives import ServerArchives
from bot.discord.uploads import LONGEST_NAME, make_source, sanitize_name
from bot.front_end_errors import ClosingError
from bot.settings import Settings
from retrieval.domain import Answer, Ask, Filter, IngestReport
from retrieval.encoder import Encoder
from retrieval.errors import ArticleMissing, InputError, ModelError
from retrieval.index import Library, Progress, write_lock
from tests.bot.discord.answer_records import make_answer, make_citation
from tests.fakes import FakeEncoder, make_article

HERE, THERE = 71, 72
WAIT = 30.0
FIRST = b"The harbour\n\nThe harbour of Lahore was opened on Monday. Ten boats were counted there."
SECOND = b"The harbour\n\nThe harbour of Lahore was closed on Sunday. No boat was counted there."


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", discord_in_flight=2, lock_wait=0.2)


class Opener:
    """Makes archives, and closes them when the test is over."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.chosen: dict[int, str] = {}
        self.opened: list[ServerArchives] = []

    def __call__(
        self, answerer: Callable[[Settings, Library], Answerer] = wiring.build_answerer, **changes: Any
    ) -> ServerArchives:
        settings = replace(self.settings, **changes)
        chosen = self.chosen
        self.opened.append(archives_of(settings, FakeEncoder(), answerer, lambda guild_id: chosen.get(guild_id, "")))
        return self.opened[-1]


def opening(settings: Settings) -> Callable[[str], Library]:
    """Return what opens a library by its name, with an encoder that loads nothing."""

    def open_library(name: str) -> Library:
        tokens, url = settings.passage_tokens, settings.chroma_url
        folder = settings.locate_library(name)
        return Library.open(folder, encoder=FakeEncoder(), passage_tokens=tokens, chroma_url=url, create=True)

    return open_library


def archives_of(
    settings: Settings,
    encoder: Encoder,
    answerer: Callable[[Settings, Library], Answerer] = wiring.build_answerer,
    chosen: Callable[[int], str] = lambda _: "",
) -> ServerArchives:
    """Make archives whose libraries have an encoder that loads nothing."""
    return ServerArchives(
        settings,
        chosen=chosen,
        encoder=encoder,
        open_library=opening(settings),
        build_answerer=lambda library: answerer(settings, library),
        list_libraries=lambda: wiring.list_libraries(settings),
    )


@pytest.fixture
def archives(settings: Settings) -> Iterator[Opener]:
    opener = Opener(settings)
    yield opener
    for each in opener.opened:
        each.close()


def filled(settings: Settings, name: str, *numbers: int) -> None:
    """Put articles into a library as another process would."""
    with Library.open(settings.locate_library(name), encoder=FakeEncoder(), create=True) as library:
        library.ingest([make_article(number) for number in numbers])


@dataclass
class Scripted:
    """An answerer that says its pieces, each when it is let, and notes when it is closed."""

    pieces: tuple[str, ...] = ("one ", "two ")
    go: threading.Event = field(default_factory=threading.Event)
    begun: threading.Event = field(default_factory=threading.Event)
    closed: threading.Event = field(default_factory=threading.Event)
    said: Answer = field(default_factory=make_answer)

    def invoke(self, _: Ask) -> Answer:
        return self.said

    def stream(self, _: Ask) -> Iterator[str | Answer]:
        try:
            self.begun.set()
            for piece in self.pieces:
                yield piece
                self.go.wait(WAIT)
            yield self.said
        finally:
            self.closed.set()


async def until(event: threading.Event) -> None:
    assert await asyncio.to_thread(event.wait, WAIT)


# Asking


@pytest.mark.parametrize(
    "name", [f"discord-{THERE}", f"discord-{THERE}-news", "default", "../default", f"discord-{HERE}1"]
)
async def test_no_name_of_a_channels_library_leads_to_another_server(archives: Opener, name: str) -> None:
    opened = archives()
    ask = Ask("How many boats did witness 4 count, who saw the comet of story1?")

    for refused in (
        opened.answer(HERE, ask, library=name),
        opened.search(HERE, ask.question, library=name),
        opened.list_articles(HERE, library=name),
        opened.get_article(HERE, "article-1", library=name),
        opened.changes.ingest(HERE, [("a.txt", FIRST)], library=name),
        opened.changes.remove(HERE, ["article-1"], library=name),
        opened.changes.reindex(HERE, library=name),
    ):
        with pytest.raises(InputError):
            await refused


async def test_a_question_is_answered_from_the_servers_own_library(archives: Opener, settings: Settings) -> None:
    filled(settings, f"discord-{HERE}", 1, 2, 3)

    found = await archives().answer(HERE, Ask("How many boats did witness 4 count, who saw the comet of story1?"))

    assert not found.answer.refused
    assert (found.library, found.generation) == (f"discord-{HERE}", 1)
    article_id, start, end, score = found.hits[0]
    assert article_id == "article-1"
    assert start < end
    assert score > 0


async def test_without_its_encoder_the_bot_starts_all_the_same(settings: Settings) -> None:
    class Broken(FakeEncoder):
        asked = 0

        def encode_question(self, question: str) -> NoReturn:
            Broken.asked += 1
            raise ModelError("no model")

    opened = archives_of(settings, Broken())

    await opened.prepare()
    await asyncio.to_thread(opened.close)

    assert Broken.asked == 1


async def test_what_questions_need_is_loaded_before_the_first_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Noting(FakeEncoder):
        def encode_question(self, question: str) -> Any:
            loaded.append("encoder")
            return super().encode_question(question)

        def read_windows(self, question: str, windows: Any) -> Any:
            loaded.append("reader")
            return super().read_windows(question, windows)

    loaded: list[str] = []
    monkeypatch.setattr(preloading, "load_languages", lambda _: loaded.append("dates"))
    opened = archives_of(settings, Noting())

    await opened.prepare()
    await asyncio.to_thread(opened.close)

    assert loaded == ["dates", "encoder", "reader"]


async def test_pieces_of_a_draft_come_on_the_loop_in_order_and_before_the_answer(
    archives: Opener, settings: Settings
) -> None:
    filled(settings, f"discord-{HERE}", 1)
    model, received = Scripted(), list[tuple[str, int]]()
    model.go.set()

    given = await archives(lambda *_: model).answer(
        HERE, Ask("What?"), on_piece=lambda piece: received.append((piece, threading.get_ident()))
    )

    assert given.answer == model.said
    assert received == [("one ", threading.get_ident()), ("two ", threading.get_ident())]


async def test_a_cancelled_question_stops_the_model_at_its_next_piece(archives: Opener, settings: Settings) -> None:
    filled(settings, f"discord-{HERE}", 1)
    model, received = Scripted(), list[str]()
    asking = asyncio.create_task(archives(lambda *_: model).answer(HERE, Ask("What?"), on_piece=received.append))
    await until(model.begun)
    while not received:
        await asyncio.sleep(0.01)

    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    model.go.set()

    await until(model.closed)
    await asyncio.sleep(0.05)
    assert received == ["one "]


async def test_the_loop_goes_on_while_a_question_is_answered(archives: Opener, settings: Settings) -> None:
    filled(settings, f"discord-{HERE}", 1)
    model = Scripted()
    opened = archives(lambda *_: model)
    asking = asyncio.create_task(opened.answer(HERE, Ask("What?")))
    await until(model.begun)

    assert len(await asyncio.wait_for(opened.list_articles(HERE), WAIT)) == 1

    model.go.set()
    await asking


async def test_an_error_of_the_answerer_is_the_askers(archives: Opener, settings: Settings) -> None:
    filled(settings, f"discord-{HERE}", 1)

    with pytest.raises(InputError, match="question is empty"):
        await archives().answer(HERE, Ask("  "))


@pytest.mark.parametrize("use", ["ask", "search", "article", "passage", "remove", "reindex"])
async def test_without_articles_it_says_how_to_add_some(use: str, archives: Opener) -> None:
    opened = archives()
    uses: dict[str, Callable[[], Any]] = {
        "ask": lambda: opened.answer(HERE, Ask("What?")),
        "search": lambda: opened.search(HERE, "What?"),
        "article": lambda: opened.get_article(HERE, "article-1"),
        "passage": lambda: opened.find_quote(HERE, make_citation()),
        "remove": lambda: opened.changes.remove(HERE, ["article-1"]),
        "reindex": lambda: opened.changes.reindex(HERE),
    }

    with pytest.raises(InputError, match="no articles here yet: `/ingest` adds some"):
        await uses[use]()


async def test_what_another_process_put_in_is_found_at_once(archives: Opener, settings: Settings) -> None:
    opened = archives()
    assert await opened.list_articles(HERE) == []

    filled(settings, f"discord-{HERE}", 1)
    assert [info.id for info in await opened.list_articles(HERE)] == ["article-1"]
    filled(settings, f"discord-{HERE}", 2)

    assert len(await opened.list_articles(HERE)) == 2
    assert (await opened.search(HERE, "the orchard of story2"))[0].article.id == "article-2"


@pytest.mark.parametrize(
    ("where", "numbers"),
    [
        (None, {1, 2, 3, 4}),
        (Filter(), {1, 2, 3, 4}),
        (Filter(since=date(2023, 3, 1)), {2, 3, 4}),
        (Filter(until=date(2023, 3, 3)), {1, 2}),
        (Filter(date(2023, 3, 1), date(2023, 4, 30)), {2, 3}),
        (Filter(as_of=date(2023, 3, 3)), {1, 2}),
        (Filter(author="aUTHOR 1"), {1, 4}),
        (Filter(author="nobody"), set()),
    ],
)
async def test_articles_are_listed_within_limits(
    where: Filter | None, numbers: set[int], archives: Opener, settings: Settings
) -> None:
    filled(settings, f"discord-{HERE}", 1, 2, 3, 4)

    listed = await archives().list_articles(HERE, where)

    assert {info.id for info in listed} == {f"article-{number}" for number in numbers}


# Passages


async def test_a_quote_is_shown_in_its_passage_between_its_neighbours(archives: Opener, settings: Settings) -> None:
    opened = archives(passage_tokens=40)
    folder = settings.locate_library(f"discord-{HERE}")
    with Library.open(folder, encoder=FakeEncoder(), passage_tokens=40, create=True) as library:
        library.ingest([make_article(1, sentences=12)])
    text = make_article(1, sentences=12).text
    start = text.index("by witness 5")
    quote = make_citation(article_id="article-1", quote="by witness 5", start=start, end=start + len("by witness 5"))

    found = await opened.find_quote(HERE, quote)

    assert isinstance(found, QuoteContext)
    whole = found.before + quote.quote + found.after
    assert whole in text
    assert found.before
    assert found.after
    assert text.index(found.previous) < text.index(whole) < text.index(found.following)


async def test_a_quote_of_an_article_that_changed_is_gone(archives: Opener, settings: Settings) -> None:
    filled(settings, f"discord-{HERE}", 1)

    with pytest.raises(ArticleMissing, match="changed"):
        await archives().find_quote(HERE, make_citation(quote="other words"))
    with pytest.raises(ArticleMissing):
        await archives().find_quote(HERE, make_citation(article_id="article-9"))


async def test_a_quote_is_looked_up_where_the_answer_came_from(archives: Opener, settings: Settings) -> None:
    filled(settings, f"discord-{HERE}-old", 1)
    archives.chosen[HERE] = f"discord-{HERE}-new"
    text = make_article(1).text
    quote = make_citation(article_id="article-1", quote=text[4:9], start=4, end=9)

    found = await archives().find_quote(HERE, quote, library=f"discord-{HERE}-old")

    assert text.startswith(found.before + quote.quote + found.after)


async def test_direct_messages_reach_no_library_by_themselves(archives: Opener, settings: Settings) -> None:
    filled(settings, f"discord-{HERE}", 1)
    quote = make_citation(article_id="article-1", quote=make_article(1).text[4:9], start=4, end=9)

    for library in ("", f"discord-{HERE}", f"../libraries/discord-{HERE}"):
        with pytest.raises(InputError, match="which server"):
            await archives().find_quote(0, quote, library=library)


def test_whether_a_server_may_read_a_library_can_be_asked(archives: Opener, settings: Settings) -> None:
    filled(settings, f"discord-{HERE}", 1)
    opened = archives()

    assert opened.may_read(HERE, f"discord-{HERE}")
    assert not opened.may_read(THERE, f"discord-{HERE}")
    assert not opened.may_read(0, f"discord-{HERE}")


# Which library


async def test_no_server_sees_another_servers_articles(archives: Opener, settings: Settings) -> None:
    filled(settings, f"discord-{HERE}", 1)
    filled(settings, f"discord-{THERE}", 2)
    opened = archives()

    assert [info.id for info in await opened.list_articles(HERE)] == ["article-1"]
    assert [info.id for info in await opened.list_articles(THERE)] == ["article-2"]
    with pytest.raises(InputError, match="no longer shared"):
        await opened.find_quote(HERE, make_citation(), library=f"discord-{THERE}")


TRICKS = [
    f"discord-{THERE}",
    f"Discord-{THERE}",
    f"DISCORD-{THERE}",
    f"discord-{THERE}-news",
    f"../discord-{THERE}",
    f"news/../../discord-{THERE}",
    f"discord-{HERE}/../discord-{THERE}",
    f"discord-{HERE}-../discord-{THERE}",
    f"discord-{HERE}\\..\\discord-{THERE}",
    f"discord‐{THERE}",
    f"ｄiscord-{THERE}",
    f"discord-{THERE}\n",
    f" discord-{THERE}",
    f"dıscord-{THERE}",
    f"discord-{HERE}-\u202enews",
    "private",
    "default",
    "..",
    ".",
    "",
    "\0",
    "a" * 33,
]


@pytest.mark.parametrize("name", TRICKS)
def test_no_name_leads_to_a_library_of_others(name: str, settings: Settings) -> None:
    assert_harmless(LibraryNames(shared="news"), settings, name)


@given(
    name=strategies.text(
        alphabet=strategies.sampled_from("disco rd-7127/.\\ DISCORDnews\u0131ſ\u2010\uff0d"), max_size=40
    )
)
def test_no_made_up_name_leads_to_a_library_of_others(name: str) -> None:
    assert_harmless(LibraryNames(shared="news"), Settings(home=Path("home")), name)


def assert_harmless(names: LibraryNames, settings: Settings, name: str) -> None:
    reached = []
    resolves: list[Callable[[], str]] = [
        lambda: names.resolve_choice(HERE, name),
        lambda: names.resolve_readable(HERE, name, lambda _: True),
        lambda: names.resolve_writable(HERE, name),
    ]
    for resolve in resolves:
        try:
            reached.append(resolve())
        except InputError:
            continue
    own = {each for each in reached if each == f"discord-{HERE}" or each.startswith(f"discord-{HERE}-")}
    assert set(reached) - own <= {"news"}
    for each in own:
        folder = settings.locate_library(each)
        assert folder.name == each
        assert folder.parent == settings.home / "libraries"


def test_a_server_whose_id_begins_with_anothers_is_another() -> None:
    names = LibraryNames(shared="")

    assert not names.is_own(7, "discord-71")
    assert not names.is_own(7, "discord-71-news")
    assert names.is_own(7, "discord-7-1-news")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("news", "news"),
        ("Sport", f"discord-{HERE}-sport"),
        (f"discord-{HERE}", f"discord-{HERE}"),
        ("a-b_1", f"discord-{HERE}-a-b_1"),
    ],
)
def test_a_manager_names_a_shared_library_or_one_of_the_servers_own(name: str, kept: str) -> None:
    assert LibraryNames(shared="news, other").resolve_choice(HERE, name) == kept


async def test_what_may_be_chosen_is_the_servers_own_and_what_is_shared(archives: Opener, settings: Settings) -> None:
    for name in (f"discord-{HERE}-b", f"discord-{HERE}-a", f"discord-{THERE}-c", f"discord-{HERE}1", "news", "hidden"):
        filled(settings, name, 1)

    listed = archives(discord_shared="news").list_libraries(HERE)

    assert listed == [f"discord-{HERE}", f"discord-{HERE}-a", f"discord-{HERE}-b", "news"]


async def test_the_only_shared_library_answers_where_the_own_is_empty(archives: Opener, settings: Settings) -> None:
    filled(settings, "news", 1)
    opened = archives(discord_shared="news")
    assert opened.get_library(HERE) == "news"
    assert opened.changes.get_writable(HERE) == f"discord-{HERE}"

    filled(settings, f"discord-{HERE}", 2)

    assert opened.get_library(HERE) == f"discord-{HERE}"


async def test_with_two_shared_libraries_none_is_the_default(archives: Opener, settings: Settings) -> None:
    filled(settings, "news", 1)

    assert archives(discord_shared="news,more").get_library(HERE) == f"discord-{HERE}"


async def test_a_shared_library_is_read_and_not_written(archives: Opener, settings: Settings) -> None:
    filled(settings, "news", 1)
    archives.chosen[HERE] = "news"
    opened = archives(discord_shared="news")

    assert len(await opened.list_articles(HERE)) == 1
    for write in (
        opened.changes.ingest(HERE, [("a.txt", FIRST)]),
        opened.changes.remove(HERE, ["article-1"]),
        opened.changes.reindex(HERE),
    ):
        with pytest.raises(InputError, match="can't be changed from here"):
            await write


async def test_a_library_that_is_shared_no_more_is_not_read(archives: Opener, settings: Settings) -> None:
    filled(settings, "news", 1)
    archives.chosen[HERE] = "news"

    with pytest.raises(InputError, match="no longer shared with it"):
        await archives().answer(HERE, Ask("What?"))


async def test_an_empty_shared_library_is_the_operators_matter(archives: Opener) -> None:
    archives.chosen[HERE] = "news"

    with pytest.raises(InputError, match="ask whoever runs this bot"):
        await archives(discord_shared="news").answer(HERE, Ask("What?"))


async def test_direct_messages_belong_to_no_library(archives: Opener) -> None:
    with pytest.raises(InputError, match="which server"):
        await archives().answer(0, Ask("What?"))


# Writing


async def test_a_file_answers_as_soon_as_it_is_in(archives: Opener) -> None:
    opened = archives()

    report = await opened.changes.ingest(
        HERE, [("harbour.txt", FIRST), ("two.jsonl", b'{"text": "Boats sail."}\n{"text": "Fish swim."}')]
    )

    assert (report.added, report.skipped) == (3, ())
    assert (await opened.search(HERE, "harbour of Lahore"))[0].article.source == f"discord:{HERE}/harbour.txt"


async def test_the_same_name_again_updates_the_article(archives: Opener) -> None:
    opened = archives()
    await opened.changes.ingest(HERE, [("harbour.txt", FIRST)])
    before = await opened.list_articles(HERE)

    again = await opened.changes.ingest(HERE, [("harbour.txt", FIRST)])
    changed = await opened.changes.ingest(HERE, [("harbour.txt", SECOND)])

    assert (again.unchanged, changed.updated) == (1, 1)
    (after,) = await opened.list_articles(HERE)
    assert after.id == before[0].id
    assert "closed on Sunday" in (await opened.get_article(HERE, after.id)).text


async def test_what_cannot_be_read_is_named_without_a_path_of_this_machine(
    archives: Opener, settings: Settings
) -> None:
    files = [
        ("../../a.exe", b"x"),
        ("empty.txt", b""),
        ("ok.md", FIRST),
        ("ok.md", SECOND),
        ("big.txt", b"word " * 500),
    ]

    report = await archives(max_file_mb=0.001).changes.ingest(HERE, files)

    assert report.added == 1
    sources = [rejected.source.removeprefix(f"discord:{HERE}/") for rejected in report.skipped]
    assert sorted(sources) == ["a.exe", "big.txt", "empty.txt", "ok.md"]
    assert not any("tmp" in rejected.reason + rejected.source for rejected in report.skipped)


async def test_a_file_that_takes_longer_to_read_than_the_setting_allows_is_named(archives: Opener) -> None:
    page = b"<html><body><p>The harbour of Lahore was opened on Monday.</p></body></html>"

    report = await archives(max_file_seconds=0.001).changes.ingest(HERE, [("harbour.html", page)])

    assert [each.reason.partition(";")[0] for each in report.skipped] == ["takes longer than 0.001 s to read"]


async def test_a_date_in_figures_in_a_file_is_read_in_the_order_that_is_set(archives: Opener) -> None:
    opened = archives(date_order="day")

    await opened.changes.ingest(HERE, [("mill.md", b"---\ntitle: Mill\ndate: 03/04/2026\n---\nThe mill was sold.")])

    assert [info.published for info in await opened.list_articles(HERE)] == [date(2026, 4, 3)]


async def test_no_file_is_a_clear_error(archives: Opener) -> None:
    with pytest.raises(InputError, match="attach one"):
        await archives().changes.ingest(HERE, [])


async def test_progress_is_reported_on_the_loop_and_seldom(archives: Opener) -> None:
    received: list[tuple[Progress, int]] = []
    lines = b"\n".join(b'{"text": "Boat number %d sails to the harbour."}' % n for n in range(300))

    await archives().changes.ingest(
        HERE, [("many.jsonl", lines)], lambda now: received.append((now, threading.get_ident()))
    )
    await asyncio.sleep(0)

    assert {thread for _, thread in received} == {threading.get_ident()}
    assert 1 <= len(received) <= 60
    assert any(now.done for now, _ in received)


async def test_questions_are_answered_while_a_library_is_written(archives: Opener, settings: Settings) -> None:
    filled(settings, f"discord-{HERE}", 1)
    opened = archives(lock_wait=WAIT)
    with write_lock(settings.locate_library(f"discord-{HERE}"), 1, lambda _: None):
        writing = asyncio.create_task(opened.changes.ingest(HERE, [("harbour.txt", FIRST)]))
        found = await asyncio.wait_for(opened.search(HERE, "comet"), WAIT)
        assert not writing.done()

    await writing
    assert found[0].article.id == "article-1"


async def test_two_writes_of_a_library_come_one_after_the_other(archives: Opener, settings: Settings) -> None:
    opened, received = archives(), list[Progress]()
    opened.changes._line.shown_after = 0
    first = opened.changes.ingest(HERE, [("one.txt", FIRST)])
    second = opened.changes.ingest(HERE, [("two.txt", SECOND)], received.append)

    reports = await asyncio.gather(first, second)

    assert [report.added for report in reports] == [1, 1]
    assert received[0].stage == "Waiting for 1 other change"


async def test_many_changes_at_once_wait_in_a_fair_line_and_are_told_their_places(
    archives: Opener, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    ingest = Library.ingest
    monkeypatch.setattr(Library, "ingest", lambda *args, **options: go_on.wait(WAIT) and ingest(*args, **options))
    opened, told = archives(), dict[tuple[int, int], list[str]]()
    opened.changes._line.shown_after = 0

    def change(guild_id: int, number: int) -> asyncio.Task[IngestReport]:
        received = told.setdefault((guild_id, number), [])
        files = [(f"{number}.txt", FIRST)]
        return asyncio.create_task(opened.changes.ingest(guild_id, files, lambda now: received.append(now.stage)))

    changes = [change(HERE, number) for number in range(4)] + [change(guild_id, 0) for guild_id in range(1, 9)]
    await asyncio.sleep(0.1)
    first = {key: stages[-1:] for key, stages in told.items()}
    go_on.set()
    reports = await asyncio.gather(*changes)

    assert [key for key, stages in first.items() if not stages] == [(HERE, 0), (1, 0)]
    assert first[HERE, 1] == ["Waiting for 1 other change"]
    assert first[2, 0] == ["Waiting for 2 other changes"]
    assert first[8, 0] == ["Waiting for 8 other changes"]
    assert first[HERE, 3] == ["Waiting for 10 other changes"]
    assert len(reports) == 12


async def test_more_changes_than_may_wait_for_a_server_are_refused(
    archives: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    ingest = Library.ingest
    monkeypatch.setattr(Library, "ingest", lambda *args, **options: go_on.wait(WAIT) and ingest(*args, **options))
    opened = archives()
    many = [asyncio.create_task(opened.changes.ingest(HERE, [(f"{n}.txt", FIRST)])) for n in range(WAITING_CHANGES + 2)]
    await asyncio.sleep(0.1)
    go_on.set()

    done = await asyncio.gather(*many, return_exceptions=True)

    assert [str(each) for each in done if isinstance(each, Exception)] == [
        "5 changes to this server's archive wait already: try again when one of them is done."
    ]


async def test_changes_that_wait_are_sent_away_when_the_bot_stops(
    archives: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    ingest = Library.ingest
    monkeypatch.setattr(Library, "ingest", lambda *args, **options: go_on.wait(WAIT) and ingest(*args, **options))
    opened = archives()
    first, second = (asyncio.create_task(opened.changes.ingest(HERE, [(f"{n}.txt", FIRST)])) for n in range(2))
    await asyncio.sleep(0.1)

    opened.changes.refuse()
    with pytest.raises(ClosingError, match="about to restart"):
        await second
    go_on.set()

    assert (await first).added == 1


async def test_another_process_that_writes_is_reported_without_its_path(archives: Opener, settings: Settings) -> None:
    folder = settings.locate_library(f"discord-{HERE}")
    with write_lock(folder, 1, lambda _: None), pytest.raises(InputError) as caught:
        await archives().changes.ingest(HERE, [("one.txt", FIRST)])

    assert "try again in a minute" in str(caught.value)
    assert str(settings.home) not in str(caught.value)


async def test_articles_are_removed_all_or_none(archives: Opener, settings: Settings) -> None:
    filled(settings, f"discord-{HERE}", 1, 2)
    opened = archives()

    with pytest.raises(ArticleMissing):
        await opened.changes.remove(HERE, ["article-1", "article-9"])
    await opened.changes.remove(HERE, ["article-1"])

    assert [info.id for info in await opened.list_articles(HERE)] == ["article-2"]


async def test_reindexing_keeps_every_article(archives: Opener, settings: Settings) -> None:
    filled(settings, f"discord-{HERE}", 1, 2)
    opened = archives()
    before = await opened.list_articles(HERE)

    report = await opened.changes.reindex(HERE)

    assert report.passages
    assert await opened.list_articles(HERE) == before
    assert (await opened.search(HERE, "comet"))[0].article.id == "article-1"


async def test_a_library_built_for_other_settings_is_mended_by_reindexing(archives: Opener, settings: Settings) -> None:
    filled(settings, f"discord-{HERE}", 1)
    opened = archives(chroma_url="http://127.0.0.1:9")

    with pytest.raises(InputError, match="`/reindex`") as caught:
        await opened.answer(HERE, Ask("What?"))

    assert str(settings.home) not in str(caught.value)


# The end


async def test_closing_stops_a_draft_and_admits_nothing_more(archives: Opener, settings: Settings) -> None:
    filled(settings, f"discord-{HERE}", 1)
    model = Scripted()
    opened = archives(lambda *_: model)
    asking = [asyncio.create_task(opened.answer(HERE, Ask("What?"))) for _ in range(12)]
    await until(model.begun)

    threading.Timer(0.2, model.go.set).start()
    await asyncio.to_thread(opened.close)

    results = await asyncio.gather(*asking, return_exceptions=True)
    assert {type(each) for each in results} == {ClosingError}
    with pytest.raises(ClosingError):
        await opened.list_articles(HERE)


async def test_closing_stops_an_ingest_and_keeps_what_was_complete(archives: Opener) -> None:
    opened, begun = archives(), threading.Event()
    lines = b"\n".join(b'{"text": "Boat number %d sails to the harbour."}' % n for n in range(4000))
    writing = asyncio.create_task(opened.changes.ingest(HERE, [("many.jsonl", lines)], lambda _: begun.set()))
    while not begun.is_set():
        await asyncio.sleep(0.01)

    started = time.monotonic()
    await asyncio.to_thread(opened.close, 200.0)

    with pytest.raises(ClosingError):
        await writing
    assert time.monotonic() - started < 100


async def test_closing_waits_no_longer_than_it_may(archives: Opener, settings: Settings) -> None:
    filled(settings, f"discord-{HERE}", 1)
    model = Scripted()
    opened = archives(lambda *_: model)
    asking = asyncio.create_task(opened.answer(HERE, Ask("What?")))
    await until(model.begun)

    started = time.monotonic()
    await asyncio.to_thread(opened.close, 0.1)

    assert time.monotonic() - started < 5
    model.go.set()
    with pytest.raises(ClosingError):
        await asking


def test_only_so_many_libraries_stay_open(settings: Settings) -> None:
    closed: list[str] = []
    pool = LibraryPool(opening(settings), lambda _: Scripted(), most=2)

    def watch(name: str) -> Library:
        with pool.lend(name) as library:
            library.close = lambda: closed.append(name)  # type: ignore[method-assign]
            return library

    first = watch("one")
    with pool.lend("one"):
        for name in ("two", "three", "four"):
            watch(name)
        assert closed == ["two", "three"]
        assert watch("one") is first
    watch("five")
    assert closed == ["two", "three", "four"]

    pool.close()
    assert sorted(closed) == ["five", "four", "one", "three", "two"]


def test_an_answerer_is_built_once_and_only_for_asking(settings: Settings) -> None:
    built: list[str] = []

    def build(library: Library) -> Answerer:
        built.append(library.name)
        return Scripted()

    pool = LibraryPool(opening(settings), build, most=2)
    with pool.lend("one"):
        assert built == []
    for _ in range(2):
        with pool.lend_with_answerer("one"):
            pass

    assert built == ["one"]
    pool.close()


# Names of files


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("minutes.txt", "minutes.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\boot.TXT", "boot.TXT"),
        ("/", ""),
        ("..", ""),
        (".hidden.txt", "hidden.txt"),
        ("a\0b\n.txt", "ab.txt"),
        ("a\u202etxt.exe", "atxt.exe"),
        ("C:\\x\\a:b?.md", "a_b_.md"),
        ("cafe\u0301.txt", "café.txt"),
        ("\ud800.txt", "_.txt"),
    ],
)
def test_a_files_name_is_a_name_only(name: str, safe: str) -> None:
    assert sanitize_name(name) == safe


@given(name=strategies.text(max_size=400))
def test_no_files_name_leads_out_of_its_folder_or_is_too_long(name: str) -> None:
    safe = sanitize_name(name)

    assert not safe or Path("folder", safe).parent == Path("folder")
    assert safe not in (".", "..")
    assert len(safe.encode()) <= LONGEST_NAME + 16


def test_long_names_that_end_differently_stay_different() -> None:
    assert make_source(HERE, "x" * 300 + "1.txt") != make_source(HERE, "x" * 300 + "2.txt")
    assert sanitize_name("x" * 300 + "1.txt").endswith(".txt")
