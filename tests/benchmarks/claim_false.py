"""A sentence of an article -> claims that the article contradicts or knows nothing of, each false in one way. Pure.

Each way returns nothing where the change might leave the sentence true: a number after "more than", a name that the
sentence has twice, an antonym that it has already.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.benchmarks import claim_words as words
from tests.benchmarks.claim_faithful import lowered, raised

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from random import Random

    from tests.benchmarks.claim_faithful import Line

_NUMBER = re.compile(r"(?<![\w.,:/–-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w:/–]|[.,]\d|-\d)")
_BOUND = re.compile(
    r"(?:more than|over|less than|under|fewer than|at least|at most|up to|above|below|exceed\w*|or|than)(?: an?)? "
    r"\S{0,4}$",
    re.I,
)
_DAY = re.compile(rf"\b({'|'.join(words.MONTHS)}) (\d{{1,2}})(?!\d)|\b(\d{{1,2}}) ({'|'.join(words.MONTHS)})\b")
_MONTH = re.compile(rf"\b(?:{'|'.join(words.MONTHS)})(?= \d|,)")
_YEAR = re.compile(r"(?<![\w,.$£€:–/-])(?:1[0-9]|20)\d\d(?![\w:–/%]|[,.]\d|-)")
_NAME = re.compile(r"(?<![\w'’-])(?:[A-Z][\w'’-]*[a-z][\w-]*)(?: (?:(?:of|de|the|von|van) )?[A-Z][\w-]*[a-z][\w-]*)*")
_TITLED = re.compile(r"^(?:Mr|Mrs|Ms|Dr|President|Secretary|King|Queen|General|Prime|US|The|Sir|Lord|Duke|Pope) ")
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|can|could|will|would|does|do|did|must)\b(?! (?:not|never|no|only|to)\b|n't)"
)
_POLAR = re.compile(
    r"\b(?:not|no|never|nor|neither|none|nothing|without|few|any|either|only|hardly|rarely|little|if|whether|unless|"
    r"cannot|when|would|could|(?-i:may)|might|but|some)\b|n['’]t", re.I
)  # fmt: skip
_TOO_LOOSE = ("with", "up", "more", "most", "high", "first")
"""Antonyms that turn round too little: "with" stands in most sentences, "first" may stay true as "last"."""

_QUOTED = re.compile(r'"([^"]{15,})"|“([^”]{15,})”')


@dataclass(frozen=True, slots=True)
class Around:
    """What else an article, and another article, has to swap in: names, numbers, words, sentences."""

    names: Sequence[str]
    numbers: Sequence[str]
    vocabulary: Sequence[str]
    other_names: Sequence[str]
    other_sentence: str = ""


def names_of(text: str) -> list[str]:
    """Return the proper names in a text, those that open a sentence left out unless they stand elsewhere, too."""
    found = [(match[0], match.start()) for match in _NAME.finditer(text)]
    inside = {name for name, start in found if start > 1 and re.search(r"[\w,] ?$", text[max(0, start - 2) : start])}
    return list(dict.fromkeys(name for name, _ in found if name in inside and _is_name(name, text)))


def _is_name(name: str, text: str) -> bool:
    first = name.split(maxsplit=1)[0]
    dated = name in words.MONTHS or name.endswith("day")
    common = first.lower() in words.FUNCTION_WORDS or first in words.CONNECTIVES or dated
    return len(name) > 3 and not common and not re.search(rf"\b{re.escape(name.lower())}\b", text)


def numbers_of(text: str) -> list[str]:
    """Return the numbers written in digits, years aside."""
    return list(dict.fromkeys(found[0] for found in _NUMBER.finditer(text) if not _YEAR.fullmatch(found[0])))


def number(line: Line, around: Around, chance: Random) -> str:
    return _renumbered(line, chance, lambda found: _other_number(found, chance))


def number_of_article(line: Line, around: Around, chance: Random) -> str:
    """Put in a number that the article has elsewhere."""

    def other(found: str) -> str:
        like = [each for each in around.numbers if each not in line.text and ("." in each) == ("." in found)]
        return chance.choice(like) if like else ""

    return _renumbered(line, chance, other)


def _renumbered(line: Line, chance: Random, other: Callable[[str], str]) -> str:
    places = [
        found
        for found in _NUMBER.finditer(line.bare)
        if not _YEAR.fullmatch(found[0]) and not _BOUND.search(line.bare[: found.start()]) and not _dated(line, found)
        and not re.match(r"(?:st|nd|rd|th)\b", line.bare[found.end() :])
        and not re.search(r"[A-Z][\w.]* ?$", line.bare[: found.start()])
    ]  # fmt: skip
    if not places:
        return ""
    found = chance.choice(places)
    new = other(found[0])
    if not new or new == found[0] or re.search(rf"(?<!\d){re.escape(new)}(?!\d)", line.bare):
        return ""
    return line.bare[: found.start()] + new + line.bare[found.end() :]


def _dated(line: Line, found: re.Match[str]) -> bool:
    return any(day.start() <= found.start() < day.end() for day in _DAY.finditer(line.bare))


def _other_number(written: str, chance: Random) -> str:
    value = float(written.replace(",", ""))
    if "." in written:
        places = len(written.partition(".")[2])
        return f"{value + chance.choice((-0.4, 0.3, 1.2, 2.6)) * max(1, value / 5):.{places}f}" if value > 2 else ""
    whole = int(value)
    if whole < 13:
        return str(chance.choice([each for each in range(2, 13) if abs(each - whole) > 1]))
    if whole % 10 == 0 and whole >= 100:
        changed = int(whole * chance.choice((0.3, 0.5, 1.5, 2, 3)))
    else:
        changed = max(2, whole + chance.choice((-7, -3, 4, 11, 20)) * max(1, whole // 60))
    return f"{changed:,}" if "," in written else str(changed)


def number_word(line: Line, around: Around, chance: Random) -> str:
    pattern = rf"(?<![-\w])({'|'.join(list(words.WORD_NUMBERS)[2:])})(?= (?:\w+ )?[a-z]{{2,}}s\b)"
    places = [found for found in re.finditer(pattern, line.bare) if not _BOUND.search(line.bare[: found.start()])]
    if not places:
        return ""
    found = chance.choice(places)
    value = words.WORD_NUMBERS[found[1]]
    near = [word for word, other in words.WORD_NUMBERS.items() if other > 1 and 0 < abs(other - value) < 30]
    new = chance.choice([word for word in near if word not in line.bare] or [""])
    return line.bare[: found.start()] + new + line.bare[found.end() :] if new else ""


def unit(line: Line, around: Around, chance: Random) -> str:
    swaps = {"million": "billion", "billion": "million", "thousand": "million", "kilometers": "miles", "km": "miles",
             "miles": "kilometers", "percent": "times", "years": "months", "hours": "minutes", "days": "weeks",
             "meters": "kilometers", "seconds": "minutes", "tons": "kilograms", "horsepower": "kilowatts"}  # fmt: skip
    for old, new in swaps.items():
        if re.search(rf"\d {old}\b", line.bare) and not re.search(rf"\b{new}\b", line.bare):
            return re.sub(rf"(?<=\d ){old}\b", new, line.bare, count=1)
    return ""


def percent(line: Line, around: Around, chance: Random) -> str:
    found = re.search(r"(?<![\d.–-])(\d{1,2})(?= ?%| percent| per cent)", line.bare)
    if not found or _BOUND.search(line.bare[: found.start()]):
        return ""
    new = str((int(found[1]) + chance.choice((7, 13, 24, 38))) % 97 + 2)
    return "" if new in line.bare else line.bare[: found.start()] + new + line.bare[found.end() :]


def year(line: Line, around: Around, chance: Random) -> str:
    places = [found for found in _YEAR.finditer(line.bare) if not re.search(r"[A-Z]\w+ $", line.bare[: found.start()])
              or re.search(rf"(?:{'|'.join(words.MONTHS)}|In|Since|By) $", line.bare[: found.start()])]  # fmt: skip
    if not places:
        return ""
    found = chance.choice(places)
    new = str(min(2025, int(found[0]) + chance.choice((-31, -12, -4, -2, -1, 1, 2, 3, 8, 15))))
    return "" if new in line.bare else line.bare[: found.start()] + new + line.bare[found.end() :]


def month(line: Line, around: Around, chance: Random) -> str:
    found = _MONTH.search(line.bare)
    if not found:
        return ""
    new = chance.choice([each for each in words.MONTHS if each not in line.bare])
    return line.bare[: found.start()] + new + line.bare[found.end() :]


def day(line: Line, around: Around, chance: Random) -> str:
    found = _DAY.search(line.bare)
    if not found:
        return ""
    old = found[2] or found[3]
    new = str(chance.choice([each for each in range(1, 29) if each != int(old)]))
    return line.bare.replace(found[0], found[0].replace(old, new), 1)


def name_of_article(line: Line, around: Around, chance: Random) -> str:
    return _renamed(line, around.names, around, chance)


def name_of_another(line: Line, around: Around, chance: Random) -> str:
    return _renamed(line, [name for name in around.other_names if name not in line.article], around, chance)


def name_invented(line: Line, around: Around, chance: Random) -> str:
    return _renamed(line, words.INVENTED_NAMES, around, chance)


def _renamed(line: Line, others: Sequence[str], around: Around, chance: Random) -> str:
    here = [name for name in around.names if _whole(name, line.bare) and line.bare.count(name.split()[-1]) == 1]
    if not here:
        return ""
    old = chance.choice(here)
    like = [name for name in others if _apart(name, old, line) and _shape(name) == _shape(old)] or [
        name for name in others if _apart(name, old, line)
    ]
    if not like or _in_longer_name(old, line.bare):
        return ""
    return re.sub(rf"(?<![\w-]){re.escape(old)}(?![\w-])", chance.choice(like), line.bare, count=1)


def _whole(name: str, text: str) -> bool:
    return bool(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text))


def _shape(name: str) -> tuple[int, bool, str]:
    return len(name.split()), " of " in name, name[-2:] if name.endswith(("an", "se", "sh", "ns")) else ""


def _apart(name: str, old: str, line: Line) -> bool:
    """Say whether two names share no word and the sentence, with the one before it, has no word of the other's."""
    parts = [part[:4].lower() for part in re.split(r"[\s-]", name) if len(part) > 2]
    seen = f"{line.text} {line.before} {line.title}".lower()
    return not any(part in seen for part in parts) and not {part[:4].lower() for part in old.split()} & set(parts)


def _in_longer_name(name: str, text: str) -> bool:
    """Say whether a name is part of a title, a list of epithets or another name: there a change may leave it true."""
    before = re.search(rf"([A-Z][\w.-]*) {re.escape(name)}", text)
    if before and before[1].lower() not in words.FUNCTION_WORDS:
        return True
    return bool(re.search(rf"(?:of |['\"“(]){re.escape(name)}|{re.escape(name)} [A-Z(\d]", text))


def place(line: Line, around: Around, chance: Random) -> str:
    here = [
        each
        for each in words.PLACES
        if re.search(rf"(?<!University of )(?<![A-Z]\w )\b{each}\b(?! [A-Z]|['’-])", line.bare)
    ]
    here = [
        each for each in here if line.bare.count(each) == 1 and not re.search(rf"[A-Z]\w+,? (?:of )?{each}", line.bare)
    ]
    if not here:
        return ""
    old = chance.choice(here)
    new = chance.choice([each for each in words.PLACES if each not in line.text + line.before + line.title])
    return re.sub(rf"\b{old}\b", new, line.bare)


def _quoted(line: Line) -> tuple[str, str, str]:
    """Return what stands before, inside and behind a quotation: the article's own, or the whole sentence as one."""
    if found := _QUOTED.search(line.bare):
        inside = found[1] or found[2]
        start = found.start() + 1
        return line.bare[:start], inside, line.bare[start + len(inside) :]
    return ("", "", "") if re.search(r"[\"“”]", line.text) else ('The article says: "', line.bare, '"')


def quote_word(line: Line, around: Around, chance: Random) -> str:
    """Put another content word into a quotation."""
    before, inside, behind = _quoted(line)
    found = _content(inside)
    if not found:
        return ""
    old = chance.choice(found)
    ending = next((e for e in ("ing", "ed", "ly", "tion", "s") if old.endswith(e)), "")
    like = [
        word for word in around.vocabulary if word.endswith(ending) and word[:4] != old[:4] and word not in line.text
    ]
    like = [word for word in like if ending or not word.endswith(("ing", "ed", "ly", "tion", "s"))]
    return before + re.sub(rf"\b{re.escape(old)}\b", chance.choice(like), inside, count=1) + behind if like else ""


def quote_antonym(line: Line, around: Around, chance: Random) -> str:
    before, inside, behind = _quoted(line)
    changed = _opposite(inside, chance) if inside else ""
    return before + changed + behind if changed else ""


def quote_dropped(line: Line, around: Around, chance: Random) -> str:
    """Leave a content word out of a quotation without a sign of it."""
    before, inside, behind = _quoted(line)
    found = _content(inside)
    return before + re.sub(rf"\b{re.escape(chance.choice(found))}\b ?", "", inside, count=1) + behind if found else ""


def quote_added(line: Line, around: Around, chance: Random) -> str:
    """Put a word more into a quotation."""
    before, inside, behind = _quoted(line)
    found = [word for word in _content(inside) if not word.endswith(("ed", "ing"))]
    if not found:
        return ""
    more = chance.choice(("allegedly", "new", "unfortunate", "secret", "so-called", "dangerous", "enormous"))
    return before + re.sub(rf"\b({re.escape(chance.choice(found))})\b", rf"{more} \1", inside, count=1) + behind


def quote_invented(line: Line, around: Around, chance: Random) -> str:
    names = speakers(around.names, line.article)
    here = names or [name for name in around.names if len(name.split()) == 2]
    said = ("We did everything that we could", "This will change everything", "Nobody could have expected that",
            "It was a mistake from the very beginning", "The results speak for themselves")  # fmt: skip
    return f'{chance.choice(here)} said, "{chance.choice(said)}"' if here else ""


def _content(text: str) -> list[str]:
    """Return the words inside a quotation that carry it: small, long, standing once, neither first nor last."""
    inner = text.split()[1:-1]
    return [w for w in inner if re.fullmatch(r"[a-z]{5,}", w) and w not in words.FUNCTION_WORDS and text.count(w) == 1]


def speaker(line: Line, around: Around, chance: Random) -> str:
    """Have another one of the article's people say it."""
    verbs = "|".join(words.SAYING)
    found = re.search(
        rf"((?:[A-Z][\w.’'-]+ )*[A-Z][\w’'-]+)(?= (?:also |has |had )?(?:{verbs})\b)", line.bare
    ) or re.search(r"(?<=[Aa]ccording to )((?:[A-Z][\w.’'-]+ )*[A-Z][\w’'-]+)", line.bare)
    if not found or found[1].split()[0].lower() in words.FUNCTION_WORDS or not _name_like(found[1], around):
        return ""
    others = [name for name in speakers(around.names, line.article) if _apart(name, found[1], line)]
    return line.bare[: found.start()] + chance.choice(others) + line.bare[found.end() :] if others else ""


def speakers(names: Sequence[str], text: str) -> list[str]:
    """Return those names that say something in a text, or are called by a person's title or trade there."""
    trades = r"(?:Mr|President|economist|poet|professor|historian|scientist|Governor|General|King|Duke|analyst)"
    return [
        name
        for name in names
        if re.search(rf"{re.escape(name)},? (?:{'|'.join(words.SAYING)})\b|\b{trades} {re.escape(name)}", text)
        or re.search(rf"\b{re.escape(name)}, (?:an?|the) [a-z ]*(?:er|or|ist|ian|ant|yst)\b", text)
    ]


def _name_like(text: str, around: Around) -> bool:
    return any(part in name for name in around.names for part in text.split() if len(part) > 3)


def roles(line: Line, around: Around, chance: Random) -> str:
    """Let subject and object of a verb that is no two-way street change places."""
    name = r"(?:[Tt]he )?(?:[A-Z][\w’'-]+ )*[A-Z][\w’-]*[a-z]"
    verbs = "|".join(words.ONE_WAY)
    stop = r"\b(?! [A-Z]|['’-]| (?:govern|part|compan))"
    for pattern in (
        rf"(?P<a>{name}) (?P<verb>(?:had |has |later |then )?(?:{verbs})) (?P<b>{name}){stop}",
        rf"(?P<a>{name}) (?P<verb>(?:was|were|is|are) (?:\w+ )?\w+ed by) (?P<b>{name}){stop}",
        rf"(?<=from )(?P<a>{name})(?P<verb> to )(?P<b>{name}){stop}",
    ):
        found = re.search(pattern, line.bare)
        if found and found["a"] != found["b"] and not {found["a"], found["b"]} & {*words.MONTHS, "The"}:
            first, second = found["b"], found["a"]
            gap = "" if found["verb"].startswith(" ") else " "
            start = raised(first) if found.start() == 0 else first
            turned = f"{start}{gap}{found['verb']}{gap}{lowered(second)}"
            return line.bare[: found.start()] + turned + line.bare[found.end() :]
    return ""


def negated(line: Line, around: Around, chance: Random) -> str:
    """Put "not" or "never" behind the auxiliary of the main clause."""
    found = _AUXILIARY.search(line.bare)
    if not found or _POLAR.search(line.bare) or re.search(r"[\"“]", line.bare[: found.start()]):
        return ""
    put = chance.choice(("not", "not", "never")) if found[1] in ("was", "were", "has", "had", "have") else "not"
    written = f"{found[1]} {put}"
    if put == "not":
        written = chance.choice((written, words.CONTRACTIONS.get(written, written))).replace("can not", "cannot")
    return line.bare[: found.start()] + written + line.bare[found.end() :]


def did_not(line: Line, around: Around, chance: Random) -> str:
    """Turn the past of the main verb into "did not"."""
    bases = {past: base for base, past in words.PAST.items() if past not in ("found", "founded")}
    found = next((each for each in re.finditer(r"(?<= )[a-z]+\b", line.bare) if each[0] in bases), None)
    if not found or _POLAR.search(line.bare) or _AUXILIARY.search(line.bare[: found.start()]):
        return ""
    before = line.bare[: found.start()].split()[-1]
    if before in ("being", "sometimes", "often", "so", "newly", "–", "-", "also", "not", "were", "them"):
        return ""
    if (
        before.lower() in words.FUNCTION_WORDS - {"he", "she", "they", "it", "who", "which", "that", "also"}
        or before[-1] in ",;("
    ):
        return ""
    return f"{line.bare[: found.start()]}did not {bases[found[0]]}{line.bare[found.end() :]}"


def affirmed(line: Line, around: Around, chance: Random) -> str:
    """Take "not" away."""
    if re.search(
        r"(?:\bnot|n['’]t) (?:only|until|just|necessarily|all|to|always|even|merely|simply|yet)\b|not\b.*\b(?:but|any)\b",
        line.bare,
    ):
        return ""
    found = re.search(r"\b(?P<aux>is|are|was|were|has|have|had|can|could|will|would)(?: not|not|n['’]t)\b", line.bare)
    if found:
        return f"{line.bare[: found.start()]}{found['aux']}{line.bare[found.end() :]}"
    found = re.search(r"\b(?:did not|didn['’]t) (\w+)", line.bare)
    if found and found[1] in words.PAST:
        return f"{line.bare[: found.start()]}{words.PAST[found[1]]}{line.bare[found.end() :]}"
    if re.search(r" (?:does|do)(?: not|n['’]t) ", line.bare):
        return re.sub(r" (does|do)(?: not|n['’]t) ", r" \1 ", line.bare, count=1)
    return re.sub(r"\b(?:no longer|never)\b", "still", line.bare, count=1) if re.search(r"no longer", line.bare) else ""


def antonym(line: Line, around: Around, chance: Random) -> str:
    return "" if re.search(r"[\"“]", line.bare) else _opposite(line.bare, chance)


def _opposite(text: str, chance: Random) -> str:
    places = [
        found
        for old, new in words.ANTONYMS.items()
        if not re.search(rf"\b{new}", text) and old not in _TOO_LOOSE
        for found in re.finditer(rf"(?<![-\w]){old}\b(?!-|[\"”]| and | or |,? rather| all| of all)", text)
        if not re.search(r"(?: and| or|up|not|no|never|ever|the more) $", text[: found.start()])
    ]
    if not places:
        return ""
    found = chance.choice(places)
    return text[: found.start()] + words.ANTONYMS[found[0]] + text[found.end() :]


def invented(line: Line, around: Around, chance: Random) -> str:
    return filled(chance.choice(words.INVENTED), line, around, chance)


def invented_plain(line: Line, around: Around, chance: Random) -> str:
    return filled(chance.choice(words.INVENTED_PLAIN), line, around, chance)


def of_another(line: Line, around: Around, chance: Random) -> str:
    """Take a true sentence of an article that is not among the references."""
    return around.other_sentence.removesuffix(".")


def half_invented(line: Line, around: Around, chance: Random) -> str:
    """Go on with something invented after a true sentence."""
    return line.bare + filled(chance.choice(words.ADDED), line, around, chance)


def half_changed(line: Line, around: Around, chance: Random) -> str:
    """Join a true sentence and an invented one."""
    more = filled(chance.choice(words.INVENTED + words.INVENTED_PLAIN), line, around, chance)
    return f"{line.bare}, and {lowered(more)}" if more else ""


def filled(template: str, line: Line, around: Around, chance: Random) -> str:
    """Fill a template with the article's names and with figures that the article does not have."""
    names = [name for name in around.names if 1 < len(name.split()) < 4] or list(around.names)
    if "{name}" in template and not names:
        return ""
    values = {
        "name": chance.choice(names or [""]),
        "person": chance.choice(words.INVENTED_NAMES[:10]),
        "place": chance.choice([each for each in words.PLACES if each not in line.article] or ["Castlebrook"]),
        "year": _fresh(line, chance, 1950, 2022),
        "percent": _fresh(line, chance, 11, 93),
        "amount": _fresh(line, chance, 13, 480),
        "count": f"{chance.randrange(1, 90)},{chance.randrange(100, 1000)}",
        "few": _fresh(line, chance, 3, 30),
    }
    return template.format_map(values)


def _fresh(line: Line, chance: Random, low: int, high: int) -> str:
    return str(chance.choice([value for value in range(low, high) if str(value) not in line.article] or [high]))


FALSE: Mapping[str, Mapping[str, Callable[[Line, Around, Random], str]]] = {
    "number": {
        "digits": number, "of the article": number_of_article, "in words": number_word, "percent": percent,
        "unit": unit,
    },
    "date": {"year": year, "month": month, "day": day},
    "name": {"of the article": name_of_article, "of another": name_of_another, "invented": name_invented},
    "place": {"another": place},
    "quote": {
        "word changed": quote_word, "turned round": quote_antonym, "word dropped": quote_dropped,
        "word added": quote_added, "invented": quote_invented,
    },
    "speaker": {"another": speaker, "roles swapped": roles},
    "negated": {"not put in": negated, "did not": did_not, "not taken away": affirmed, "antonym": antonym},
    "invented": {
        "with names": invented, "plain": invented_plain, "of another article": of_another,
        "half added": half_invented, "half joined": half_changed,
    },
}  # fmt: skip
