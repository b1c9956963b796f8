"""Which languages a model is meant for: what its model card says, else what a table of known models does.

A card is the `README.md` in a model's folder; only the field `language` of its front matter is read.
"""

from __future__ import annotations

import re
from pathlib import Path

CARD = "README.md"
LONGEST_CARD = 100_000
"""Characters of a card that are looked at: the front matter comes first."""
SHOWN = 8
"""Languages that are named; of more, the number follows."""
MANY = "multilingual"
UNKNOWN = "its model card does not say"

KNOWN = (
    (r"paraphrase-multilingual-.+|distiluse-base-multilingual-cased-v2", "more than 50 languages"),
    (r"distiluse-base-multilingual-cased-v1", "15 languages"),
    (r"multilingual-e5-.+", "some 100 languages"),
    (r"bge-m3(-.+)?", "more than 100 languages"),
    (r"labse", "109 languages"),
    (r"(all|multi-qa|msmarco)-(minilm|mpnet|distil|roberta).+", "English"),
    (
        r"(e5|e5-(small|base|large))(-v2)?|bge-(small|base|large)-en.*|gte-(small|base|large)|nomic-embed-text-v1(\.5)?",
        "English",
    ),
)
"""Patterns of names, without the owner's, and what their cards say where they are published."""

_FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)\n---\s*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^language:[ \t]*(.*(?:\n[ \t]*-[ \t].*)*)", re.MULTILINE)
_CODE = re.compile(r"[A-Za-z]{2,}(?:[-_][A-Za-z]+)*")


def describe_languages(model: str, folder: Path | None) -> str:
    """Return the languages of a model in words, `UNKNOWN` where neither card nor table tells; no folder is no card."""
    try:
        with ((folder or Path()) / CARD).open(encoding="utf-8", errors="replace") as file:
            codes = read_languages(file.read(LONGEST_CARD)) if folder else ()
    except OSError:
        codes = ()
    return (_word_languages(codes) if codes else _look_up(model)) or UNKNOWN


def read_languages(card: str) -> tuple[str, ...]:
    """Return the codes that a model card lists as its languages, in its order; none where it does not say."""
    matter = _FRONT_MATTER.match(card)
    field = _FIELD.search(matter[1]) if matter else None
    return tuple(dict.fromkeys(code.lower() for code in _CODE.findall(field[1]))) if field else ()


def _word_languages(codes: tuple[str, ...]) -> str:
    named = [code for code in codes if code != MANY]
    if not named:
        return "several languages"
    if named == ["en"]:
        return "English" if MANY not in codes else "several languages, English among them"
    more = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
    return ", ".join(named[:SHOWN]) + more


def _look_up(model: str) -> str:
    name = Path(model).name.lower()
    return next((languages for pattern, languages in KNOWN if re.fullmatch(pattern, name)), "")
