"""Words of ours that people on Discord read go through `say`, `mark` or `count`, so that the catalogues know of them.

What reads like words and does not is found in the code itself: a message that is forgotten there fails here.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.discord import localisation

CODE = Path(localisation.__file__).parent
FOR_OPERATORS = {
    "database.py",
    "insight_files.py",
    "invite.py",
    "lifecycle.py",
    "local_dates.py",
    "localisation.py",
    "logs.py",
    "upload_folders.py",
}
"""Modules whose words whoever runs the bot reads: on the terminal, in the log, in exported files; and two of forms."""
SPOKEN = {"say", "mark", "count"}
UNSEEN = re.compile(
    r"(logs?\.\w+|re\.\w+|\w*\.(execute\w*|startswith|endswith|removeprefix|removesuffix|replace|partition|strftime|get)"
    r"|cast|TypeVar|RuntimeError|ValueError|AssertionError|app_commands\.(command|describe|ContextMenu)|_log_\w+)"
)
"""Calls whose words nobody on Discord reads, or that Discord itself has translated: descriptions of commands."""
OPTIONS = frozenset({"MENU", "SINCE", "UNTIL", "PRIVATE", "WEEKDAYS", "Weekday"})
"""Constants that describe commands and options, or are choices: test_localisation.py holds their translations."""
NO_MESSAGES = {
    "{} is a person's own library, which can't be shared: choose another one.",
    "left out",
    "discord-pages.sqlite",
    "What loads the lists of words?",
    "Where is the harbour?",
    "The harbour is in the north.",
    "Clippings",
    "Columns",
    "Monday",
    "https://example.org/feed",
    "questions-{}-days.csv",
    "discord.golden.yaml",
    "Give me a timeline of {}",
    "Compare {} with {}{}",
    "Sum up what the articles say about {}",
    "some role",
    "some channel",
    "a file without a name",
    "system channel",
    "at the start",
    "at once",
    "owner",
    "nowhere",
    "there is no {}: run `clippings discord` with this CLIPPINGS_HOME, and let people vote.",
    "the library {} is empty",
    "Undeliverable",
}
"""States, file names, parts of questions and sources, questions in English, Discord's own names, words of the log."""
WORDS = re.compile(r"[A-Za-z’']{2,}[ ,.:!?]+(?:[^A-Za-z]*[A-Za-z])|^[A-Z“][a-z]{2,}")
CODES = re.compile(r"c:\w|\b(?:SELECT|INSERT|UPDATE|DELETE|WHERE|PRAGMA|ORDER BY|CREATE)\b|= \?|^[\w.]+\[|\w+\.\w+$")


def find_words(source: str) -> set[str]:
    """Return the strings of a module that read like words and are not said; `{}` stands for what is filled in."""
    return {text for text in _walk(ast.parse(source)) if WORDS.search(text) and not CODES.search(text)} - NO_MESSAGES


def _walk(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        for part in node.values:
            yield from _walk(part) if not isinstance(part, ast.Constant) else ()
    elif isinstance(node, ast.Call) and (ast.unparse(node.func) in SPOKEN or UNSEEN.fullmatch(ast.unparse(node.func))):
        return
    else:
        for child in _list_children(node):
            yield from _walk(child)


def _list_children(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may hold messages: no docstrings, no annotations, no `__all__`."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in OPTIONS | {"__all__"}:
        return
    skipped = {id(each) for each in (getattr(node, "annotation", None), getattr(node, "returns", None)) if each}
    for child in ast.iter_child_nodes(node):
        if id(child) not in skipped and not (isinstance(node, ast.Subscript) and child is node.slice):
            yield child


@pytest.mark.parametrize("path", sorted(CODE.rglob("*.py")), ids=lambda path: path.stem)
def test_every_message_is_said_in_the_language_of_the_server(path: Path) -> None:
    if path.name in FOR_OPERATORS:
        return

    unsaid = find_words(path.read_text("utf-8"))

    assert unsaid == set(), "put say(...) around these, or mark(...) where they are constants, and translate them"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("await send('There is nothing here.')", {"There is nothing here."}),
        ("label = f'Page {number} of {pages}'", {"Page {} of {}"}),
        ("title = 'Settings'", {"Settings"}),
        ("await send(say('There is nothing here.'))", set()),
        ("logs.log_event('nothing was found')", set()),
        ("def f():\n    '''Return what is there.'''\n    return 'c:list:7'", set()),
        ("sql = 'SELECT key FROM answers WHERE id = ?'", set()),
    ],
)
def test_words_that_nobody_translates_are_found(source: str, found: set[str]) -> None:
    assert find_words(source) == found
