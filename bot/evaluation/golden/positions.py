"""YAML and JSON Lines -> plain data, with the line of each value; what the fields mean is left to others.

Scalars of YAML stay the text that was written: 2021, no and 2023-06-27 are words here. Faults are collected, not
raised, as long as what follows can still be understood.
"""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Path = tuple[str | int, ...]
"""Where a value is in the data: names of fields and positions in lists, outermost first."""

DEPTH = 8
"""Lists and mappings inside each other; golden questions need four."""
NULLS = frozenset({"", "~", "null", "Null", "NULL"})

_KINDS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))
_TABS = "indent with spaces, not with tabs"
_COLON = 'put a text that contains ": " in quotes'
_GENERAL = 'check indentation and quotes; a text that begins with a sign or contains ": " or " #" goes in quotes'


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a file: its line from 1, the field it is about or nothing, and what to do."""

    line: int
    where: str
    what: str


@dataclass(frozen=True, slots=True)
class PositionedData:
    """Plain data with the lines, from 1, of its values by path, and the faults met on the way."""

    data: Any
    lines: Mapping[Path, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def find_line(self, path: Path) -> int:
        """Return the line of a value, or of the nearest one around it."""
        return next(self.lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self.lines)


def format_path(path: Path) -> str:
    """Write a path as people do: questions[3].history[0].answer."""
    return "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in path).removeprefix(".")


def parse_yaml(text: str) -> PositionedData:
    """Read one YAML document; data that can't be read at all is None, with a fault that says why."""
    reader = _Reader(text)
    try:
        data = reader.read()
    except yaml.reader.ReaderError as error:
        # Its position counts bytes or characters, as the parser does.
        code = error.character if isinstance(error.character, int) else ord(error.character)
        line = text.count("\n", 0, max(0, text.find(chr(code)))) + 1
        reader.faults = [Fault(line, "", f"holds the character U+{code:04X}, which YAML may not: take it out")]
    except yaml.MarkedYAMLError as error:
        reader.faults.append(_explain_error(error, text))
    except _TooDeepError as error:
        reader.faults.append(error.fault)
    else:
        return PositionedData(data, {(): 1, **reader.lines}, tuple(reader.faults))
    return PositionedData(None, {(): 1}, tuple(reader.faults))


def _explain_error(error: yaml.MarkedYAMLError, text: str) -> Fault:
    """Say in our own words where the text is no YAML, and what to do."""
    # A parser looks ahead: it may meet its own limit of nesting before the reader sees any of the levels. Without the
    # place where it stopped, it hands them over.
    if error.problem_mark:
        with contextlib.suppress(yaml.YAMLError):
            try:
                _Reader(text[: error.problem_mark.index]).read()
            except _TooDeepError as deep:
                return deep.fault
    mark = error.problem_mark or error.context_mark
    # A quote that is never closed runs to the end: where it was opened says more.
    if mark and mark.index >= len(text.rstrip()):
        mark = error.context_mark or mark
    rest = text[mark.index :] if mark else ""
    hint = _TABS if rest.startswith("\t") else _COLON if rest.startswith(":") else _GENERAL
    problem = " ".join(filter(None, (error.context, error.problem)))
    return Fault(mark.line + 1 if mark else 1, "", f"is not YAML ({problem}): {hint}")


def parse_json_lines(text: str) -> Iterator[PositionedData]:
    """Yield the object of each line that is not blank; numbers stay the text that was written."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield _parse_json_line(line, number)


def _parse_json_line(line: str, number: int) -> PositionedData:
    faults = list[Fault]()

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        counts = Counter(name for name, _ in pairs)
        faults.extend(Fault(number, name, _TWICE) for name, count in counts.items() if count > 1)
        return dict(reversed(pairs))

    try:
        data = json.loads(line, object_pairs_hook=unique, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        what = f"is not JSON at column {error.colno} ({error.msg}): write one object on each line"
        return PositionedData(None, {(): number}, (Fault(number, "", what),))
    except RecursionError:
        return PositionedData(
            None, {(): number}, (Fault(number, "", "lists and objects are nested too deeply: flatten them"),)
        )
    return PositionedData(data, {(): number}, tuple(faults))


_TWICE = "is there twice: keep one of them"


class _TooDeepError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__()
        self.fault = Fault(line, "", "lists and mappings are nested too deeply: flatten them")


class _Reader:
    """Builds data from a parser's events; what is wrong with a value is noted, and reading goes on.

    Not from composed nodes: those follow aliases, which can make a small file a huge one.
    """

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self.faults: list[Fault] = []
        self._events: Iterator[Any] = yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))

    def read(self) -> Any:
        """Return the first document's data; raise yaml.YAMLError, or _TooDeepError beyond DEPTH levels."""
        data, documents = None, 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents == 2:
                    self._note(event, (), "a second document begins: put all questions into one list")
            elif documents == 1 and isinstance(event, yaml.NodeEvent):
                data = self._read_value(event, ())
        return data

    def _read_value(self, event: Any, path: Path, depth: int = 0) -> Any:
        self.lines.setdefault(path, event.start_mark.line + 1)
        if isinstance(event, yaml.AliasEvent):
            self._note(event, path, f"*{event.anchor} is not followed: write the value out")
            return f"*{event.anchor}"
        if event.tag and event.tag not in {"!", *_KINDS}:
            self._note(event, path, f"the tag {event.tag.replace('tag:yaml.org,2002:', '!!')} is not read: remove it")
        if isinstance(event, yaml.ScalarEvent):
            return None if event.implicit[0] and event.value in NULLS else event.value
        if depth == DEPTH:
            raise _TooDeepError(event.start_mark.line + 1)
        if isinstance(event, yaml.SequenceStartEvent):
            items = list[Any]()
            while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
                items.append(self._read_value(event, (*path, len(items)), depth + 1))
            return items
        fields = dict[str, Any]()
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            name = self._read_name(event, path, depth + 1)
            value = self._read_value(next(self._events), path if name is None else (*path, name), depth + 1)
            if name is not None:
                fields[name] = value
        return fields

    def _read_name(self, event: Any, path: Path, depth: int) -> str | None:
        """Return a field's name; None, with a fault, for what can't name one or names one again."""
        if isinstance(event, yaml.CollectionStartEvent):
            self._note(event, path, "a field's name must be a word: check the indentation")
            self._read_value(event, path, depth)
            return None
        name = self._read_value(event, path, depth) or ""
        if (named := (*path, name)) in self.lines:
            self._note(event, named, f"{_TWICE}, the first is on line {self.lines[named]}")
            return None
        self.lines[named] = event.start_mark.line + 1
        return name

    def _note(self, event: Any, path: Path, what: str) -> None:
        self.faults.append(Fault(event.start_mark.line + 1, format_path(path), what))
