"""What the bot says, in the language of the server: English stands in the code, translations in locales/*.po.

Only the frame of answers is translated: what articles say, and what a chat model writes, stays as it is. A text without
a translation is said in English. `CommandTranslator` does the same for commands.
"""

from __future__ import annotations

import ast
import re
from contextvars import ContextVar
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from discord import Locale, app_commands

if TYPE_CHECKING:
    from collections.abc import Mapping

ENGLISH = "en"
LANGUAGES: Mapping[Locale, str] = {
    Locale.german: "de",
    Locale.french: "fr",
    Locale.spain_spanish: "es",
    Locale.latin_american_spanish: "es",
    Locale.brazil_portuguese: "pt",
}
"""The file with the translations for each of Discord's languages that there are translations for."""

COMMAND, OPTION, CHOICE = "command", "option", "choice"
"""Contexts of what has rules of its own: names, which are one lower-case word, and what an option lets one choose."""

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)
_LINE = re.compile(r'(?:(?P<key>msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)\s+)?(?P<text>".*")')


NAMES: Mapping[str, str] = {ENGLISH: "English", "de": "Deutsch", "es": "Español", "fr": "Français", "pt": "Português"}
"""The languages that there are, as they call themselves."""

_KNOWN = {str(each): language for each, language in LANGUAGES.items()} | {each: each for each in NAMES}


def use_language(language: Locale | str | None) -> None:
    """Speak a language of Discord's, or one of NAMES, from here on, within the task that asks for it; else English."""
    _language.set(_KNOWN.get(str(language), ENGLISH))


def get_language() -> str:
    """Return the language that is spoken now: "en", "de"."""
    return _language.get()


def mark(text: str) -> str:
    """Return a text of ours as it is, marked for translation; `say` is to be called where it is shown."""
    return text


def say(text: str, /, **values: object) -> str:
    """Return a text of ours in the language that is spoken now, with its placeholders filled."""
    spoken = _find(text) or text
    return spoken.format(**values) if values else spoken


def count(one: str, many: str, number: int, /, **values: object) -> str:
    """Return a text with a number in it; `{count}` is the number with its separators."""
    # In all languages here "one" is for 1 alone; in French and Portuguese 0 is singular, too.
    singular = number == 1 or (number == 0 and get_language() in {"fr", "pt"})
    spoken = (_find(one) if singular else _find(many)) or (one if singular else many)
    return spoken.format(count=format_number(number), **values)


def format_number(number: int) -> str:
    """Write a number with the separators of the language that is spoken now."""
    if get_language() == ENGLISH or abs(number) < 1_000:
        return f"{number:,}"
    from babel.numbers import format_decimal

    return format_decimal(number, locale=get_language())


@cache
def load_translations(language: str) -> Mapping[tuple[str, str], str]:
    """Return the translations of a language by context, mostly "", and English text; nothing for English."""
    if language == ENGLISH:
        return {}
    return read_catalogue(resources.files("bot.discord").joinpath("locales", f"{language}.po").read_text("utf-8"))


def read_catalogue(text: str) -> dict[tuple[str, str], str]:
    """Read what a .po file translates; forms for numbers are translations of their own, untranslated ones are left out.

    The standard library reads compiled files alone. Raises ValueError for a line that is none of such a file.
    """
    found: dict[tuple[str, str], str] = {}
    entry: dict[str, str] = {}
    key = ""
    for number, line in enumerate([*text.splitlines(), ""], 1):
        row = line.strip()
        if row.startswith("#"):
            continue
        read = _LINE.fullmatch(row)
        if row and not read:
            raise ValueError(f"line {number} is no line of a .po file: {row}")
        if not row or (read and read["key"] in {"msgctxt", "msgid"} and "msgstr" in " ".join(entry)):
            _keep(entry, found)
            entry = {}
        if read:
            key = read["key"] or key
            entry[key] = entry.get(key, "") + ast.literal_eval(read["text"])
    return found


def _keep(entry: Mapping[str, str], found: dict[tuple[str, str], str]) -> None:
    context = entry.get("msgctxt", "")
    one, many = entry.get("msgid", ""), entry.get("msgid_plural", "")
    pairs = {one: entry.get("msgstr", "") or entry.get("msgstr[0]", ""), many: entry.get("msgstr[1]", "")}
    found.update({(context, said): translated for said, translated in pairs.items() if said and translated})


class CommandTranslator(app_commands.Translator):
    """Gives Discord names and descriptions of commands and options in all languages."""

    async def translate(
        self, string: app_commands.locale_str, locale: Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """Return a translation; None where there is none, and English is shown."""
        language = LANGUAGES.get(locale, ENGLISH)
        return load_translations(language).get((CONTEXTS.get(context.location, ""), string.message))


CONTEXTS: Mapping[app_commands.TranslationContextLocation, str] = {
    app_commands.TranslationContextLocation.command_name: COMMAND,
    app_commands.TranslationContextLocation.group_name: COMMAND,
    app_commands.TranslationContextLocation.parameter_name: OPTION,
    app_commands.TranslationContextLocation.choice_name: CHOICE,
}


def _find(text: str) -> str:
    return load_translations(get_language()).get(("", text), "")
