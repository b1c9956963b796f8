"""A question -> the noun phrases that say what it is about, by the places of its function words alone. Pure.

Good enough to name again what an earlier question was about, without a parser: "When did the dock strike end?" is about
"the dock strike", "Who opened the bridge over the Glomma?" about "the bridge over the Glomma".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from retrieval.text.english import (
    ASKING_VERBS,
    AUXILIARIES,
    CLAIMING_VERBS,
    CLAUSE_OPENERS,
    DETERMINERS,
    MONTH_PATTERN,
    OBJECT_PRONOUNS,
    POSSESSIVE_DETERMINERS,
    PREPOSITIONS,
    QUESTION_WORDS,
    STOP_WORDS,
    SUBJECT_PRONOUNS,
    WEEKDAY_PATTERN,
)
from retrieval.text.keywords import WORD, find_topic_words, is_name
from retrieval.text.late_patterns import compile_later

_LINKS = frozenset({"of", "de", "du", "la", "le", "von", "van", "der"})
_BE = frozenset({"is", "are", "was", "were"})
_SAYING = CLAIMING_VERBS | {"think", "ask", "want", "call", "write", "tell", "announce", "promise", "mean", "plan"}
_VERBS = ASKING_VERBS | _SAYING | {"take", "meet"}
_PRONOUNS = SUBJECT_PRONOUNS | OBJECT_PRONOUNS | {"i", "you", "we", "me", "us", "there"}
_NO_PART = (
    _PRONOUNS
    | AUXILIARIES
    | PREPOSITIONS
    | CLAUSE_OPENERS
    | {"to", "not", "as", "according", "out", "off", "away", "back"}
)
_PARTICIPLE = compile_later(
    r"(?:\w+ed|\w+en|born|built|held|made|found|shut|put|set|sold|lost|won|paid|told|said|sent|kept)"
)
_TIME = compile_later(rf"{MONTH_PATTERN}|{WEEKDAY_PATTERN}|\d+")
_ENDS = compile_later(r"\s*[?.!,;:]")
_POSSESSIVE = compile_later(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """A noun phrase of a question, with its offsets; a subject that says or thinks something is `speaking`."""

    text: str
    start: int
    end: int
    role: str
    named: bool
    speaking: bool = False

    @property
    def plural(self) -> bool:
        """Whether it names several."""
        head = re.split(r"\s(?:of|in|on|over|at|for|from|about|to|with|that)\b", self.text)[0]
        return bool(re.search(r"(?:[^s]s|people|men|women|children|police)$", head)) or " and " in head

    @property
    def defined(self) -> str:
        """The phrase with an article, where it needs one."""
        bare = self.role == "asked" and not self.named and self.text.split()[0].lower() not in DETERMINERS
        return f"the {self.text}" if bare else self.text


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    lowered: str
    start: int
    end: int
    named: bool
    stops: bool


def find_noun_phrases(question: str) -> list[NounPhrase]:
    """Return what a question asks for, its subject, and what follows its verb, as far as each is a noun phrase."""
    tokens = _list_tokens(question)
    asks = next((n for n, token in enumerate(tokens[:3]) if token.lowered in QUESTION_WORDS), None)
    aux = next((n for n, token in enumerate(tokens) if token.lowered in AUXILIARIES and not token.named), None)
    if asks is None and aux != 0:
        return _find_tail(question, tokens, 0)
    found: list[NounPhrase] = []
    after = 0 if asks is None else asks + 1
    if asks is not None and aux != after and after < len(tokens):
        asking = tokens[asks].lowered
        counts = asking == "how" and tokens[after].lowered in ("many", "much")
        if asking == "who" or (asking == "what" and aux is None):
            return _find_tail(question, tokens, after + 1, opens=True)
        if counts or asking in ("which", "what", "whose"):
            after += counts
            end = _find_end(tokens, after, verb_follows=True) if aux is None else max(aux, after)
            end = after + 1 if counts and aux is None else end
            found += _make(question, tokens, after, end, "asked")
            after = end
    if aux is None:
        return [*found, *_find_tail(question, tokens, after + 1, opens=True)]
    end = _find_end(tokens, aux + 1, verb_follows=_verb_follows(tokens, asks, aux))
    if asks is not None and aux == asks + 1 and tokens[aux].lowered in _BE and end > aux + 1:
        end = _extend(tokens, end)
    if not found or (aux + 1 < len(tokens) and _opens_phrase(tokens[aux + 1])) or tokens[aux].lowered not in _BE:
        found += _make(question, tokens, aux + 1, end, "subject")
    return [*found, *_find_tail(question, tokens, end)]


def _opens_phrase(token: _Token) -> bool:
    return token.named or token.lowered in DETERMINERS


def _list_tokens(text: str) -> list[_Token]:
    return [
        _Token(
            match.group(),
            match.group().lower().replace("’", "'"),
            match.start(),
            match.end(),
            is_name(text, match),
            bool(_ENDS.match(text, match.end())) or match.end() == len(text.rstrip()),
        )
        for match in WORD.finditer(text)
    ]


def _verb_follows(tokens: list[_Token], asks: int | None, aux: int) -> bool:
    """Say whether the question's verb comes after its subject: not in "Who is the chief?"."""
    asked_alone = asks is not None and aux == asks + 1 and tokens[asks].lowered in ("who", "whom", "what", "which")
    named = aux + 1 < len(tokens) and tokens[aux + 1].named
    return named or not (asked_alone and tokens[aux].lowered in _BE)


def _find_end(tokens: list[_Token], start: int, *, verb_follows: bool) -> int:
    """Return where the noun phrase that begins at a token ends: before a function word, or before its verb."""
    end = start
    while end < len(tokens) and not _stops_phrase(tokens, start, end, verb_follows=verb_follows):
        end += 1
        if tokens[end - 1].stops:
            break
    last = tokens[end - 1]
    at_verb = end < len(tokens) and tokens[end].lowered in _VERBS and not last.stops
    content = [token for token in tokens[start:end] if token.lowered not in DETERMINERS | _LINKS]
    if verb_follows and len(content) > 1 and not last.named and not at_verb:
        after_be = start and tokens[start - 1].lowered in _BE
        end -= bool(_PARTICIPLE.fullmatch(last.lowered)) if after_be else 1
    while end > start and tokens[end - 1].lowered in _LINKS | DETERMINERS | {"take"}:
        end -= 1
    return end


def _extend(tokens: list[_Token], end: int) -> int:
    """Return where a subject after "is" ends with what follows its noun: "the highest point in Norway"."""
    while end < len(tokens) and not tokens[end - 1].stops:
        token, before = tokens[end], tokens[end - 1].lowered
        verb = _PARTICIPLE.fullmatch(token.lowered) or token.lowered.endswith("ing")
        if token.lowered in CLAUSE_OPENERS or (verb and before not in DETERMINERS | PREPOSITIONS):
            break
        end += 1
    return end


def _stops_phrase(tokens: list[_Token], start: int, n: int, *, verb_follows: bool) -> bool:
    """Say whether the n-th word is no part of the noun phrase that began before it."""
    token = tokens[n]
    if token.named:
        return (
            verb_follows and n > start + 1 and not tokens[n - 1].named and tokens[n - 1].lowered not in _LINKS | {"and"}
        )
    if token.lowered in _LINKS and n > start:
        return False
    if token.lowered == "and" and n > start and n + 1 < len(tokens):
        return not (tokens[n - 1].named and tokens[n + 1].named)
    if token.lowered == "going" and n + 1 < len(tokens) and tokens[n + 1].lowered == "to":
        return True
    if token.lowered in _NO_PART or (token.lowered in DETERMINERS and n > start and tokens[n - 1].lowered != "of"):
        return True
    if n == start or not verb_follows:
        return False
    following = tokens[n + 1] if n + 1 < len(tokens) and not token.stops else None
    ends_there = following is None or _opens_phrase(following) or following.lowered in _NO_PART - _LINKS
    if tokens[n - 1].named and (token.lowered in _SAYING or token.lowered.endswith("ing")):
        return True
    if not ends_there:
        return False
    if token.lowered in _VERBS:
        return tokens[n - 1].lowered not in DETERMINERS
    return tokens[n - 1].named and not _POSSESSIVE.search(tokens[n - 1].word)


def _find_tail(question: str, tokens: list[_Token], start: int, *, opens: bool = False) -> list[NounPhrase]:
    """Return the rest of the question from its first noun phrase on; one may open there, right after the verb."""
    for n in range(start, len(tokens)):
        token = tokens[n]
        if token.lowered in POSSESSIVE_DETERMINERS | _PRONOUNS | {"that"} and not token.named:
            continue
        before = tokens[n - 1].lowered if n else ""
        follows = n == 0 or before in PREPOSITIONS - {"to"} | {"there"} or (opens and n == start)
        if _opens_phrase(token) or (follows and token.lowered not in STOP_WORDS | _NO_PART | ASKING_VERBS):
            end = next((m + 1 for m in range(n, len(tokens)) if tokens[m].stops), len(tokens))
            first = next((m + 1 for m in range(n, end - 1) if tokens[m].lowered == "about"), n)
            if _TIME.fullmatch(tokens[first].lowered):
                return []
            while end > first and tokens[end - 1].lowered in PREPOSITIONS | {"to"}:
                end -= 1
            return _make(question, tokens, first, end, "rest")
    return []


def _make(question: str, tokens: list[_Token], start: int, end: int, role: str) -> list[NounPhrase]:
    if end <= start:
        return []
    first, last = tokens[start].start, tokens[end - 1].end
    text = _POSSESSIVE.sub("", question[first:last]) if role != "rest" else question[first:last]
    if not find_topic_words(f"the {text}") or tokens[start].lowered in POSSESSIVE_DETERMINERS:
        return []
    named = all(token.named or token.lowered in _LINKS for token in tokens[start:end])
    speaking = role == "subject" and end < len(tokens) and tokens[end].lowered in _SAYING
    return [NounPhrase(" ".join(text.split()), first, first + len(text), role, named, speaking)]
