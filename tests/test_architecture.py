"""The layout, held by walking the imports: which package may import which, and which module alone imports a library.

Imports inside functions and under TYPE_CHECKING count like all others.
"""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "retrieval", "prompts")

LAYERS = (
    "prompts",
    "retrieval.domain",
    "retrieval.errors",
    "retrieval.timing",
    "retrieval.text",
    "retrieval.encoder",
    "retrieval.reading",
    "retrieval.index",
    "retrieval.web",
    "retrieval.search",
    "retrieval.conversation",
    "retrieval.answering",
    "retrieval.verification",
    "retrieval.generation",
    "retrieval.pipeline",
    "retrieval.checking",
    "retrieval.chain",
    "retrieval",
    "bot.front_end_errors",
    "bot.setting_values",
    "bot.settings",
    "bot.user_input",
    "bot.answerer",
    "bot.rated_answer",
    "bot.output_files",
    "bot.render",
    "bot.excerpts",
    "bot.article_names",
    "bot.progress",
    "bot.next_questions_lookup",
    "bot.discord",
    "bot.wiring",
    "bot.evaluation",
    "bot.testing",
    "bot.cli",
    "bot.toplevel",
    "bot.__main__",
    "bot",
)
"""Each imports only itself and those before it."""

ONLY_IMPORTER = {
    "sentence_transformers": "retrieval/encoder/",
    "torch": "retrieval/encoder/",
    "onnxruntime": "retrieval/encoder/",
    "openvino": "retrieval/encoder/layers.py",
    "langchain": "retrieval/generation/chat_models.py",
    "tenacity": "retrieval/generation/drafts.py",
    "chromadb": "retrieval/index/vectors.py",
    "chromadb_rust_bindings": "retrieval/index/vectors.py",
    "tantivy": "retrieval/index/lexical.py",
    "trafilatura": "retrieval/reading/",
    "pypdfium2": "retrieval/reading/pdf_pages.py",
    "mammoth": "retrieval/reading/documents.py",
    "striprtf": "retrieval/reading/documents.py",
    "warcio": "retrieval/reading/web_archives.py",
    "sqlite3": ("retrieval/index/", "retrieval/web/followed.py", "bot/discord/", "bot/cli/doctor.py"),
    "httpcore": "retrieval/web/fetching.py",
    "protego": "retrieval/web/fetching.py",
    "feedparser": ("retrieval/reading/feed_files.py", "retrieval/web/feeds.py"),
    "prompt_toolkit": "bot/cli/chat/",
    "discord": "bot/discord/",
    "ir_measures": "bot/evaluation/metrics/",
    "jinja2": "bot/evaluation/report/",
    "matplotlib": "bot/evaluation/report/",
    "pytest": ("bot/toplevel/pytest_clippings.py", "bot/evaluation/plugin/"),
    "yaml": ("bot/evaluation/golden/", "retrieval/reading/text_files.py"),
    "dotenv": "bot/settings.py",
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
    "openvino",
    "prompt_toolkit",
    "pydantic",
    "rich",
    "scipy",
    "sentence_transformers",
    "tantivy",
    "torch",
)


def find_sources(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def name_file(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def map_modules() -> dict[str, Path]:
    """Return every module of ours by its dotted name; a package by its own."""
    parts = {path: path.relative_to(ROOT).with_suffix("").parts for path in find_sources(*PACKAGES)}
    return {".".join(each[:-1] if each[-1] == "__init__" else each): path for path, each in parts.items()}


def list_imports(path: Path) -> set[str]:
    """Return the dotted names that a file imports: modules, and modules with the names taken from them."""
    names = set()
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_file(path)}:{node.lineno} imports relatively"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def list_libraries(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in list_imports(path)}


def find_module(name: str) -> str | None:
    """Return the module of ours that an imported name is, or is in."""
    modules = map_modules()
    return name if name in modules else next((m for m in [name.rpartition(".")[0]] if m in modules), None)


@cache
def graph_imports() -> dict[str, set[str]]:
    """Return for each module of ours those that it imports."""
    found = {module: {find_module(name) for name in list_imports(path)} for module, path in map_modules().items()}
    return {module: {each for each in others if each and each != module} for module, others in found.items()}


def find_layer(module: str) -> int:
    """Return the number of the layer that a module belongs to: the longest name that it begins with."""
    fitting = [layer for layer in LAYERS if module == layer or module.startswith(layer + ".")]
    assert fitting, f"{module} belongs to no layer"
    return LAYERS.index(max(fitting, key=len))


def test_no_module_imports_a_higher_layer() -> None:
    upward = [
        f"{module} imports {other}"
        for module, others in graph_imports().items()
        for other in others
        if find_layer(other) > find_layer(module)
    ]

    assert upward == []


def test_every_layer_is_there() -> None:
    layers = {LAYERS[find_layer(module)] for module in map_modules()}

    assert set(LAYERS) - layers == set()


def test_no_modules_import_each_other() -> None:
    try:
        TopologicalSorter(graph_imports()).prepare()
    except CycleError as error:
        pytest.fail(f"a circle of imports: {' <- '.join(error.args[1])}")


def test_no_module_name_occurs_twice() -> None:
    names = defaultdict(list)
    for module, path in map_modules().items():
        if path.name not in ("__init__.py", "__main__.py"):
            names[path.stem].append(module)

    assert [modules for modules in names.values() if len(modules) > 1] == []


def test_no_class_name_occurs_twice() -> None:
    names = defaultdict(list)
    for path in find_sources(*PACKAGES):
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.ClassDef):
                names[node.name.lstrip("_")].append(name_file(path))

    assert {name: files for name, files in names.items() if len(files) > 1} == {}


PARTICIPLE = re.compile(r"_*(?!embed|need|seed|feed)(?:[a-z]+ed|told|found|kept|made|said|meant|shown|seen|held)")


def test_no_function_is_named_by_a_bare_participle() -> None:
    found = [
        f"{name_file(path)}:{node.lineno} {node.name}"
        for path in find_sources(*PACKAGES)
        if "verification" not in path.parts  # whose rules are to be replaced as a whole
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and PARTICIPLE.fullmatch(node.name)
        and not any("property" in ast.unparse(decorator) for decorator in node.decorator_list)
    ]

    assert found == []


@pytest.mark.parametrize(("library", "places"), ONLY_IMPORTER.items())
def test_a_library_is_imported_in_one_place_alone(library: str, places: str | tuple[str, ...]) -> None:
    importers = {name_file(path) for path in find_sources(*PACKAGES) if library in list_libraries(path)}

    assert importers, f"nothing imports {library}: the rule is out of date"
    assert {importer for importer in importers if not importer.startswith(places)} == set()


def test_retrieval_knows_nothing_of_the_terminal() -> None:
    for path in find_sources("retrieval"):
        assert not {"click", "discord", "rich"} & list_libraries(path), name_file(path)


def test_settings_alone_read_the_environment() -> None:
    readers = {
        name_file(path) for path in find_sources(*PACKAGES) for node in ast.walk(parse(path)) if reads_environment(node)
    }

    assert readers <= {"bot/settings.py"}


def reads_environment(node: ast.AST) -> bool:
    """Tell `os.getenv` and `os.environ`, but for `os.environ.setdefault`, which libraries are configured with."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "environ":
        return node.attr != "setdefault"
    if isinstance(node, ast.Subscript):
        return isinstance(node.value, ast.Attribute) and node.value.attr == "environ"
    return isinstance(node, ast.Attribute) and node.attr == "getenv"


@pytest.mark.parametrize("path", find_sources(*PACKAGES), ids=name_file)
def test_every_module_says_what_it_does(path: Path) -> None:
    assert ast.get_docstring(parse(path))


def test_the_command_line_is_there_before_anything_heavy() -> None:
    probe = f"import sys, bot.cli.main; print([module for module in {HEAVY!r} if module in sys.modules])"

    shown = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True)

    assert shown.stdout.strip() == "[]"
