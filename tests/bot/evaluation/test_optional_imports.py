"""What the extra `eval` brings is imported where it is used, not with the modules that use it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
IMPORT_ALL = """
import sys
from importlib import import_module
from pkgutil import walk_packages

for extra in ("ir_measures", "jinja2", "markupsafe", "matplotlib", "scipy", "sklearn"):
    sys.modules[extra] = None
import bot.evaluation

print(len([import_module(found.name) for found in walk_packages(bot.evaluation.__path__, "bot.evaluation.")]))
"""


def test_every_module_can_be_imported_without_the_extra() -> None:
    found = subprocess.run([sys.executable, "-c", IMPORT_ALL], cwd=ROOT, capture_output=True, text=True, check=True)

    assert int(found.stdout) > 30
