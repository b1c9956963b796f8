"""Which sentences must be quoted together, because one denies, corrects, rates or answers the other. Pure.

A claim without its denial says what the article does not. Denials are known by how English text refers back: an
auxiliary without its verb ("She has not."), a short answer ("Not so."), a word for what was said and a word for its
being false ("That report was wrong", "denied the claim"), and labels ("Claim:", "Verdict:"). What a sentence says by
itself is left to extraction.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.text.english import (
    AUXILIARIES,
    CLAIM_NOUNS,
    CLAIMING_VERBS,
    DENYING_VERBS,
    FALSE_WORDS,
    NEGATIONS,
    STOP_WORDS,
    TRUE_WORDS,
)
from retrieval.text.late_patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from retrieval.domain import Sentence

LOOK_AHEAD = 3
"""Sentences after a claim among which its denial may stand."""
SHORT_ANSWER = 8
"""Words of an answer that is not understood without its question."""
SHORTEST_ANSWER = 4
"""An answer of fewer words is quoted with the sentence after it."""
LONGEST_QUOTE = 6
"""Sentences that are quoted together, at most; a correction notice is quoted to its end."""
SHARED_WORDS = 2
"""Topic words that a claim and its denial in full words share, at least."""


def _any(words: Collection[str]) -> str:
    return f"(?:{'|'.join(sorted(words))})"


_NOUN = rf"{_any(CLAIM_NOUNS)}s?"
_AUX = _any(AUXILIARIES - {"been", "be", "am"})
_ALONE = (
    rf"(?:{_AUX}(?: not|n['’]t)|cannot|won['’]t)(?: (?:been|be|done so))?(?=\s*[.,;:!–—\"”’)*]|\s*$|\s+(?:and|but)\b)"
)
"""An auxiliary that is denied, and whose verb stands in the sentence before."""
_OPENING = r"^\W*(?:(?:but|and|yet|however|in fact|in truth|in reality|actually)\b,? )?"
_SAYS = rf"\b{_any(CLAIMING_VERBS)}(?: that)? "
_DETERMINER = r"(?:the|this|that|these|those|such|any|all|both|neither|his|her|its|their|our)"
_WHAT_WAS_SAID = rf"{_DETERMINER} (?:[\w'’-]+ ){{0,2}}?{_NOUN}\b"
_NONE = r"(?:neither|none)(?: of (?:it|this|that|them|these|those))?"
_THAT = rf"(?:this|that|it|they|these|those|both|{_NONE})"
_IS = r"(?:is|are|was|were|be|been|being|proved|proves|remains?|turn(?:s|ed) out)(?: to (?:be|have been))?"
_TRUE = rf"(?:{_any(TRUE_WORDS)}|the case)"
_FALSE = rf"(?:{_any(FALSE_WORDS)}|not (?:\w+ly )?{_TRUE}|in error|a (?:hoax|mistake|fabrication|myth))"
_IS_FALSE = rf"{_IS} (?:\w+ly )?{_FALSE}\b(?! (?:to|that|for|about|of)\b)"


_FALSITIES = (*FALSE_WORDS, "not ", "in error", "a hoax", "a mistake", "a fabrication", "a myth")
"""One of them stands in whatever says that something is false."""
_LABEL_ENDS = (":", "–", "—")


def _compile(*alternatives: str, needs: Collection[str] = ()) -> re.Pattern[str]:
    return compile_later("|".join(alternatives), re.IGNORECASE | re.MULTILINE, needs=needs)


_ELLIPSIS = _compile(
    rf"{_OPENING}(?:[\w'’.-]+ ){{1,4}}?{_ALONE}",
    rf"{_SAYS}(?:he|she|it|they|there) {_ALONE}",
    rf"{_OPENING}(?:he|she|it|they|there|we|i) {_AUX}(?: (?:been|be|done so))?\s*(?:[.!]|, (?:[\w'’.-]+ ){{1,3}}said)",
)
_SHORT_ANSWER = _compile(
    rf"{_OPENING}(?:(?:mostly|partly|half|largely|entirely|simply|quite) )?"
    rf"(?:no|yes|not (?:so|true|quite|at all|exactly|yet|any more)|{_any(FALSE_WORDS)}|true|correct)\b\W*(?:[.,:;!]|$)",
)
_SAID_FALSE = _compile(
    rf"(?:{_OPENING}|{_SAYS}){_THAT} {_IS_FALSE}",
    rf"\b(?:this|that|{_WHAT_WAS_SAID}) (?:[\w'’]+ ){{0,4}}?{_IS_FALSE}",
    rf"\b{_NONE}(?: {_NOUN})? {_IS} {_TRUE}\b",
    r"\b(?:call(?:s|ed)?|label(?:l?ed)?|describe[sd]?) "
    rf"(?:it|this|that|them|{_WHAT_WAS_SAID}) (?:as )?\W?(?:\w+\W{{1,3}}){{0,3}}?{_FALSE}",
    rf"{_OPENING}(?:he|she|it|they|this|that|there) never (?:happened|existed|did|said (?:so|it|this|that))\b",
    r"\bnothing of the (?:kind|sort)\b",
    r"\bno such (?!thing as\b)[a-z]",
    r"\bno (?:\w+ )?(?:evidence|proof|basis|truth|foundation|grounds?) (?:for|of|in|to) "
    rf"(?:this|that|it|them|such|{_WHAT_WAS_SAID})",
    needs=(*_FALSITIES, "neither", "none", "never ", "nothing of the ", "no "),
)
_DEBUNKS = _compile(
    rf"^\W*(?:the |these |those |all )?(?:\w+ )?{_NOUN} (?:of|that|about)\b[^.;:]*? {_IS_FALSE}", needs=_FALSITIES
)
"""What denies a claim that it names itself, and is explained by what follows: "Rumours of a strike are false."."""
_DENIED = _compile(
    rf"\b{_any(DENYING_VERBS)} "
    r"(?:(?:it|this|them|these|those|so|any such|wrongdoing|(?:doing|having done) (?:so|it|this|that))\b|"
    rf"that(?=\s*[.,;:!–—]|\s*$)|{_WHAT_WAS_SAID})",
    needs=DENYING_VERBS,
)
_QUESTION = re.compile(r"[?？؟][\"'”’»*_)\]\s]*$")
_SPEAKER = compile_later(r"^\W*([A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){0,3})\W{0,3}:", needs=(":",))
_CORRECTS = _compile(
    r"^\W*(?:in (?:fact|reality|truth)|actually|on the contrary|quite the opposite)\b",
    needs=("in fact", "in reality", "in truth", "actually", "on the contrary", "quite the opposite"),
)
_CLAIM_LABEL = _compile(
    r"^\W*(?:the |our )?(?:claim|myth|fiction|rumou?r|statement|allegation|question|quote|they said|"
    r"what (?:they|people) sa(?:y|id))(?: \d+)?\W{0,3}[:–—]",
    needs=_LABEL_ENDS,
)
_VERDICT_LABEL = _compile(
    r"^\W*(?:the |our )?(?:verdict|rating|ruling|finding|conclusion|assessment|facts?|reality|truth|answer|reply|"
    r"response|status|judge?ment|what we found)\W{0,3}[:–—]",
    r"^\W*we rate\b",
    needs=(*_LABEL_ENDS, "we rate"),
)
_ARTICLE = r"(?:article|story|report|piece|page|column|review|headline)"
_CORRECTION = _compile(
    r"^\W*(?:corrections?|clarifications?|corrections? and clarifications?|editor['’]s note|retraction|amendment)\b"
    r"[^.:\n]{0,40}[:–—]",
    rf"\b(?:an|the) (?:earlier|previous|original|first) version of (?:this|the) {_ARTICLE}\b",
    rf"\b(?:this|the) {_ARTICLE} (?:was|has been|is) (?:\w+ )?(?:amended|corrected|retracted|withdrawn)\b",
)
_CORRECTION_HINTS = ("correct", "clarif", "version of", "editor", "amend", "retract", "withdrawn")
"""One of them stands in every notice; looking for them first costs a tenth."""
_CLAIMS = compile_later(rf"\b(?:{_any(CLAIMING_VERBS)}|{_NOUN})\b", re.IGNORECASE)
_NEGATES = compile_later(rf"\b{_any(NEGATIONS)}\b|n['’]t\b", re.IGNORECASE)
_LONG_WORD = re.compile(r"[^\W\d_]{3,}")
_PARAGRAPH = re.compile(r"\n\s*\n")


def rebuts(sentence: str) -> bool:
    """Say whether a sentence denies, rates or answers one before it and can't be understood without it."""
    patterns = (_ELLIPSIS, _SHORT_ANSWER, _SAID_FALSE, _DENIED, _VERDICT_LABEL)
    return any(pattern.search(sentence) for pattern in patterns)


def is_question(sentence: str) -> bool:
    """Say whether a sentence asks something, so that it can be no answer itself."""
    return bool(_QUESTION.search(sentence))


def is_correction(sentence: str) -> bool:
    """Say whether a sentence opens a notice that corrects the article it stands in."""
    lower = sentence.lower()
    return any(hint in lower for hint in _CORRECTION_HINTS) and bool(_CORRECTION.search(sentence))


def find_inseparable(text: str, sentences: Sequence[Sentence], place: int) -> tuple[int, int]:
    """Return the first and the last of the sentences that the one at `place` must be quoted with.

    `sentences` follow each other in the article whose `text` is given.
    """
    first, last = _find_verdict(text, sentences, place), place
    while first and place - first < LOOK_AHEAD and _needs_sentence_before(sentences, first):
        first -= 1
    if first and _DEBUNKS.search(sentences[first - 1].text):
        first -= not _PARAGRAPH.search(text, sentences[first - 1].end, sentences[first].start)
    opener = _find_correction(text, sentences, first)
    if opener is not None:
        return opener, _find_paragraph_end(text, sentences, opener)
    while (step := _find_rebuttal(sentences, last)) and last + step - first < LONGEST_QUOTE:
        last += step
    if _denies_barely(sentences[last].text) and last + 1 < len(sentences) and not last + 1 - first >= LONGEST_QUOTE:
        last += not _PARAGRAPH.search(text, sentences[last].end, sentences[last + 1].start)
    return first, last


def _find_verdict(text: str, sentences: Sequence[Sentence], place: int) -> int:
    """Return the sentence with the verdict that this one, in the same paragraph, explains; else itself."""
    for n in range(place, max(place - LOOK_AHEAD, -1), -1):
        if n < place and _PARAGRAPH.search(text, sentences[n].end, sentences[n + 1].start):
            break
        if _VERDICT_LABEL.search(sentences[n].text):
            return n
    return place


def _denies_barely(text: str) -> bool:
    """Say whether a sentence only says that something is false: what is true instead stands in the one after it."""
    return len(text.split()) < SHORT_ANSWER and bool(_SAID_FALSE.search(text)) and not _CLAIM_LABEL.search(text)


def _needs_sentence_before(sentences: Sequence[Sentence], place: int) -> bool:
    """Say whether a sentence rebuts the one before it, or is the short answer to a question."""
    text, before = sentences[place].text, sentences[place - 1].text
    if is_question(before) and not is_question(text):
        return len(text.split()) < SHORT_ANSWER or bool(_SPEAKER.match(text)) or rebuts(text)
    return rebuts(text)


def _find_rebuttal(sentences: Sequence[Sentence], place: int) -> int:
    """Return how many sentences after this one its denial, verdict or answer ends; 0 where there is none."""
    claim = sentences[place].text
    reach = 1 if rebuts(claim) and not _VERDICT_LABEL.search(claim) else LOOK_AHEAD
    following = [each.text for each in sentences[place + 1 : place + 1 + reach]]
    if following and is_question(claim):
        return 1
    if (reply := _find_reply(sentences, place)) is not None:
        return reply - place
    if place and is_question(sentences[place - 1].text) and following and len(claim.split()) < SHORTEST_ANSWER:
        return 0 if is_question(following[0]) else 1
    verdict = _VERDICT_LABEL.search(claim)
    if verdict and following and len(claim[verdict.end() :].split()) < SHORTEST_ANSWER:
        return 0 if _CLAIM_LABEL.search(following[0]) else 1  # "Verdict: False." and the reason for it
    for step, text in enumerate(following, 1):
        if _CLAIM_LABEL.search(text) or (step > 1 and _CLAIMS.search(following[step - 2])):
            return 0  # what comes next is said of that
        if _VERDICT_LABEL.search(text) and (step == 1 or _CLAIM_LABEL.search(claim)):
            return step
        if rebuts(text) and (step == 1 or _CLAIMS.search(claim)):
            return step
        if step == 1 and _CLAIMS.search(claim) and (_CORRECTS.search(text) or _denies_in_full(claim, text)):
            return step
    return 0


def _find_reply(sentences: Sequence[Sentence], place: int) -> int | None:
    """Return the sentence that replies to an interviewer's, where this one is of their turn; None where it is not."""
    turns = [found[1] if (found := _SPEAKER.match(each.text)) else "" for each in sentences]
    opener = next((n for n in range(place, -1, -1) if turns[n]), None)
    reply = next((n for n in range(place + 1, min(place + 1 + LOOK_AHEAD, len(sentences))) if turns[n]), None)
    if opener is None or reply is None or turns[opener] == turns[reply]:
        return None
    asks = {turn for turn, each in zip(turns, sentences, strict=True) if turn and is_question(each.text)}
    return reply if turns[opener] in asks and turns[reply] not in asks else None


def _denies_in_full(claim: str, text: str) -> bool:
    """Say whether a sentence negates in full words what the claim says."""
    if _NEGATES.search(claim) or not _NEGATES.search(text):
        return False
    words = ({word.lower() for word in _LONG_WORD.findall(each)} for each in (claim, text))
    return len(set.intersection(*words) - STOP_WORDS) >= SHARED_WORDS


def _find_correction(text: str, sentences: Sequence[Sentence], place: int) -> int | None:
    """Return the sentence that opens the correction notice that this one is part of, or None."""
    while not is_correction(sentences[place].text):
        if not place or _PARAGRAPH.search(text, sentences[place - 1].end, sentences[place].start):
            return None
        place -= 1
    return place


def _find_paragraph_end(text: str, sentences: Sequence[Sentence], place: int) -> int:
    last = place
    while last + 1 < len(sentences) and last - place < LONGEST_QUOTE:
        if _PARAGRAPH.search(text, sentences[last].end, sentences[last + 1].start):
            break
        last += 1
    return last
