"""No message advises anybody to delete what may be healthy: files, libraries, what is made anew from others."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
MESSAGES = {"Rejection", "Problem", "Fault", "tell", "fail"}
"""What is called with a message, beside what is raised."""
DESTRUCTIVE = re.compile(r"(?:[:;,]|\bor|\band|\bthen) (?:delete|remove|erase|rm)\b(?! the password)", re.IGNORECASE)


def list_messages(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the texts of what a module raises or reports, each with its line; what is filled in is a blank."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id
            if name in MESSAGES or name.endswith(("Error", "Missing", "Locked", "Damaged", "Mismatch")):
                yield from ((each.lineno, read_text(each)) for each in node.args)


def read_text(node: ast.AST) -> str:
    parts = (each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str))
    return " ".join(parts)


@pytest.mark.parametrize("package", ["retrieval", "bot"])
def test_no_message_advises_to_delete_what_may_be_healthy(package: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in sorted((ROOT / package).rglob("*.py"))
        for line, text in list_messages(ast.parse(path.read_text("utf-8")))
        if DESTRUCTIVE.search(text)
    ]

    assert found == []


@pytest.mark.parametrize(
    "said", ["is empty; delete it", "can't be read: remove {folder} and try again", "or remove it"]
)
def test_such_advice_is_found(said: str) -> None:
    module = ast.parse(f'raise LibraryError(f"{said}")')

    assert [bool(DESTRUCTIVE.search(text)) for _, text in list_messages(module)] == [True]
