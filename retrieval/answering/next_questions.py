"""A sentence -> the questions that it answers: "The order was lifted on 10 March" asks when the order was lifted.

Only forms that keep the sentence's own words and their order are made, so that a question is good English or none at
all. Whether an archive answers it is left to whoever asks it. Pure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.text.english import AUXILIARIES, CLAUSE_OPENERS, MONTH_PATTERN, NUMBERS, TENS, WEEKDAY_PATTERN
from retrieval.text.keywords import get_zipf_frequency

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

FEWEST_WORDS, MOST_WORDS = 4, 15
"""Words of a question: fewer say too little to be told from others, more are no question that a person would ask."""

_REFERS = re.compile(
    r"\b(?:he|she|it|they|him|her|his|hers|its|their|theirs|them|themselves|we|(?-i:us)|our|ours|i|me|my|you|your|this|these|"
    r"those|that|there|here|such|both|latter|former|one|ones|other|others|another|same|so|also|too|either|neither|"
    r"yesterday|today|tomorrow|tonight|ago|now|then|already|still|yet|again|soon|later|earlier|meanwhile|however|"
    r"last|next|said|says|say|told|called|but|and|or|while|who|which|what|where|when)\b",
    re.IGNORECASE,
)
"""Words that need something outside the question to be understood, and clauses that a question need not have."""
_UNFIT = re.compile(r"[“”\"«»()\[\]{};:?!|*_#<>…=/]|\s[-–—]\s|\d\.\d{3}")

_IRREGULAR = (
    "become:became begin:began bring:brought build:built buy:bought catch:caught choose:chose come:came draw:drew "
    "drive:drove fall:fell fight:fought find:found flee:fled fly:flew forbid:forbade get:got give:gave go:went "
    "grow:grew hold:held keep:kept lay:laid lead:led leave:left lend:lent lose:lost make:made meet:met pay:paid "
    "ride:rode ring:rang rise:rose run:ran sell:sold send:sent shake:shook shoot:shot sing:sang sink:sank "
    "sleep:slept speak:spoke spend:spent stand:stood steal:stole strike:struck swear:swore swim:swam take:took "
    "teach:taught tear:tore throw:threw win:won write:wrote"
)
_BASES = {past: base for base, _, past in (pair.partition(":") for pair in _IRREGULAR.split())}
"""Verbs by their irregular past, less those of which the past is the same as the base."""
_PAST = rf"(?:[a-z]{{2,}}ed|{'|'.join(_BASES)})"
_PARTICIPLE = (
    r"(?:[a-z]{2,}ed|begun|bought|brought|built|chosen|cut|drawn|due|fought|found|given|held|hit|hurt|kept|laid|led|left|"
    r"lost|made|met|paid|put|sent|set|shot|shut|sold|spent|stolen|struck|sworn|taken|thrown|torn|won|written)"
)
_NAME = r"[A-Z][\w’'-]*[a-z][\w’'-]*"
_TITLE = r"(?:Mr|Mrs|Ms|Dr|Professor|Prof|Mayor|Councillor|President|Minister|Captain|Sergeant|Judge|Sir|Lord|Lady)\.?"
_INNER = rf"(?!(?:{'|'.join(sorted(AUXILIARIES | CLAUSE_OPENERS | {'to'}))})\b)[\w’'-]+"
_THING = rf"(?:[Tt]he(?: {_INNER}){{1,5}}?|{_TITLE} {_NAME}(?: {_NAME})?|{_NAME}(?: {_NAME}){{1,3}})"
_NUMBER = rf"(?:\d[\d,]*|{'|'.join(each.capitalize() for each in (*NUMBERS, *TENS) if each not in ('a', 'an', 'one'))})"
_DAY = rf"(?:{WEEKDAY_PATTERN}\s+)?(?:the )?\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of )?{MONTH_PATTERN}(?:\s+\d{{4}})?"
_WHEN = rf"(?i:on {_DAY}|on {WEEKDAY_PATTERN}|in {MONTH_PATTERN}(?:\s+\d{{4}})?|in \d{{4}})"
_WHERE = rf"(?:at|in) (?:the )?{_NAME}(?: (?:{_NAME}|of|the))*"
_MEASURE = (
    r"(?:years?|months?|weeks?|days?|hours?|minutes?|seconds?|metres?|meters?|miles?|feet|tons?|tonnes?|degrees?|\w*crowns|"
    r"per|pounds|dollars|euros|votes|points|times|others|more)"
)
_MORE = r"(?: [\w’',-]+)*?"

_COUNTED = re.compile(
    rf"(?:(?:In the end|In all|Altogether|At least|About|Some|Nearly|Almost|More than|Fewer than|Up to) )?{_NUMBER} "
    rf"(?P<what>(?:of the [\d,]* ?)?(?:[a-z-]+ ){{0,2}}?(?:people|men|women|children|[a-z]{{3,}}s)) "
    rf"(?P<rest>(?:were|are|have been|had been|have|will|{_PAST}) .+|{_PAST})"
)
_DONE = rf"(?P<thing>{_THING}) (?P<aux>was|were|is|are|will be) (?P<done>(?:not )?{_PARTICIPLE}{_MORE})"
_DID = rf"(?P<thing>{_THING}) (?P<did>{_PAST})(?P<more>{_MORE})"
_WILL = rf"(?P<thing>{_THING}) (?P<aux>will) (?P<done>(?!be\b|have\b)[a-z]+{_MORE})"
_ASKED = {"When": rf" {_WHEN}", "Where": rf" {_WHERE}", "Why": r",? because .+"}
_LEAD = re.compile(rf"({_WHEN}),? (?=[A-Za-z])")
"""A time at the beginning: "On 4 March the bridge was closed" asks the same as "The bridge was closed on 4 March"."""
_COSTS = re.compile(
    rf"(?P<thing>{_THING}) (?P<verb>will cost|would cost|cost|costs) (?:about |some |nearly )?[\d,.]+ .+"
)
_LASTED = re.compile(
    rf"(?P<thing>{_THING}) lasted (?:for )?(?:about |some |nearly )?(?:[\d.]+|{_NUMBER}|[a-z]+) .+", re.I
)
_WANTS = re.compile(rf"(?P<thing>{_THING}) (?P<verb>wants|demands|proposes|promises|offers|wanted|demanded|offered) .+")
_BY_PERSON = re.compile(
    rf"(?P<who>(?:{_TITLE} )?{_NAME}(?: {_NAME}){{0,3}})(?:, [^,]{{3,60}},)? "
    rf"(?P<did>(?:{_PAST}|was|has|had|will|is|[a-z]{{3,}}s) .+)"
)
_WANTED_TO = (
    r"(?P<verb>agreed|decided|promised|planned|refused|tried|offered|threatened|vowed|pledged|hoped|wanted|intended|"
    r"aimed|wants|hopes|plans|intends|aims|tries|refuses|promises|threatens|want|hope|plan|intend|aim|refuse) to "
    r"(?!be\b)[a-z]+ .+"
)
_CALLED_ON = r"(?P<verb>called on|urged|asked|ordered|invited|forced|allowed|advised) "
_SAW_AS = r"(?P<verb>sees|saw|regards|regarded|describes|described) (?P<what>(?:[\w’'-]+ ){1,4}?)as .+"
_RESPONDED = r"(?P<verb>responded|reacted|retaliated)(?P<more> to (?:[\w’'-]+ ){1,6}?)? ?(?:by|with) .+"
_PURPOSE = re.compile(
    rf"(?P<thing>[Tt]he (?:{_INNER} )?(?:goal|aim|purpose|reason|cause|result|task|theme|subject|price|cost|size|"
    rf"length|height|rate|point|idea|rule|condition)s? (?:of|for|behind) (?:{_INNER} ){{0,4}}?{_INNER}) "
    r"(?P<aux>is|was|are|were) (?!being\b|not\b|still\b)[a-z\d].+"
)
_MAIN = re.compile(
    rf"(?P<thing>[Tt]he (?:main|key|chief|major|most important) (?:{_INNER} ){{0,4}}?{_INNER})(?: (?:which|that) .+?)? "
    r"(?P<verb>included|include) .+"
)
_SUPERLATIVE = re.compile(
    rf"(?P<who>(?:{_TITLE} )?{_NAME}(?: {_NAME}){{0,2}}) (?P<aux>is|was) "
    r"(?P<what>the (?:first|last|only|[a-z]+est|[a-z]+est-[a-z]+) .+?)(?: since .+| after .+)?"
)
_REPORTED = re.compile(rf"(?:{_NAME} )?(?:[A-Za-z]+ ){{1,2}}(?:say|says|said) (?:that )?(?=the [a-z])")
_CONNECTED = re.compile(
    r"(?:In addition|Furthermore|Moreover|Therefore|However|Meanwhile|As a result|Reportedly|Also|Finally|But|And|"
    r"First and foremost|In conclusion),? "
)
"""What joins a sentence to the one before it, and says nothing by itself."""
_INSIDE = re.compile(r"(?<=[a-z,’] )[A-Z][\w’-]*")
_AGED = re.compile(rf"((?:{_NAME} )+{_NAME}), (?:aged )?\d{{2}},")
_TITLED = re.compile(rf"\b{_TITLE} ((?:{_NAME} )*{_NAME})")


def make_questions(sentence: str, people: Collection[str] = (), names: Collection[str] = ()) -> Iterator[str]:
    """Yield the questions that a sentence answers by itself.

    `people` are last names of those its article speaks of, `names` all words that are names there: "China".
    """
    said = " ".join(sentence.split()).rstrip(". ")
    if joined := _CONNECTED.match(said):
        said = said[joined.end() :]
        said = said[:1].upper() + said[1:]
    if _UNFIT.search(said) or (not said[:1].isupper() and not said[:1].isdigit()):
        return
    for question in (*_word(said, people), *_word_intentions(said, people, names)):
        if FEWEST_WORDS <= len(question.split()) <= MOST_WORDS and not _REFERS.search(question.partition(" ")[2]):
            yield question


def find_people(text: str) -> set[str]:
    """Return the last names of people that a text introduces by their title or their age."""
    named = [*_AGED.findall(text), *_TITLED.findall(text)]
    return {name.split()[-1].removesuffix("'s").removesuffix("’s") for name in named}


def find_names(text: str) -> set[str]:
    """Return the words that a text writes with a capital letter within its sentences: "China", "US"."""
    return {word.removesuffix("'s").removesuffix("’s") for word in _INSIDE.findall(text)}


def _word_intentions(said: str, people: Collection[str], names: Collection[str]) -> Iterator[str]:
    """Yield what is asked of who wants, urges, describes or answers something, and of goals, causes and the like."""
    one = "|".join(sorted(map(re.escape, names), key=len, reverse=True)) or "(?!)"
    thing = rf"(?:[Bb]oth sides|(?:{one})[’']s? [a-z]+(?: [a-z]+)?|{_THING}|(?:{_TITLE} )?(?:{one}))"
    of = rf"(?P<thing>{thing}) (?:(?:have|has|had|also|then|later|both) )*"
    if found := re.match(of + _WANTED_TO, said):
        yield f"What {_put_question(found)} to do?"
    if found := re.match(rf"{of}{_CALLED_ON}(?P<whom>{thing}) (?:not )?to [a-z]+ .+", said):
        yield f"What {_put_question(found)} {_lower_article(found['whom'])} to do?"
    if found := re.match(of + _SAW_AS, said):
        yield f"How {_put_question(found)} {found['what'].strip()}?"
    if found := re.match(of + _RESPONDED, said):
        yield f"How {_put_question(found)}{(found['more'] or '').rstrip()}?"
    inner = said[reported.end() :] if (reported := _REPORTED.match(said)) else said
    if found := _PURPOSE.match(inner):
        yield f"What {found['aux']} {_lower_article(found['thing'])}?"
    if found := _MAIN.match(inner):
        yield f"What {'are' if found['verb'] == 'include' else 'were'} {_lower_article(found['thing'])}?"
    if (found := _SUPERLATIVE.fullmatch(said)) and (
        found["who"].split()[-1] in people or re.match(rf"{_TITLE} ", found["who"])
    ):
        yield f"Who {found['aux']} {found['what']}?"


def _put_question(found: re.Match[str]) -> str:
    """Return the beginning of a question with "did", "does" or "do": "did the two sides agree"."""
    verb, _, rest = found["verb"].partition(" ")
    past = verb.endswith("ed") or verb in _BASES or verb == "saw"
    base = "see" if verb == "saw" else _find_base(verb) if past else verb.removesuffix("s")
    base = {"trie": "try"}.get(base, base)
    auxiliary = "did" if past else "does" if verb.endswith("s") else "do"
    return " ".join(filter(None, [auxiliary, _lower_article(found["thing"]), base, rest]))


def _word(said: str, people: Collection[str]) -> Iterator[str]:
    clause = said.split(", ", maxsplit=1)[0]
    if (found := _COUNTED.fullmatch(clause)) and not re.match(rf"(?:of the [\d,]* ?)?{_MEASURE}\b", found["what"]):
        yield f"How many {found['what']} {found['rest']}?"
    led = _LEAD.match(said)
    turned = f"{said[led.end() :].split(', ', maxsplit=1)[0]} {led[1][0].lower()}{led[1][1:]}" if led else clause
    for asks, end in _ASKED.items():
        clause = turned if asks == "When" else clause
        if found := re.fullmatch(f"(?:{_DONE}|{_WILL.replace('P<', 'P<w')}){end}", clause):
            yield _turn(asks, found)
        elif found := re.fullmatch(_DID + end, clause):
            yield f"{asks} did {_lower_article(found['thing'])} {_find_base(found['did'])}{found['more']}?"
    if found := _COSTS.fullmatch(clause):
        auxiliary = found["verb"].rpartition(" ")[0] or ("does" if found["verb"] == "costs" else "did")
        yield f"How much {auxiliary} {_lower_article(found['thing'])} cost?"
    if found := _WANTS.fullmatch(clause):
        past = found["verb"].endswith("ed")
        base = _find_base(found["verb"]) if past else found["verb"][:-1]
        yield f"What {'did' if past else 'does'} {_lower_article(found['thing'])} {base}?"
    # What stands between commas after a name says who that is.
    if found := re.match(rf"{_BY_PERSON.pattern}", said):
        did, last = found["did"].split(", ")[0], found["who"].split()[-1]
        if last in people or (re.match(rf"{_TITLE} ", found["who"]) and not last.endswith(("'s", "’s"))):
            yield f"Who {did}?"


def _turn(asks: str, found: re.Match[str]) -> str:
    """Return a question with its auxiliary before its subject."""
    thing, aux, done = (found[name] or found[f"w{name}"] for name in ("thing", "aux", "done"))
    auxiliary, _, rest = aux.partition(" ")
    return " ".join(filter(None, [asks, auxiliary, _lower_article(thing), rest, done])) + "?"


def _lower_article(thing: str) -> str:
    return f"the{thing[3:]}" if thing.startswith("The ") else thing


def _find_base(past: str) -> str:
    """Return a verb by its past: of the forms that a regular one may come from, the one that English knows best."""
    if past in _BASES:
        return _BASES[past]
    stem = past.removesuffix("ed")
    forms = [f"{stem}e", stem]
    if stem[-1:] == stem[-2:-1]:
        forms.append(stem[:-1])
    if stem.endswith("i"):
        forms.append(f"{stem[:-1]}y")
    return max(forms, key=get_zipf_frequency)
