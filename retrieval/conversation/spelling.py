"""Mistyped words of a question -> the library's words that they are near to.

A word is mistyped when the library does not hold it, ordinary English does not know it, and one word of the library
is clearly nearest to it. One that English knows is another spelling of a near word where both mean the same to the
encoder: "tyre" and "tire". Numbers, short words, and names that English texts know are left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from math import log10
from typing import TYPE_CHECKING

import numpy as np

from retrieval.domain import Filter
from retrieval.text.keywords import get_zipf_frequency, is_name
from retrieval.text.letters import fold_letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.encoder import Encoder
    from retrieval.index import Snapshot

SHORTEST_WORD = 4
"""Letters; a shorter word is near to too many others."""
LONG_WORD, LONG_NAME = 8, 10
"""Letters from which on a word may differ in two places, and a name: two short ones are two people."""
LONGEST_ABBREVIATION = 5
"""Letters; so many capitals are an abbreviation."""
RARER = 1.5
"""How much rarer than the word that is meant a mistyped one is in English, where it occurs at all; Zipf's scale."""
SUBSTITUTED = 0.3
"""How much less likely a wrong letter is than a missing, an additional or a swapped one, in edits."""
COMMONER = 0.15
"""What ten times as many passages with a word are worth, in edits."""
CLEARLY = 0.25
"""By how much the nearest word must be nearer than the next one, in edits."""
LONGEST_ENDING = 5
"""Letters at the end that a word may have beyond its stem."""
NEAR_TERMS, READ_PASSAGES = 10, 15
"""Terms that are looked up in the texts, and passages read for each."""

SAME_MEANING = 0.8
"""Cosine from which on two words that are near in spelling are one. Most of 37 British and American pairs reach it; of
69 other pairs of near words, such as "north" and "south", inflected and derived forms alone."""
VARIANTS_TRIED = 2
"""Near words that are encoded, some 5 ms each."""

_VOWELS = frozenset("aeiou")
_WORD = re.compile(rf"(?<![\w@#/.-])[^\W\d_]{{{SHORTEST_WORD},}}(?![\w@/-])")
_ANY_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class _Near:
    """A word of the library with how far the typed one is from it, in edits: counted, and by how likely they are."""

    word: str
    term: str
    edits: int
    distance: float


def correct_spelling(text: str, snapshot: Snapshot, encoder: Encoder) -> tuple[str, tuple[str, ...]]:
    """Return a question with its mistyped words replaced, and a remark for each."""
    from retrieval.index.lexical import extract_terms

    words = {match.group(): extract_terms(match.group()) for match in _WORD.finditer(text)}
    counts = snapshot.get_document_frequencies({term for terms in words.values() for term in terms})
    unknown = [word for word, terms in words.items() if len(terms) == 1 and not counts[terms[0]]]
    named = {match.group() for match in _WORD.finditer(text) if is_name(text, match)}
    meant = {
        word: _find_meant(word, snapshot) or ("" if word in named else _find_variant(word, snapshot, encoder))
        for word in unknown
    }
    found = {word: near for word, near in meant.items() if near and not _is_author(word, snapshot)}
    if not found:
        return text, ()
    corrected = _WORD.sub(lambda match: found.get(match.group(), match.group()), text)
    return corrected, tuple(f"Read “{word}” as “{meant}”." for word, meant in found.items())


def _is_author(word: str, snapshot: Snapshot) -> bool:
    """Say whether a word is part of an author's name, which no text need hold."""
    return bool(snapshot.list_articles(Filter(author=word)))


def _find_meant(word: str, snapshot: Snapshot) -> str:
    """Return the library's word that a word which it does not hold must mean, or ""."""
    typed = fold_letters(word).lower()
    if word.isupper() and len(word) <= LONGEST_ABBREVIATION:
        return ""
    if get_zipf_frequency(typed):
        return ""
    from wordfreq import zipf_frequency

    known = zipf_frequency(typed, "en", wordlist="large")
    near = sorted(_list_near(typed, snapshot), key=lambda each: each.distance)
    if not near or any(each.distance < near[0].distance + CLEARLY for each in near if each.term != near[0].term):
        return ""
    meant = near[0].word
    commoner = zipf_frequency(fold_letters(meant), "en", wordlist="large") >= known + RARER
    if known and not (commoner and near[0].edits == 1):
        return ""
    return meant.capitalize() if word[0].isupper() and meant.islower() else meant


def _find_variant(word: str, snapshot: Snapshot, encoder: Encoder) -> str:
    """Return the library's word that is another spelling of an English word that it does not hold, or ""."""
    typed = fold_letters(word).lower()
    if not get_zipf_frequency(typed):
        return ""
    near = sorted(_list_near(typed, snapshot, of_four=True), key=lambda each: each.distance)
    others = [each.word for each in near if get_zipf_frequency(fold_letters(each.word)) and each.word.islower()]
    others = [other for other in others if not _is_inflected(typed, fold_letters(other))]
    vector = encoder.encode_question(typed) if others else None
    for other in others[:VARIANTS_TRIED]:
        if vector is not None and float(np.einsum("i,i->", vector, encoder.encode_question(other))) >= SAME_MEANING:
            return other.capitalize() if word[0].isupper() else other
    return ""


def _is_inflected(one: str, other: str) -> bool:
    """Say whether two near words look like forms of one: "hens" and "hen", "became" and "become"."""
    if one.startswith(other) or other.startswith(one):
        return True
    apart = [(a, b) for a, b in zip(one, other, strict=False) if a != b]
    return len(one) == len(other) and all({a, b} <= _VOWELS for a, b in apart)


def _list_near(typed: str, snapshot: Snapshot, *, of_four: bool = False) -> Iterator[_Near]:
    """Return the library's words that a folded word in lower case may be a mistyped form of, one for each term.

    A word of four letters is near to those with another letter only where `of_four` says so: there are too many.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    from retrieval.index.lexical import extract_terms

    limit = 1 if len(typed) < LONG_WORD else 2
    counts = dict(chain.from_iterable(snapshot.list_terms(initial) for initial in dict.fromkeys(typed[:2])))
    terms = [term for term in counts if abs(len(term) - len(typed)) <= LONGEST_ENDING + limit and term.isalpha()]
    endings = {typed: 0.0, extract_terms(typed)[0]: 0.0}
    endings |= {typed[:-cut]: 0.5 for cut in range(1, LONGEST_ENDING + 1) if len(typed) - cut >= SHORTEST_WORD - 1}
    apart: dict[str, float] = {}
    for stem, cut in endings.items():
        for term, distance, _ in process.extract(stem, terms, scorer=OSA.distance, score_cutoff=limit, limit=None):
            apart[term] = min(apart.get(term, distance + cut), distance + cut)
    for term in sorted(apart, key=lambda term: (apart[term], -counts[term]))[:NEAR_TERMS]:
        forms = {form: fold_letters(form).lower() for form in _find_forms(term, snapshot)}
        edits = {form: OSA.distance(typed, plain) for form, plain in forms.items() if _begin_alike(typed, plain)}
        word = min(edits, key=lambda form: edits[form], default="")
        allowed = 1 if word.istitle() and len(typed) < LONG_NAME else limit
        if word and edits[word] <= allowed and len(word) >= SHORTEST_WORD:
            substituted = len(typed) == len(word) and sorted(typed) != sorted(forms[word])
            if substituted and len(typed) == SHORTEST_WORD and not of_four:
                continue
            yield _Near(
                word, term, edits[word], edits[word] + SUBSTITUTED * substituted - COMMONER * log10(counts[term])
            )


def _begin_alike(typed: str, meant: str) -> bool:
    """Say whether two words begin with the same letter, or with the same two swapped."""
    return typed[0] == meant[0] or (len(typed) == len(meant) and typed[:2] == meant[1::-1])


def _find_forms(term: str, snapshot: Snapshot) -> Sequence[str]:
    """Return the forms of a term that some of its passages hold, in lower case where any is."""
    from retrieval.index.lexical import extract_terms

    ids = [key for key, _ in snapshot.search_lexical([term], READ_PASSAGES, Filter())]
    passages = [each.passage for each in snapshot.get_passages(ids).values()]
    titles = [each.title for each in snapshot.get_article_infos({each.article_id for each in passages}).values()]
    forms: dict[str, str] = {}
    for text in (*(each.text for each in passages), *titles):
        for form in dict.fromkeys(_ANY_WORD.findall(text)):
            if extract_terms(form) == (term,) and not forms.get(form.lower(), "").islower():
                forms[form.lower()] = form
    if get_zipf_frequency(term):  # a word by itself, whether or not the texts have it bare
        forms.setdefault(term, term)
    return list(forms.values())
