"""Where the packages of Clippings lie, and which packages of a user's project hide them.

`bot`, `retrieval` and `prompts` are names that other projects use, too. This module lies at the wheel's top under a
name of its own, imports none of them, and is what the command and the pytest plugin begin with.
"""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

PACKAGES = ("bot", "retrieval", "prompts")

_HERE = Path(__file__).resolve().parent
HOME = _HERE.parents[1] if _HERE.name == "toplevel" else _HERE
"""The folder that holds the packages: site-packages, or the checkout of an editable install."""


class OwnPackages(MetaPathFinder):
    """Finds the packages of Clippings before anything on `sys.path`."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where one of the packages lies; nothing for any other module, which has a `path` or another name."""
        own = path is None and fullname in PACKAGES
        return PathFinder.find_spec(fullname, [str(HOME)], target) if own else None


def find_shadows(folders: Iterable[Path] = ()) -> dict[str, Path]:
    """Return each package that `import` does not find in Clippings, with the file or folder that is found instead.

    `folders` are searched before `sys.path`, as if they were its first entries.
    """
    path = [*map(str, folders), *sys.path]
    places = {name: _locate_imported(name) or _find(name, path) for name in PACKAGES}
    return {name: place for name, place in places.items() if place and place != HOME / name}


def hides_packages(entry: str) -> bool:
    """Say whether an entry of `sys.path` holds packages of these names that are not those of Clippings."""
    return any(place and place != HOME / name for name in PACKAGES if (place := _find(name, [entry])))


def claim_packages() -> None:
    """Let `import` find the packages of Clippings in this process, whatever hides them.

    Raises ImportError where one of another project has already been imported.
    """
    if imported := {name: place for name in PACKAGES if (place := _locate_imported(name))}:
        raise ImportError(describe_shadows(imported))
    sys.meta_path.insert(0, OwnPackages())


def describe_shadows(shadows: Mapping[str, Path]) -> str:
    """Say in one line which packages are hidden by what."""
    return "; ".join(f"{place} hides the package `{name}` of Clippings" for name, place in shadows.items())


def _locate_imported(name: str) -> Path | None:
    """Return where a package that has been imported lies, unless it is the one of Clippings."""
    module = sys.modules.get(name)
    place = _place(getattr(module, "__spec__", None))
    return place if place != HOME / name else None


def _find(name: str, path: Sequence[str]) -> Path | None:
    return _place(PathFinder.find_spec(name, path))


def _place(spec: ModuleSpec | None) -> Path | None:
    """Return a package's folder or a module's file; a folder without `__init__.py` hides nothing."""
    if spec is None or not spec.has_location or spec.origin is None:
        return None
    origin = Path(spec.origin).resolve()
    return origin.parent if spec.submodule_search_locations is not None else origin
