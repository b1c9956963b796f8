"""A sentence of an article -> claims that the article contradicts or knows nothing of, each false in one way. Pure.

Numbers, dates, names and places are changed in claim_facts.py; here quotations, speakers and the sense of a sentence
are, and the whole of it is made up. A way returns nothing where its change might leave the sentence true.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.benchmarks import claim_facts as facts
from tests.benchmarks import claim_words as words
from tests.benchmarks.claim_facts import differ
from tests.benchmarks.claim_faithful import lower_first_word, raise_first_word

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from random import Random

    from tests.benchmarks.claim_facts import Around
    from tests.benchmarks.claim_faithful import Line

_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|can|could|will|would|does|do|did|must)\b(?! (?:not|never|no|only|to)\b|n't)"
)
_POLAR = re.compile(
    r"\b(?:not|no|never|nor|neither|none|nothing|without|few|any|either|only|hardly|rarely|little|if|whether|unless|"
    r"cannot|when|would|could|(?-i:may)|might|but|some)\b|n['’]t", re.I
)  # fmt: skip
_TOO_LOOSE = ("with", "up", "more", "most", "high", "first")
"""Words whose antonyms negate too little: "with" is in most sentences, "first" may stay true as "last"."""

_QUOTED = re.compile(r'"([^"]{15,})"|“([^”]{15,})”')


def _quoted(line: Line) -> tuple[str, str, str]:
    """Return the text before, inside and after a quotation: the article's own, or the whole sentence as one."""
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
    names = find_speakers(around.names, line.article)
    here = names or [name for name in around.names if len(name.split()) == 2]
    said = ("We did everything that we could", "This will change everything", "Nobody could have expected that",
            "It was a mistake from the very beginning", "The results speak for themselves")  # fmt: skip
    return f'{chance.choice(here)} said, "{chance.choice(said)}"' if here else ""


def _content(text: str) -> list[str]:
    """Return the words inside a quotation that carry it: small, long, standing once, neither first nor last."""
    inner = text.split()[1:-1]
    return [w for w in inner if re.fullmatch(r"[a-z]{5,}", w) and w not in words.FUNCTION_WORDS and text.count(w) == 1]


def swap_speaker(line: Line, around: Around, chance: Random) -> str:
    """Have another one of the article's people say it."""
    verbs = "|".join(words.SAYING)
    found = re.search(
        rf"((?:[A-Z][\w.’'-]+ )*[A-Z][\w’'-]+)(?= (?:also |has |had )?(?:{verbs})\b)", line.bare
    ) or re.search(r"(?<=[Aa]ccording to )((?:[A-Z][\w.’'-]+ )*[A-Z][\w’'-]+)", line.bare)
    if not found or found[1].split()[0].lower() in words.FUNCTION_WORDS or not _name_like(found[1], around):
        return ""
    others = [name for name in find_speakers(around.names, line.article) if differ(name, found[1], line)]
    return line.bare[: found.start()] + chance.choice(others) + line.bare[found.end() :] if others else ""


def find_speakers(names: Sequence[str], text: str) -> list[str]:
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


def swap_roles(line: Line, around: Around, chance: Random) -> str:
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
            start = raise_first_word(first) if found.start() == 0 else first
            turned = f"{start}{gap}{found['verb']}{gap}{lower_first_word(second)}"
            return line.bare[: found.start()] + turned + line.bare[found.end() :]
    return ""


def negate(line: Line, around: Around, chance: Random) -> str:
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


def affirm(line: Line, around: Around, chance: Random) -> str:
    """Take "not" away."""
    if re.search(
        r"(?:\bnot|n['’]t) (?:only|until|just|necessarily|all|to|always|even|merely|simply|yet)\b|"
        r"not\b.*\b(?:but|any)\b",
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


def use_antonym(line: Line, around: Around, chance: Random) -> str:
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


def invent_detail(line: Line, around: Around, chance: Random) -> str:
    return fill_template(chance.choice(words.INVENTED), line, around, chance)


def invent_plainly(line: Line, around: Around, chance: Random) -> str:
    return fill_template(chance.choice(words.INVENTED_PLAIN), line, around, chance)


def take_from_another_article(line: Line, around: Around, chance: Random) -> str:
    """Take a true sentence of an article that is not among the references."""
    return around.other_sentence.removesuffix(".")


def append_invention(line: Line, around: Around, chance: Random) -> str:
    """Go on with something invented after a true sentence."""
    return line.bare + fill_template(chance.choice(words.ADDED), line, around, chance)


def join_invention(line: Line, around: Around, chance: Random) -> str:
    """Join a true sentence and an invented one."""
    more = fill_template(chance.choice(words.INVENTED + words.INVENTED_PLAIN), line, around, chance)
    return f"{line.bare}, and {lower_first_word(more)}" if more else ""


def fill_template(template: str, line: Line, around: Around, chance: Random) -> str:
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
        "digits": facts.number, "of the article": facts.number_of_article, "in words": facts.number_word,
        "percent": facts.percent, "unit": facts.unit,
    },
    "date": {"year": facts.year, "month": facts.month, "day": facts.day},
    "name": {
        "of the article": facts.name_of_article, "of another": facts.name_of_another, "invented": facts.name_invented,
    },
    "place": {"another": facts.place},
    "quote": {
        "word changed": quote_word, "turned round": quote_antonym, "word dropped": quote_dropped,
        "word added": quote_added, "invented": quote_invented,
    },
    "speaker": {"another": swap_speaker, "roles swapped": swap_roles},
    "negated": {"not put in": negate, "did not": did_not, "not taken away": affirm, "antonym": use_antonym},
    "invented": {
        "with names": invent_detail, "plain": invent_plainly, "of another article": take_from_another_article,
        "half added": append_invention, "half joined": join_invention,
    },
}  # fmt: skip
