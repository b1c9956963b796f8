"""The house's rules, held by walking the imports: which room may know which, and who alone talks to which library."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "retrieval", "prompts")
MAY_IMPORT = {"bot": {"bot", "retrieval"}, "retrieval": {"retrieval", "prompts"}, "prompts": {"prompts"}}
ONLY_IMPORTER = {
    "sentence_transformers": "retrieval/encoder/",
    "torch": "retrieval/encoder/",
    "onnxruntime": "retrieval/encoder/",
    "langchain": "retrieval/generation/chat_models.py",
    "tenacity": "retrieval/generation/drafts.py",
    "prompt_toolkit": "bot/",
    "discord": "bot/discord/",
    "chromadb": "retrieval/index/vectors.py",
    "chromadb_rust_bindings": "retrieval/index/vectors.py",
    "tantivy": "retrieval/index/lexical.py",
    "ir_measures": "bot/evaluation/metrics/retrieval_metrics.py",
    "jinja2": "bot/evaluation/report/",
    "matplotlib": "bot/evaluation/report/",
    "pytest": "bot/toplevel/pytest_clippings.py",
    "yaml": "bot/evaluation/",
    "pydantic_settings": "bot/settings.py",
}
HEAVY = (
    "chromadb",
    "discord",
    "ir_measures",
    "jinja2",
    "langchain",
    "langchain_core",
    "matplotlib",
    "numpy",
    "onnxruntime",
    "prompt_toolkit",
    "pydantic",
    "rich",
    "scipy",
    "sentence_transformers",
    "tantivy",
    "torch",
)


def sources(*rooms: str) -> list[Path]:
    return [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}:{node.lineno} imports relatively"
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize("path", sources(*ROOMS), ids=name)
def test_arrows_point_from_bot_to_retrieval_to_prompts(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]

    assert set(imported(path)) & set(ROOMS) <= MAY_IMPORT[room]


@pytest.mark.parametrize(("library", "room"), ONLY_IMPORTER.items())
def test_each_store_and_model_has_one_room_that_knows_it(library: str, room: str) -> None:
    importers = {name(path) for path in sources(*ROOMS) if library in imported(path)}

    assert {importer for importer in importers if not importer.startswith(room)} == set()


def test_retrieval_knows_nothing_of_the_terminal() -> None:
    for path in sources("retrieval"):
        assert not {"click", "discord", "rich"} & set(imported(path)), name(path)


def test_settings_alone_read_the_environment() -> None:
    readers = {
        name(path)
        for path in sources(*ROOMS)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if reads_environment(node)
    }

    assert readers <= {"bot/settings.py"}


def reads_environment(node: ast.AST) -> bool:
    """Tell `os.getenv` and `os.environ`, but for `os.environ.setdefault`, which libraries are configured with."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "environ":
        return node.attr != "setdefault"
    if isinstance(node, ast.Subscript):
        return isinstance(node.value, ast.Attribute) and node.value.attr == "environ"
    return isinstance(node, ast.Attribute) and node.attr == "getenv"


@pytest.mark.parametrize("path", sources(*ROOMS), ids=name)
def test_every_module_says_what_its_room_does(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_the_command_line_is_there_before_anything_heavy() -> None:
    probe = f"import sys, bot.cli.main; print([module for module in {HEAVY!r} if module in sys.modules])"

    found = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


def test_importing_changes_no_settings_of_the_process() -> None:
    probe = """
import importlib, logging, os, pkgutil
import bot, retrieval
before = dict(os.environ)
for package in (retrieval, bot):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.startswith("bot.toplevel"):
            importlib.import_module(module.name)
loggers = [name for name, each in logging.root.manager.loggerDict.items() if getattr(each, "level", 0)]
print(before == dict(os.environ), logging.root.level, logging.root.handlers, loggers)
"""
    done = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "True 30 [] []"
