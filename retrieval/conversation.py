"""A follow-up and what was said before it -> a question that stands alone. Pure, but for the model that may be asked.

A question leans on a conversation when something in it points back: a pronoun without an antecedent of its own, a
bare "Why?", "And in 2022?", "the treaty" with no word on which. Such a question is given the names and topic words of the
turn before it; one that has a topic of its own stays as it is. Searching and answering are left to other rooms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from retrieval.question import KINDS, LONGEST_QUESTION, STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from retrieval.domain import Turn

FROM_QUESTION = 6
"""Words carried from the last turn's question."""
FROM_ANSWER = 3
"""Words carried from the last answer."""
COMMON = 5.6
"""Words more frequent than this (Zipf's scale: the logarithm to base 10 of their number in a billion) are no topic."""
NAME = 2.0
"""What makes a name or a number outweigh an ordinary word, on the same scale."""

_WORD = re.compile(r"[^\W_](?:[\w’'&.-]*\w)?")
_POSSESSIVE = re.compile(r"['’]s?$")
_SENTENCE = re.compile(r"(?:^|[.!?…:“\"]\s*)$")
_LINKS = frozenset("of de the and for du la le von van der & in".split())
_ASKING = frozenset("who whom whose what which when where why how".split())
_AUXILIARIES = frozenset("is are was were be been am do does did has have had can could will would may might".split())
_PREPOSITIONS = frozenset(
    "about after against around at before behind beside between by during for from in into like near of on over "
    "since than through to toward towards under until up upon with without".split()
)
_BOUNDARIES = frozenset(
    "and but or that when while because if whether after before since as who which where although though until".split()
)
_PERSONAL = frozenset("he him she her hers it they them".split())
_POSSESSIVES = frozenset("his her its their theirs".split())

_OPENER = re.compile(
    r"^\W*(?:(?:and|but|so|or|then|ok(?:ay)?|well|yes|no|also|thanks|thank you)\b[\s,.!–-]*)+", re.IGNORECASE
)
_ABOUT = re.compile(r"^\W*(?:what|how) about\b\s*", re.IGNORECASE)
_EXPLETIVE = re.compile(
    r"\b(?:(?:is|was|isn['’]t|wasn['’]t) it|it(?: is|['’]s| was)|mak(?:e|es|ing) it|made it|f(?:ind|ound) it)"
    r"(?: \w+)?? (?:true|false|possible|impossible|known|clear|unclear|likely|unlikely|certain|legal|illegal|allowed|important|"
    r"necessary|common|usual|normal|believed|thought|said|estimated|assumed|expected|reported|safe|dangerous|hard|harder|"
    r"easy|easier|difficult|better|worth|fair|correct|right|wrong|the case)\b"
    r"|\b(?:does|did|would|will) it (?:take|mean|matter|cost)\b(?=.*\b(?:to|that|if|when|for)\b)"
    r"|\bwhat (?:time|day|date|year) is it\b|\bwhat is it like to\b|\b(?:is|was) it (?:that|who|which)\b"
    r"|\b(?:that|it) is,? ",
    re.IGNORECASE,
)
_EXISTS = re.compile(
    r"\bthere (?:is|are|was|were|has|have|had|will|would|may|might|must|exists?|existed|be|been)\b"
    r"|\b(?:is|are|was|were|has|have|had|will|would|be|been) there\b(?=\s+\w)",
    re.IGNORECASE,
)
_NOW = re.compile(r"\b(?:this|these) (?:year|month|week|day|days|time|morning|century|decade)\b", re.IGNORECASE)
_POINTS = re.compile(
    r"\b(?:since|by|until|before|back) then\b|\bthen\W*$|\b(?:the )?(?:former|latter)\b(?!\s+\w+ian)|"
    r"\b(?:which|the \w+|that|this) ones?\b(?! (?:of|who|that|which))|\bthe (?:others?|rest|same)\W*$|"
    r"\b(?:do|does|did|done|doing|say|said|says|think|thought) so\b|\b(?:both|none|neither|all|some|each|most) of them\b",
    re.IGNORECASE,
)
_ANSWERING = re.compile(r"\b(?:respond|react|repl(?:y|ie)|answer|agree|disagree|object|retaliate)(?:e?d)?\W*$", re.I)
_FURTHER = re.compile(r"\b(?:else|other(?:s|wise)?|more|another|again|too|as well|instead|either)\b", re.IGNORECASE)
_DEFINITE = re.compile(r"\bthe (?:\w+ )??(\w+)\b", re.IGNORECASE)

_ATTRIBUTION = re.compile(r"^[^“\n]*: (?=“)", re.MULTILINE)
_MARKER = re.compile(r"[\[【(]\d+(?:[,-–]\s?\d+)*[\]】)]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text that may be carried; `weight` says how much it tells of the topic."""

    text: str
    start: int
    end: int
    weight: float
    name: bool


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Return the question as it stands alone; the very same string when it does not lean on what was said.

    What earlier follow-ups leaned on is found in the same way, oldest first. The result is never longer than a
    question may be, and asks for the same kind of answer.
    """
    topic = said = ""
    for turn in history:
        alone = _carried(turn.question, topic, said)
        if _topic_words(alone):
            topic, said = alone, _spoken(turn.answer)
    return _carried(question, topic, said)


def leans(question: str, said: str = "") -> bool:
    """Say whether a question points back to what was said before it; `said` is the text of the turn before."""
    bare = _ABOUT.sub("", _OPENER.sub("", question))
    own = _topic_words(bare)
    named = sum(word.name for word in own)
    opened = bare != question.lstrip()
    if not own or (opened and (len(own) <= 3 or _fragment(bare))):
        return True
    if _points_back(question):
        return True
    if _ANSWERING.search(bare) and len(own) <= 2:
        return True
    if _FURTHER.search(bare) and not named and len(own) <= 3:
        return True
    return not named and _definite(bare, own, said)


def _fragment(bare: str) -> bool:
    words = [word.lower() for word in _WORD.findall(bare)]
    return not any(word in _ASKING or word in _AUXILIARIES for word in words)


def _definite(bare: str, own: Sequence[Word], said: str) -> bool:
    """Say whether "the treaty" or the like is all that tells the topic."""
    heads = [match.group(1).lower() for match in _DEFINITE.finditer(bare)]
    known = {word.lower() for word in _WORD.findall(said)}
    return bool(heads) and len(own) <= (4 if any(head in known for head in heads) else 2)


def _points_back(question: str) -> bool:
    """Say whether a pronoun or the like is used for something that the question itself does not name."""
    text = _NOW.sub(" ", _EXPLETIVE.sub(" ", _EXISTS.sub(" ", question)))
    if _POINTS.search(text):
        return True
    found = list(_WORD.finditer(text))
    words = [match.group().lower() for match in found]
    for n, word in enumerate(words):
        before = words[n - 1] if n else ""
        ends = n + 1 == len(words) or bool(re.match(r"\s*[?.,;!]", text[found[n].end() :]))
        if word in _PERSONAL | _POSSESSIVES and not _own_antecedent(text, found, words, n, ends=ends):
            return True
        if word in ("that", "those") and (ends or before in _PREPOSITIONS | _AUXILIARIES or not before):
            return not (word == "those" and words[n + 1 : n + 2] and words[n + 1] in ("who", "that", "of", "in", "with"))
        if word in ("this", "these") or (word == "there" and not _own_antecedent(text, found, words, n, ends=ends)):
            return True
    return False


def _own_antecedent(
    text: str, found: Sequence[re.Match[str]], words: Sequence[str], n: int, *, ends: bool
) -> bool:
    """Say whether what the pronoun stands for is in the question before it.

    An object in the same clause is never its subject: "What did China do to it?" is of something else.
    """
    ahead = range(n)
    names = [i for i in ahead if _is_name(text, found[i])]
    boundary = max((i for i in ahead if i and (words[i] in _BOUNDARIES or "," in text[found[i - 1].end() : found[i].start()])), default=0)
    subjects = [i for i in ahead if i and words[i] not in STOP_WORDS and _subject(words, i)]
    if words[n] in _POSSESSIVES and not (words[n] == "her" and ends):
        return bool(names or subjects)
    return any(i < boundary for i in [*names, *subjects])


def _subject(words: Sequence[str], i: int) -> bool:
    """Say whether a word belongs to what "did", "can" and so on are followed by, or to "which ..." as a subject."""
    for j in range(i - 1, max(i - 5, -1), -1):
        if words[j] in ("do", "does", "did", "can", "could", "will", "would", "has", "have", "had"):
            return not any(word in _PERSONAL for word in words[j:i])
        if words[j] in ("which", "what", "whose", "when", "if", "because", "while", "after"):
            return True
        if words[j] in _AUXILIARIES | _PREPOSITIONS:
            return False
    return False


def _carried(question: str, topic: str, said: str) -> str:
    """Return the question with words of the topic and of what was said to it, if it leans on them."""
    if not topic or not leans(question, f"{topic} {said}"):
        return question
    bare = _ABOUT.sub("", _OPENER.sub("", question))
    own = {_key(word) for word in _WORD.findall(question)}
    if _fragment(bare) and not _points_back(question):
        whole = f"{topic} {question.strip()}"
        return whole if len(whole) <= LONGEST_QUESTION else question
    asked = _best(_topic_words(topic), FROM_QUESTION, own)
    known = own | {_key(word.text) for word in asked}
    answered = _best(_topic_words(said), FROM_ANSWER, known)
    for parts in ([asked, answered], [asked], [answered]):
        phrases = [*_phrases(topic, asked if asked in parts else []), *_phrases(said, answered if answered in parts else [])]
        whole = f"{question.strip()} ({', '.join(phrases)})"
        if phrases and len(whole) <= LONGEST_QUESTION and _kind(whole) == _kind(question):
            return whole
    return question


def _best(words: Sequence[Word], at_most: int, known: set[str]) -> list[Word]:
    """Return the words that tell most and are not known yet, in their order."""
    new = list({_key(word.text): word for word in reversed(words) if _key(word.text) not in known}.values())
    kept = sorted(new, key=lambda word: (-word.weight, word.start))[:at_most]
    return sorted(kept, key=lambda word: word.start)


def _phrases(text: str, words: Sequence[Word]) -> list[str]:
    """Join words that stand side by side in the text, or with only "of" or the like between."""
    runs: list[tuple[int, int]] = []
    for word in words:
        between = text[runs[-1][1] : word.start].split() if runs else []
        if runs and all(link in _LINKS for link in between):
            runs[-1] = (runs[-1][0], word.end)
        else:
            runs.append((word.start, word.end))
    return [" ".join(text[start:end].split()) for start, end in runs]


def _topic_words(text: str) -> list[Word]:
    return list(_words(text))


def _words(text: str) -> Iterator[Word]:
    for match in _WORD.finditer(text):
        word = _POSSESSIVE.sub("", match.group())
        plain = word.lower()
        if not word or plain in STOP_WORDS or plain in _ASKING:
            continue
        name = _is_name(text, match)
        frequency = _zipf(plain)
        if name or frequency <= COMMON:
            yield Word(word, match.start(), match.start() + len(word), 8 - frequency + NAME * name, name)


def _is_name(text: str, match: re.Match[str]) -> bool:
    word = match.group()
    if word[0].isdigit():
        return True
    if not word[0].isupper() or word.lower() in STOP_WORDS:
        return False
    if not _SENTENCE.search(text[max(0, match.start() - 3) : match.start()]):
        return True
    return bool(re.match(r"(?: (?:of|de|the))? [A-Z]|\W*$", text[match.end() :]))


def _spoken(answer: str) -> str:
    """Return an answer's words without what names its sources: attributions, markers."""
    return _MARKER.sub("", _ATTRIBUTION.sub("", answer)).strip()


def _kind(text: str) -> str:
    return next((kind.name for kind in KINDS if kind.asked.search(text)), "")


def _key(word: str) -> str:
    return _POSSESSIVE.sub("", word).lower()


@cache
def _zipf(word: str) -> float:
    from wordfreq import zipf_frequency

    return float(zipf_frequency(word, "en", wordlist="small"))
