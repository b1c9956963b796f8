"""A file of golden questions -> Golden values, or all that is wrong with the file, each with line and field.

The fields are in `schema`, YAML and JSON Lines in `positions`; what the articles hold of it is left to `gold`.
`python -m bot.evaluation.golden.golden_file` prints the JSON Schema that editors complete a file by.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.evaluation.golden.positions import Fault, PositionedData, format_path, parse_json_lines, parse_yaml
from bot.evaluation.golden.schema import BESIDE_A_REFUSAL, ExchangeSchema, GoldenFileSchema, QuestionSchema
from bot.evaluation.results import Golden
from bot.front_end_errors import GoldenInvalid
from bot.render.terminal_safe import clean_line
from bot.user_input import build_filter, parse_today
from retrieval.domain import Turn
from retrieval.errors import InputError
from retrieval.search.query import validate_question

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Schema = TypeVar("Schema", bound=BaseModel)

JSON_LINES = frozenset({".jsonl", ".ndjson"})
LONGEST_SLUG = 60
LONGEST_FIELD = 120
"""Characters of a field's name and place that a fault shows."""


@dataclass(frozen=True, slots=True)
class GoldenFile:
    """A file's questions, and the folders or files of the articles that it names."""

    path: Path
    articles: tuple[Path, ...]
    questions: tuple[Golden, ...]


def read_golden_file(path: Path, *, today: date | None = None) -> GoldenFile:
    """Read a golden file; raise GoldenInvalid with all that is wrong with it.

    `today` is what dates such as "last month" are checked against.
    """
    faults = list[Fault]()
    try:
        text = _decode(path.read_bytes(), faults)
    except IsADirectoryError:
        raise GoldenInvalid([clean_line(f"{path}: is a folder: name a golden file in it")]) from None
    except OSError as error:
        raise GoldenInvalid([clean_line(f"{path}: can't be read ({error.strerror}): check the path")]) from None
    parts = list(parse_json_lines(text)) if path.suffix.lower() in JSON_LINES else [parse_yaml(text)]
    faults += [fault for part in parts for fault in part.faults]
    articles, rows = _split_rows(path, parts, faults)
    questions = _assign_ids(rows, [_build_golden(row, path, today or date.today(), faults) for row in rows], faults)
    if not rows and not faults:
        faults.append(Fault(1, "", "holds no questions: write a list of them, each with question: first"))
    if faults:
        raise GoldenInvalid([_format_fault(path, fault) for fault in sorted(faults, key=lambda fault: fault.line)])
    return GoldenFile(path, tuple(path.parent / Path(each).expanduser() for each in articles), tuple(questions))


@dataclass(frozen=True, slots=True)
class _RawQuestion:
    """The data of one question, and where it is in the file."""

    data: Any
    part: PositionedData
    path: tuple[str | int, ...] = ()
    spelled: str = ""

    def make_fault(self, what: str, *field: str | int) -> Fault:
        where = format_path(field)
        joined = f"{self.spelled}.{where}" if self.spelled and where else self.spelled or where
        return Fault(self.part.find_line((*self.path, *field)), joined, what)


def _decode(data: bytes, faults: list[Fault]) -> str:
    try:
        return re.sub("\r\n?", "\n", data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        faults.append(Fault(line, "", "is not UTF-8 text: name a golden file, and save it as UTF-8"))
        return ""


def _split_rows(
    path: Path, parts: Sequence[PositionedData], faults: list[Fault]
) -> tuple[tuple[str, ...], list[_RawQuestion]]:
    """Return the articles and the questions' data, whichever of its forms a file has."""
    if path.suffix.lower() in JSON_LINES:
        rows = [_RawQuestion(part.data, part) for part in parts if part.data is not None or not part.faults]
        if rows and (other := _describe_other_content(rows[0].data)):
            faults.append(rows[0].make_fault(other))
            return (), []
        return (), rows
    part = parts[0]
    match part.data:
        case None:
            return (), []
        case list():
            return (), [_RawQuestion(data, part, (n,), f"questions[{n}]") for n, data in enumerate(part.data)]
        case {"question": _} if "questions" not in part.data:
            faults.append(Fault(part.find_line(()), "", "is one question, not a list: put - before it"))
            return (), []
        case dict():
            head = _RawQuestion(part.data, part)
            questions = part.data.get("questions")
            if "questions" in part.data and not isinstance(questions, list):
                faults.append(head.make_fault("must be a list: put - before each question", "questions"))
            rows = [
                _RawQuestion(data, part, ("questions", n), f"questions[{n}]")
                for n, data in enumerate(questions if isinstance(questions, list) else [])
            ]
            given = {name: each for name, each in part.data.items() if each is not None}
            # The questions are checked one by one, so that each tells all that is wrong with it.
            stand_in = {"questions": [{"question": "Who?"}]} if "questions" in part.data else {}
            whole = _validate(GoldenFileSchema, {**given, **stand_in}, head, faults)
            return whole.articles if whole else (), rows
        case _:
            what = "must be a list of questions, or a mapping with questions: put - before each question"
            faults.append(Fault(part.find_line(()), "", what))
            return (), []


def _describe_other_content(first: Any) -> str:
    """Say what a JSON Lines file holds instead of questions, going by its first line, or nothing."""
    if not isinstance(first, dict) or "question" in first:
        return ""
    if isinstance(first.get("questions"), list):
        return "holds a list of questions: put each on a line of its own, or name the file .yaml"
    return "holds articles and no questions: name it with --articles" if "text" in first else ""


def _validate(schema: type[Schema], data: Any, row: _RawQuestion, faults: list[Fault]) -> Schema | None:
    """Return the data as the schema's value, or nothing, with what is wrong among the faults."""
    try:
        return schema.model_validate(data)
    except ValidationError as error:
        for wrong in error.errors(include_url=False, include_context=False, include_input=False):
            *around, last = wrong["loc"] or ("",)
            fields = tuple((ExchangeSchema if around else schema).model_fields)
            what = {
                "extra_forbidden": f"is not a field: {_suggest_field(str(last), fields)}",
                "missing": "is missing: write it",
            }.get(wrong["type"], wrong["msg"])
            faults.append(row.make_fault(what, *wrong["loc"]))
        return None


def _suggest_field(name: str, fields: Sequence[str]) -> str:
    near = get_close_matches(name.lower().replace(" ", ""), fields, n=1)
    return f"did you mean {near[0]}?" if near else f"the fields are {', '.join(fields)}"


def _build_golden(row: _RawQuestion, path: Path, today: date, faults: list[Fault]) -> Golden | None:
    """Return a question as a value, its id empty where none was given; or nothing, with the faults."""
    question = _validate(QuestionSchema, row.data, row, faults)
    if question is None:
        return None
    faults += _find_contradictions(question, row, today)
    fields = {name: getattr(question, name) for name in QuestionSchema.model_fields if name != "history"}
    history = tuple(Turn(exchange.question, exchange.answer) for exchange in question.history)
    return Golden(**fields, history=history, file=str(path), line=row.part.find_line(row.path))


def _find_contradictions(question: QuestionSchema, row: _RawQuestion, today: date) -> Iterator[Fault]:
    """Yield what can't be asked or expected, though each field by itself is in order."""
    if question.refuses:
        for name in BESIDE_A_REFUSAL:
            if getattr(question, name):
                yield row.make_fault("can't be expected of a refusal: remove it, or remove refuses", name)
    try:
        validate_question(question.question)
    except InputError as error:
        yield row.make_fault(str(error), "question")
    try:
        today = parse_today(question.today, today)
    except InputError as error:
        yield row.make_fault(str(error), "today")
    limits = {name: getattr(question, name) for name in ("since", "until", "as_of")}
    unread = list[str]()
    for name, limit in limits.items():
        try:
            build_filter({name: limit}, today)
        except InputError as error:
            unread.append(name)
            yield row.make_fault(str(error), name)
    if not unread:
        try:
            build_filter(limits, today)
        except InputError as error:
            yield row.make_fault(str(error), "until")


def _assign_ids(rows: Sequence[_RawQuestion], questions: Sequence[Golden | None], faults: list[Fault]) -> list[Golden]:
    """Give each question without an id one made of its words, and a number where that is taken."""
    lines = dict[str, int]()
    for row, golden in zip(rows, questions, strict=True):
        if golden and golden.id in lines:
            faults.append(row.make_fault(f"{golden.id} is taken by the question on line {lines[golden.id]}", "id"))
        elif golden and golden.id:
            lines[golden.id] = golden.line
    taken, last = set(lines), dict[str, int]()
    named = list[Golden]()
    for golden in questions:
        if golden is None:
            continue
        name = golden.id
        if not name:
            name = slug = _slugify(golden.question)
            while name in taken:
                last[slug] = last.get(slug, 1) + 1
                name = f"{slug}-{last[slug]}"
            taken.add(name)
        named.append(replace(golden, id=name))
    return named


def _slugify(question: str) -> str:
    """Return the question's words in ASCII, or a digest where it has none."""
    plain = unicodedata.normalize("NFKD", question.casefold()).encode("ascii", "ignore").decode().replace("'", "")
    words = "-".join(re.findall("[a-z0-9]+", plain))
    if not words:
        return f"question-{hashlib.sha256(question.encode()).hexdigest()[:8]}"
    return words if len(words) <= LONGEST_SLUG else words[: LONGEST_SLUG + 1].rpartition("-")[0] or words[:LONGEST_SLUG]


def _format_fault(path: Path, fault: Fault) -> str:
    root = "questions" if fault.where.startswith("[") else ""
    where = f"{root}{fault.where}"
    where = f"{where if len(where) <= LONGEST_FIELD else f'{where[:LONGEST_FIELD]}…'}: " if where else ""
    return clean_line(f"{path}:{fault.line}: {where}{fault.what}")


if __name__ == "__main__":
    import json

    from bot.evaluation.golden.schema import build_json_schema

    print(json.dumps(build_json_schema(), indent=2))
