"""Whether a question depends on the conversation before it or is standalone. Rules alone, pure.

A question is context-dependent when something in it points back: a pronoun without an antecedent of its own, a mere
"Why?", "And in 2022?", "the treaty" with no word on which. What only looks like it doesn't count: "Is it true that",
"the treaty that ended", "there are", "this year". What is added to such a question is left to rewriting.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.text.courtesies import is_courtesy
from retrieval.text.english import (
    ASKING_VERBS,
    AUXILIARIES,
    CLAUSE_OPENERS,
    OBJECT_PRONOUNS,
    POSSESSIVES,
    PREPOSITIONS,
    QUESTION_WORDS,
    STOP_WORDS,
    SUBJECT_PRONOUNS,
)
from retrieval.text.keywords import WORD, find_topic_words, is_name, normalize_word
from retrieval.text.late_patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.text.keywords import TopicWord

TOPIC_WEIGHT = 4.6
"""A word that weighs more than this is a topic by itself."""

PRONOUNS = SUBJECT_PRONOUNS | OBJECT_PRONOUNS | POSSESSIVES | {"there", "that", "this", "these", "those"}
_PERSONAL = SUBJECT_PRONOUNS | OBJECT_PRONOUNS | {"hers"}
_POSSESSIVE = POSSESSIVES - {"hers"}
_PLURAL_PRONOUNS = frozenset({"they", "them", "their", "theirs", "these", "those"})
_PLURAL_NOUNS = frozenset({"people", "men", "women", "children", "police"})
_BEFORE_SUBJECTS = frozenset({"is", "are", "was", "were", "do", "does", "did"})
_BEFORE_NOUNS = frozenset(
    re.findall(
        r"\w+",
        """
        the a an of in for by with to on at which what whose many some all most other such two did do does
        can could will would has have had
        """,
    )
)
_RELATIVE = frozenset({"who", "that", "which", "of", "in", "from", "with"})
_CLAIM_WORDS = frozenset(re.findall(r"\w+", "say said says sure certain claim claimed believe believed think thought"))

_OPENER = compile_later(
    r"^\W*(?:(?:and|but|so|or|then|ok(?:ay)?|well|yes|no|also|thanks|thank you)\b[\s,.!–-]*)+", re.IGNORECASE
)
_ABOUT = compile_later(
    r"^\W*(?:(?:what|how) about\b|what(?= if\b)|(?:sorry,? )?i(?:['’]m| am| was)? (?:meant?|asking about)\b)[\s,:]*",
    re.IGNORECASE,
)
_EXPLETIVE = compile_later(
    r"\b(?:(?:is|was|isn['’]t|wasn['’]t) it|it(?: is|['’]s| was)|ma(?:k(?:e|es|ing)|de) it|f(?:ind|ound) it)"
    r"(?: not| \w+ly)? (?:\w+ (?:that|whether|when|if|how|what|where|who|why)\b|"
    r"(?!able\b|due\b)(?:\w+(?:al|ful|ble|ous|ive|ant|ent|ary|ess|ic)|true|safe|hard|"
    r"easy|easier|harder|difficult|better|worth|fair|right|wrong|clear|likely|enough|the case)\b"
    r"(?= (?:\w+ )*(?:to|that|if|whether|when|how|what|where|who|why)\b))"
    r"|\b(?:does|did|would|will) it (?:take|mean|matter|cost)\b(?=.*\b(?:to|that|if|when|for)\b)"
    r"|\bwhat (?:time|day|date|year) is it\b|\bwhat is it like to\b|\b(?:is|was) it (?:that|who|which)\b"
    r"|\b(?:that|it) is,? ",
    re.IGNORECASE,
)
_EXISTENTIAL = compile_later(
    r"\bthere (?:\w+ly )?(?:is|are|was|were|has|have|had|will|would|may|might|must|exists?|existed|be|been)\b"
    r"|\b(?:is|are|was|were|has|have|had|will|would|be|been) there\b(?=\s+\w)"
    r"|\bhow (?:many|much) .*\b(?:is|are) there\W*$",
    re.IGNORECASE,
)
_CURRENT = compile_later(r"\b(?:this|these) (?:year|month|week|day|days|time|morning|century|decade)\b", re.IGNORECASE)
_REFERENCE = compile_later(
    r"\b(?:since|by|until|before|back) then\b|\bthen\W*$|"
    r"\bthat (?:very |same )?(?:year|month|week|day|night|morning|time|spring|summer|autumn|winter|decade|century)\b|"
    r"\bthe (?:former|latter)(?=\W*$| (?:is|are|was|were|do|does|did|has|had)\b)|"
    r"\b(?:which|the \w+|that|this) ones?\b(?! (?:of|who|that|which))|\bthe (?:others?|rest|same)\W*$|"
    r"\b(?:do|does|did|done|doing|say|said|says|think|thought) so\b|"
    r"\b(?:both|none|neither|all|some|each|most) of them\b",
    re.IGNORECASE,
)
_REACTION = compile_later(r"\b(?:respond|react|repl(?:y|ie)|answer|agree|disagree|object|retaliate)(?:e?d)?\W*$", re.I)
_GO_ON = compile_later(r"^\W*(?:please )?(?:explain|elaborate|go on|continue|really|how come)\W*$", re.IGNORECASE)
_FURTHER = compile_later(
    r"\b(?:else|others|another one|again|instead)\b|\b(?:too|as well|either|more|other)\W*$", re.IGNORECASE
)
_MORE = compile_later(
    r"\b(?:else|others?|another|further|(?:tell me|what|any(?:thing)?|is there|say) more)\b", re.IGNORECASE
)
_MAY = compile_later(r"(?<=\w )May\b|(?<=\bin )may\b|(?<=\b\d )may\b|(?<=\b\d\d )may\b")
"""The month."""
_INVERTED = compile_later(rf"\b(?:{'|'.join(sorted(AUXILIARIES))}) (?:i|you|we|he|she|it|they)\b", re.IGNORECASE)
"""What a question has after its condition."""
_DEFINITE_NOUN = compile_later(r"\bthe (\w+)\b(?! of\b)")


def is_context_dependent(question: str, before: str = "") -> bool:
    """Say whether a question points back to what was said before it; `before` is the text of the turn before."""
    if is_courtesy(question):
        return False
    if needs_context(question):
        return True
    core = strip_opener(question)
    topic = find_topic_words(core)
    has_name = any(word.name for word in topic)
    has_opener = core != question.lstrip()
    if (has_opener and (len(topic) <= 3 or is_fragment(core))) or (not has_name and _is_cut_short(core)):
        return True
    if _REACTION.search(core) and len(topic) <= 2:
        return True
    if _FURTHER.search(core) and not has_name and len(topic) <= 3:
        return True
    return not has_name and _relies_on_definite_noun(core, topic, before)


def needs_context(question: str) -> bool:
    """Say whether a question can't be understood without context: it has no topic, or a word that points back."""
    core = strip_opener(question)
    topic = [word for word in find_topic_words(core) if word.start or word.key not in ASKING_VERBS]
    return not topic or points_back(question) or bool(_GO_ON.search(core))


def may_stand_alone(question: str) -> bool:
    """Say whether a question that may point back asks enough by itself: "What are the main issues?"."""
    core = strip_opener(question)
    return (
        not needs_context(question) and core == question.lstrip() and not is_fragment(core) and not _is_cut_short(core)
    )


def asks_for_more(question: str) -> bool:
    """Say whether a question is for something else than was answered: "What else?", "And what did Xi say?"."""
    core = strip_opener(question)
    has_opener = core != question.lstrip()
    varies = has_opener and (is_fragment(core) or any(word.name for word in find_topic_words(core)))
    return varies or bool(_MORE.search(core))


def varies_plainly(question: str) -> bool:
    """Say whether a question surely varies the one before: "What about the port?", "And Oslo?", "Why so late?"."""
    core = strip_opener(question)
    if _ABOUT.match(_OPENER.sub("", question)):
        return True
    topic = find_topic_words(core)
    named = is_fragment(core) and bool(topic) and all(word.name for word in topic)
    return named or (core == question.lstrip() and _is_cut_short(core))


def strip_opener(question: str) -> str:
    """Return a question without "And", "But what about" and the like."""
    return _ABOUT.sub("", _OPENER.sub("", question))


def is_fragment(core: str) -> bool:
    """Say whether no word asks, so that the question before asks for this one, too: "in 2022?"."""
    words = WORD.findall(_MAY.sub("", core).lower())
    if words[:1] == ["if"]:
        return "," not in core and not _INVERTED.search(core)
    return not {normalize_word(word) for word in words} & (QUESTION_WORDS | AUXILIARIES) and not (
        words and words[0] in ASKING_VERBS
    )


def points_back(question: str) -> bool:
    """Say whether a pronoun or the like is used for something that the question itself does not name."""
    text = _CURRENT.sub(" ", _EXPLETIVE.sub(" ", _EXISTENTIAL.sub(" ", question)))
    clauses = Clauses(text)
    return bool(_REFERENCE.search(text)) or any(clauses.lacks_antecedent(n) for n in range(len(clauses.words)))


def find_references(question: str) -> list[re.Match[str]]:
    """Return the pronouns of a question that stand for something that it does not name itself, in order."""
    blanked = question
    for pattern in (_EXISTENTIAL, _EXPLETIVE, _CURRENT):
        blanked = pattern.sub(lambda match: re.sub(r"\w", " ", match.group()), blanked)
    clauses = Clauses(blanked)
    found = [match for n, match in enumerate(WORD.finditer(blanked)) if clauses.lacks_antecedent(n)]
    return [match for match in found if match.group().lower() in PRONOUNS]


def _is_cut_short(core: str) -> bool:
    """Say whether a question is a question word and little else: "Which countries?"."""
    words = _split_words(core)
    return len(words) <= 3 and bool(words & QUESTION_WORDS) and not words & AUXILIARIES


def _relies_on_definite_noun(core: str, topic: Sequence[TopicWord], before: str) -> bool:
    """Say whether "the treaty" or the like is all that tells the topic."""
    nouns = set(_DEFINITE_NOUN.findall(core.lower())) - STOP_WORDS
    if not nouns or any(word.weight > TOPIC_WEIGHT for word in topic):
        return False
    mentioned = {word.lower() for word in WORD.findall(before)}
    return len(topic) <= (4 if nouns & mentioned else 2)


def _split_words(text: str) -> set[str]:
    return {normalize_word(word) for word in WORD.findall(text)}


class Clauses:
    """A question's words, in lower case, with the possible antecedents among them."""

    def __init__(self, text: str) -> None:
        matches = list(WORD.finditer(text))
        lowered = (match.group().lower().replace("’", "'") for match in matches)
        self.words = ["its" if word == "it's" else normalize_word(word) for word in lowered]  # a common misspelling
        self.names = [n for n, match in enumerate(matches) if is_name(text, match)]
        self.nouns = [n for n in range(len(matches)) if self._is_noun(n)]
        self.stops = [bool(re.match(r"\s*(?:[?.,;:!]|$)", text[match.end() :])) for match in matches]
        self.boundaries = [
            n for n, word in enumerate(self.words) if n and (word in CLAUSE_OPENERS or self.stops[n - 1])
        ]

    def lacks_antecedent(self, n: int) -> bool:
        """Say whether the n-th word refers to something that the question does not name."""
        words, word = self.words, self.words[n]
        before = words[n - 1] if n else ""
        after = words[n + 1] if n + 1 < len(words) and not self.stops[n] else ""
        if word in _PERSONAL | _POSSESSIVE or word == "there":
            return not self.has_antecedent(n)
        if word in ("that", "those"):
            is_subject = before in _BEFORE_SUBJECTS and not _CLAIM_WORDS & set(words[:n])
            return after not in _RELATIVE and (not after or before in PREPOSITIONS or is_subject)
        opens_clause = n in self.boundaries
        return word in ("this", "these") and not self.names and not (opens_clause and self.has_antecedent(n))

    def has_antecedent(self, n: int) -> bool:
        """Say whether the question names, before the n-th word, what that refers to.

        An object in the same clause is never its subject: "What did China do to it?" is of something else.
        """
        word = self.words[n]
        candidates = [*self.names, *(i for i in self.nouns if word not in _PLURAL_PRONOUNS or self._is_plural(i))]
        if self.words[0] == "who" and self.names and self.words[1:2] and self.words[1] not in AUXILIARIES:
            return True
        asked_for = n > 0 and self.words[n - 1] in _BEFORE_SUBJECTS  # "Which summit does its water come from?"
        if word in _POSSESSIVE and not asked_for and not (word == "her" and self.stops[n]):
            return any(i < n for i in candidates if not self._is_asked_for(i))
        opens = word in ("he", "she", "they") and self.words[n - 1] not in STOP_WORDS  # "laws they think unfair"
        boundary = n if opens else max((i for i in self.boundaries if i <= n), default=0)
        return any(i < boundary for i in candidates)

    def _is_noun(self, n: int) -> bool:
        """Say whether a word looks like a noun: it opens the question, or follows "the" or "did" or the like."""
        if self.words[n] in STOP_WORDS:
            return False
        before = self.words[max(0, n - 3) : n][::-1]
        return not n or any(
            word in _BEFORE_NOUNS and not any(other in STOP_WORDS and len(other) > 1 for other in before[:distance])
            for distance, word in enumerate(before)
        )

    def _is_plural(self, n: int) -> bool:
        word, before = self.words[n], self.words[max(0, n - 2) : n]
        return (
            word.endswith("s") or word in _PLURAL_NOUNS or not {"do", "are", "were", "most", "many"}.isdisjoint(before)
        )

    def _is_asked_for(self, n: int) -> bool:
        """Say whether a word belongs to what is asked for: "the cause" in "What was the cause of its failure?"."""
        is_predicate = not {"is", "was", "are", "were"}.isdisjoint(self.words[1:n][:2])
        return n not in self.names and is_predicate and self.words[0] in QUESTION_WORDS
