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

RARE = 4.6
"""A word that weighs more than this is a topic by itself."""

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
    "and but or that when while because if whether after before since as who which where although though until than".split()
)
_PERSONAL = frozenset("he him she her hers it they them".split())
_POSSESSIVES = frozenset("his her its their theirs".split())
_INTRODUCING = frozenset(
    "the a an of in for by with to on at which what whose many some all most other such two did do does can could will "
    "would has have had".split()
)
_MANY = frozenset("people men women children police".split())
_RELATIVE = frozenset("who that which of in from with".split())
_BEING = frozenset("is are was were do does did".split())
_CLAIMING = frozenset("say said says sure certain claim claimed believe believed think thought".split())

_OPENER = re.compile(
    r"^\W*(?:(?:and|but|so|or|then|ok(?:ay)?|well|yes|no|also|thanks|thank you)\b[\s,.!–-]*)+", re.IGNORECASE
)
_ABOUT = re.compile(r"^\W*(?:what|how) about\b\s*", re.IGNORECASE)
_EXPLETIVE = re.compile(
    r"\b(?:(?:is|was|isn['’]t|wasn['’]t) it|it(?: is|['’]s| was)|mak(?:e|es|ing) it|made it|f(?:ind|ound) it)(?: not| \w+ly)? "
    r"(?:\w+ (?:that|whether|when|if)\b|(?!able\b|due\b)(?:\w+(?:al|ful|ble|ous|ive|ant|ent|ary|ess|ic)|true|safe|hard|easy|"
    r"easier|harder|difficult|better|worth|fair|right|wrong|clear|likely|enough|the case)\b)"
    r"|\b(?:does|did|would|will) it (?:take|mean|matter|cost)\b(?=.*\b(?:to|that|if|when|for)\b)"
    r"|\bwhat (?:time|day|date|year) is it\b|\bwhat is it like to\b|\b(?:is|was) it (?:that|who|which)\b"
    r"|\b(?:that|it) is,? ",
    re.IGNORECASE,
)
_EXISTS = re.compile(
    r"\bthere (?:\w+ly )?(?:is|are|was|were|has|have|had|will|would|may|might|must|exists?|existed|be|been)\b"
    r"|\b(?:is|are|was|were|has|have|had|will|would|be|been) there\b(?=\s+\w)"
    r"|\bhow (?:many|much) .*\b(?:is|are) there\W*$",
    re.IGNORECASE,
)
_NOW = re.compile(r"\b(?:this|these) (?:year|month|week|day|days|time|morning|century|decade)\b", re.IGNORECASE)
_POINTS = re.compile(
    r"\b(?:since|by|until|before|back) then\b|\bthen\W*$|\bthe (?:former|latter)(?=\W*$| (?:is|are|was|were|do|does|did|has|had)\b)|"
    r"\b(?:which|the \w+|that|this) ones?\b(?! (?:of|who|that|which))|\bthe (?:others?|rest|same)\W*$|"
    r"\b(?:do|does|did|done|doing|say|said|says|think|thought) so\b|\b(?:both|none|neither|all|some|each|most) of them\b",
    re.IGNORECASE,
)
_ANSWERING = re.compile(r"\b(?:respond|react|repl(?:y|ie)|answer|agree|disagree|object|retaliate)(?:e?d)?\W*$", re.I)
_FURTHER = re.compile(r"\b(?:else|others|another one|again|instead)\b|\b(?:too|as well|either|more|other)\W*$", re.IGNORECASE)
_HEADS = re.compile(r"\bthe (\w+)(?! of\b)")

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
    heads = set(_HEADS.findall(bare.lower())) - STOP_WORDS
    known = {word.lower() for word in _WORD.findall(said)}
    if not heads or any(word.weight > RARE for word in own):
        return False
    return len(own) <= (4 if heads & known else 2)


def _points_back(question: str) -> bool:
    """Say whether a pronoun or the like is used for something that the question itself does not name."""
    text = _NOW.sub(" ", _EXPLETIVE.sub(" ", _EXISTS.sub(" ", question)))
    return bool(_POINTS.search(text)) or any(_without_antecedent(clauses, n) for clauses in [_Clauses(text)] for n in range(len(clauses.words)))


class _Clauses:
    """A question's words, in small letters, with what may be the antecedents among them."""

    def __init__(self, text: str) -> None:
        found = list(_WORD.finditer(text))
        self.words = [match.group().lower() for match in found]
        self.names = [n for n, match in enumerate(found) if _is_name(text, match)]
        self.nouns = [n for n in range(len(found)) if self._noun(n)]
        self.stops = [bool(re.match(r"\s*(?:[?.,;:!]|$)", text[match.end() :])) for match in found]
        self.boundaries = [
            n for n, word in enumerate(self.words) if n and (word in _BOUNDARIES or self.stops[n - 1])
        ]

    def _noun(self, n: int) -> bool:
        """Say whether a word looks like a noun: it opens the question, or follows "the" or "did" or the like."""
        if self.words[n] in STOP_WORDS:
            return False
        before = [word for word in reversed(self.words[max(0, n - 3) : n])]
        return not n or any(
            word in _INTRODUCING and not any(other in STOP_WORDS and len(other) > 1 for other in before[:place])
            for place, word in enumerate(before)
        )

    def antecedent(self, n: int) -> bool:
        """Say whether the question names, before the n-th word, what that stands for.

        An object in the same clause is never its subject: "What did China do to it?" is of something else.
        """
        word = self.words[n]
        many = word in ("they", "them", "their", "theirs", "these", "those")
        nouns = [i for i in self.nouns if not many or self._many(i)]
        if self.words[0] == "who" and self.names and self.words[1:2] and self.words[1] not in _AUXILIARIES:
            return True
        if word in _POSSESSIVES and not (word == "her" and self.stops[n]):
            return any(i < n for i in [*self.names, *nouns] if not self._asked(i))
        opens = word in ("he", "she", "they") and self.words[n - 1] not in STOP_WORDS  # "laws they think unfair"
        boundary = n if opens else max((i for i in self.boundaries if i <= n), default=0)
        return any(i < boundary for i in [*self.names, *nouns])

    def _many(self, n: int) -> bool:
        word, before = self.words[n], self.words[max(0, n - 2) : n]
        return word.endswith("s") or word in _MANY or any(each in ("do", "are", "were", "most", "many") for each in before)

    def _asked(self, n: int) -> bool:
        """Say whether a word belongs to what is asked for: "the cause" in "What was the cause of its failure?"."""
        return n not in self.names and any(
            word in ("is", "was", "are", "were") for word in self.words[1:n][:2]
        ) and self.words[0] in _ASKING


def _without_antecedent(clauses: _Clauses, n: int) -> bool:
    words, word = clauses.words, clauses.words[n]
    before, after = words[n - 1] if n else "", "" if clauses.stops[n] else words[n + 1] if n + 1 < len(words) else ""
    if word in _PERSONAL | _POSSESSIVES or word == "there":
        return not clauses.antecedent(n)
    if word in ("that", "those"):
        told = before in _BEING and not _CLAIMING & set(words[:n])
        return after not in _RELATIVE and (not after or before in _PREPOSITIONS or told)
    return word in ("this", "these") and not clauses.names and not (n in clauses.boundaries and clauses.antecedent(n))


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
