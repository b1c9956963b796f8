"""Commands that answer questions: ask, chat, search."""

from __future__ import annotations

import sys
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from bot.cli.options import (
    DONE,
    REFUSED,
    add_filter_options,
    add_library_and_json_options,
    add_library_option,
    fail,
    print_json,
    print_result,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rich.console import RenderableType

    from bot.settings import Settings
    from retrieval.conversation.request import Request
    from retrieval.domain import Answer, Ask
    from retrieval.index import Library


@click.command("ask")
@click.argument("words", nargs=-1, metavar="[QUESTION]")
@click.option("--batch", metavar="FILE", help="Answer each line of a JSON Lines file. - is standard input.")
@add_filter_options
@add_library_and_json_options
def ask_question(
    settings: Settings, name: str, *, words: tuple[str, ...], batch: str | None, as_json: bool, **limits: str | None
) -> int:
    """Answer a question with quotes from the articles.

    The question needs no quotation marks where the shell has none to interpret, and may come on standard input.

    If the articles do not say, the exit status is 3.

    Answers are made of quotes. If CLIPPINGS_CHAT_MODEL names a chat model, such as ollama:qwen3, that model writes
    them, and every claim is checked. A terminal shows its draft while it is written. Only the checked answer remains,
    and only that is written to a pipe or a file.

    Each line of a --batch file is a JSON object with "question" and optionally "id", "since", "until", "author",
    "as_of", "today", the day that "last week" counts from, and "history", the conversation before the question: a list
    of {"question", "answer"}.

    \b
    Examples:
      clippings ask "Where did the talks take place?" --since "June 2023"
      clippings ask "How many people were ill?" --as-of 2026-02-20
      echo "Who spoke at the mill?" | clippings ask
      clippings ask --batch questions.jsonl > answers.jsonl
    """
    from rich.text import Text

    from bot import render, user_input, wiring
    from bot.cli import streaming
    from retrieval.conversation.small_talk import reply_to_courtesy
    from retrieval.domain import Ask

    asked = _require_one(words, batch)
    if batch is None and (courtesy := reply_to_courtesy(asked)):
        print_result(courtesy, Text, as_json=as_json, machine=partial(_build_reply, asked))
        return DONE
    with wiring.open_library(settings, name) as library:
        answerer = wiring.build_answerer(settings, library)
        if batch is not None:
            return _run_batch(asked, limits, settings, lambda ask: render.convert_to_json(answerer.invoke(ask)))
        where = user_input.build_filter(limits, date.today(), settings.date_order)
        ask = Ask(user_input.replace_surrogates(asked), where)
        given = answerer.invoke(ask) if as_json else streaming.answer_showing_draft(answerer, ask)
        print_result(given, lambda shown: _render_with_excerpts(library, shown), as_json=as_json)
    return REFUSED if given.refused else DONE


@click.command("chat")
@add_filter_options
@add_library_option
def run_chat_command(settings: Settings, name: str, **limits: str | None) -> int:
    """Hold a conversation: ask, follow up, look at the sources.

    A question may refer to earlier ones: "And when was that?" Type /help for the commands, such as /sources,
    /passage 2, /since "June 2023" and /save talk.md. Ctrl-C stops an answer, Ctrl-D ends the conversation. The arrow
    keys recall earlier questions, which are stored in the file `chat-history` under CLIPPINGS_HOME.

    Questions can also be piped in, one a line. The exit status is then 1 if any line failed.

    \b
    Examples:
      clippings chat
      clippings chat --library news --since "June 2023"
      clippings chat < questions.txt
    """
    from bot import user_input, wiring
    from bot.cli.chat.session import run_chat

    where = user_input.build_filter(limits, date.today(), settings.date_order)
    with wiring.open_library(settings, name) as library:
        answerer = wiring.build_answerer(settings, library)
        return run_chat(library, answerer, where, home=settings.home, date_order=settings.date_order)


@click.command("search")
@click.argument("words", nargs=-1, metavar="[QUESTION]")
@click.option("--batch", metavar="FILE", help="Search for each line of a JSON Lines file. - is standard input.")
@click.option("-k", "k", type=click.IntRange(1, 1000), default=10, show_default=True, help="Number of passages.")
@add_filter_options
@add_library_and_json_options
def search_passages(
    settings: Settings,
    name: str,
    *,
    words: tuple[str, ...],
    batch: str | None,
    k: int,
    as_json: bool,
    **limits: str | None,
) -> int:
    """Find the passages that are most relevant to a question.

    Each line of a --batch file is as for `ask`. A question with "history" is searched for as it is understood, which
    the line printed for it gives as "standalone".

    \b
    Examples:
      clippings search "lowering tariffs" -k 3
      clippings search --batch questions.jsonl
    """
    from bot import render, user_input, wiring
    from retrieval.pipeline import search_as_understood
    from retrieval.search import ranking

    asked = _require_one(words, batch)
    with wiring.open_library(settings, name) as library:

        def rank(ask: Ask) -> Mapping[str, Any]:
            if not ask.history:
                return render.build_hits_json(ask.question, ranking.search(library, ask.question, k=k, where=ask.where))
            standalone, hits = search_as_understood(library, ask, k=k)
            return {**render.build_hits_json(ask.question, hits), "standalone": standalone}

        if batch is not None:
            return _run_batch(asked, limits, settings, rank)
        where = user_input.build_filter(limits, date.today(), settings.date_order)
        hits = ranking.search(library, user_input.replace_surrogates(asked), k=k, where=where)
    print_result(hits, render.render_hits, as_json=as_json, machine=lambda found: render.build_hits_json(asked, found))
    return DONE


def _require_one(words: Sequence[str], batch: str | None) -> str:
    """Return the file of a batch, or the question: the words given, or what comes through a pipe."""
    if words and batch is not None:
        raise click.UsageError("Give either a question or --batch FILE.")
    if batch is not None:
        return batch
    if words and words != ("-",):
        return " ".join(words)
    if not words and sys.stdin.isatty():
        raise click.UsageError("Give a question, or --batch FILE.")
    return " ".join(sys.stdin.buffer.read().decode("utf-8", "replace").split())


def _run_batch(
    source: str, limits: Mapping[str, str | None], settings: Settings, reply: Callable[[Ask], Mapping[str, Any]]
) -> int:
    from bot import user_input
    from bot.cli import batch
    from retrieval.domain import Ask, Turn
    from retrieval.errors import InputError

    readable = user_input.replace_surrogates

    def answer(request: Request) -> Mapping[str, Any]:
        history = tuple(Turn(readable(turn.question), readable(turn.answer)) for turn in request.history)
        today = user_input.parse_today(request.today, date.today())
        where = user_input.build_filter({**limits, **request.limits}, today, settings.date_order)
        return reply(Ask(readable(request.question), where, history, today if request.today else None))

    try:
        file = click.open_file(source, encoding="utf-8-sig", errors="surrogateescape")
    except OSError as error:
        raise InputError(f"{source or 'an empty name'} can't be read ({error.strerror}): check the path.") from None
    failed = 0
    with file as lines:
        for result, succeeded in batch.answer_lines(lines, answer):
            print_json(result)
            failed += not succeeded
    if failed:
        return fail(f"{failed:,} of the questions could not be answered: each has its error in its place.")
    return DONE


def _build_reply(question: str, courtesy: str) -> Answer:
    from retrieval.answering.small_answers import build_reply

    return build_reply(question, courtesy)


def _render_with_excerpts(library: Library, answer: Answer) -> RenderableType:
    from bot import excerpts, render

    return render.render_answer(answer, excerpts.fetch_excerpts(library, answer), marks=not sys.stdout.isatty())
