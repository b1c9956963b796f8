"""A conversation: returns the reply to each line as a view. Reading keys and printing are left to the session.

A turn is recorded once its answer is complete: what is stopped or fails leaves no trace. Small talk is not recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from bot import excerpts, render, user_input
from bot.cli.chat.chat_commands import COMMANDS, Command, parse_command
from bot.cli.chat.transcript import TranscriptEntry, format_transcript
from bot.output_files import create_file
from bot.render.blocks import format_count
from retrieval.conversation.small_talk import REPLIES, reply_to_courtesy
from retrieval.domain import Ask, Filter, Turn
from retrieval.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from rich.console import RenderableType

    from retrieval.domain import Answer, Citation
    from retrieval.index import Library
    from retrieval.text.dates import DayOrder

REMEMBERED = 10
"""Maximum number of earlier turns that a follow-up may refer to; older ones are in the transcript only."""

KEYS = "↑ and Ctrl-R find earlier questions, Ctrl-C stops an answer, Ctrl-D ends the conversation."


class Conversation:
    """Questions, follow-ups and commands about one library, line by line."""

    def __init__(
        self,
        library: Library,
        answer: Callable[[Ask], Answer],
        where: Filter,
        *,
        today: Callable[[], date],
        date_order: DayOrder = "",
        marks: bool = False,
    ) -> None:
        self.ended = False
        self._library = library
        self._answer = answer
        self._where = where
        self._today = today
        self._date_order = date_order
        self._marks = marks
        self._entries: list[TranscriptEntry] = []

    @property
    def last(self) -> TranscriptEntry | None:
        """The last question with its answer, None before the first."""
        return self._entries[-1] if self._entries else None

    @property
    def asked(self) -> list[str]:
        """The questions so far, oldest first."""
        return [entry.question for entry in self._entries]

    @property
    def where(self) -> Filter:
        """What questions are limited to."""
        return self._where

    @property
    def limits(self) -> str:
        """What questions are limited to, in words; empty when they are not."""
        return render.clean_line(user_input.describe_filter(self._where))

    def greet(self) -> RenderableType:
        """Return a first view: what the library holds, and how to go on."""
        count = format_count(len(self._library.list_articles()), "article")
        contents = f"{count} in the library {self._library.name}"
        head = Text.assemble(("Clippings", "bold"), f" · {contents}", f" · {self.limits}" if self.limits else "")
        return Group(head, Text("Ask a question, or /help; Ctrl-D ends the conversation.", style="dim"), Text())

    def reply(self, line: str) -> RenderableType | None:
        """Return what to show for a line; raise ClippingsError, whose message is to be shown instead."""
        line = " ".join(user_input.replace_surrogates(line).split())
        if not line:
            return None
        if typed := parse_command(line):
            return self._run_command(typed)
        if small := reply_to_courtesy(line):
            return Text(small + (" /help lists the commands." if small == REPLIES["about"] else ""))
        return self._ask(line)

    def _run_command(self, typed: Command) -> RenderableType:
        if (limit := typed.name.replace("-", "_")) in user_input.LIMITS:
            return self._limit(limit, _strip_quotes(typed.argument))
        handlers = {
            "help": self._show_help,
            "sources": self._show_sources,
            "passage": self._show_passage,
            "clear": self._clear,
            "save": self._save,
            "quit": self._end,
        }
        return handlers[typed.name](_strip_quotes(typed.argument))

    def _ask(self, question: str) -> RenderableType:
        history = tuple(Turn(entry.question, entry.answer.text) for entry in self._entries[-REMEMBERED:])
        answer = self._answer(Ask(question, self._where, history))
        if answer.kind != "smalltalk":
            self._entries.append(TranscriptEntry(question, answer, self.limits))
        return render.render_turn(answer)

    def _show_help(self, _: str) -> RenderableType:
        rows = [
            Text.assemble((f"  /{name} ", "bold cyan"), (argument.ljust(13 - len(name)), "cyan"), meaning)
            for name, (argument, meaning) in COMMANDS.items()
        ]
        first = Text("Ask in plain words. A question may refer to earlier ones: “And when was that?”")
        return Group(first, Text(), *rows, Text(), Text(KEYS, style="dim"))

    def _show_sources(self, _: str) -> RenderableType:
        answer = self._get_last_answer()
        if not answer.citations:
            return render.render_turn(answer)
        return render.render_sources(answer, excerpts.fetch_excerpts(self._library, answer), marks=self._marks)

    def _show_passage(self, number: str) -> RenderableType:
        quoting = (entry.answer for entry in reversed(self._entries) if entry.answer.citations)
        citation = _find_citation(next(quoting, self._get_last_answer()), number.strip("[]#. "))
        return render.render_surroundings(citation, excerpts.fetch_passages(self._library, citation), marks=self._marks)

    def _limit(self, name: str, value: str) -> RenderableType:
        before = user_input.describe_filter(Filter(**{name: getattr(self._where, name)}))
        self._where = user_input.set_limit(self._where, name, value, self._today(), self._date_order)
        if value:
            return Text(f"Only articles {self.limits}.", style="green")
        named = name.replace("_", " ")
        lifted = f"Lifted: {render.clean_line(before)}. " if before else f"There was no limit “{named}”. "
        return Text(lifted + (f"Only articles {self.limits}." if self.limits else "All articles are searched."))

    def _clear(self, _: str) -> RenderableType:
        self._entries.clear()
        return Text("The conversation is forgotten." + (f" Still only articles {self.limits}." if self.limits else ""))

    def _save(self, file: str) -> RenderableType:
        if not file:
            raise InputError("/save needs the name of a new file: /save talk.md")
        if not self._entries:
            raise InputError("nothing has been asked yet: there is nothing to save.")
        path = create_file(file, format_transcript(self._entries, library=self._library.name, day=self._today()))
        return Text(
            f"{format_count(len(self._entries), 'turn')} saved to {render.clean_line(str(path))}", style="green"
        )

    def _end(self, _: str) -> RenderableType:
        self.ended = True
        return Text(REPLIES["goodbye"])

    def _get_last_answer(self) -> Answer:
        if not self._entries:
            raise InputError("nothing has been asked yet: ask a question first.")
        return self._entries[-1].answer


def _find_citation(answer: Answer, number: str) -> Citation:
    """Return the citation that a number names; the only one needs no number."""
    if not answer.citations:
        raise InputError("the last answer quotes nothing: there is no passage to show.")
    if not number and len(answer.citations) == 1:
        return answer.citations[0]
    known = {str(citation.number): citation for citation in answer.citations}
    if number not in known:
        which = "/passage 1" if len(known) == 1 else f"/passage 1 to /passage {len(known)}"
        problem = f"the last answer has no quote {number[:20]!r}" if number else "which quote?"
        raise InputError(f"{problem}: it has {which}.")
    return known[number]


def _strip_quotes(text: str) -> str:
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
