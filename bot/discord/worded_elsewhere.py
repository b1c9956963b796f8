"""What other parts word in English, with names, numbers and dates in it -> the language that is spoken now.

The frames of answers come from `retrieval`, and so do many errors, some raised in threads that know no language. The
catalogue's texts are their forms: "As of {date}: ..." is found by what stands around its placeholders.
"""

from __future__ import annotations

import re
from functools import cache
from string import Formatter
from typing import TYPE_CHECKING

from bot.discord.local_dates import DATED, say_dates
from bot.discord.localisation import ENGLISH, format_number, get_language, load_translations, mark, say
from retrieval.text.dates import format_dates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.domain import ArticleInfo, Citation

OF_ANSWERS = (
    mark("The articles do not say."),
    mark("The articles do not say: {words}"),
    mark("The articles do not say it of {words}."),
    mark("This may answer it:"),
    mark("Before that:"),
    mark("Latest"),
    mark("Earlier, on {date}"),
    mark("Earlier, in {date}"),
    mark("Columns"),
    mark("Also:"),
    mark("and {number} more"),
    mark("Oldest:"),
    mark("Newest:"),
    mark("The nearest:"),
    mark("The nearest others:"),
    mark("The articles give different figures:"),
    mark("What do you mean? Articles that it may be about:"),
    mark("What would you like to know about? It may be:"),
    mark("What would you like to know about? The newest articles are:"),
    mark("What would you like to know about?"),
    mark("No article"),
    mark("{number} articles may be meant:"),
    mark("{number} article"),
    mark("{number} articles"),
    mark("{number} article, from {date_first} to {date_last}"),
    mark("{number} articles, from {date_first} to {date_last}"),
    mark("{number} article of {date}"),
    mark("{number} articles of {date}"),
    mark("{number} articles from {date_first} to {date_last}"),
    mark("{number} of {all_number} articles are about {words}"),
    mark("{number} of {all_number} articles is about {words}"),
    mark("{number} of {all_number} articles mention {words}"),
    mark("{number} of {all_number} articles mentions {words}"),
    mark("None of the {all_number} articles mentions {words}"),
    mark("“{title}” is by {author}."),
    mark("“{title}” ({date}) is by {author}."),
    mark("“{title}” names no author."),
    mark("“{title}” ({date}) names no author."),
    mark("“{title}” was published on {date}."),
    mark("“{title}” was published in {date}."),
    mark("“{title}” gives no date."),
)
"""What `retrieval.answering` says around quotes."""
OF_DATES = (
    mark("{date}, updated {date_updated}"),
    mark("updated {date}"),
    mark("version of {date}"),
    mark("version before {date}"),
)
OF_NOTICES = (
    mark("Only articles of {date}."),
    mark("Only articles of {date}: {why}."),
    mark("Only articles since {date}."),
    mark("Only articles since {date}: {why}."),
    mark("Only articles until {date}."),
    mark("Only articles until {date}: {why}."),
    mark("As of {date}: articles published later and undated ones are left out."),
    mark("No article is of {date}."),
    mark("No article is dated {date}."),
    mark("No article is dated since {date}."),
    mark("No article is dated until {date}."),
    mark("No article is later than {date}."),
    mark("No article is later than {date}: counted from there."),
    mark("The newest articles: {date}."),
    mark("Read “{word}” as “{meant}”."),
    mark("No sentence of them answers the question: this is what they say on its subject."),
    mark("None of them answers the question: this is of another time."),
    mark("The articles are in English, and so is the model that searches them: ask in English to find more."),
    mark("None of the {number} articles is known to be about {words}."),
    mark("The chat model {name} was cut short: something may be missing."),
    mark("Nothing that {name} wrote is supported by the articles: {why}."),
    mark("What {name} wrote to answer the question is not supported by the articles: {why}."),
    mark("these are quotes instead"),
    mark("{count} claim of the model could not be verified and was {why}."),
    mark("{count} claims of the model could not be verified and were {why}."),
)
"""What it says above them."""
OF_LIMITS = (
    mark("since {date}"),
    mark("until {date}"),
    mark("as of {date}"),
    mark("by {author}"),
)
"""What a search is limited to, as `bot.user_input` says it."""
OF_TALK = (
    mark(
        "I am a program that answers questions from an archive of articles, in their words and with their sources. "
        "Ask for a fact (who, when, where, why, how many), a list, a comparison, a timeline, a summary, what is new "
        "since a day, or about the archive itself: who wrote what, and when. When the articles do not say, I say so."
    ),
    mark("Goodbye!"),
    mark("You're welcome. Ask another question whenever you like."),
    mark("Well, thank you! What would you like to know from the articles?"),
    mark("Hello! Ask me anything about the articles."),
    mark("Good. What else would you like to know?"),
    mark("I have none to tell: I only know what the articles say. What would you like to know from them?"),
    mark("I have no opinions. Name a subject, and I look up what the articles say about it."),
    mark("I can only talk about what is in the articles. What would you like to know from them?"),
)
OF_ERRORS = (
    mark("the question is empty: ask something, such as “Where did the talks take place?”"),
    mark("the question has {number} characters: ask in {longest} or fewer."),
    mark("{text} could be two days or none; write the year first, like 2023-06-27"),
    mark('{text} is not a date; write it like "2023-06-27", "June 2023", "2023", "last month" or "3 weeks ago"'),
    mark("since {date} is after until {date_end}: no day is between them; swap them."),
    mark("since {date} is after as of {date_end}: no day is between them; swap them."),
    mark("The bot is about to restart: ask again in a minute."),
)
"""What is wrong with a question or a date, as `retrieval` and `bot.user_input` say it."""
OF_PROGRESS = (mark("Reading"), mark("Splitting"), mark("Encoding"), mark("Indexing"))

FEWEST_LETTERS = 6
"""Letters that a form has around its placeholders: what has fewer stands for too much."""
ENDS = " :;.,"


def translate(text: str) -> str:
    """Return a text in the language that is spoken now, by whole, by lines or by sentences; what is unknown stays."""
    if get_language() == ENGLISH or not text.strip():
        return text
    if found := _translate_whole(text):
        return found
    if "\n" in text:
        return "\n".join(map(translate, text.split("\n")))
    return " ".join(_translate_whole(each) or each for each in re.split(r"(?<=[.!?]) (?=[A-Z“])", text))


def translate_limits(text: str) -> str:
    """Return what a search is limited to, "since 3 March 2026, by Ida Renn", in the language that is spoken now."""
    if get_language() == ENGLISH:
        return text
    known = load_translations(get_language())
    forms = [(_compile_form(form), known.get(("", form), form)) for form in OF_LIMITS]
    parts = text.split(", ")
    for n, part in enumerate(parts):
        for form, translated in forms:
            if found := form.fullmatch(part):
                values = {name: _translate_value(name, value) for name, value in found.groupdict().items()}
                parts[n] = translated.format(**values)
    return ", ".join(parts)


def say_dates_of(article: ArticleInfo | Citation) -> str:
    """Say when a text was published and updated, in the language that is spoken now."""
    return translate(format_dates(article))


def _translate_whole(text: str) -> str:
    """Return a text that is known as a whole, perhaps but for what ends it; else nothing."""
    known = load_translations(get_language())
    inner = text.strip(ENDS)
    before, after = text[: text.find(inner)], text[text.find(inner) + len(inner) :]
    for said, ends in ((text, ("", "")), (inner, (before, after))):
        if not said:
            continue
        if found := known.get(("", said)) or say_dates(said) or _fill_form(said):
            return ends[0] + found + ends[1]
    return ""


def _fill_form(text: str) -> str:
    for form, translated in _list_forms(get_language()):
        if found := form.fullmatch(text):
            return translated.format(**{name: _translate_value(name, each) for name, each in found.groupdict().items()})
    return ""


def _translate_value(name: str, value: str) -> str:
    if name.startswith("date"):
        return say_dates(value)
    if name == "rights":
        return re.sub("“(.+?)”", lambda found: say("“{name}”", name=say(found[1])), value)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+", value):
        return format_number(int(value.replace(",", "")))
    return translate(value) if name == "why" else value


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
    return tuple((_compile_form(form), said) for _, form, said in sorted(found, reverse=True))


def _compile_form(text: str) -> re.Pattern[str]:
    return re.compile("".join(_write_form(text)), re.DOTALL)


def _write_form(text: str) -> Iterator[str]:
    for words, name, *_ in Formatter().parse(text):
        yield re.escape(words)
        if name:
            numbers = name in {"number", "count", "longest", "most"} or name.endswith("_number")
            yield f"(?P<{name}>{DATED if name.startswith('date') else '[0-9,.]+' if numbers else '.+?'})"
