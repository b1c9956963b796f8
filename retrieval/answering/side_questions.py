"""A question that compares, and one of its sides -> the question that is asked of that side alone. Rules alone, pure.

"Do the police and the union agree on the size of the march?" asks what the police say of it, and what the union does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.text.english import (
    AUXILIARIES,
    COMPARING_WORDS,
    MONTHS,
    PREPOSITIONS,
    QUESTION_WORDS,
    REPORTING_VERBS,
    SPEECH_VERBS,
    STOP_WORDS,
    SUBJECT_PRONOUNS,
    WEEKDAYS,
)
from retrieval.text.keywords import find_topic_words

if TYPE_CHECKING:
    from collections.abc import Sequence

SAYING = SPEECH_VERBS | {"tell", "tells", "told", "write", "writes", "wrote"}

FEWEST_TOPICS = 3
"""Topic words of a clause that is understood by itself."""

PLACE = "\0"
"""Where a side stands in a question, while it is worded for one of them."""
_WORDS = re.compile(r"\w[\w’'-]*")
_OTHER_SIDE = re.compile(
    rf",? ?(?:\b(?:and|or|than|vs|versus|against|with|as|to|from|in|at|by|according|going)\b\.? ?)*{PLACE}",
    re.IGNORECASE,
)
_EACH = re.compile(r"\b(?:each|both)(?: of (?:them|these|the two))?\b", re.IGNORECASE)
_PERSONAL = re.compile(rf"\b(?:{'|'.join(sorted(SUBJECT_PRONOUNS - {'i', 'you', 'we'}))})\b", re.IGNORECASE)
_SAME = (
    r"(?:(?:dis)?agree[sd]?|differ(?:s|ed)?|(?:say|tell|give|see|want|report|think)s? "
    r"(?:the same|different)(?: (?!on\b|about\b|of\b|as\b)\w+)?|"
    r"match(?:es)?|tally|tallies|contradict(?: each other)?|at odds|of one mind)"
)
_AGREE = re.compile(
    rf"\W*(?:(?:do|does|did|are|is|were|was|how|where|why|(?:in|on) what)\b ?)+(?:the )?{PLACE}"
    rf".*?\b{_SAME}\b(?P<about>.*)",
    re.IGNORECASE,
)
_DIFFERENCE = re.compile(
    rf".*\b(?:differences?|disagreements?|contradictions?|similarit(?:y|ies)|contrast)\b.*?{PLACE}(?P<about>[^{PLACE}]*)$",
    re.IGNORECASE,
)
_LINK = re.compile(r"^(?:on|about|over|as to|regarding|concerning|in|when it comes to)\b ", re.IGNORECASE)
_ASKS = re.compile(rf"\b(?:{'|'.join(sorted(QUESTION_WORDS))})\b", re.IGNORECASE)
_NAME = re.compile(
    rf"(?<!^)\b(?!(?:{'|'.join(map(str.capitalize, (*MONTHS, *WEEKDAYS)))})\b)[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*)*"
)
_PASSIVE = re.compile(
    r"(?P<asking>what|how|why|where) (?P<who>(?:(?!do|does|did)\S+ ){1,6}?)"
    r"(?P<verb>is|are|was|were|has|have|had|will|would|can|could) (?P<rest>.+)",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"\b(?:about|on|regarding|concerning) (?!\d).*?(?= on \d|$)", re.IGNORECASE)
_VERB = re.compile(rf"\b(?:{'|'.join(sorted(AUXILIARIES | REPORTING_VERBS))})\b", re.IGNORECASE)
_TOLD = re.compile(
    rf"(?P<asking>what|how|why|when|where) (?P<who>(?:\S+ ){{1,5}}?)(?:{'|'.join(sorted(SAYING))})\b"
    r"(?: (?:you|us|me))?(?P<rest>.*)",
    re.IGNORECASE,
)
_COMPARATIVE = re.compile(
    r"\b(?:(?:more|less|most|least) (?P<adverb>expensive|costly|[a-z]+(?:ful|ous|ive|ant|ent|ble|al|ic|ed|ing))|"
    r"(?!(?:other|over|under|after|number|either|ever|never|whether|better|later|earlier|former|latter|rather|her)\b)"
    r"(?P<stem>[a-z]{2,}?)(?P<end>ier|er))\b",
    re.IGNORECASE,
)
_IS = re.compile(r"\b(?P<verb>is|are|was|were)\b", re.IGNORECASE)
_AS_IT_IS = re.compile(r"\bas (?:things stand|it is|of now)\b", re.IGNORECASE)
_SET_BESIDE = frozenset(
    {"sit", "sits", "square", "squares", "fit", "fits", "stack", "stacks", "up", "measure", "measures", "that", "this"}
)
"""What asks in other words how sides compare."""
_PRICED = frozenset({"dear", "cheap", "expensive", "costly", "pric"})


def opens_question(side: str) -> bool:
    """Say whether a side is a clause that asks: "what the auditors say"."""
    return side.split(maxsplit=1)[0].lower() in QUESTION_WORDS


def strip_comparing(question: str) -> str:
    """Return a question without the words that only compare: "do both articles say the same on X"."""
    return " ".join(word for word in _WORDS.findall(question) if word.lower() not in COMPARING_WORDS)


def ask_of_side(question: str, side: str, sides: Sequence[str]) -> str:
    """Return the question with one side in the place of all, without the words that only compare.

    A clause that says little by itself ("What do the consultants say?", "How many did she?") takes along what another
    one says: "Compare what you wrote with what she told you about the strike". An empty side asks of none.
    """
    text = " ".join(question.split())
    if side and opens_question(side):
        return _ask_clause(text, side, sides)
    placed = _mark_sides(text, sides)
    before, place, after = placed.partition(PLACE)
    if not place:
        return _leave_out(f"{side} {strip_comparing(text)}", sides, side)
    if (found := _AGREE.match(placed) or _DIFFERENCE.match(placed)) and PLACE not in found["about"]:
        told = found["about"].strip(" .?!,;")
        if told.lower().startswith("that ") and side:
            return f"Does {side} say {told}?"
        if _has_topic(about := _LINK.sub("", told)):
            return f"What does {side} say about {about}?" if side else f"What is said about {about}?"
    rest = _OTHER_SIDE.sub(" ", after)
    if not before.strip() and _EACH.search(rest):  # "Holm vs Aas: what does each of them want?"
        opening = _ASKS.search(rest)
        return _EACH.sub(side, rest[opening.start() :] if opening else rest).strip(" ,;:–—-")
    if not _has_topic(f"{before} {rest}"):
        return side if _VERB.search(side) else f"What is {side}?" if side else strip_comparing(text)
    if measured := _ask_measure(f"{before} {rest}", side):
        return measured
    worded = f"{strip_comparing(before)} {side} {strip_comparing(rest)}"
    return _leave_out(" ".join(worded.split()), [each for each in sides if each != side], side)


def _ask_clause(text: str, side: str, sides: Sequence[str]) -> str:
    """Return a side that is a clause as a question of its own."""
    others = [each for each in sides if each != side]
    about = text[text.lower().rfind(sides[-1].lower()) + len(sides[-1]) :] if sides[-1].lower() in text.lower() else ""
    said = about.strip(" .?!") or next((found[0] for each in others if (found := _SUBJECT.search(each))), "")
    name = next((found[0] for each in others if (found := _NAME.search(each))), "")
    pronoun = _PERSONAL.search(side)
    asked = _PERSONAL.sub(name, side, count=1) if pronoun and name else side
    if said and not _SUBJECT.search(side) and len(find_topic_words(side)) <= FEWEST_TOPICS:
        asked = f"{asked} {said}"
    elif len(find_topic_words(asked)) <= FEWEST_TOPICS and (side != sides[0] or not opens_question(others[0])):
        first = " ".join(word for word in others[0].split() if word.lower() not in QUESTION_WORDS | AUXILIARIES)
        asked = f"{asked} about {first}"
    told, passive = _TOLD.match(asked), _PASSIVE.match(asked)
    if told and AUXILIARIES.isdisjoint(told["who"].lower().split()):
        asked = f"{told['asking'].capitalize()} did {told['who']} say{told['rest']}?"
    elif passive:
        asked = f"{passive['asking'].capitalize()} {passive['verb']} {passive['who']} {passive['rest']}?"
    return " ".join(asked.split())


def _mark_sides(text: str, sides: Sequence[str]) -> str:
    """Return a text with a mark in the place of each side, or of all where they share a word: "old and new mill"."""
    if all(each in text for each in sides):
        for each in sides:
            text = text.replace(each, PLACE)
        return text
    words = [_WORDS.findall(each) for each in sides]
    if sides[0] in text and (found := re.search(rf"{re.escape(sides[0])}\b.*?\b{re.escape(words[-1][-1])}\b", text)):
        return f"{text[: found.start()]}{PLACE}{text[found.end() :]}"
    shared = set(words[0]).intersection(*words[1:])
    own = [[word for word in each if word not in shared] for each in words]
    if not all(own):
        return text
    first, last = own[0][0], words[-1][-1]
    found = re.search(
        rf"(?:\b(?:the|an?) )?\b{re.escape(first)}\b.*?\b{re.escape(own[-1][0])}\b(?:.*?\b{re.escape(last)}\b)?", text
    )
    if not found:
        return text
    named = {word.lower() for each in words for word in each} | {"and", "or", "than", "versus"}
    between = [word for word in _WORDS.findall(found[0]) if word.lower() not in named]  # "more useful than"
    return " ".join([text[: found.start()].rstrip(), PLACE, *between, text[found.end() :].removeprefix(" one")])


def _ask_measure(rest: str, side: str) -> str:
    """Return the question for how much of it a side is or has, where a comparative asks which: "Which is older?"."""
    found, verb = _COMPARATIVE.search(rest), _IS.search(rest)
    if not found or not verb or not side or _has_topic(_AS_IT_IS.sub("", rest.replace(found[0], ""))):
        return ""
    stem = (found["adverb"] or found["stem"]).lower()
    if stem in _PRICED:
        return f"How much does {side} cost?"
    plain = f"{stem}y" if found["end"] == "ier" else stem
    plain = plain[:-1] if len(plain) > 3 and plain[-1] == plain[-2] and plain[-1] in "bdgmnt" else plain
    return f"How {plain} {verb['verb'].lower()} {side}?"


def _leave_out(text: str, others: Sequence[str], side: str) -> str:
    """Return a question for one side without the words that are another's alone: "morning" for the evening edition."""
    from retrieval.index.lexical import extract_terms

    apart = {term for other in others for term in extract_terms(other)} - set(extract_terms(side))
    return " ".join(word for word in text.split() if apart.isdisjoint(extract_terms(word))) or text


def _has_topic(text: str) -> bool:
    idle = STOP_WORDS | COMPARING_WORDS | PREPOSITIONS | _SET_BESIDE
    return any(word.lower() not in idle for word in _WORDS.findall(text))
