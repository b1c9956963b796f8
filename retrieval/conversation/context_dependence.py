"""Whether a question leans on what was said before it, or stands alone. Pure, and no model of language.

A question leans when something in it points back: a pronoun without an antecedent of its own, a bare "Why?", "And in
2022?", "the treaty" with no word on which. What only looks like it doesn't count: "Is it true that", "the treaty that
ended", "there are", "this year". What such a question is given is left to rewriting.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.text.courtesies import is_courtesy
from retrieval.text.english import STOP_WORDS
from retrieval.text.keywords import WORD, find_topic_words, is_name, normalize_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.text.keywords import TopicWord

TOPIC_WEIGHT = 4.6
"""A word that weighs more than this is a topic by itself."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ASKING = _set("who whom whose what which when where why how")
_AUXILIARIES = _set(
    """
    is are was were be been am do does did has have had can could will would may might
    """
)
_PREPOSITIONS = _set(
    """
    about after against around at before behind beside between by during for from in into like near of
    on over since than through to toward towards under until up upon with without
    """
)
_BOUNDARIES = _set(
    """
    and but or that when while because if whether after before since as who which where although though
    until than
    """
)
_PERSONAL = _set("he him she her hers it they them")
_POSSESSIVES = _set("his her its their theirs")
_INTRODUCING = _set(
    """
    the a an of in for by with to on at which what whose many some all most other such two did do does
    can could will would has have had
    """
)
_MANY = _set("people men women children police")
_RELATIVE = _set("who that which of in from with")
_BEING = _set("is are was were do does did")
_CLAIMING = _set("say said says sure certain claim claimed believe believed think thought")

_OPENER = re.compile(
    r"^\W*(?:(?:and|but|so|or|then|ok(?:ay)?|well|yes|no|also|thanks|thank you)\b[\s,.!–-]*)+", re.IGNORECASE
)
_ABOUT = re.compile(r"^\W*(?:what|how) about\b\s*", re.IGNORECASE)
_EXPLETIVE = re.compile(
    r"\b(?:(?:is|was|isn['’]t|wasn['’]t) it|it(?: is|['’]s| was)|ma(?:k(?:e|es|ing)|de) it|f(?:ind|ound) it)"
    r"(?: not| \w+ly)? (?:\w+ (?:that|whether|when|if|how|what|where|who|why)\b|"
    r"(?!able\b|due\b)(?:\w+(?:al|ful|ble|ous|ive|ant|ent|ary|ess|ic)|true|safe|hard|"
    r"easy|easier|harder|difficult|better|worth|fair|right|wrong|clear|likely|enough|the case)\b)"
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
    r"\b(?:since|by|until|before|back) then\b|\bthen\W*$|"
    r"\bthat (?:very |same )?(?:year|month|week|day|night|morning|time|spring|summer|autumn|winter|decade|century)\b|"
    r"\bthe (?:former|latter)(?=\W*$| (?:is|are|was|were|do|does|did|has|had)\b)|"
    r"\b(?:which|the \w+|that|this) ones?\b(?! (?:of|who|that|which))|\bthe (?:others?|rest|same)\W*$|"
    r"\b(?:do|does|did|done|doing|say|said|says|think|thought) so\b|"
    r"\b(?:both|none|neither|all|some|each|most) of them\b",
    re.IGNORECASE,
)
_ANSWERING = re.compile(r"\b(?:respond|react|repl(?:y|ie)|answer|agree|disagree|object|retaliate)(?:e?d)?\W*$", re.I)
_GO_ON = re.compile(r"^\W*(?:please )?(?:explain|elaborate|go on|continue|really|how come)\W*$", re.IGNORECASE)
_FURTHER = re.compile(
    r"\b(?:else|others|another one|again|instead)\b|\b(?:too|as well|either|more|other)\W*$", re.IGNORECASE
)
_ELSE = re.compile(
    r"\b(?:else|others?|another|further|(?:tell me|what|any(?:thing)?|is there|say) more)\b", re.IGNORECASE
)
_HEADS = re.compile(r"\bthe (\w+)\b(?! of\b)")


def is_context_dependent(question: str, said: str = "") -> bool:
    """Say whether a question points back to what was said before it; `said` is the text of the turn before."""
    if is_courtesy(question):
        return False
    if needs_context(question):
        return True
    bare = strip_opener(question)
    own = find_topic_words(bare)
    named = sum(word.name for word in own)
    opened = bare != question.lstrip()
    if (opened and (len(own) <= 3 or is_fragment(bare))) or (not named and _is_cut_short(bare)):
        return True
    if _ANSWERING.search(bare) and len(own) <= 2:
        return True
    if _FURTHER.search(bare) and not named and len(own) <= 3:
        return True
    return not named and _relies_on_definite_noun(bare, own, said)


def needs_context(question: str) -> bool:
    """Say whether a question can't be meant as it stands: it has no topic, or a word that points back."""
    bare = strip_opener(question)
    return not find_topic_words(bare) or points_back(question) or bool(_GO_ON.search(bare))


def asks_for_more(question: str) -> bool:
    """Say whether a question is for something else than was told: "What else?", "And what did Xi say?"."""
    bare = strip_opener(question)
    opened = bare != question.lstrip() and any(word.name for word in find_topic_words(bare))
    return opened or bool(_ELSE.search(bare))


def strip_opener(question: str) -> str:
    """Return a question without "And", "But what about" and the like."""
    return _ABOUT.sub("", _OPENER.sub("", question))


def is_fragment(bare: str) -> bool:
    """Say whether no word asks, so that the question before asks for this one, too: "in 2022?"."""
    words = [normalize_word(word) for word in WORD.findall(bare)]
    return not any(word in _ASKING or word in _AUXILIARIES for word in words)


def _is_cut_short(bare: str) -> bool:
    """Say whether a question is a question word and little else: "Which countries?"."""
    words = {normalize_word(word) for word in WORD.findall(bare)}
    return len(words) <= 3 and bool(words & _ASKING) and not words & _AUXILIARIES


def _relies_on_definite_noun(bare: str, own: Sequence[TopicWord], said: str) -> bool:
    """Say whether "the treaty" or the like is all that tells the topic."""
    heads = set(_HEADS.findall(bare.lower())) - STOP_WORDS
    known = {word.lower() for word in WORD.findall(said)}
    if not heads or any(word.weight > TOPIC_WEIGHT for word in own):
        return False
    return len(own) <= (4 if heads & known else 2)


def points_back(question: str) -> bool:
    """Say whether a pronoun or the like is used for something that the question itself does not name."""
    text = _NOW.sub(" ", _EXPLETIVE.sub(" ", _EXISTS.sub(" ", question)))
    clauses = Clauses(text)
    return bool(_POINTS.search(text)) or any(_lacks_antecedent(clauses, n) for n in range(len(clauses.words)))


class Clauses:
    """A question's words, in small letters, with what may be the antecedents among them."""

    def __init__(self, text: str) -> None:
        found = list(WORD.finditer(text))
        plain = (match.group().lower().replace("’", "'") for match in found)
        self.words = ["its" if word == "it's" else normalize_word(word) for word in plain]  # so it is often misspelt
        self.names = [n for n, match in enumerate(found) if is_name(text, match)]
        self.nouns = [n for n in range(len(found)) if self._noun(n)]
        self.stops = [bool(re.match(r"\s*(?:[?.,;:!]|$)", text[match.end() :])) for match in found]
        self.boundaries = [n for n, word in enumerate(self.words) if n and (word in _BOUNDARIES or self.stops[n - 1])]

    def _noun(self, n: int) -> bool:
        """Say whether a word looks like a noun: it opens the question, or follows "the" or "did" or the like."""
        if self.words[n] in STOP_WORDS:
            return False
        before = self.words[max(0, n - 3) : n][::-1]
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
        asked = n > 0 and self.words[n - 1] in _BEING  # "Which summit does its water come from?"
        if word in _POSSESSIVES and not asked and not (word == "her" and self.stops[n]):
            return any(i < n for i in [*self.names, *nouns] if not self._asked(i))
        opens = word in ("he", "she", "they") and self.words[n - 1] not in STOP_WORDS  # "laws they think unfair"
        boundary = n if opens else max((i for i in self.boundaries if i <= n), default=0)
        return any(i < boundary for i in [*self.names, *nouns])

    def _many(self, n: int) -> bool:
        word, before = self.words[n], self.words[max(0, n - 2) : n]
        return (
            word.endswith("s") or word in _MANY or any(each in ("do", "are", "were", "most", "many") for each in before)
        )

    def _asked(self, n: int) -> bool:
        """Say whether a word belongs to what is asked for: "the cause" in "What was the cause of its failure?"."""
        return (
            n not in self.names
            and any(word in ("is", "was", "are", "were") for word in self.words[1:n][:2])
            and self.words[0] in _ASKING
        )


def _lacks_antecedent(clauses: Clauses, n: int) -> bool:
    words, word = clauses.words, clauses.words[n]
    before, after = words[n - 1] if n else "", "" if clauses.stops[n] else words[n + 1] if n + 1 < len(words) else ""
    if word in _PERSONAL | _POSSESSIVES or word == "there":
        return not clauses.antecedent(n)
    if word in ("that", "those"):
        told = before in _BEING and not _CLAIMING & set(words[:n])
        return after not in _RELATIVE and (not after or before in _PREPOSITIONS or told)
    return word in ("this", "these") and not clauses.names and not (n in clauses.boundaries and clauses.antecedent(n))
