"""What other parts word in English, with names, numbers and dates in it -> the language that is spoken now.

The frames of answers come from `retrieval`, and so do many errors, some raised in threads that know no language. The
catalogue's texts are their forms: "As of {date}: ..." is found by what stands around its placeholders.
"""

from __future__ import annotations

import re
from functools import cache
from string import Formatter
from typing import TYPE_CHECKING

from bot.discord.counted_articles import say_count
from bot.discord.elsewhere_forms import OF_ARTICLES, OF_LIMITS
from bot.discord.forms import compile_form
from bot.discord.local_dates import DATED, say_dates
from bot.discord.localisation import ENGLISH, format_number, get_language, load_translations, say
from retrieval.text.dates import format_dates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import ArticleInfo, Citation

FEWEST_LETTERS = 6
"""Letters that a form has around its placeholders: what has fewer stands for too much."""
_END = re.compile(r"(?:[ :;.,]|\[\d+\])*$")
"""What may end a text that is known: punctuation, and the numbers of sources."""
WORDED = frozenset({"why", "kind", "kind_before"})
"""Placeholders that stand for words of ours."""
_IN_BRACKETS = re.compile(rf"\(({DATED})\)")
"""The day beside an article's title."""
_AT = re.compile(r"(https?://\S+) (.+)", re.DOTALL)
"""What is said of an address."""


def translate(text: str) -> str:
    """Return a text in the language that is spoken now, by whole, by lines or by sentences; what is unknown stays."""
    if get_language() == ENGLISH or not text.strip():
        return text
    if found := _translate_whole(text):
        return found
    if "\n" in text:
        return "\n".join(map(translate, text.split("\n")))
    return " ".join(_translate_whole(each) or each for each in re.split(r"(?<=[.!?]) (?=[A-Z“\d])", text))


def translate_limits(text: str) -> str:
    """Return what a search is limited to, "since 3 March 2026, by Ida Renn", in the language that is spoken now."""
    if get_language() == ENGLISH:
        return text
    return ", ".join(_fill(part, OF_LIMITS) or part for part in text.split(", "))


def say_dates_of(article: ArticleInfo | Citation) -> str:
    """Say when a text was published and updated, in the language that is spoken now."""
    return translate(format_dates(article))


def _translate_whole(text: str) -> str:
    """Return a text that is known as a whole, perhaps but for what ends it; else nothing."""
    known = load_translations(get_language())
    begun = text.lstrip(" :;.,")
    before, inner = text[: len(text) - len(begun)], _END.sub("", begun)
    if found := say_count(inner, _fill):
        return before + found + begun[len(inner) :]
    sentence = inner + begun[len(inner) :].lstrip(" ")[:1]
    for said in filter(str.strip, dict.fromkeys((begun, sentence, inner))):
        if found := known.get(("", said)) or say_dates(said) or _fill(said, OF_ARTICLES) or _fill_form(said):
            return before + found + begun[len(said) :]
    if at := _AT.fullmatch(text):
        return f"{at[1]} {translate(at[2])}"
    return ""


def _fill(text: str, forms: Sequence[str]) -> str:
    """Return a text of one of these forms in the language that is spoken now, "" where it has none of them."""
    known = load_translations(get_language())
    for form in forms:
        if found := compile_form(form).fullmatch(text):
            values = {name: _translate_value(name, value) for name, value in found.groupdict().items()}
            return known.get(("", form), form).format(**values)
    return ""


def _fill_form(text: str) -> str:
    for form, translated in _list_forms(get_language()):
        if found := form.fullmatch(text):
            return translated.format(**{name: _translate_value(name, each) for name, each in found.groupdict().items()})
    return ""


def _translate_value(name: str, value: str) -> str:
    if name.startswith("date"):
        return say_dates(value)
    if name == "names":
        return _IN_BRACKETS.sub(lambda found: f"({say_dates(found[1])})", value)
    if name == "rights":
        return re.sub("“(.+?)”", lambda found: say("“{name}”", name=say(found[1])), value)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+", value):
        return format_number(int(value.replace(",", "")))
    return translate(value) if name in WORDED else value


@cache
def _list_forms(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the texts with placeholders as expressions, those with most words of their own first."""
    found = []
    for (context, text), translated in load_translations(language).items():
        parts = list(Formatter().parse(text))
        letters = sum(map(str.isalpha, "".join(words for words, *_ in parts)))
        names = [name for _, name, *_ in parts if name]
        if not context and names and letters >= FEWEST_LETTERS and len(set(names)) == len(names):
            found.append((letters, text, translated))
    return tuple((compile_form(form), said) for _, form, said in sorted(found, reverse=True))
