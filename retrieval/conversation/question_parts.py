"""A message that asks several questions -> the single questions, each standing alone. Rules alone, pure.

Two questions are two sentences, two lines, or two clauses joined by "and" that each ask by themselves. What merely
looks like it is one question: "When and where was she born?", "between what the police say and what the union says".
In doubt nothing is split.
"""

from __future__ import annotations

import re
from itertools import pairwise, product

from retrieval.conversation.context_dependence import is_context_dependent, needs_context, strip_opener
from retrieval.text.courtesies import classify_courtesy
from retrieval.text.english import (
    AUXILIARIES,
    CONJUNCTIONS,
    NUMBERS,
    POSSESSIVES,
    PREPOSITIONS,
    QUESTION_WORDS,
    STOP_WORDS,
    SUBJECT_PRONOUNS,
)
from retrieval.text.keywords import find_topic_words
from retrieval.text.late_patterns import compile_later

MOST_PARTS = 4
"""A text that seems to ask more questions than that is left whole."""
COMMON_WORD = 4.6
"""A topic word that weighs no more than this says little without its subject: "tickets", "people"."""
FEWEST_WORDS = 3
"""Words of a clause that asks by itself: "How many died?"."""
FEW_WORDS = 2
"""A question of so few topic words is about all of them: "what is aws"."""

_ASKING = "|".join(sorted(QUESTION_WORDS))
_AUXILIARY = "|".join(sorted(AUXILIARIES - {"been", "be", "am"}))
_PREPOSITION = "|".join(sorted(PREPOSITIONS))
_SUBJECT = rf"(?:the|a|an|this|that|there|{'|'.join(sorted(SUBJECT_PRONOUNS | POSSESSIVES | {'i', 'you', 'we'}))})\b"
_REQUEST = r"(?:please |can you |could you )*(?:tell|list|name|explain|describe|give|summari[sz]e|compare|show)\b"
_OPENER = rf"(?:(?:{_PREPOSITION}) )?(?:{_ASKING})(?:['’]s)?\b|(?:{_AUXILIARY})(?:n['’]t)?\b|{_REQUEST}"
_LINK = r"(?:(?:and|but|also|so|plus|then|finally|second(?:ly)?|oh|ah|well|by the way|btw|ps)\b[\s,:]*)*"

_SENTENCE_END = compile_later(
    rf"\?(?!\?)[\"”'’)]*\s+(?=\S)|[!\n]+\s*(?=\S)|(?<=[^\W\d_]{{3}})\.\s+(?={_LINK}(?:{_OPENER}))", re.IGNORECASE
)
_OPENS_QUESTION = compile_later(
    rf"(?:^(?:(?:[\w’'-]+\s+){{0,2}}[\w’'-]+,\s+)?|[.!?:]\s+|\s[–—-]\s+)\W*{_LINK}(?:{_OPENER})", re.IGNORECASE
)
"""A few words before a comma may say what is asked about: "the grant, what was it before and what is it now"."""
_JOINT = compile_later(
    rf",?\s+(?:and|but|plus|&)\s+(?:also\s+|then\s+)?(?=(?:(?:{_PREPOSITION})\s+)?(?P<asking>{_ASKING})\b)"
    rf"|,\s+(?:also\s+)?(?=(?:what|how|why)\b)"
    rf"|,?\s+and\s+(?:also\s+)?(?=(?:did|does|do|is|are|was|were|will|can|could|would)\s+{_SUBJECT})"
    rf"|,?\s+and\s+(?:also\s+)?(?=(?:do|are|were|will|can)\s+[^\W\d_]+[^\Ws]s\s)"
    rf"|,\s+(?:and|but)\s+(?:also\s+)?(?=(?:{_AUXILIARY})\s+[A-Z])"
    rf"|,?\s+and\s+(?={_REQUEST})",
    re.IGNORECASE,
    needs=(",", "and", "but", "plus", "&"),
)
_SUBORDINATE = compile_later(rf"^\W*(?:when|where|why|while|if)\s+(?!(?:{_AUXILIARY})\b)", re.IGNORECASE)
_FRAGMENT = compile_later(
    rf"^\W*(?:(?:{_ASKING})\s+(?:the|a|an|{_PREPOSITION})|(?:{_PREPOSITION})\s+(?:{_ASKING}))\b", re.IGNORECASE
)
_ASKED_AGAIN = compile_later(r"\s*,?\s+and\s+(?P<again>why|when|where|how)\s*\?*\s*$", re.IGNORECASE)
_ASKED_FIRST = compile_later(
    rf"^\W*(?:(?:how (?:many|much)|what|which) (?P<noun>(?!{_AUXILIARY})[\w-]+)|(?P<word>{_ASKING}))\s+"
    rf"(?P<verb>{_AUXILIARY})\s+(?P<rest>.+)$",
    re.IGNORECASE,
)
_HELD_TOGETHER = compile_later(
    r"\b(?:between|both|either|neither|whether|compar(?:e|ed|ing)|contrast|differences?|differ)\b", re.IGNORECASE
)
_RELATIVE = frozenset({"who", "whom", "whose", "which", "where", "when", "that"})
_BARE = compile_later(rf"^(?:which|how (?:many|much)) (?:{_AUXILIARY})\b", re.IGNORECASE)
_NOUN = rf"(?:(?!(?:{'|'.join(sorted(STOP_WORDS))})\b)[^\W\d_][\w’'-]*)"
_DEFINITE = compile_later(
    rf"(?:\b(?P<verb>{_AUXILIARY})\s+)?\bthe\s+(?P<noun>{_NOUN}(?:\s+{_NOUN}){{0,3}})(?P<of>\s+of\s+(?:the\s+)?{_NOUN}(?:\s+(?!\w+ed\b){_NOUN})?)?",
    re.IGNORECASE,
)
_OWNER = compile_later(rf"\bthe\s+{_NOUN}\s+(?:of|in|at|on|from|to|for|with)\s+(?:the\s+)?$", re.IGNORECASE)
"""What a name only places: "the sirens in Kettlewick"."""
_OWNER_OF_MANY = compile_later(rf"the\s+{_NOUN}(?<!s)\s+of\s+(?P<whole>(?:the\s+)?\S.*)", re.IGNORECASE)
_THEY = compile_later(r"\b(?:they|them|their)\b", re.IGNORECASE)
_ANNOUNCED = compile_later(
    r"\W*(?:(?:about|regarding|concerning|re|on)\s+)?(?P<subject>(?:[\w’'-]+\s+){0,4}[\w’'-]+):\s", re.IGNORECASE
)
_LINKS = "|".join(sorted((CONJUNCTIONS | PREPOSITIONS) - {"and", "but", "or", "that", "than", "like", "of"}))
_WH = compile_later(rf"^\W*(?P<asking>how (?:many|much|\w+)|{_ASKING})\b", re.IGNORECASE)
_ELLIPTIC = compile_later(
    rf"^\W*(?P<asking>how (?:many|much|\w+)|{_ASKING})\s+(?P<link>{_LINKS})\b\s+(?P<rest>.+)$", re.IGNORECASE
)
_ADJUNCT = compile_later(rf"\b({_LINKS})\s", re.IGNORECASE)
_BE = compile_later(r"\s+be\b", re.IGNORECASE)
_OWNED = compile_later(r"['’]s? \w+")  # "Blinken's trip"
_ASKS_FOR_ATTRIBUTE = compile_later(r"^\W*what(?:['’]s| is| was| are| were) the\s+(?:\w+\s*){1,3}\?", re.IGNORECASE)
_EMPTY = "whole|entire|thing|end|total|lot|matter|meantime|moment"
"""Nouns and adjectives that name nothing: "What does the whole thing cost in the end?"."""
_COUNTS_QUESTIONS = compile_later(
    rf"^\W*(?:i (?:have|had|['’]ve got) )?(?:{'|'.join(NUMBERS[1:6])}|a (?:couple|few)(?: of)?)\s+"
    r"(?:\w+\s+)?(?:things?|questions?|points?)\b\s*[,:;.!–-]+\s*",
    re.IGNORECASE,
)
"""What announces several questions, and asks nothing: "Two things:"."""
_FINITE = frozenset({"did", "does", "do", "will", "would", "can", "could", "may", "might"})
_WORDS = compile_later(r"[\w’'-]+")


def split_questions(text: str, *, clauses: bool = True) -> tuple[str, ...]:
    """Return the questions of a text that asks several, each standing alone; nothing where it asks one.

    Without `clauses`, sentences alone are told apart: "how did it begin and how did it go on" asks for one story.
    """
    text = _COUNTS_QUESTIONS.sub("", text)
    parts = [
        part for sentence in _split_sentences(text) for part in (_split_clauses(sentence) if clauses else [sentence])
    ]
    if not 2 <= len(parts) <= MOST_PARTS:
        return ()
    completed = [_complete(_strip_link(part), before) for before, part in pairwise(parts)]
    if about := _ANNOUNCED.match(parts[0]):
        completed = [_add(part, about["subject"]) for part in completed]
    return (_strip_link(parts[0]), *completed)


def _split_sentences(text: str) -> list[str]:
    """Return the sentences that ask; what only tells goes with the next one that asks, or else with the last."""
    ends = [found.end() for found in _SENTENCE_END.finditer(text)]
    asked: list[str] = []
    told = ""
    for start, end in pairwise([0, *ends, len(text)]):
        sentence = text[start:end].strip()
        if not sentence or classify_courtesy(sentence):
            continue
        told = f"{told} {sentence}".strip()
        if _OPENS_QUESTION.search(sentence) and _has_topic(sentence):
            asked.append(told)
            told = ""
    if told and asked:
        asked[-1] += f" {told}"
    return asked


def _split_clauses(sentence: str) -> list[str]:
    """Return the clauses of a sentence that each ask something; the sentence itself where there is one."""
    for joint in _JOINT.finditer(sentence):
        before, after = sentence[: joint.start()], sentence[joint.end() :]
        if _asks(before) and _asks(after) and not _belongs_together(before, joint["asking"] or ""):
            return [f"{before}?", *_split_clauses(after)]
    again = _ASKED_AGAIN.search(sentence)
    clause = sentence[: again.start()] if again else ""
    first = _ASKED_FIRST.match(clause)
    if again is None or first is None or not _asks(clause):
        return [sentence]
    has_subject = re.match(rf"{_SUBJECT}|[A-Z]", first["rest"])
    if not has_subject and not first["noun"]:
        return [sentence]
    subject = "" if has_subject else f"{first['noun']} "
    return [f"{clause}?", f"{again['again']} {first['verb']} {subject}{first['rest']}?"]


def _asks(clause: str) -> bool:
    """Say whether a clause asks something by itself."""
    words = [word.lower() for word in _WORDS.findall(clause)]
    return (
        bool(_OPENS_QUESTION.search(clause))
        and len(words) >= FEWEST_WORDS
        and not _SUBORDINATE.match(clause)
        and not (_FRAGMENT.match(clause) and AUXILIARIES.isdisjoint(words))
        and _has_topic(clause)
    )


def _has_topic(clause: str) -> bool:
    """Say whether a clause has a topic, or a word that stands for one."""
    words = {word.lower() for word in _WORDS.findall(clause)}
    return bool(find_topic_words(clause) or words & (SUBJECT_PRONOUNS | POSSESSIVES))


def _belongs_together(before: str, asking: str) -> bool:
    """Say whether what follows "and" goes on with the clause before it, and is no question of its own."""
    held = list(_HELD_TOGETHER.finditer(before))
    if held and not re.search(r"\band\b", before[held[-1].end() :], re.IGNORECASE):
        return True
    embedded = {word.lower() for word in _WORDS.findall(before)[1:]}
    return asking.lower() in _RELATIVE & embedded  # "the man who built it and who died in 1920"


def _strip_link(part: str) -> str:
    """Return a question without the "and" or "also" that joins it to the one before, its first letter a capital."""
    core = re.sub(rf"^\W*{_LINK}", "", strip_opener(part), flags=re.IGNORECASE)
    core = core[:1].upper() + core[1:]
    return core if "?" in core else f"{core.rstrip(' .!')}?"


def _complete(part: str, before: str) -> str:
    """Return a question with what it takes from the one before it: whom "he" means, or what the tickets are for."""
    if filled := _fill_ellipsis(part, before):
        return filled
    subject = _find_subject(before) if _lacks_subject(part, before) else ""
    owned = _OWNER_OF_MANY.match(subject) if _THEY.search(part) else None
    subject = owned["whole"] if owned else subject
    return _add(part, subject)


def _fill_ellipsis(part: str, before: str) -> str:
    """Return a question that gives only another time, place or case whole; "" where it lacks nothing.

    "How deep was the river in May, and how deep in June?"
    """
    short, first = _ELLIPTIC.match(part), _WH.match(before)
    if not short or not first or short["asking"].lower() != first["asking"].lower():
        return ""
    link = short["link"].lower()
    adjuncts = [
        each for each in _ADJUNCT.finditer(before) if (each[1].lower() in CONJUNCTIONS) == (link in CONJUNCTIONS)
    ]
    if not adjuncts:
        return ""
    changed = adjuncts[0]
    filled = f"{before[: changed.start()].rstrip(' ,')} {short['link']} {short['rest']}"
    is_pointing = needs_context(short["rest"])
    return _add(filled, _find_subject(before[changed.end() :])) if is_pointing else filled


def _add(part: str, subject: str) -> str:
    """Return a question with its subject behind it in brackets, where it has not all of it."""
    if not subject or set(subject.lower().split()) <= set(re.findall(r"[^\s()?]+", part.lower())):
        return part
    asked, mark, rest = part.partition("?")
    return f"{asked.rstrip()} ({subject}){mark or '?'}{rest}"


def _lacks_subject(part: str, before: str) -> bool:
    """Say whether a question points back, or has common words alone, none with an article: "How much are tickets?"."""
    if needs_context(part) or _BARE.match(part):
        return True
    if re.search(rf"\b(?:the|this)\s+(?!(?:{_EMPTY})\b)\w", part, re.IGNORECASE) or _ASKS_FOR_ATTRIBUTE.match(before):
        return False
    return is_context_dependent(part) or all(
        not word.name and word.weight <= COMMON_WORD for word in find_topic_words(part)
    )


def _find_subject(text: str) -> str:
    """Return what a question is about: its names, or else what "the" stands before, or else its one or two words.

    What stands before the sentence that asks is looked at where that has none of its own.
    """
    question = re.split(r"[.!:]\s+", text)[-1]
    found = (find(each) for each, find in product((question, text), (_find_names, _find_definite)))
    few = [word for word in find_topic_words(question) if word.weight > COMMON_WORD]
    return next(filter(None, found), " ".join(word.text for word in few) if len(few) <= FEW_WORDS else "")


def _find_names(question: str) -> str:
    """Return the first names of a question, with what they own or are owned by: "Blinken's trip"."""
    names = [word for word in find_topic_words(question) if word.name and not word.text[0].isdigit()]
    if not names:
        return ""
    last = next((one for one, other in pairwise(names) if question[one.end : other.start].strip()), names[-1])
    owned = _OWNED.match(question, last.end)
    before = _OWNER.search(question[: names[0].start])
    return question[before.start() if before else names[0].start : owned.end() if owned else last.end]


def _find_definite(question: str) -> str:
    """Return what "the" first stands before: "the festival" of "When did the festival open?"."""
    definite = _DEFINITE.search(question)
    if definite is None:
        return ""
    words = definite["noun"].split()
    is_verb = definite["verb"] and (definite["verb"].lower() in _FINITE or words[-1].endswith(("ed", "ing")))
    if is_verb and len(words) > 1 and not definite["of"] and not _BE.match(question, definite.end()):
        words.pop()
    return f"the {' '.join(words)}{definite['of'] or ''}"
