"""A sentence of an article -> claims that it carries, each in one way of rewording. Pure; all chance is passed in.

Each way returns nothing where it would be unsafe: a rewording that might say something else is no faithful claim.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from tests.benchmarks import claim_words as words
from tests.benchmarks.claim_questions import state

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from random import Random

_PERSON = r"(?:[A-Z][\w'’.-]+ ){0,2}[A-Z][\w'’-]{2,}"
_LOOSE_END = r"(?:which|where|while|whereas|although|though|making|leading|resulting|allowing|including|ensuring)"
_NO_SUBJECT = (
    r"If|When|While|Although|Though|Unless|As|Because|Not only|In|On|At|By|With|From|During|After|Before|[A-Z][a-z]+ing"
)
_VERB = (
    r"(?:is|are|was|were|has|have|had|can|will|would|[a-z]{2,}ed|[a-z]{3,}[^se]s(?! and)|"
    rf"{'|'.join(words.PAST.values())})\b"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence as an article has it, with what a rewording may need; the full stop is part of `text`."""

    text: str
    before: str = ""
    title: str = ""
    published: date | None = None
    question: str = ""
    answer: str = ""
    article: str = ""
    """The whole article's text."""

    @property
    def bare(self) -> str:
        """The sentence without its full stop."""
        return self.text.removesuffix(".")

    @property
    def inner(self) -> str:
        """The sentence as part of another one: without full stop, in lower case unless it begins with a name."""
        return lower_first_word(self.bare)

    @property
    def points_back(self) -> bool:
        """Whether it opens with a word that only the sentence before explains."""
        return bool(re.match(r"(?:He|She|It|They|This|That|These|Those|His|Her|Its|Their|Such|Both)\b", self.text))


def lower_first_word(text: str) -> str:
    """Return a sentence's text for use after a comma: the first word in lower case if it is a function word."""
    first = text.partition(" ")[0]
    small = first.lower().rstrip(",") in words.FUNCTION_WORDS or first.rstrip(",") in words.CONNECTIVES
    return text[0].lower() + text[1:] if small else text


def raise_first_word(text: str) -> str:
    """Return a text as a sentence begins."""
    return text[:1].upper() + text[1:]


def quote(line: Line, chance: Random) -> str:
    return line.bare


def attribute(line: Line, chance: Random) -> str:
    if not line.title:
        return f"According to the article, {line.inner}"
    forms = (
        f"According to {line.title}, {line.inner}",
        f"According to the article “{line.title}”, {line.inner}",
        f"{line.bare}, according to {line.title}",
    )
    return chance.choice(forms)


def report_speech(line: Line, chance: Random) -> str:
    topic = line.title or "the subject"
    forms = (
        f"The article reports that {line.inner}",
        f"The article states that {line.inner}",
        f"The article on {topic} says that {line.inner}",
        f"The author writes that {line.inner}",
        f"As the passage explains, {line.inner}",
        f"It is reported that {line.inner}",
    )
    return chance.choice(forms)


def add_date(line: Line, chance: Random) -> str:
    if line.published is None:
        return ""
    day = line.published
    shown = chance.choice((f"{day.day} {day:%B %Y}", f"{day:%B} {day.day}, {day.year}", f"{day:%B %Y}"))
    return f"As of {shown}, {line.inner}"


def quote_whole_straight(line: Line, chance: Random) -> str:
    return "" if _has_quotes(line.text) else f'The article says "{line.bare}"'


def quote_whole_curly(line: Line, chance: Random) -> str:
    if _has_quotes(line.text):
        return ""
    return chance.choice((f"The article says: “{line.text}”", f"In the words of the article, “{line.inner}”"))


def quote_part(line: Line, chance: Random) -> str:
    """Put quotation marks around a few words where they stand."""
    found = line.bare.split()
    if _has_quotes(line.text) or len(found) < 9:
        return ""
    start = chance.randrange(1, len(found) - 5)
    end = start + chance.randrange(3, 6)
    left, right = chance.choice((('"', '"'), ("“", "”")))
    part = " ".join(found[start:end])
    kept = part.rstrip(",;:")
    return " ".join([*found[:start], f"{left}{kept}{right}{part[len(kept) :]}", *found[end:]])


def use_synonyms(line: Line, chance: Random) -> str:
    return replace_with_synonyms(line.bare, chance)


def replace_with_synonyms(text: str, chance: Random, *, most: int = 3) -> str:
    """Replace up to so many words by synonyms, none inside quotation marks; empty when there is none."""
    if _has_quotes(text):
        return ""
    found = [word for word in words.SYNONYMS if re.search(rf"\b{_place(word)}\b(?!-)", text)]
    chance.shuffle(found)
    done: set[str] = set()
    for word in found[:most]:
        if word not in done:
            text = re.sub(rf"(?<!-)\b{_place(word)}\b(?!-)", words.SYNONYMS[word], text, count=1)
            done |= {word, words.SYNONYMS[word]}
    text = re.sub(r"\b([Aa])n (?=[bcdfghjklmnpqrstvwxyz])", r"\1 ", text)
    return re.sub(r"\b([Aa]) (?=[aeio])", r"\1n ", text) if done else ""


def _place(word: str) -> str:
    return words.UNFIT.get(word, re.escape(word))


def rewrite_numbers(line: Line, chance: Random) -> str:
    """Write numbers another way: words as digits, digits as words, with and without thousands' commas, % in words."""
    text = re.sub(r"(?<=\d)%", " percent", line.bare)
    if text == line.bare:
        text = re.sub(r"(?<=\d) ?(?:percent|per cent)\b", "%", text)
    text = re.sub(r"(?<![\d.,])(\d{1,3}),(\d{3})(?![\d,])", r"\1\2", text)
    text = re.sub(r"(?<![\d.,$£€])(\d{1,3})(?:\.(\d))? million\b", _millions, text)
    text = re.sub(r"(?<![\d.,$£€#/–-])\b(\d{1,2})\b(?![\d.,%:/°–-])(?= [a-z]{3,}s\b)", _spelled, text)
    if text == line.bare:
        pattern = rf"(?<![-\w])({'|'.join(list(words.WORD_NUMBERS)[2:])})(?= (?:\w+ )?[a-z]{{2,}}s\b)"
        text = re.sub(pattern, lambda found: str(words.WORD_NUMBERS[found[1]]), text)
    return "" if text == line.bare or _has_quotes(text) else text


def _millions(found: re.Match[str]) -> str:
    return f"{int(found[1]) * 1_000_000 + int(found[2] or 0) * 100_000:,}"


def _spelled(found: re.Match[str]) -> str:
    return words.NUMBER_WORDS.get(int(found[1]), found[0])


def rewrite_dates(line: Line, chance: Random) -> str:
    """Write days another way: October 6, 1973, 6 October 1973, 1973-10-06."""
    month = f"(?P<month>{'|'.join(words.MONTHS)})"
    found = re.search(rf"\b{month} (?P<day>\d{{1,2}}), (?P<year>\d{{4}})", line.bare) or re.search(
        rf"\b(?P<day>\d{{1,2}}) {month},? (?P<year>\d{{4}})", line.bare
    )
    if not found:
        return ""
    month, day, year = found["month"], int(found["day"]), found["year"]
    iso = f"{year}-{words.MONTHS.index(month) + 1:02}-{day:02}"
    forms = [f"{day} {month} {year}", f"{month} {day}, {year}", f"{month[:3]} {day}, {year}", iso]
    forms = [form for form in forms if form != found[0]]
    return line.bare.replace(found[0], chance.choice(forms), 1)


def swap_abbreviations(line: Line, chance: Random) -> str:
    """Use a name's short form for the long one or the other way round, where the article has both or all know both."""
    for short, long in words.ABBREVIATIONS.items():
        known = short in ("US", "U.S.", "UN", "UK", "EU") or (short in line.article and long in line.article)
        if not known or _has_quotes(line.text):
            continue
        if re.search(rf"(?<![\w$]){re.escape(short)}(?![\w$(])", line.bare) and long not in line.bare:
            return re.sub(rf"(?<![\w$]){re.escape(short)}(?![\w$])", long, line.bare)
        if re.search(rf"\b{long}\b(?! of\b)", line.bare) and f"({short}" not in line.bare:
            return re.sub(rf"\b{long}\b", short, line.bare)
    return ""


def drop_connective(line: Line, chance: Random) -> str:
    for word in words.CONNECTIVES:
        if found := re.match(rf"{word}, ", line.bare):
            return raise_first_word(line.bare[found.end() :])
    text = re.sub(r", (?:however|therefore|moreover|in fact|in turn|meanwhile), ", " ", line.bare)
    return text if text != line.bare else re.sub(r" (?:also|therefore|thus|indeed|generally) ", " ", line.bare, count=1)


def drop_parenthetical(line: Line, chance: Random) -> str:
    return re.sub(r" ?\([^()]*\)", "", line.bare)


def drop_relative_clause(line: Line, chance: Random) -> str:
    """Leave out ", who ..., " or ", a ... of ..., " between commas."""
    found = re.search(rf", (?:which|who|whose|where) [^,;:()]+, (?={_VERB})", line.bare)
    if not found or line.bare.count(",") > 3:
        return ""
    return f"{line.bare[: found.start()]} {line.bare[found.end() :]}"


def reorder_clauses(line: Line, chance: Random) -> str:
    """Move an opening phrase of time or place to the end."""
    found = re.match(r"((?:In|On|By|During|After|Before|Since|Between|At|From) [^,]{3,40}), ([^,;:]+)$", line.bare)
    if not found or re.search(r"\b(?:which|who|that|and|but|because|when|if|it|its|their|they|he)\b", found[0]):
        return ""
    return f"{raise_first_word(found[2])} {lower_first_word(found[1])}"


def front_adverbial(line: Line, chance: Random) -> str:
    """Move a year or a day from the end to the beginning."""
    found = re.match(
        rf"([^,;:]+?) ((?:in|on|since) (?:(?:{'|'.join(words.MONTHS)}) )?(?:\d{{1,2}}, )?\d{{4}})$", line.bare
    )
    if not found or re.search(
        r"\b(?:which|who|that|and|but|because|when|if|as|since|after|before|until|to)\b", found[1]
    ):
        return ""
    return f"{raise_first_word(found[2])}, {lower_first_word(found[1])}"


def make_active(line: Line, chance: Random) -> str:
    """Turn "X was founded by Y ..." round."""
    pattern = (
        rf"((?:The |{_PERSON}|[a-z]+ )[\w' -]{{0,40}}?) (?:was|were) (\w+ed) by ((?:the )?{_PERSON})( in \d{{4}})?$"
    )
    found = re.match(pattern, line.bare)
    return f"{raise_first_word(found[3])} {found[2]} {lower_first_word(found[1])}{found[4] or ''}" if found else ""


def make_passive(line: Line, chance: Random) -> str:
    """Turn "X founded the Y" round."""
    verbs = "captured|defeated|founded|established|introduced|designed|developed|proposed|created|adopted|rejected"
    found = re.match(rf"({_PERSON}) ({verbs}) (the [\w -]{{3,40}}?|{_PERSON})( in \d{{4}})?$", line.bare)
    return f"{raise_first_word(found[3])} was {found[2]} by {found[1]}{found[4] or ''}" if found else ""


def contract_verbs(line: Line, chance: Random) -> str:
    if _has_quotes(line.text.replace("’", "'")):
        return ""
    for long, short in words.CONTRACTIONS.items():
        if re.search(rf"\b{long}\b", line.bare):
            return re.sub(rf"\b{long}\b", short, line.bare)
        if re.search(rf"\b{re.sub(chr(39), '[’' + chr(39) + ']', short)}\b", line.bare) and short[-2:] == "'t":
            return re.sub(rf"\b{re.sub(chr(39), '[’' + chr(39) + ']', short)}\b", long, line.bare)
    return ""


def resolve_pronoun(line: Line, chance: Random) -> str:
    """Say who "He" is, where the sentence before opens with one person and names no other."""
    found = re.match(rf"({_PERSON})(?:,| [a-z])", line.before)
    if not found or not re.match(r"(?:He|She) ", line.bare) or len(found[1].split()) < 2:
        return ""
    if found[1].split()[0].lower() in words.FUNCTION_WORDS or " and " in line.before:
        return ""
    others = [name for name in re.findall(rf"(?<=[a-z,] ){_PERSON}", line.before) if name not in found[1]]
    return "" if others else f"{found[1]} {line.bare.partition(' ')[2]}"


def shorten_to_surname(line: Line, chance: Random) -> str:
    """Shorten a person's name to the surname, where the article does so, too."""
    full = next((name for name in find_people(line.article) if name in line.bare), "")
    return line.bare.replace(full, full.split()[1]) if full else ""


@lru_cache(maxsize=512)
def find_people(text: str) -> tuple[str, ...]:
    """Return the names of two words in a text that uses the second alone, as of a person, more than twice."""
    names = dict.fromkeys(re.findall(r"\b[A-Z][a-z]+ [A-Z][a-z]{3,}\b(?! [A-Z])", text))
    return tuple(name for name in names if _is_person(name, text))


def _is_person(name: str, text: str) -> bool:
    first, last = name.split()
    acts = rf"\b(?:Mr|President) {last}\b|(?:^|[.,;\n] |\b[a-z]+ )(?<!the ){last} (?:{'|'.join(words.SAYING)})\b"
    alone = len(re.findall(rf"\b{last}\b(?! [A-Z])", text)) > 2
    return alone and first.lower() not in words.FUNCTION_WORDS and bool(re.search(acts, text))


def shorten(line: Line, chance: Random) -> str:
    """Keep the main clause, without a loose end behind the last comma."""
    found = re.match(rf"([A-Z][^,;:()\"“]{{30,}}), {_LOOSE_END} [^,;:]*$", line.bare)
    if not found or re.match(rf"(?:{_NO_SUBJECT})\b", line.bare):
        return ""
    return found[1]


def keep_first_half(line: Line, chance: Random) -> str:
    """Keep the first of two sentences that a semicolon or ", and the" joins."""
    found = re.match(r"([A-Z][^;:()\"“]{40,}?)(?:; |, and (?:the|it|they|he|she|its) )[^;]*$", line.bare)
    if not found or re.match(rf"(?:{_NO_SUBJECT})\b", line.bare) or "," in found[1] or " just " in found[1]:
        return ""
    return found[1]


def change_typography(line: Line, chance: Random) -> str:
    """Change the kind of quotation marks, apostrophes and dashes."""
    straight = line.bare.translate(str.maketrans("‘’“”–—", "''\"\"--"))
    if straight != line.bare:
        return straight
    return re.sub(r'"([^"]*)"', r"“\1”", line.bare).replace("'", "’")


def change_spelling(line: Line, chance: Random) -> str:
    text = line.bare
    for word, other in words.SPELLINGS.items():
        text = re.sub(rf"(?<!-)\b{word}\b(?!-)", other, text) if text == line.bare else text
    return text


def reword_twice(line: Line, chance: Random) -> str:
    """Reword in two ways at once, and say where it comes from."""
    text = next((done for way in (drop_connective, drop_parenthetical, shorten, rewrite_numbers)
                 if (done := way(line, chance)) and done != line.bare), "")  # fmt: skip
    text = replace_with_synonyms(text, chance) if text else ""
    return f"According to {line.title or 'the article'}, {lower_first_word(text)}" if text else ""


def state_answer(line: Line, chance: Random) -> str:
    """State a question's answer in the question's words, where most of them are the sentence's own."""
    claim = state(line.question, line.answer) if line.question else ""
    said = set(re.findall(r"\w{4,}", f"{line.text} {line.title}".lower()))
    own = set(re.findall(r"\w{4,}", claim.lower()))
    return claim if own and len(own & said) >= 0.7 * len(own) else ""


def _has_quotes(text: str) -> bool:
    return bool(re.search(r"[\"“”]", text))


QUOTES: Mapping[str, Callable[[Line, Random], str]] = {
    "verbatim": quote,
    "attributed": attribute,
    "quoted, straight": quote_whole_straight,
    "quoted, curly": quote_whole_curly,
    "part quoted": quote_part,
}
PARAPHRASES: Mapping[str, Callable[[Line, Random], str]] = {
    "synonyms": use_synonyms,
    "numbers": rewrite_numbers,
    "dates": rewrite_dates,
    "abbreviations": swap_abbreviations,
    "connective dropped": drop_connective,
    "parenthetical dropped": drop_parenthetical,
    "relative clause dropped": drop_relative_clause,
    "clauses reordered": reorder_clauses,
    "date fronted": front_adverbial,
    "active voice": make_active,
    "passive voice": make_passive,
    "contraction": contract_verbs,
    "pronoun resolved": resolve_pronoun,
    "surname": shorten_to_surname,
    "reported": report_speech,
    "as of": add_date,
    "shortened": shorten,
    "first half": keep_first_half,
    "typography": change_typography,
    "spelling": change_spelling,
    "mixed": reword_twice,
    "answered": state_answer,
}
