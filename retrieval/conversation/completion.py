"""A follow-up, the question before it, and words of its answer -> the question as a person would say it alone. Pure.

Pronouns give way to what they stand for, "And in March?" takes the place of what it varies, and where nothing points at
one word, what the conversation is about is added: "How did China respond to the restrictions?".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.conversation.context_dependence import find_references, strip_opener
from retrieval.conversation.noun_phrases import find_noun_phrases
from retrieval.text.english import (
    AUXILIARIES,
    GENDERED_PRONOUNS,
    MONTH_PATTERN,
    POSSESSIVES,
    PREPOSITIONS,
    QUESTION_WORDS,
    WEEKDAY_PATTERN,
)
from retrieval.text.keywords import WORD, find_topic_words
from retrieval.text.late_patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.conversation.noun_phrases import NounPhrase

ADDED_PHRASES = 2
"""Phrases that are added where no pronoun gives way."""

_PLURALS = frozenset({"they", "them", "their", "theirs", "these", "those"})
_EVENT = compile_later(
    r"(?:and |but |so )?(?P<asks>why|how come|when|where|since when|until when|how|how long|how often)"
    r"(?P<degree> so (?!that\b|did\b|far\b)\w+)?(?: (?:exactly|else|not|so|then))*"
    r"(?: (?:(?:is|was|were) (?:that|this|all that)|did (?:that|this|it) (?:happen|occur|take place)))?\W*",
    re.IGNORECASE,
)
_WHY = compile_later(r"(?P<asks>why) (?:did|does|do|was|were|is|are|has|have) (?:it|they|he|she)\W*", re.IGNORECASE)
_ASKS_WHERE = compile_later(r"(?:About [^:]*: )?(?:and |but )?where\b", re.IGNORECASE)
_IS_SO = compile_later(
    r"(?P<asks>(?:why|how come|since when) (?:is|was|are|were)) (?:it|they|that) "
    r"(?P<rest>(?:(?:so|that|this|too) )?(?P<quality>\w+)\W*)$",
    re.IGNORECASE,
)
_SUBJECT_OF = (
    r"\b(?P<subject>(?:the|an?|its|his|her|their) [\w’'-]+(?: (?!that\b|which\b|and\b|but\b)[\w’'-]+){0,4}?) "
    r"(?:is|was|are|were|has become|have become|became|remains?|stays?)"
)
_ANSWERS_TO = compile_later(r"\b(?:respond|react|repl(?:y|ies)|object)(?:ed|s)?\W*$", re.IGNORECASE)
_SAYS = compile_later(
    r"\b(?:answer|promise|say|said|tell|told|think|thought|know|known|else|more|write|wrote|report|mention|explain|happen|happened)\b",
    re.IGNORECASE,
)
_ADVERBS = frozenset({"when", "where", "why", "how"})
_TIME = compile_later(rf"\b(?:{MONTH_PATTERN}|{WEEKDAY_PATTERN}|\d{{4}}|year|month|week|day)\b", re.IGNORECASE)
_OF_TIME = compile_later(r" (?:of|in|on|from) [^,]*$")
_CONDITION = compile_later(r"(?:if|unless)\b", re.IGNORECASE)
_ABOUT = compile_later(r"\b(?:about|on|of|mention(?:ed|s)?|summari[sz]e|explain|describe)\s*$", re.IGNORECASE)
_PREPOSITION = compile_later(rf"(?:according to|{'|'.join(sorted(PREPOSITIONS | {'to'}))})\b", re.IGNORECASE)


def complete_question(question: str, before: str, answered: Sequence[str], *, fragment: bool, answer: str = "") -> str:
    """Return a follow-up with what it refers to in its own words; nothing where that can't be told.

    `before` is the question before it, standing alone; `answered` are phrases that answered it, `answer` is all that
    did. A `fragment` asks what that one asked, of something else.
    """
    phrases = find_noun_phrases(before)
    if fragment:
        return vary_question(before, strip_opener(question), phrases)
    core = _capitalize(strip_opener(question).strip())
    if (event := _EVENT.fullmatch(core) or _WHY.fullmatch(core)) and (
        asked := ask_of_event(event["asks"], before, phrases)
    ):
        return f"{asked.rstrip('?')}{event.groupdict().get('degree') or ''}?"
    if (asks := _IS_SO.match(core)) and (subject := _find_subject_of(asks["quality"], answer)):
        return f"{asks['asks']} {subject} {asks['rest']}"
    completed = replace_references(core, phrases, answered, before)
    if completed != core:
        return completed
    return add_phrases(core, phrases, answered)


def _find_subject_of(quality: str, answer: str) -> str:
    """Return of what an answer says that it is of a quality: "the rent" is high in "although the rent is too high"."""
    found = re.search(rf"{_SUBJECT_OF} (?:[\w’'-]+ ){{0,2}}{re.escape(quality)}\b", answer, re.IGNORECASE)
    return found["subject"] if found else ""


def vary_question(before: str, fragment: str, phrases: Sequence[NounPhrase]) -> str:
    """Return a question with a fragment in the place of what it varies: "When did Norway join?", "Sweden"."""
    varied = fragment.strip(" ?.!")
    if not varied:
        return ""
    body = before.rstrip(" ?.!")
    if _CONDITION.match(varied):
        return f"{body} {varied}?"
    if preposition := _PREPOSITION.match(varied):
        same = [match for match in re.finditer(rf"\b{preposition.group()}\b", body, re.IGNORECASE) if match.start()]
        if same and bool(_TIME.search(body[same[-1].start() :])) == bool(_TIME.search(varied)):
            return f"{body[: same[-1].start()]}{varied}?"
        return f"{body} {varied}?"
    named = bool(WORD.match(varied)) and all(word.name for word in find_topic_words(f"the {varied}"))
    others = [phrase for phrase in phrases if phrase.role != "asked"]
    alike = [phrase for phrase in others if phrase.named == named]
    if not alike and len(others) == 1 and (others[0].speaking or _ABOUT.search(before[: others[0].start])):
        alike = others
    names = [word for word in find_topic_words(before) if word.name and not word.text[0].isdigit()]
    if named and not alike and names:
        last = len(names) - 1
        while last and names[last].start - names[last - 1].end == 1:
            last -= 1
        return f"{before[: names[last].start]}{varied}{before[names[-1].end :]}"
    if alike:
        chosen = alike[0] if named else alike[-1]
        if not _TIME.search(varied) and (time := _OF_TIME.search(chosen.text)) and _TIME.search(time.group()):
            varied += time.group()
        return f"{before[: chosen.start]}{varied}{before[chosen.end :]}"
    return f"About {varied}: {body[0].lower() if body.split()[0].lower() in QUESTION_WORDS else body[0]}{body[1:]}?"


def ask_of_event(asks: str, before: str, phrases: Sequence[NounPhrase]) -> str:
    """Return the question before with another word that asks: "Where did they meet?", "When?"; nothing without one."""
    words = list(WORD.finditer(before))
    if not words:
        return ""
    first = words[0].group().lower()
    asked = [phrase for phrase in phrases if phrase.role == "asked"]
    rest = ""
    if first in AUXILIARIES:
        rest = before
    elif first in _ADVERBS and len(words) > 1 and words[1].group().lower() in AUXILIARIES:
        rest = before[words[1].start() :]
    elif asked and any(phrase.role == "subject" for phrase in phrases):
        rest = f"{before[asked[0].end :].strip(' ?.!')} {asked[0].text}?"
    return f"{_capitalize(asks.lower())} {rest[0].lower()}{rest[1:]}" if rest else ""


def replace_references(question: str, phrases: Sequence[NounPhrase], answered: Sequence[str], before: str) -> str:
    """Return a question with its first pronouns replaced by what they stand for, as far as that is known."""
    completed, shift = question, 0
    used: dict[str, str] = {}
    beside_it = any(match.group().lower() in ("it", "its") for match in find_references(question))
    for match in find_references(question):
        pronoun = match.group().lower()
        group = "one" if pronoun in GENDERED_PRONOUNS else "many" if pronoun in _PLURALS else pronoun[:2]
        if group in used or (used and pronoun in ("this", "that", "these")):
            continue
        taken = [*used.values()]
        stands_for = _find_antecedent(pronoun, phrases, answered, before, taken=taken, beside_it=beside_it)
        if not stands_for:
            continue
        used[group] = stands_for
        written = _make_possessive(stands_for) if _is_possessive(pronoun, question, match.end()) else stands_for
        start, end = match.start() + shift, match.end() + shift
        completed = completed[:start] + written + completed[end:]
        shift += len(written) - (end - start)
    return completed


def add_phrases(question: str, phrases: Sequence[NounPhrase], answered: Sequence[str]) -> str:
    """Return a question with what the conversation is about beside it."""
    others = [phrase for phrase in phrases if phrase.role != "asked" and not phrase.speaking] or list(phrases)
    texts = [
        text
        for text in [*(phrase.defined for phrase in others), *filter(_is_capital, answered)]
        if text not in question
    ]
    if not texts:
        return ""
    body, about = question.rstrip(" ?.!"), " and ".join(texts[:ADDED_PHRASES])
    if _ANSWERS_TO.search(body):
        return f"{body} to {about}?"
    if _SAYS.search(body):
        return f"{body} about {about}?"
    return f"About {about}: {body[0].lower() if body.split()[0].lower() in QUESTION_WORDS else body[0]}{body[1:]}?"


def _find_antecedent(
    pronoun: str,
    phrases: Sequence[NounPhrase],
    answered: Sequence[str],
    before: str,
    *,
    taken: Sequence[str],
    beside_it: bool,
) -> str:
    """Return what a pronoun stands for: of the phrases that fit it the likeliest, or an answer.

    `beside_it` says that the question has "it", too: then "they" is no single thing.
    """
    free = [phrase for phrase in phrases if phrase.defined not in taken]
    answers = [text if text[0].isupper() else f"the {text}" for text in answered]
    subjects = [phrase for phrase in free if phrase.role == "subject"]
    if pronoun in GENDERED_PRONOUNS:
        answers = [] if _ASKS_WHERE.match(before) else answers  # a place is nobody
        answered_who = (
            answers
            and before.lower().startswith("who")
            and not before.rstrip(" ?").endswith(tuple(phrase.text for phrase in subjects if phrase.named))
        )
        known = [] if answered_who else [phrase for phrase in subjects if phrase.named]
        people = known or ([] if answers else subjects or [phrase for phrase in free if phrase.named])
        people = [phrase for phrase in people if not phrase.plural]
        return people[0].defined if people else answers[0] if answers else ""
    if pronoun in _PLURALS:
        fitting = [phrase for phrase in free if phrase.plural] or [phrase for phrase in free if phrase.speaking]
        fitting = fitting or ([] if beside_it else free)
        if pronoun == "they":
            fitting = [phrase for phrase in fitting if phrase.role == "subject"] or fitting
        return fitting[0].defined if fitting else ""
    if pronoun == "there":
        named = [text for text in answers if text[0].isupper() and text not in taken]
        return f"in {named[0]}" if named and not taken else _find_place(before, free)
    if pronoun in ("it", "its"):
        asks_object = before.lower().startswith(("what did", "what does"))
        asked = [phrase for phrase in free if phrase.role == "asked"]
        if answers and (asks_object or (pronoun == "its" and asked and not subjects)):
            return answers[0]
        if asked and before.lower().startswith(("how much", "how many")):
            return asked[0].defined
        if asked and not subjects:
            return f"{asked[0].defined} that{before[asked[0].end :].rstrip(' ?.!')}"
        things = [phrase for phrase in free if not phrase.speaking and phrase.role != "asked"] or free
        things.sort(key=lambda phrase: phrase.plural)
        return things[0].defined if things else ""
    return ""


def _find_place(before: str, phrases: Sequence[NounPhrase]) -> str:
    """Return the phrase of a question that tells a place, with its preposition; nothing where none does."""
    for phrase in phrases:
        preposition = re.search(r"\b(in|at|on|near|to)(?: the)?\s*$", before[: phrase.start], re.IGNORECASE)
        if phrase.role == "rest" and preposition and not _TIME.search(phrase.text):
            return f"{'at' if preposition[1].lower() == 'to' else preposition[1].lower()} {phrase.text}"
    return ""


def _is_possessive(pronoun: str, question: str, end: int) -> bool:
    if pronoun == "her":
        return bool(re.match(r"\s+\w", question[end:])) and not _PREPOSITION.match(question[end:].lstrip())
    return pronoun in POSSESSIVES


def _make_possessive(phrase: str) -> str:
    return f"{phrase}’" if phrase.endswith("s") else f"{phrase}’s"


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]


def _is_capital(text: str) -> bool:
    return text[:1].isupper()
