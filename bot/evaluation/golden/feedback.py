"""Answers that people voted down -> candidate questions in a golden file, for a person to complete.

A candidate has no expectation yet; its note says what was answered and retrieved at the time. Who asked or voted, and
where, is not in it. Reading the votes, and writing the file, is left to the caller.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

import yaml

from bot import wiring
from bot.evaluation.golden.normalization import normalize
from bot.render.anonymous import anonymize, anonymize_line
from bot.render.terminal_safe import clean_line
from bot.user_input import LIMITS
from retrieval.errors import ClippingsError, InputError
from retrieval.search.query import validate_question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bot.rated_answer import RatedAnswer
    from bot.settings import Settings
    from retrieval.index import Snapshot

Position = tuple[str, int, int]
"""Article id, start and end."""

LONGEST_EXCERPT = 120
"""Characters shown of a passage or quote."""
WIDTH = 110
HEADER = """\
# Questions whose answers somebody on Discord voted down. Complete each with what a good answer does, one or more of
#   answer: [a text, or another]   one of them is in the answer
#   contains: [...]                all of them are
#   cites: an article              by id, title or file name
#   quotes: its words              as they are in the article
#   refuses: true                  the articles do not say; instead of all others
# or delete it, and then: clippings eval {file}
# A question without any of them is asked, but neither passes nor fails.
#
# These are people's words: keep them no longer than you need.
"""

_SERVER_LIBRARY = re.compile(r"discord-\d+(?:-(.+))?")


@dataclass(frozen=True, slots=True)
class Candidates:
    """The text of a golden file, and how many questions it holds."""

    text: str
    count: int


def collect_candidates(
    rated: Sequence[RatedAnswer], settings: Settings, library: str | None = None, *, file: str = "FILE"
) -> Candidates:
    """Return candidates from answers that were voted down, of one library or of all.

    `file` is how the text is named in its own instructions. Raises InputError when there is no such answer.
    """
    chosen = [each for each in rated if library in (None, each.library) and _can_be_asked(each)]
    if not chosen:
        others = ", ".join(sorted({each.library for each in rated}))
        where = f" of the library {library}" if library else ""
        hint = f"there is one of {others}" if others and library else "people give it with the button below an answer"
        raise InputError(f"{settings.home} holds no thumbs-down on an answer{where}: {hint}.")
    texts = {name: _read_passages(settings, name, chosen) for name in dict.fromkeys(each.library for each in chosen)}
    return Candidates(
        format_candidates(chosen, lambda each: texts[each.library], file=file), len(_group_by_question(chosen))
    )


def format_candidates(
    rated: Sequence[RatedAnswer],
    texts: Callable[[RatedAnswer], Mapping[Position, str]] = lambda _: {},
    *,
    file: str = "FILE",
) -> str:
    """Return the YAML of candidates, those with the most votes against them first.

    `texts` returns the passages of an answer's library that are still where they were. Answers to the same question,
    after the same conversation and under the same limits, become one candidate: the newest, with all votes.
    """
    parts = [HEADER.format(file=clean_line(file))]
    for group in _group_by_question(rated):
        newest = group[-1]
        note = _write_note(group, texts(newest))
        candidate = {**_describe_question(newest), "tags": _Flow(["feedback"]), "note": note}
        parts.append(yaml.dump([candidate], Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH))
    return "\n".join(parts)


def _can_be_asked(rated: RatedAnswer) -> bool:
    try:
        return bool(normalize(validate_question(anonymize_line(rated.asked.question))))
    except InputError:
        return False


def _read_passages(settings: Settings, name: str, rated: Sequence[RatedAnswer]) -> Mapping[Position, str]:
    """Return the passages ranked for these answers that the library still has; none of a library that is gone."""
    positions = {(hit[0], hit[1], hit[2]) for each in rated if each.library == name for hit in each.hits}

    def look(snapshot: Snapshot) -> dict[Position, str]:
        around = (passage for position in positions for passage in snapshot.get_passages_around(*position))
        return {at: each.text for each in around if (at := (each.article_id, each.start, each.end)) in positions}

    try:
        with wiring.open_library(settings, name) as library:
            return library.read(look)
    except ClippingsError:
        return {}


def _group_by_question(rated: Sequence[RatedAnswer]) -> list[list[RatedAnswer]]:
    """Group answers by what was asked, each group oldest first, the group with most votes against it first."""
    grouped = defaultdict[object, list["RatedAnswer"]](list)
    for each in sorted(rated, key=lambda each: each.asked_at):
        asked = each.asked
        key = (" ".join(asked.question.split()).casefold(), asked.where, asked.history, each.library)
        grouped[key].append(each)
    return sorted(grouped.values(), key=lambda group: -sum(each.down for each in group))


def _describe_question(rated: RatedAnswer) -> dict[str, object]:
    """Return the question with its limits and history, by the names of a golden question's fields."""
    asked = rated.asked
    limits = {name: anonymize_line(str(value)) for name in LIMITS if (value := getattr(asked.where, name))}
    limits = {name: value for name, value in limits.items() if normalize(value)}
    turns = [{"question": anonymize(turn.question), "answer": anonymize(turn.answer)} for turn in asked.history]
    turns = [turn for turn in turns if all(map(normalize, turn.values()))]
    return {"question": anonymize_line(asked.question), **limits, **({"history": turns} if turns else {})}


def _write_note(group: Sequence[RatedAnswer], texts: Mapping[Position, str]) -> str:
    """Say how the answers to one question were rated, and what the newest of them was made of."""
    rated = group[-1]
    answer = rated.answer
    down, up = sum(each.down for each in group), sum(each.up for each in group)
    often = f", asked {len(group)} times" if len(group) > 1 else ""
    lines = [
        f"Found bad by {down}, good by {up}{often}. {_name_library(rated.library)}, generation {rated.generation}, "
        f"{rated.asked_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC."
    ]
    if answer.standalone:
        lines.append(f"Understood as: {anonymize_line(answer.standalone)}")
    kind = f"refused, confidence {answer.confidence:.2f}" if answer.refused else f"confidence {answer.confidence:.2f}"
    lines += [f"Answered then ({anonymize_line(answer.model or answer.answerer)}, {kind}):", *_indent(answer.text)]
    lines += [f"Notice: {anonymize_line(answer.notice)}"] if answer.notice else []
    if answer.citations:
        lines.append("Cited then:")
    for each in answer.citations:
        name = anonymize_line(each.title) or each.article_id
        what = f" {each.start}-{each.end}: “{_cut(each.quote)}”" if each.quote else ", as a whole"
        lines.append(f"  [{each.number}] {name}{what}")
    lines.append("Retrieved then:" if rated.hits else "Nothing was retrieved.")
    for rank, (article_id, start, end, score) in enumerate(rated.hits, start=1):
        text = texts.get((article_id, start, end))
        same = text is not None and _holds_quotes(rated, article_id, start, end, text)
        shown = f"“{_cut(text)}”" if text is not None and same else "no longer there as it was"
        lines.append(f"  {rank}. {clean_line(article_id)} {start}-{end}, score {score:.3f}: {shown}")
    return "\n".join(lines)


def _holds_quotes(rated: RatedAnswer, article_id: str, start: int, end: int, text: str) -> bool:
    """Say whether a passage still holds every quote that the answer took from it."""
    inside = (c for c in rated.answer.citations if c.article_id == article_id and start <= c.start and c.end <= end)
    return all(text[c.start - start : c.end - start] == c.quote for c in inside)


def _name_library(name: str) -> str:
    """Name a library; one of a Discord server's own holds the server's number, which stays out."""
    own = _SERVER_LIBRARY.fullmatch(name)
    if not own:
        return f"Library {name}"
    return f"A server's own library, {own[1]}" if own[1] else "A server's own library"


def _indent(text: str) -> Iterator[str]:
    yield from (f"  {each}" if each else "" for each in anonymize(text).splitlines())


def _cut(text: str) -> str:
    cut = anonymize_line(text)
    return cut if len(cut) <= LONGEST_EXCERPT else cut[:LONGEST_EXCERPT].rpartition(" ")[0] + " …"


class _Flow(list[str]):
    """A list that is written on one line."""


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as they are."""


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(_Flow, lambda dumper, items: dumper.represent_sequence("tag:yaml.org,2002:seq", items, True))
