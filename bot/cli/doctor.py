"""Checks the installation and a library, and changes nothing: what is installed, where things are, what is wrong."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass, field
from http.client import HTTPException
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from clippings_packages import find_shadows
from rich.console import Group
from rich.text import Text

from bot import settings as reading
from bot import wiring
from bot.render import clean_line, describe_followed
from retrieval.errors import DISTRIBUTION, ChatModelError, ClippingsError, InputError, LibraryMissing, describe_install

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import RenderableType

    from bot.settings import Settings
    from retrieval.index import Library

PACKAGES = (
    "chromadb",
    "langchain-core",
    "onnxruntime",
    "sentence-transformers",
    "tantivy",
    "tokenizers",
    "torch",
    "transformers",
)
EXTRAS = ("discord.py", "ir-measures", "langchain", "openvino")
"""Packages of extras and for some processors, shown only if they are installed."""
MINIMUM_FREE_BYTES = 200_000_000
"""Bytes that must be free: exports of models other than the bundled one take 90 MB and more, articles far less."""
SERVER_TIMEOUT = 3.0
"""Seconds that a server may take to answer."""
UNITS = {"window": "tokens"}
"""What the numbers of some facts count, for people."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What an examination found; each problem says what to do."""

    ok: bool
    versions: dict[str, str]
    places: dict[str, str]
    model: dict[str, str | int]
    library: dict[str, str | int]
    problems: tuple[str, ...]
    mended: tuple[str, ...] = ()
    sources: dict[str, str] = field(default_factory=dict)


def examine(settings: Settings, name: str, *, deep: bool = False, mended: Sequence[str] = ()) -> Findings:
    """Look at installation, folders, model, library and server; `mended` says what was repaired before."""
    encoder = wiring.build_encoder(settings)
    holdings, library_problems = _check_library(settings, name, deep=deep)
    chat, chat_problems = _check_chat_model(settings)
    sources, source_problems = _check_sources(settings, name)
    problems = (
        *_find_missing_packages(),
        *_describe_shadows(),
        *reading.find_unknown_variables(),
        *_check_folder(settings.home),
        *_check_chroma_server(settings.chroma_url),
        *encoder.find_problems(),
        *chat_problems,
        *library_problems,
        *source_problems,
    )
    model = {**encoder.describe(), **chat}
    return Findings(
        not problems, _list_versions(), _list_places(settings, name), model, holdings, problems, tuple(mended), sources
    )


def render_findings(found: Findings) -> RenderableType:
    """Lay out an examination: what is installed, where things are, then what is wrong."""
    parts: dict[str, Mapping[str, object]] = {
        "Installed": found.versions,
        "Places": found.places,
        "Model": found.model,
        "Library": found.library,
        **({"Followed": found.sources} if found.sources else {}),
    }
    lines: list[Text] = []
    for title, facts in parts.items():
        lines += [Text(title, "bold"), *(_render_fact(name, value) for name, value in facts.items()), Text()]
    mended = [Text.assemble(("✓ ", "bold green"), clean_line(each)) for each in found.mended]
    problems = [Text.assemble(("✗ ", "bold red"), clean_line(problem)) for problem in found.problems]
    return Group(*lines, *mended, *(problems or [Text.assemble(("✓ ", "bold green"), "nothing is wrong")]))


def _list_versions() -> dict[str, str]:
    own = _get_version(DISTRIBUTION) or "not installed: running from a folder of sources"
    found = {name: version for name in sorted((*PACKAGES, *EXTRAS)) if (version := _get_version(name))}
    return {"clippings": own, "python": platform.python_version(), "sqlite": sqlite3.sqlite_version, **found}


def _list_places(settings: Settings, name: str) -> dict[str, str]:
    places = {
        "home": str(settings.home),
        "library": str(settings.locate_library(name)),
        "chroma": settings.chroma_url,
        "chat server": settings.chat_base_url if settings.uses_chat_model else "",
        ".env": str(Path(".env").absolute()) if Path(".env").is_file() else "",
    }
    return {name: place for name, place in places.items() if place}


def _get_version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _find_missing_packages() -> Iterator[str]:
    for package in PACKAGES:
        if not _get_version(package):
            yield f"{package} is not installed: run {describe_install()} again."


def _describe_shadows() -> Iterator[str]:
    for name, place in find_shadows().items():
        yield (
            f"{place} comes before the package `{name}` of Clippings on Python's path: this command finds its own, "
            f"but `import {name}` does not; rename that one, or take its folder out of PYTHONPATH."
        )


def _check_folder(home: Path) -> Iterator[str]:
    """Try the folder itself, or the nearest one above it that exists."""
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    try:
        if not os.access(there, os.W_OK):
            raise PermissionError
        tempfile.TemporaryFile(dir=there).close()
    except OSError as error:
        yield f"{there} can't be written ({error.strerror or 'no permission'}): set CLIPPINGS_HOME to another folder."
        return
    if (free := shutil.disk_usage(there).free) < MINIMUM_FREE_BYTES:
        yield f"{there} has only {free // 1_000_000} MB left: free some space, or set CLIPPINGS_HOME to another disk."


def _check_chroma_server(url: str) -> Iterator[str]:
    if url and (reason := _find_fault(f"{url}/api/v2/heartbeat")):
        yield f"no Chroma server answers at {url} ({reason}): start it, or unset CLIPPINGS_CHROMA_URL."


def _check_chat_model(settings: Settings) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return which chat model is set, and what keeps it from being asked; never its key, and nothing is asked of it."""
    chosen = {"chat_model": settings.chat_model}
    if not settings.uses_chat_model:
        return chosen, ()
    from retrieval.generation import chat_models

    try:
        if package := chat_models.name_package(settings.chat_model):
            chosen["chat_package"] = f"{package} {_get_version(package) or '(not installed)'}"
        wiring.build_chat_model(settings)
    except (ChatModelError, InputError) as error:
        return chosen, (f"the chat model can't be asked: {str(error).rstrip('.')}.",)
    url = settings.chat_base_url
    if url and (reason := _find_fault(url, allow_errors=True)):
        return chosen, (
            f"no chat model server answers at {url} ({reason}): start it, or correct CLIPPINGS_CHAT_BASE_URL.",
        )
    return chosen, ()


def _find_fault(url: str, *, allow_errors: bool = False) -> str:
    """Return why no server answers at a URL, or nothing; with `allow_errors`, an error status is an answer."""
    try:
        urlopen(url, timeout=SERVER_TIMEOUT).close()
    except HTTPError as error:
        error.close()
        return "" if allow_errors else str(error.reason)
    except (OSError, ValueError, HTTPException) as error:
        return str(error.reason if isinstance(error, URLError) else error) or type(error).__name__
    return ""


def _check_library(settings: Settings, name: str, *, deep: bool) -> tuple[dict[str, str | int], tuple[str, ...]]:
    """Return what the library holds and what is wrong with it; an empty library is not a problem."""
    problems = list[str]()
    try:
        with wiring.open_library(settings, name) as library:
            problems += library.find_problems(deep=deep)
            held = library.list_articles()
            passages = sum(info.passages for info in held)
            facts: dict[str, str | int] = {
                "articles": len(held),
                "passages": passages,
                "encoded by": library.engines or "not recorded",
                "changes": library.generation,
            }
            threshold, outdated = _describe_threshold(settings, library)
            return {**facts, "threshold": threshold}, (*problems, *outdated)
    except LibraryMissing:
        return {"articles": 0}, tuple(problems)
    except ClippingsError as error:
        return {}, tuple(problems or [str(error)])


def _check_sources(settings: Settings, name: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return each source that is followed with its last success and error, and those that can't be read now."""
    from retrieval.web.followed import has_sources

    try:
        if not has_sources(settings.locate_library(name)):
            return {}, ()
        with wiring.open_followed(settings, name) as followed:
            listed = followed.list_sources()
    except ClippingsError as error:
        return {}, (str(error),)
    problems = (
        f"{each.shown} {each.error}: `clippings follow --list` shows since when." for each in listed if each.fails
    )
    return {each.shown: describe_followed(each) for each in listed}, tuple(problems)


def _describe_threshold(settings: Settings, library: Library) -> tuple[str, tuple[str, ...]]:
    """Return which threshold of confidence holds and where it is from, and why the library's own does not."""
    from retrieval.answering.confidence import THRESHOLD
    from retrieval.answering.library_threshold import find_outdated
    from retrieval.index.own_threshold import read_own_threshold

    own = read_own_threshold(library.folder)
    outdated = find_outdated(own, library) if own else ""
    problems = (f"{outdated}.",) if outdated else ()
    if settings.threshold is not None:
        return f"{settings.threshold:g} (CLIPPINGS_THRESHOLD)", problems
    if own is None or outdated:
        return f"{THRESHOLD:g} (the default)", problems
    return (
        f"{own.threshold:g} (its own: at most {100 * own.error_rate:.3g} % of all questions answered wrongly, "
        f"by {own.questions} golden questions on {own.at})"
    ), problems


def _render_fact(name: str, value: object) -> Text:
    return Text.assemble((f"  {clean_line(name):<23} ", "dim"), clean_line(f"{value} {UNITS.get(name, '')}".rstrip()))
