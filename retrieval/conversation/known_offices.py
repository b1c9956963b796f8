"""A definite noun that the articles know as somebody's office: "the mayor" needs no conversation to be understood.

An office is told by the names beside it: "Mayor Ana Ruiz", "the mayor, Ana Ruiz", "Ana Ruiz, the mayor". Where the turn
before mentions the office or one of these names, the noun may well point back to it.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from retrieval.conversation.noun_phrases import find_noun_phrases
from retrieval.domain import Filter
from retrieval.text.keywords import WORD

if TYPE_CHECKING:
    from retrieval.index import Snapshot

READ_PASSAGES = 50
"""Passages with the noun that are looked at; BM25 puts those that hold it most often first."""
FEWEST_NAMES = 1
"""Mentions with a name that make an office."""

_NAME = r"[^\W\d_a-z][^\W\d_]+(?:['’-][^\W\d_]+)*"


def names_known_office(question: str, before: str, snapshot: Snapshot) -> bool:
    """Say whether what a question calls "the mayor" is an office in the articles, and no word of the text before it."""
    said = {word.lower() for word in WORD.findall(before)}
    for phrase in find_noun_phrases(question):
        words = phrase.text.lower().split()
        if words[0] != "the" or len(words) not in (2, 3) or said & {*words[1:]}:
            continue
        names = _find_holders(" ".join(words[1:]), snapshot)
        if len(names) >= FEWEST_NAMES and not said & {name.lower() for name in names}:
            return True
    return False


def _find_holders(office: str, snapshot: Snapshot) -> list[str]:
    """Return the names that stand beside an office in the articles."""
    from retrieval.index.lexical import extract_terms

    beside = re.compile(
        rf"\b(?:[Tt]he |[Aa]n? )?(?i:{re.escape(office)})(?: (?P<title>{_NAME})|, (?P<after>{_NAME})(?: {_NAME})*[,.])"
        rf"|(?P<first>{_NAME})(?: (?P<last>{_NAME}))*, (?:the |an? )?(?:[\w’'-]+ ){{0,2}}(?i:{re.escape(office)})\b"
    )
    found = snapshot.search_lexical(extract_terms(office), READ_PASSAGES, Filter())
    passages = snapshot.get_passages([key for key, _ in found]).values()
    matches = chain.from_iterable(beside.finditer(each.passage.text) for each in passages)
    return [name for match in matches for name in match.groups() if name]
