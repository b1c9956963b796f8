"""The polite frame around a question -> the question: "I was wondering who the chief is" -> "who is the chief?". Pure.

A frame is taken off only where a question follows it ("who ...", "whether ...") or an order ("give me ..."); what it
asks for is never a part of it. Greetings and thanks, which stand beside a question, are left to politeness.py.
"""

from __future__ import annotations

import re

from retrieval.text.english import (
    AUXILIARIES,
    CLAUSE_OPENERS,
    DETERMINERS,
    PREPOSITIONS,
    QUESTION_WORDS,
    SUBJECT_PRONOUNS,
)
from retrieval.text.late_patterns import compile_later

_MODAL = "(?:can|could|would|will|might|may)"
_YOU = "(?:you|u|someone|somebody|anyone|anybody|one of you)"
_ME = "(?:me|us)"
_ADVERBS = (
    "(?:(?:please|pls|plz|kindly|possibly|perhaps|maybe|just|also|quickly|simply|really|actually|still|even|only|now"
    "|then|by any chance|happen to|at all|here) )*"
)
_TELL = (
    f"(?:(?:be (?:so |very )?(?:kind|nice|able|good)(?: enough)?(?: as)? to|help {_ME}(?: to)?|mind) )?{_ADVERBS}"
    f"(?:(?:tell|telling|inform|remind|reminding) {_ME}|let(?:ting)? {_ME} know|explain to {_ME}|tell|say"
    f"|(?:find out|look up|check)(?: for {_ME})?|answer(?: {_ME})?|clarify|confirm|help {_ME}(?: out)?|know|recall"
    "|remember|understand)"
)
_I = (
    "(?:i|we)(?:['’]?(?:m|d|ve|re))?(?: (?:am|was|were|have|had|been|would|will|do|did|really|just|also|only|still|now"
    "|always|kind of|sort of))*"
)
_WANT = (
    "(?:wonder(?:ing|ed)?|curious|intrigued|interested in(?: knowing| finding out)?"
    "|(?:need|want|wanted|like|love|wish|hope|hoping|trying|keen|interested|looking|eager|dying|have)"
    f"(?: {_YOU})? to (?:know|learn|hear|understand|remember|find out|figure out|be told|check|ask(?: {_YOU})?)"
    "|(?:don['’]?t|do not|can['’]?t|cannot|couldn['’]?t|could not|never)(?: (?:quite|really|seem to))*"
    " (?:know|remember|recall|find(?: out)?|understand|figure out))"
)
_GRATEFUL = "(?:appreciate it|be (?:very |so )?(?:grateful|glad|happy|thankful))"
_FRAMES = (
    f"{_I} {_WANT}",
    f"{_I} {_GRATEFUL} if {_YOU} {_MODAL} {_ADVERBS}{_TELL}",
    f"{_MODAL} {_YOU} {_ADVERBS}{_TELL}",
    f"{_MODAL} (?:i|we) {_ADVERBS}(?:ask|know|find out)(?: {_YOU})?",
    f"(?:do|does|did|have) {_YOU} {_ADVERBS}{_TELL}",
    f"(?:do|does|have) {_YOU} {_ADVERBS}(?:have |got )?(?:any|an|some|the slightest) (?:idea|clue)(?: (?:of|about))?",
    "any(?:one|body)? (?:idea|clue|knows?)(?: (?:of|about|as to))?",
    f"(?:is|would) it (?:be )?possible (?:for {_YOU} )?to {_TELL}",
    f"is there (?:any|a) (?:way|chance|possibility) (?:to|of|that {_YOU} {_MODAL}) {_TELL}",
    f"(?:please |so |now |then )*(?:(?:tell|remind) {_ME}|let {_ME} know)",
    f"{_YOU} (?:{_MODAL} )?{_ADVERBS}{_TELL}",
    r"(?:(?:my|the|a|an|another|one|here is my|here['’]s my|i have a|i['’]ve (?:got )?a) )?(?:\w+ )?question"
    "(?: (?:is|would be))?(?: this)?",
    "what (?:i|we)(?:['’]?d| would)?(?: really)? (?:want|like|need) to (?:know|ask) is",
)
_ASIDE = r"(?:,? (?:if|when) (?:it|that|this|you|i)\b[^,?!.]{0,40},)?"
_QUESTION_OPENS = (
    rf"(?:(?:{'|'.join(sorted(PREPOSITIONS - {'about'}))}) )?(?:{'|'.join(sorted(QUESTION_WORDS))})(?:['’]s)?\b"
)
_FRAME = compile_later(
    rf"(?:{'|'.join(_FRAMES)}){_ASIDE}\s?[,:–-]?\s?(?:(?P<whether>(?:if|whether)(?: or not)? )|(?={_QUESTION_OPENS}))",
    re.IGNORECASE,
)
_ORDER = compile_later(
    rf"(?:{_I} (?:like|want|need) {_YOU} to|{_MODAL} {_YOU}|is it possible to) {_ADVERBS}"
    rf"(?=(?:(?:tell|give|show|send|walk|remind) {_ME}|list|summari[sz]e|explain|describe|compare|outline|clarify|name"
    rf"|define|help {_ME} (?:understand|find))\b)",
    re.IGNORECASE,
)
_ABOUT = compile_later(
    rf"(?:{_I} {_WANT} (?:(?:more|something|anything|everything|a bit|a little|a bit more|a little more) )?about"
    rf"|{_MODAL} {_YOU} {_ADVERBS}shed (?:some |any |more )?light on)\b",
    re.IGNORECASE,
)
_PLEASE = re.compile(r"(?:please|pls|plz|kindly)[,:!]?\s+(?=[a-z])")
_OPENS_FRAME = re.compile(
    rf"(?:(?:i|we)(?:['’]?(?:m|d|ve|re))?|{_YOU}|{_MODAL} (?:{_YOU}|i|we)|(?:do|does|did|have) {_YOU}|is (?:it|there)"
    r"|would it|any(?:one|body)?|please|so|now|then|tell|remind|let) |what (?:i|we)|(?:[\w'’]+ ){0,4}question",
    re.IGNORECASE,
)
"""How frames, orders and topics begin; looking for that first spares most questions the large patterns."""
_ASKING_PHRASE = compile_later(
    rf"{_QUESTION_OPENS}(?:\s+(?:many|much|long|old|often|far|big|high|late|soon|large))?", re.IGNORECASE
)
_WORD = re.compile(r"[\w'’-]+")


def strip_frame(text: str) -> str:
    """Return a question without the polite frames that it begins with; the same text where there are none."""
    while True:
        framed = _OPENS_FRAME.match(text)
        if framed and (about := _ABOUT.match(text)):
            return f"Tell me about{text[about.end() :]}".rstrip("?")
        if framed and (frame := _FRAME.match(text)):
            text = turn_around(text[frame.end() :], begins=not frame["whether"]).rstrip(" .?!") + "?"
        elif framed and (order := _ORDER.match(text)):
            text = text[order.end() :].rstrip(" ?")
        elif please := _PLEASE.match(text[:1].lower() + text[1:]):
            text = text[please.end() :]
        else:
            return text


def turn_around(clause: str, *, begins: bool) -> str:
    """Return an indirect question in the order of a direct one: "who the chief is" -> "who is the chief".

    `begins` says that it begins with the word that asks; after "whether" nothing does. A clause without an auxiliary
    verb, or with another clause before it, stays as it is.
    """
    asking = _ASKING_PHRASE.match(clause) if begins else None
    start = asking.end() if asking else 0
    words = list(_WORD.finditer(clause, start))
    if not words or (begins and not _opens_subject(words[0].group())):
        return clause
    for index, word in enumerate(words):
        lowered = word.group().lower()
        if lowered in CLAUSE_OPENERS or _FRAME.match(clause, words[0].start()):
            return clause
        if index and lowered in AUXILIARIES:
            subject = clause[start : word.start()].strip()
            return f"{clause[:start]} {word.group()} {subject}{clause[word.end() :]}".strip()
        if re.match(r"\s*[,;:]", clause[word.end() :]):
            return clause
    return clause


def _opens_subject(word: str) -> bool:
    """Say whether the subject of a clause begins with this word: "the", "his", "they", a name."""
    return word.lower() in DETERMINERS | SUBJECT_PRONOUNS or word[:1].isupper()
