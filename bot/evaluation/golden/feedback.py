"""Answers that people on Discord found bad -> candidate questions in a golden file, for a person to complete.

A candidate has no expectation yet; its note tells what was answered and retrieved at the time. Who asked or voted, and
where on Discord, does not leave its records.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

import yaml

from bot import wiring
from bot.cli.chat import transcript
from bot.discord.records import Records
from bot.evaluation.golden.normalization import normalize
from bot.render.terminal_safe import clean, clean_line
from bot.user_input import LIMITS
from retrieval.errors import ClippingsError, InputError
from retrieval.search.query import validate_question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from bot.discord.entities import AnswerRecord, Votes
    from bot.settings import Settings
    from retrieval.index.library import Snapshot

Place = tuple[str, int, int]
"""Article id, start and end."""

SHOWN = 120
"""Characters of a passage or quote."""
WIDTH = 110
HEADER = """\
# Questions whose answers somebody on Discord found bad. Complete each with what a good answer does, one or more of
#   answer: [a text, or another]   one of them stands in the answer
#   contains: [...]                all of them do
#   cites: an article              by id, title or file name
#   quotes: its words              as they stand in the article
#   refuses: true                  the articles do not say; instead of all others
# or delete it, and then: clippings eval {file}
# A question without any of them is asked, but neither passes nor fails.
#
# These are people's words: keep them no longer than you need.
"""

# What names a person, role, channel, server or message is a number; a word such as @everyone names nobody.
_DISCORD = re.compile(r"<(@[!&]?|#)\d+>|<a?(:\w+:)\d+>|(https?://\S*discord\S*/channels/)[\d/@me]+|\b\d{17,20}\b")
_NAMED = {"@": "@someone", "@!": "@someone", "@&": "@role", "#": "#channel"}
_OWN_LIBRARY = re.compile(r"discord-\d+(?:-(.+))?")


@dataclass(frozen=True, slots=True)
class Candidates:
    """The text of a golden file, and how many questions it holds."""

    text: str
    count: int


def from_feedback(settings: Settings, path: Path, library: str | None = None) -> int:
    """Write candidates into a new file and return how many; raise InputError as `gathered` and `written` do."""
    found = gathered(settings, library, file=str(path))
    written(path, found.text)
    return found.count


def gathered(settings: Settings, library: str | None = None, *, file: str = "FILE") -> Candidates:
    """Return candidates from what the Discord bot remembers, of one library or of all; `file` is how the text is named.

    Raises InputError when no bot has run here, or nobody has found an answer bad.
    """
    path = settings.home / "discord.sqlite"
    if not path.exists():
        raise InputError(f"there is no {path}: run `clippings discord` with this CLIPPINGS_HOME, and let people vote.")
    records = Records(path)
    try:
        voted = records.feedback()
    finally:
        records.close()
    bad = [(record, votes) for record, votes in voted if library in (None, record.library) and _askable(record)]
    if not bad:
        others = ", ".join(sorted({record.library for record, _ in voted}))
        where = f" of the library {library}" if library else ""
        hint = f"there is one of {others}" if others and library else "people give it with the button below an answer"
        raise InputError(f"{path} holds no thumbs-down on an answer{where}: {hint}.")
    texts = {name: _texts(settings, name, records_of) for name, records_of in _by_library(bad).items()}
    grouped = _merged(bad)
    return Candidates(candidates(bad, lambda record: texts[record.library], file=file), len(grouped))


def candidates(
    found: Sequence[tuple[AnswerRecord, Votes]],
    texts: Callable[[AnswerRecord], Mapping[Place, str]] = lambda _: {},
    *,
    file: str = "FILE",
) -> str:
    """Return the YAML of candidates, those with the most votes against them first.

    `texts` returns, for a record, the passages of its library that still stand where they stood. Answers to the same
    question, after the same conversation and under the same limits, become one candidate: the newest, with all votes.
    """
    parts = [HEADER.format(file=clean_line(file))]
    for group in _merged(found):
        record = group[-1][0]
        down, up = (sum(getattr(votes, way) for _, votes in group) for way in ("down", "up"))
        note = _note(record, down, up, len(group), texts(record))
        parts.append(_yaml({**_asked(record), "tags": _Flow(["feedback"]), "note": note}))
    return "\n".join(parts)


def written(path: Path, text: str) -> None:
    """Write a new file, whole or not at all; raise InputError when there is one already, or it can't be written."""
    transcript.save(str(path), text)


def _askable(record: AnswerRecord) -> bool:
    try:
        return bool(normalize(validate_question(_line(record.question.text))))
    except InputError:
        return False


def _by_library(found: Sequence[tuple[AnswerRecord, Votes]]) -> Mapping[str, Sequence[AnswerRecord]]:
    grouped = defaultdict[str, list["AnswerRecord"]](list)
    for record, _ in found:
        grouped[record.library].append(record)
    return grouped


def _texts(settings: Settings, name: str, records: Sequence[AnswerRecord]) -> Mapping[Place, str]:
    """Return the passages that these records were ranked and that still stand there; none of a library that is gone."""
    places = {(article_id, start, end) for record in records for article_id, start, end, _ in record.hits}

    def look(view: Snapshot) -> dict[Place, str]:
        around = (passage for place in places for passage in view.get_passages_around(*place))
        return {place: each.text for each in around if (place := (each.article_id, each.start, each.end)) in places}

    try:
        with wiring.open_library(settings, name) as library:
            return library.read(look)
    except ClippingsError:
        return {}


def _merged(found: Sequence[tuple[AnswerRecord, Votes]]) -> list[list[tuple[AnswerRecord, Votes]]]:
    """Return the records by what was asked, each group oldest first, the group with most votes against it first."""
    grouped = defaultdict[object, list[tuple["AnswerRecord", "Votes"]]](list)
    for record, votes in sorted(found, key=lambda each: each[0].asked_at):
        asked = record.question
        key = (" ".join(asked.text.split()).casefold(), asked.where, asked.history, record.library)
        grouped[key].append((record, votes))
    return sorted(grouped.values(), key=lambda group: -sum(votes.down for _, votes in group))


def _asked(record: AnswerRecord) -> dict[str, object]:
    """Return the question with its limits and history, by the names of a golden question's fields."""
    asked = record.question
    limits = {name: _line(str(value)) for name in LIMITS if (value := getattr(asked.where, name))}
    limits = {name: value for name, value in limits.items() if normalize(value)}
    turns = [{"question": _anonymous(turn.question), "answer": _anonymous(turn.answer)} for turn in asked.history]
    turns = [turn for turn in turns if all(map(normalize, turn.values()))]
    return {"question": _line(asked.text), **limits, **({"history": turns} if turns else {})}


def _note(record: AnswerRecord, down: int, up: int, times: int, texts: Mapping[Place, str]) -> str:
    answer = record.answer
    at = record.asked_at.astimezone(UTC)
    often = f", asked {times} times" if times > 1 else ""
    lines = [
        f"Found bad by {down}, good by {up}{often}. {_library(record)}, generation {record.generation}, "
        f"{at:%Y-%m-%d %H:%M} UTC."
    ]
    if answer.standalone:
        lines.append(f"Understood as: {_line(answer.standalone)}")
    kind = f"refused, confidence {answer.confidence:.2f}" if answer.refused else f"confidence {answer.confidence:.2f}"
    lines += [f"Answered then ({_line(answer.model or answer.answerer)}, {kind}):", *_indented(answer.text)]
    lines += [f"Notice: {_line(answer.notice)}"] if answer.notice else []
    if answer.citations:
        lines.append("Cited then:")
    for each in answer.citations:
        name = _line(each.title) or each.article_id
        lines.append(f"  [{each.number}] {name} {each.start}-{each.end}: “{_cut(each.quote)}”")
    lines.append("Retrieved then:" if record.hits else "Nothing was retrieved.")
    for rank, (article_id, start, end, score) in enumerate(record.hits, start=1):
        text = None if _altered(record, article_id, start, end, texts) else texts.get((article_id, start, end))
        shown = "no longer there as it was" if text is None else f"“{_cut(text)}”"
        lines.append(f"  {rank}. {clean_line(article_id)} {start}-{end}, score {score:.3f}: {shown}")
    return "\n".join(lines)


def _altered(record: AnswerRecord, article_id: str, start: int, end: int, texts: Mapping[Place, str]) -> bool:
    """Say whether a quote of the answer no longer stands in a passage though one has the same bounds."""
    text = texts.get((article_id, start, end), "")
    inside = (c for c in record.answer.citations if c.article_id == article_id and start <= c.start and c.end <= end)
    return any(text[c.start - start : c.end - start] != c.quote for c in inside)


def _library(record: AnswerRecord) -> str:
    """Name a library; one of a Discord server's own holds the server's number, which stays out."""
    own = _OWN_LIBRARY.fullmatch(record.library)
    if not own:
        return f"Library {record.library}"
    return f"A server's own library, {own[1]}" if own[1] else "A server's own library"


def _anonymous(text: str) -> str:
    """Return text without Discord's numbers and without what no YAML may hold; line ends stay."""
    named = _DISCORD.sub(lambda found: _NAMED.get(found[1] or "", found[2] or found[3] or "(number)"), clean(text))
    return "\n".join(each.expandtabs(4).rstrip() for each in named.splitlines()).strip()


def _line(text: str) -> str:
    return clean_line(_anonymous(text))


def _indented(text: str) -> Iterator[str]:
    yield from (f"  {each}" if each else "" for each in _anonymous(text).splitlines())


def _cut(text: str) -> str:
    cut = _line(text)
    return cut if len(cut) <= SHOWN else cut[:SHOWN].rpartition(" ")[0] + " …"


class _Flow(list[str]):
    """A list that is written on one line."""


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as they stand."""


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(_Flow, lambda dumper, items: dumper.represent_sequence("tag:yaml.org,2002:seq", items, True))


def _yaml(candidate: Mapping[str, Any]) -> str:
    return yaml.dump([candidate], Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)
