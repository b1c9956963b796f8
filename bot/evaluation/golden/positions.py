"""YAML and JSON Lines -> plain data, with the line that each value stands on; what the fields mean is left to others.

Scalars of YAML stay the text that was written: 2021, no and 2023-06-27 are words here. Faults are gathered, not raised,
as long as what follows can still be understood.
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
"""Where a value stands in the data: names of fields and positions in lists, outermost first."""

DEPTH = 8
"""Lists and mappings inside each other; golden questions need four."""
NULLS = frozenset({"", "~", "null", "Null", "NULL"})

_KINDS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))
_TABS = "indent with blanks, not with tabs"
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
    reader = _Reader()
    try:
        _parse(text, reader)
    except yaml.MarkedYAMLError as error:
        reader.faults.append(_explain(error, text))
        return PositionedData(None, {(): 1}, tuple(reader.faults))
    except yaml.reader.ReaderError as error:
        # Its position counts bytes or characters, as the parser does.
        code = error.character if isinstance(error.character, int) else ord(error.character)
        line = text.count("\n", 0, max(0, text.find(chr(code)))) + 1
        fault = Fault(line, "", f"holds the character U+{code:04X}, which YAML may not: delete it")
        return PositionedData(None, {(): 1}, (fault,))
    except _TooDeepError as error:
        reader.faults.append(Fault(error.line, "", "lists and mappings are nested too deeply: flatten them"))
        return PositionedData(None, {(): 1}, tuple(reader.faults))
    return PositionedData(reader.data, {(): 1, **reader.lines}, tuple(reader.faults))


def _explain(error: yaml.MarkedYAMLError, text: str) -> Fault:
    """Return the fault of a text that is not YAML, with a hint by what stands where the parser stopped."""
    mark = error.problem_mark or error.context_mark
    # A quote that is never closed runs to the end; where it was opened says more.
    if mark and mark.index >= len(text.rstrip()):
        mark = error.context_mark or mark
    rest = text[mark.index :] if mark else ""
    hint = _TABS if rest.startswith("\t") else _COLON if rest.startswith(":") else _GENERAL
    said = " ".join(filter(None, (error.context, error.problem)))
    return Fault(mark.line + 1 if mark else 1, "", f"is not YAML ({said}): {hint}")


def _parse(text: str, reader: _Reader) -> None:
    """Hand a document's events to a reader; raise _TooDeepError, whatever nesting limit the parser has of its own."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for event in yaml.parse(text, Loader=loader):
            reader.take(event)
    except yaml.MarkedYAMLError as error:
        # A parser looks ahead: it may meet its own limit before the reader sees any of the levels. Without the place
        # where it stopped, it hands them over.
        if error.problem_mark:
            levels = _Reader()
            with contextlib.suppress(yaml.YAMLError):
                for event in yaml.parse(text[: error.problem_mark.index], Loader=loader):
                    levels.take(event)
        raise


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


_TWICE = "stands twice: keep one of them"


class _TooDeepError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


class _Reader:
    """Builds data from the events of a parser, without recursion: a file may be nested as deeply as it likes."""

    def __init__(self) -> None:
        self.data: Any = None
        self.lines: dict[Path, int] = {}
        self.faults: list[Fault] = []
        self._documents = 0
        self._open: list[_Open] = []

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents == 2:
                    self.faults.append(Fault(line, "", "a second document begins: put all questions into one list"))
            case _ if self._documents > 1:
                return
            case yaml.ScalarEvent():
                self._check(event, line)
                self._put(None if event.implicit[0] and event.value in NULLS else event.value, line)
            case yaml.AliasEvent():
                self.faults.append(Fault(line, self._where(), f"*{event.anchor} is not followed: write the value out"))
                self._put(f"*{event.anchor}", line)
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._check(event, line)
                self._begin([] if isinstance(event, yaml.SequenceStartEvent) else {}, line)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self._open.pop()

    def _where(self) -> str:
        return format_path(self._path()) if self._open else ""

    def _path(self) -> Path:
        """Return the path of the value that comes next, or of the mapping where a name comes next."""
        return self._open[-1].next() if self._open else ()

    def _check(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, line: int) -> None:
        if event.tag and event.tag not in {"!", *_KINDS}:
            self.faults.append(Fault(line, self._where(), f"the tag {_shorten_tag(event.tag)} is not read: remove it"))

    def _begin(self, made: list[Any] | dict[str, Any], line: int) -> None:
        path = self._path()
        named = not (self._open and self._open[-1].names)
        self._put(made, line)
        if len(self._open) >= DEPTH:
            raise _TooDeepError(line)
        self._open.append(_Open(made if named else {}, path))

    def _put(self, value: Any, line: int) -> None:
        """Give a value its place: as the document, as a list's next element, as a field's name or as its value."""
        if not self._open:
            if self._documents == 1:
                self.data = value
                self.lines[()] = line
            return
        around = self._open[-1]
        if not around.names:
            self.lines.setdefault(around.next(), line)
            around.put(value)
            return
        name = "" if value is None else value
        if not isinstance(name, str):
            self.faults.append(
                Fault(line, format_path(around.path), "a field's name must be a word: check the indentation")
            )
            name = None
        elif (path := (*around.path, name)) in self.lines:
            self.faults.append(Fault(line, format_path(path), f"{_TWICE}, the first is on line {self.lines[path]}"))
            name = None
        else:
            self.lines[path] = line
        around.name(name)


@dataclass(slots=True)
class _Open:
    """A list or a mapping whose end has not come yet; of a mapping, whether a field's name comes next."""

    made: Any
    path: Path
    names: bool = field(init=False)
    _name: str | None = None

    def __post_init__(self) -> None:
        self.names = isinstance(self.made, dict)

    def next(self) -> Path:
        if isinstance(self.made, list):
            return (*self.path, len(self.made))
        return self.path if self.names or self._name is None else (*self.path, self._name)

    def name(self, name: str | None) -> None:
        self._name, self.names = name, False

    def put(self, value: Any) -> None:
        if isinstance(self.made, list):
            self.made.append(value)
            return
        if self._name is not None:
            self.made[self._name] = value
        self.names = True


def _shorten_tag(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!")
