import io
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from bot.cli.chat.chat_commands import ALIASES, COMMANDS, Command, parse_command
from bot.cli.chat.dialogue import REMEMBERED, Conversation
from retrieval.conversation.small_talk import REPLIES
from retrieval.domain import Answer, Article, Ask, Filter, Turn
from retrieval.errors import ArticleMissing, ClippingsError, InputError
from retrieval.index import Library
from tests.bot.scripted_answers import MILL, QUOTE, ScriptedAnswerer, make_small_library

TODAY = date(2023, 7, 1)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library that tests only read."""
    with make_small_library(tmp_path_factory.mktemp("library") / "news") as library:
        yield library


@pytest.fixture
def answerer() -> ScriptedAnswerer:
    return ScriptedAnswerer()


Say = Callable[..., str]


@pytest.fixture
def say(shared: Library, answerer: ScriptedAnswerer) -> Say:
    """Say lines and return what is shown for the last of them."""
    conversation = conversation_about(shared, answerer)

    def said(*lines: str) -> str:
        return [shown(conversation, line) for line in lines][-1]

    return said


def conversation_about(library: Library, answerer: ScriptedAnswerer, where: Filter | None = None) -> Conversation:
    return Conversation(library, answerer.invoke, where or Filter(), today=lambda: TODAY, marks=True)


def shown(conversation: Conversation, line: str) -> str:
    console = Console(file=io.StringIO(), width=100, highlight=False, markup=False)
    if (view := conversation.reply(line)) is not None:
        console.print(view)
    printed: str = console.file.getvalue()  # type: ignore[attr-defined]
    return printed


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("Where is the mill?", None),
        ("what does /help do", None),
        ("/help", Command("help")),
        ("  /HELP  ", Command("help")),
        ("/passage 2", Command("passage", "2")),
        ("/since  June 2023 ", Command("since", "June 2023")),
        ("/exit", Command("quit")),
        ("/?", Command("help")),
        ("quit", Command("quit")),
        ("Exit", Command("quit")),
    ],
)
def test_a_line_is_a_command_or_a_question(line: str, read: Command | None) -> None:
    assert parse_command(line) == read


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("/sorces", "/sources"),
        ("/pass", "/passage"),
        ("/sinse 2023", "/since"),
        ("/exitt", "/quit"),
        ("/halp", "/help"),
    ],
)
def test_an_unknown_command_suggests_the_nearest(line: str, meant: str) -> None:
    with pytest.raises(InputError, match=f"did you mean {meant}\\?"):
        parse_command(line)


@pytest.mark.parametrize("line", ["/Where is the mill?", "/", "/xyzzy", "/dev/null"])
def test_a_question_with_a_slash_gets_a_hint_how_to_ask(line: str) -> None:
    with pytest.raises(InputError, match="a question goes without the slash") as caught:
        parse_command(line)

    assert "did you mean" not in str(caught.value)


def test_aliases_lead_to_commands() -> None:
    assert set(ALIASES.values()) <= set(COMMANDS)
    assert not set(ALIASES) & set(COMMANDS)


def test_an_answer_is_its_text_and_a_line_for_each_source(say: Say) -> None:
    assert say("Where is the mill?") == f"{QUOTE} [1]\n\n[1] Talks at the mill · Ada Byron · 27 June 2023\n"


def test_a_refusal_names_the_nearest(say: Say) -> None:
    assert say("Who won the cup?") == "The articles do not say.\n\nNearest articles:\n  Ice (2 January 2021)\n"


def test_a_follow_up_goes_with_what_was_said_and_says_how_it_was_understood(
    say: Say, answerer: ScriptedAnswerer
) -> None:
    reply = say("Where is the mill?", "And who is he?")

    assert answerer.asked[1] == Ask("And who is he?", Filter(), (Turn("Where is the mill?", f"{QUOTE} [1]"),))
    assert reply.startswith("understood as: Who is the miller?\n\n")


def test_the_latest_turns_are_remembered(say: Say, answerer: ScriptedAnswerer) -> None:
    say(*(f"Where is mill {n}?" for n in range(REMEMBERED + 3)))

    assert [turn.question for turn in answerer.asked[-1].history] == [
        f"Where is mill {n}?" for n in range(2, REMEMBERED + 2)
    ]


def test_small_talk_asks_no_model_and_is_no_turn(say: Say, answerer: ScriptedAnswerer) -> None:
    assert say("Hi!") == REPLIES["greeting"] + "\n"
    assert answerer.asked == []

    say("Where is the mill?", "thanks", "And who is he?")

    assert [turn.question for turn in answerer.asked[-1].history] == ["Where is the mill?"]


def test_who_asks_for_help_hears_of_the_commands(say: Say) -> None:
    assert "/help" in say("help")


def test_an_empty_line_says_nothing(say: Say) -> None:
    assert say("", "   ") == ""


def test_a_line_that_is_no_text_is_asked_readably(say: Say, answerer: ScriptedAnswerer) -> None:
    say("mill \udcff\n\tnow?")

    assert answerer.asked[0].question == "mill ? now?"


def test_what_is_stopped_or_fails_is_not_kept(shared: Library) -> None:
    class Failing(ScriptedAnswerer):
        def invoke(self, ask: Ask) -> Answer:
            answer = super().invoke(ask)
            if "stop" in ask.question:
                raise KeyboardInterrupt
            if "fail" in ask.question:
                raise InputError("The question can't be asked.")
            return answer

    answerer = Failing()
    conversation = conversation_about(shared, answerer)
    with pytest.raises(KeyboardInterrupt):
        conversation.reply("stop at the mill")
    with pytest.raises(ClippingsError):
        conversation.reply("fail at the mill")

    conversation.reply("Where is the mill?")

    assert answerer.asked[-1].history == ()


def test_help_lists_every_command(say: Say) -> None:
    help_text = say("/help")

    assert [name for name in COMMANDS if f"  /{name} " not in help_text] == []
    assert max(map(len, help_text.splitlines())) <= 92


def test_sources_are_shown_in_their_context(say: Say) -> None:
    assert say("Where is the mill?", "/sources") == (
        "[1] Talks at the mill\n"
        "    Ada Byron · 27 June 2023 · https://news.example/mill\n"
        f"    «{QUOTE}» Nothing was signed, and nobody said when the next talks would\n"
        "    be.\n"
    )


def test_the_sources_of_a_refusal_are_the_nearest_articles(say: Say) -> None:
    assert "Nearest articles:\n  Ice" in say("Who won the cup?", "/sources")


def test_a_passage_after_a_refusal_is_one_of_the_last_answer_that_quotes(say: Say) -> None:
    assert f"«{QUOTE}»" in say("Where is the mill?", "Who won the cup?", "/passage 1")


@pytest.mark.parametrize("typed", ["/passage 1", "/passage [1]", "/passage #1", "/passage"])
def test_a_quote_is_shown_in_its_passage_between_its_neighbours(typed: str, say: Say) -> None:
    shown = say("Where is the mill?", typed)

    before, own, after = shown.split("\n\n")[1:]
    assert "Envoys came on Sunday" in before
    assert own.startswith(f"    «{QUOTE}» Nothing was signed")
    assert "has ground no corn" in after
    assert "https://news.example/mill" in shown


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["/passage 1"], "nothing has been asked yet"),
        (["/sources"], "nothing has been asked yet"),
        (["/save talk.md"], "nothing has been asked yet"),
        (["Where is the mill?", "/passage 2"], "no quote '2': it has /passage 1."),
        (["Where is the mill?", "/passage one"], "no quote 'one'"),
        (["Who won the cup?", "/passage 1"], "quotes nothing"),
        (["Where is the mill?", "/save"], "needs the name"),
        (["/since whenever"], "'whenever' is not a date"),
        (["/until 03/04/2023"], "could be two days"),
        (["/since 2024", "/until 2023"], "since 1 January 2024 is after until 31 December 2023"),
        (["/sorces"], "did you mean /sources"),
    ],
)
def test_what_cannot_be_done_is_one_line(lines: list[str], problem: str, say: Say) -> None:
    with pytest.raises(ClippingsError) as caught:
        say(*lines)

    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_limits_are_set_shown_and_lifted(say: Say, answerer: ScriptedAnswerer) -> None:
    assert say("/since June 2023") == "Only articles since 1 June 2023.\n"
    assert say("/until last week") == "Only articles since 1 June 2023, until 25 June 2023.\n"
    assert say('/author "Ada"') == "Only articles since 1 June 2023, until 25 June 2023, by Ada.\n"
    say("Where is the mill?")
    assert answerer.asked[-1].where == Filter(date(2023, 6, 1), date(2023, 6, 25), "Ada")

    assert say("/until") == "Lifted: until 25 June 2023. Only articles since 1 June 2023, by Ada.\n"
    assert say("/author") == "Lifted: by Ada. Only articles since 1 June 2023.\n"
    assert say("/since") == "Lifted: since 1 June 2023. All articles are searched.\n"
    assert say("/since") == "There was no limit “since”. All articles are searched.\n"
    say("Where is the mill?")
    assert answerer.asked[-1].where == Filter()


def test_the_archive_is_read_as_of_a_day_until_that_is_lifted(say: Say, answerer: ScriptedAnswerer) -> None:
    assert say("/as-of May 2023") == "Only articles as of 31 May 2023.\n"
    say("Where is the mill?")
    assert answerer.asked[-1].where == Filter(as_of=date(2023, 5, 31))
    with pytest.raises(InputError, match=r"since 1 June 2023 is after as of 31 May 2023"):
        say("/since June 2023")

    assert say("/as-of") == "Lifted: as of 31 May 2023. All articles are searched.\n"
    assert say("/as-of") == "There was no limit “as of”. All articles are searched.\n"


def test_a_limit_that_cannot_be_used_changes_nothing(say: Say, answerer: ScriptedAnswerer) -> None:
    say("/since 2023")
    with pytest.raises(InputError):
        say("/since whenever")
    with pytest.raises(InputError):
        say("/until 2022")

    say("Where is the mill?")

    assert answerer.asked[-1].where == Filter(since=date(2023, 1, 1))


def test_clear_forgets_what_was_said_and_keeps_the_limits(say: Say, answerer: ScriptedAnswerer) -> None:
    shown = say("/author Ada", "Where is the mill?", "/clear")

    assert shown == "The conversation is forgotten. Still only articles by Ada.\n"
    with pytest.raises(InputError, match="nothing has been asked yet"):
        say("/sources")
    say("And who is he?")
    assert answerer.asked[-1] == Ask("And who is he?", Filter(author="Ada"), ())


def test_a_conversation_is_saved_once(say: Say, tmp_path: Path) -> None:
    assert say("Where is the mill?", "hi", "Who won the cup?", "/save my talk.md") == "2 turns saved to my talk.md\n"
    written = (tmp_path / "my talk.md").read_text(encoding="utf-8")

    with pytest.raises(InputError, match="exists already"):
        say('/save "my talk.md"')

    assert (tmp_path / "my talk.md").read_text(encoding="utf-8") == written
    assert written.index("## Where is the mill?") < written.index("## Who won the cup?")
    assert "1 July 2023 · library news · 2 questions" in written


@pytest.mark.parametrize("line", ["/quit", "/exit", "quit"])
def test_quitting_ends_the_conversation(line: str, shared: Library) -> None:
    conversation = conversation_about(shared, ScriptedAnswerer())

    assert shown(conversation, line) == "Goodbye!\n"
    assert conversation.ended


def test_the_greeting_names_library_size_and_limits(shared: Library) -> None:
    console = Console(file=io.StringIO(), width=100)
    console.print(conversation_about(shared, ScriptedAnswerer(), Filter(author="Ada")).greet())

    assert console.file.getvalue() == (  # type: ignore[attr-defined]
        "Clippings · 2 articles in the library news · by Ada\n"
        "Ask a question, or /help; Ctrl-D ends the conversation.\n"
        "\n"
    )


def test_the_library_may_change_meanwhile(tmp_path: Path) -> None:
    with make_small_library(tmp_path / "news") as library:
        conversation = conversation_about(library, ScriptedAnswerer())
        shown(conversation, "Where is the mill?")

        with Library.open(library.folder, encoder=library.encoder, passage_tokens=30) as another:
            another.ingest([Article("mill", "The mill burned down. Nothing is left of it.", MILL.title)], rebuild=True)

        assert f"    «{QUOTE}»\n" in shown(conversation, "/sources")
        with pytest.raises(ArticleMissing, match="has changed since the answer: ask again"):
            conversation.reply("/passage 1")
        assert QUOTE in shown(conversation, "Where is the mill?")

        with Library.open(library.folder, encoder=library.encoder, passage_tokens=30) as another:
            another.remove(["mill"])

        with pytest.raises(ArticleMissing):
            conversation.reply("/passage 1")
