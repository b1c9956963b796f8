"""The pages hold what they say: links lead somewhere; commands, options, settings, modules and targets exist."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.cli.main import command_line

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
GROUP_OPTIONS = {option for parameter in command_line.params for option in parameter.opts} | {"--help", "-h"}

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_COMMAND = re.compile(r"(?<![\w/'\[.-])clippings ((?:--?\w[\w-]*(?: [A-Z\w]+)? )*)([a-z]+)\b([^`|\n]*)")
_OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")
_FILE = re.compile(r"`((?:bot|retrieval|prompts|tests|docs|seeds)/[\w./*-]*)`")
_DOTTED = re.compile(r"\b((?:bot|retrieval|prompts)(?:\.\w+)+)")
_MODULE_RUN = re.compile(r"python -m (tests(?:\.\w+)+)")


@pytest.fixture(params=PAGES, ids=NAMES)
def page(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def headings(path: Path) -> set[str]:
    """Return the anchors of a page's headings, made as forges make them."""
    titles = re.findall(r"(?m)^#+ (.+)$", path.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_relative_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    for link in _LINK.findall(page.read_text(encoding="utf-8")):
        if link.startswith(("https:", "http:", "mailto:")):
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        assert target.exists(), link
        assert not anchor or anchor in headings(target), link


def test_every_command_and_option_exists(page: Path) -> None:
    for before, name, after in _COMMAND.findall(code_of(page)):
        command = command_line.commands.get(name)
        assert command is not None, f"clippings {name}"
        options = GROUP_OPTIONS | {option for parameter in command.params for option in parameter.opts}
        for option in _OPTION.findall(before + re.sub(r"#.*|\"[^\"]*\"", "", after)):
            assert option in options, f"clippings {name} {option}"


def code_of(page: Path) -> str:
    """Return what a page sets as code: indented and fenced blocks, and what is between backticks."""
    text = page.read_text(encoding="utf-8")
    inline = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)
    blocks = re.findall(r"(?m)^    .*$", text) + re.findall(r"(?ms)^```\w*\n(.*?)^```", text)
    return "\n".join([*inline, *blocks])


def test_every_setting_exists(page: Path) -> None:
    known = set(re.findall(r"(?m)^(CLIPPINGS_\w+)=", (ROOT / ".env.example").read_text(encoding="utf-8")))

    assert set(re.findall(r"CLIPPINGS_[A-Z_]*[A-Z]", page.read_text(encoding="utf-8"))) <= known


def test_every_file_that_is_named_exists(page: Path) -> None:
    for name in _FILE.findall(page.read_text(encoding="utf-8")):
        assert list(ROOT.glob(name.rstrip("/"))), name


def test_every_module_that_is_named_exists(page: Path) -> None:
    if page.name == "CHANGELOG.md":  # names what was, too
        return
    text = page.read_text(encoding="utf-8")
    for dotted in (*_DOTTED.findall(text), *_MODULE_RUN.findall(text)):
        assert is_module_or_name(dotted), dotted


def is_module_or_name(dotted: str) -> bool:
    """Tell whether a dotted name is a package, a module, or a name that one defines or imports."""
    *parents, last = dotted.split(".")
    if source_of([*parents, last]):
        return True
    source = source_of(parents)
    return source is not None and last in set(names_in(source))


def source_of(parts: list[str]) -> Path | None:
    path = ROOT.joinpath(*parts)
    return next((each for each in (path.with_suffix(".py"), path / "__init__.py") if each.is_file()), None)


def names_in(source: Path) -> Iterator[str]:
    for node in ast.parse(source.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def test_every_make_target_exists(page: Path) -> None:
    known = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))

    assert set(re.findall(r"(?m)(?:^ {4}|`)make ([a-z]+)", page.read_text(encoding="utf-8"))) <= known


def test_the_lines_of_python_in_the_readme_are_those_that_are_tested() -> None:
    tested = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    blocks = re.findall(r"(?ms)^```python\n.*?^```", (ROOT / "README.md").read_text(encoding="utf-8"))

    assert len(blocks) == 2
    assert all(block in tested for block in blocks)


def test_every_command_has_a_line_in_the_page_about_the_command_line() -> None:
    named = {name for _, name, _ in _COMMAND.findall(code_of(ROOT / "docs" / "command-line.md"))}

    assert isinstance(command_line, click.Group)
    assert set(command_line.commands) - named <= {"show", "remove"}


def test_the_design_names_every_package_and_nothing_that_is_gone() -> None:
    tree = (ROOT / "docs" / "design.md").read_text(encoding="utf-8").partition("Imports point one way")[0]
    for top in ("bot", "retrieval"):
        part = re.search(rf"(?ms)^    {top}/.*?(?=^    \w)", tree)
        assert part is not None
        named = set(re.findall(r"(?m)^      (\w+)/", part[0]))
        assert named == {each.parent.name for each in (ROOT / top).glob("*/*.py")}
        for modules in re.findall(r"(?m)^      ((?:\w+, )*\w+)  ", part[0]):
            assert all((ROOT / top / f"{module}.py").is_file() for module in modules.split(", ")), modules
