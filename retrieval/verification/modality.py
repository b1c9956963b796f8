"""Whether a claim tells as done what a sentence only plans, wants, asks for, holds possible or leaves open. Pure.

Knows English: the words that say so, and how far they reach. Plain denials are negation.py's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.verification.verbs import lemma, meanings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.verification.features import Wording

REACH = 5
"""Words after such a word in which the verb stands that it governs."""
AIMS = 6
"""Words between one that asks or wants and the "to" before the verb: "called on the government of Spain to"."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Words that keep what follows from being told as done, and the words of a claim that keep it so too."""

    cue: re.Pattern[str]
    kept: re.Pattern[str]


_UNREAL = (
    r"might|may|could|would|should|will|shall|can|going to|likely|unlikely|possibl[ey]|perhaps|potential(?:ly)?|"
    r"consider(?:s|ed|ing)?|plan(?:s|ned|ning)?|wants?|wanted|wish(?:es|ed)?|expect(?:s|ed|ing)?|hop(?:es?|ed|ing)|"
    r"threat(?:ens?|ened|ening)?|aim(?:s|ed|ing)?|inten(?:ds?|ded|tion)|goals?|objectives?|seeks?|sought|seeking|"
    r"tr(?:y|ies|ied|ying)|attempt(?:s|ed|ing)?|willing(?:ness)?|ready|eager|due|set|scheduled|propos(?:es?|ed|als?)|"
    r"offer(?:s|ed)?|ask(?:s|ed|ing)?|urg(?:es?|ed|ing)|demand(?:s|ed|ing)?|call(?:s|ed|ing)? (?:on|for)|"
    r"pledg(?:es?|ed)|promis(?:es?|ed)|vow(?:s|ed)?|agree[sd]?|commit(?:s|ted|ment)?|need(?:s|ed)?|must|if|"
    r"mean[st]|meant|designed|obligation|responsib\w+|told|tells?|should|in order|enough|effort|efforts|risk(?:s|ed)?"
)
_OPEN = (
    r"whether|unclear|not (?:\w+ )?(?:clear|known|certain|sure)|uncertain|if|remains? to be seen|might|may|could|"
    r"possibl\w+"
)
_KINDS = tuple(
    Kind(re.compile(rf"\b(?:{cue})\b", re.IGNORECASE), re.compile(rf"\b(?:{kept})\b", re.IGNORECASE))
    for cue, kept in (
        (r"(?:whether|if) (?:\w+ ){1,3}?(?:will|would|is|are|was|were|can|could|has|have|had|to)", _OPEN),
        (
            r"(?:unwilling|reluctant|hesitant) to",
            r"unwilling|reluctan\w+|hesita\w+|refus\w+|not|never|no|\w+n['’]t|keeps?|kept",
        ),
        (
            r"(?:alleg(?:ed|edly|es|ing)|accus(?:ed?|es|ing|ation) (?:\w+ ){1,4}?of)",
            r"alleg\w+|accus\w+|suspect\w*|blam\w+|claim\w*",
        ),
        (
            r"(?:considers?|considered|considering|(?:thinking|talking) (?:about|of))(?= (?:\w+ )?\w+ing\b)|"
            r"might|may|could|(?:plan(?:s|ned|ning)?|wants?|wanted|hop(?:es?|ed|ing)|threaten(?:s|ed|ing)?|aim(?:s|ed|ing)?|"
            r"intend(?:s|ed|ing)?|seek(?:s|ing)?|sought|tr(?:ies|ied|ying)|attempt(?:s|ed|ing)?|(?<!un)willing|"
            r"ready|eager|propos(?:es?|ed|al)|offer(?:s|ed)?|(?:ask|urg|demand|call|told|tell)(?:s|es|ed|ing)?|"
            r"pledg(?:es?|ed)|promis(?:es?|ed)|vow(?:s|ed)?|expect(?:s|ed)?|likely)"
            rf"(?: (?!and\b|but\b)\w+){{0,{AIMS}}}? to",
            _UNREAL,
        ),
    )
)
_CLAUSE_END = re.compile(
    r"[,;:.!?—–]|\b(?:but|although|though|while|because|whereas|however|before|after)\b", re.IGNORECASE
)


def told_as_done(claim: Wording, texts: Sequence[Wording]) -> bool:
    """Say whether a claim tells plainly what the texts tell only as planned, wanted, possible, alleged or open."""
    stems = {lemma(word) for word in claim.words if word.weight}
    for kind in _KINDS:
        if kind.kept.search(claim.text):
            continue
        for text in texts:
            for place in _governed(kind, text):
                if lemma(text.words[place]) in stems and not _told_elsewhere(kind, lemma(text.words[place]), texts):
                    return True
    return False


def _governed(kind: Kind, text: Wording) -> Iterator[int]:
    """Yield the place of the first word of topic after each cue of a kind, in its clause."""
    for cue in kind.cue.finditer(text.text):
        following = [n for n, word in enumerate(text.words) if word.start >= cue.end()][:REACH]
        verb = next((n for n in following if text.words[n].weight and not text.words[n].key.endswith("ly")), None)
        if verb is not None and not _CLAUSE_END.search(text.text, cue.end(), text.words[verb].start):
            yield verb


def _told_elsewhere(kind: Kind, stem: str, texts: Sequence[Wording]) -> bool:
    """Say whether a word, or another for the same, stands in a text where no cue governs it."""
    if any(stem in meanings(text, without=stem) for text in texts):
        return True
    return any(
        lemma(word) == stem and place not in governed
        for text in texts
        for governed in [set(_governed(kind, text))]
        for place, word in enumerate(text.words)
    )
