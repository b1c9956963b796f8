"""A question and its answer -> the statement that answers it, where a question's grammar is plain. Pure."""

from __future__ import annotations

import re

from tests.benchmarks.claim_words import PAST

_BE = r"(?:is|was|are|were)"


def state(question: str, answer: str) -> str:
    """Return a question's answer as a statement without full stop, or nothing where its grammar is ambiguous."""
    asked = " ".join(question.split()).rstrip("? ")
    answer = answer.strip().rstrip(".,")
    if not asked or not answer or len(answer) > 80:
        return ""
    for pattern, state in _PATTERNS:
        if found := re.fullmatch(pattern, asked, re.IGNORECASE):
            text = state(found, answer)
            return text[:1].upper() + text[1:] if text else ""
    return ""


def _subject(found: re.Match[str], answer: str) -> str:
    return f"{answer} {found['rest']}"


def _is(found: re.Match[str], answer: str) -> str:
    return f"{found['rest']} {found['be']} {answer}"


def _when(found: re.Match[str], answer: str) -> str:
    statement = _convert_to_past(found["rest"])
    return f"{statement} {_preposition(answer, 'in', 'on')}" if statement else ""


def _where(found: re.Match[str], answer: str) -> str:
    statement = _convert_to_past(found["rest"])
    return f"{statement} {_preposition(answer, 'in', 'in')}" if statement else ""


def _when_was(found: re.Match[str], answer: str) -> str:
    return f"{found['subject']} {found['be']} {found['participle']}{found['rest']} {_preposition(answer, 'in', 'on')}"


def _preposition(answer: str, before: str, before_day: str) -> str:
    if re.match(
        r"(?:in|on|at|by|from|after|before|during|near|between|since|until|within|under|over|as|when)\b", answer, re.I
    ):
        return answer[0].lower() + answer[1:]
    if re.search(r"\b(?:ago|when|last|century's)\b", answer):
        return answer
    on_a_day = re.match(r"[A-Z][a-z]+ \d{1,2}\b|\d{1,2} [A-Z]", answer)
    return f"{before_day if on_a_day else before} {answer}"


def _convert_to_past(rest: str) -> str:
    """Turn "Langlade receive 300 men" into the past tense, if it contains exactly one known verb."""
    known = [each for each in re.finditer(r"\b[a-z]+\b", rest) if each[0] in PAST]
    if len(known) != 1 or known[0].start() == 0:
        return ""
    verb = known[0]
    return f"{rest[: verb.start()]}{PAST[verb[0]]}{rest[verb.end() :]}"


_PATTERNS = (
    (
        rf"who (?P<rest>(?!did|do|does|{_BE}|else|all)[a-z]+(?:ed|{'|'.join(sorted(set(PAST.values())))})\b .+)",
        _subject,
    ),
    (rf"who (?P<be>{_BE}) (?P<rest>the [a-z ]+ (?:of|in|for) [^,]+)", _is),
    (
        rf"what (?P<be>{_BE}) (?P<rest>the (?:name|term|title|capital|size|length|number|population|rate)[^,]+)",
        _is,
    ),
    (r"(?:when|in what year|in which year|what year) did (?P<rest>.+)", _when),
    (r"where did (?P<rest>.+)", _where),
    (
        rf"(?:when|in what year|in which year) (?P<be>{_BE}) (?P<subject>(?:the )?.+?) "
        r"(?P<participle>[a-z]+ed|built|made|held|taken|given|sold|found|begun|written|published)(?P<rest>(?: .+)?)",
        _when_was,
    ),
)
