"""What a question asks for: its words, their weight, its names, and the kind of answer it wants. Pure.

How well a sentence or passage meets that is measured here, too; finding and ranking them is left to ranking.py.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TypeVar

from retrieval.errors import InputError
from retrieval.text.english import MAGNITUDES, NUMBERS, STOP_WORDS, TENS
from retrieval.text.english import MONTH_PATTERN as _MONTH

Key = TypeVar("Key")

Terms = Callable[[str], Sequence[str]]
"""Text -> the terms that the lexical index knows it by, in order."""

FRAMES = re.compile(
    r"\b(?:t(?:ake|akes|ook|aken|aking) place|happen(?:s|ed|ing)?|(?:what|which) (?:kind|type|sort)s? of|"
    r"(?:the|a) names? of|(?:is|was|are|were) (?:called|named|known as)|(?:please |can you )?tell me|do you know|"
    r"articles?(?= (?:say|said|mention|report))|according to (?:the|this|these) (?:articles?|reports?|archive))\b",
    re.IGNORECASE,
)
"""Phrases that ask without saying what about; the archive need not contain them."""

LONGEST_QUESTION = 2_000
"""Characters."""

PRIOR_PASSAGES = 100
PRIOR_WORDS = 150
"""Words in one of them. With 25 archives of 27 passages each, the prior lifts the area under the curve of confidence
from .931 to .935 and hit@1 from .890 to .895; at 684 passages it changes nothing."""

_NUMBER_WORD = (
    rf"(?:{'|'.join((*NUMBERS, *TENS))}|(?:{'|'.join(MAGNITUDES)})s?|"
    "dozens?|half|thirds?|quarters?|twice|once|double[ds]?|tripled?|quadrupled?|several|few)"
)
_WORD = re.compile(r"\w+")
_NAME = r"[A-Z][\w’'-]*[^\W\d_]"

_WHEN = r"^\W*(?:(?:and|but|so|since|until|by|from) )?when\b|\bwhen (?:did|was|were|is|are|will|do|does)\b|\bwhen\?"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer: how it is asked for, and what a sentence that offers it contains.

    What is offered `surely` counts more. Without a sentence of a `strict` kind there is no answer; a `circumstance` may
    be given in a sentence near by.
    """

    name: str
    asked: re.Pattern[str]
    offered: re.Pattern[str]
    surely: re.Pattern[str] | None = None
    strict: bool = False
    circumstance: bool = False


KINDS = (
    Kind(
        "percentage",
        re.compile(r"\b(?:what|which) (?:percent(?:age)?|proportion|share|fraction)\b", re.IGNORECASE),
        re.compile(
            r"\d+\s?%|\d+ per ?cent\b|\bper ?cent(?:age)?\b|\b(?:half|thirds?|quarters?|majority)\b", re.IGNORECASE
        ),
        strict=True,
    ),
    Kind(
        "amount",
        re.compile(
            r"\bhow much (?:money|funding)\b|\bhow much .*\b(?:cost|pay|paid|spend|spent|earn|worth)\b|"
            r"\bwhat .*\b(?:price|cost|salary|budget|revenue)\b",
            re.IGNORECASE,
        ),
        re.compile(
            rf"[$€£¥₹]\s?\d+|\b(?:\d[\d.,]*|{_NUMBER_WORD}) ?(?:(?:{'|'.join(MAGNITUDES)}) )?"
            r"(?:US )?(?:dollar|euro|pound|yen|yuan|cent|franc|rupee)s?\b",
            re.IGNORECASE,
        ),
        strict=True,
    ),
    Kind(
        "age",
        re.compile(r"\bhow old\b|\b(?:what|which) age\b|\bwhat (?:is|was) .{0,40}\bage\b", re.IGNORECASE),
        re.compile(r"\bage[ds]?\b|\byears?\b|\byear-old\b|\bborn\b|\bcentur(?:y|ies)\b|, \d{1,3},", re.IGNORECASE),
        strict=True,
    ),
    Kind(
        "count",
        re.compile(
            r"\bhow (?:many|tall|far|wide|deep)\b|"
            r"\bwhat (?:is|was|were) the (?:total )?(?:number|population)\b",
            re.I,
        ),
        re.compile(rf"\d+|\b(?:{_NUMBER_WORD}|no|none)\b", re.IGNORECASE),
        strict=True,
    ),
    Kind(
        "quantity",
        re.compile(
            r"\bhow (?:much|often|long(?! ago)|high|large|big|fast|heavy|hot|cold)\b|\bwhat (?:is|was|were) the "
            r"(?:average |estimated )?(?:amount|size|length|height|distance|temperature|rate|speed)\b",
            re.IGNORECASE,
        ),
        re.compile(rf"\d+|\b{_NUMBER_WORD}\b", re.IGNORECASE),
    ),
    Kind(
        "time",
        re.compile(
            rf"{_WHEN}|\b(?:what|which) (?:year|date|day|month|century|decade)\b|\bhow long ago\b", re.IGNORECASE
        ),
        re.compile(
            rf"\b(?:1\d|20)\d\d\b|\b\d{{3,4}}s\b|\b{_MONTH}\.? \d+|\b\d+(?:st|nd|rd|th)? (?:of )?{_MONTH}\b|"
            r"\b\d+ (?:bc|ad)\b|"
            rf"\b(?:in|on|by|last|next|this|since|until|during|early|late) (?:{_MONTH}|\w+day|year|month|week|spring|"
            r"summer|autumn|fall|winter)\b|\b(?:yesterday|today|tomorrow|centur(?:y|ies)|decades?|ago|period|era|epoch)\b",
            re.IGNORECASE,
        ),
        circumstance=True,
    ),
    Kind(
        "place",
        re.compile(
            r"\bwhere\b|\b(?:what|which) (?:country|countries|city|cities|place|town|location|region|continent|nation|"
            r"county|province|village|island|venue|capital|district)\b",
            re.IGNORECASE,
        ),
        re.compile(
            r"\b(?:[Ii]n|[Aa]t|[Nn]ear|[Oo]n|outside|inside|around|across|within|north|south|east|west) "
            rf"(?:the )?(?:[a-z]+ern )?{_NAME}"
        ),
        surely=re.compile(
            r"\b(?:held|located|situated|based|found|t(?:ook|akes?) place|meets?|met|gathered|born|lived?|lives|"
            r"buried|built|opened|signed|landed|stayed|died|arrived|headquarter(?:s|ed)) (?:\w+ ){0,2}(?:in|at|on|near|"
            r"inside|outside|along|by) \w+"
        ),
        circumstance=True,
    ),
    Kind(
        "person",
        re.compile(
            r"\bwho(?:m|se)?\b|\b(?:what|which) (?:person|man|woman|king|queen|president|leader|scientist|author|"
            r"artist|actor|player|general|emperor|company|organi[sz]ation|group|team|party|minister|official)\b",
            re.IGNORECASE,
        ),
        re.compile(rf"(?<=[\w,’”\"] ){_NAME}|^{_NAME}(?= {_NAME})|^[\"“‘']?{_NAME}(?= (?:said|told|has|was|is|had))"),
    ),
    Kind(
        "reason",
        re.compile(
            r"\bwhy\b|\b(?:what|which) (?:caused|reasons?|led|prompted|motivated)\b|\bwhat (?:is|was|were|are) the "
            r"(?:reasons?|causes?|purpose|aims?|goals?|motives?)\b|\bfor what reason\b|\bhow come\b",
            re.IGNORECASE,
        ),
        re.compile(
            r"\b(?:because|due to|since|as a result|in order to|so that|owing to|thanks to|caus(?:ed?|es|ing)|reasons?|"
            r"therefore|thus|hence|led|leads|resulted|prompted|motivated|aim(?:s|ed)|goals?|purpose|after|to (?:avoid|"
            r"prevent|protect|ensure|allow|help|make|keep|stop|reduce|increase|improve|gain|stabili[sz]e))\b",
            re.IGNORECASE,
        ),
    ),
)
"""The first that is asked for counts."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, taken apart.

    `counts` are its terms for BM25; `weights` its topic words, each with its inverse document frequency; `pairs` its
    neighbouring terms with the rarer one's weight; `names` the terms of its names and numbers.
    """

    text: str
    counts: Mapping[str, float]
    weights: Mapping[str, float]
    pairs: Mapping[tuple[str, str], float]
    names: frozenset[str]
    kind: Kind | None

    def coverage(self, found: Collection[str]) -> float:
        """Return the share of the topic words, by weight, that stand among the terms; 0 when there are none."""
        return _share(self.weights, found)

    def pair_share(self, found: Sequence[str]) -> float:
        """Return the share of the pairs, by weight, that stand side by side in the terms; 0 when there are none."""
        return _share(self.pairs, set(pairwise(found)))

    def pair_weight(self, found: Sequence[str]) -> float:
        """Return the summed weight of the pairs that stand side by side in the terms."""
        return sum(self.pairs[pair] for pair in self.pairs.keys() & set(pairwise(found)))

    def name_share(self, found: Collection[str]) -> float:
        """Return the share of the names and numbers that stand among the terms; 1 when the question has none."""
        return len(self.names.intersection(found)) / len(self.names) if self.names else 1.0

    def fit(self, sentence: str) -> float:
        """Say how well a sentence holds the kind of answer asked for, other than in the question's own words.

        1 when it does, 0.5 when only something like it, 0 when not or when no kind is asked for.
        """
        if self.kind is None:
            return 0.0
        if self.kind.surely is None:
            return float(self._news(self.kind.offered, sentence))
        return 1.0 if self._news(self.kind.surely, sentence) else 0.5 * self._news(self.kind.offered, sentence)

    def _news(self, offered: re.Pattern[str], sentence: str) -> bool:
        said = _WORD.findall(self.text.lower())
        found = (_WORD.findall(match.group().lower()) for match in offered.finditer(sentence))
        return any(words[-1] not in said for words in found if words)

    @property
    def strict(self) -> bool:
        """Say whether nothing but the kind of answer asked for will do."""
        return self.kind is not None and self.kind.strict


def validate_question(question: str) -> str:
    """Return the question without white space around it; raise InputError when it can't be asked."""
    asked = " ".join(question.split())
    if not asked:
        raise InputError("the question is empty: ask something, such as “Where did the talks take place?”")
    if len(asked) > LONGEST_QUESTION:
        raise InputError(f"the question has {len(asked):,} characters: ask in {LONGEST_QUESTION:,} or fewer.")
    return asked


def analyse(
    text: str,
    *,
    terms: Terms,
    document_frequency: Callable[[Sequence[str]], Mapping[str, int]],
    size: int,
    frequency: Callable[[str], float] = lambda _: 0.0,
) -> Question:
    """Take a question apart; `size` is the number of passages that document frequencies refer to.

    `frequency` is how often a word stands in ordinary texts, per word. A small archive can't tell rare words from
    common ones: each word's document frequency is mixed with what `PRIOR_PASSAGES` ordinary passages would hold.
    """
    bare = FRAMES.sub(" ", text)
    if not any(word not in STOP_WORDS for word in _WORD.findall(bare.lower())):
        bare = text
    ordered = terms(bare)
    ordinary = {term: _ordinary_share(frequency(word)) for word in _WORD.findall(bare) for term in terms(word)}
    counts = document_frequency(list(dict.fromkeys(ordered)))
    weight = {
        term: idf(counts.get(term, 0) + PRIOR_PASSAGES * ordinary.get(term, 0.0), size + PRIOR_PASSAGES)
        for term in ordered
    }
    stopped = _stopped(terms)
    return Question(
        text=text,
        counts={term: float(count) for term, count in Counter(ordered).items()},
        weights={term: weight[term] for term in ordered if term not in stopped},
        pairs={(a, b): min(weight[a], weight[b]) for a, b in pairwise(ordered) if not (a in stopped and b in stopped)},
        names=frozenset(term for name in _names(bare) for term in terms(name)) - stopped,
        kind=next((kind for kind in KINDS if kind.asked.search(text)), None),
    )


def _ordinary_share(frequency: float) -> float:
    """Return the share of ordinary passages that hold a word of this frequency."""
    return 1 - math.exp(-frequency * PRIOR_WORDS)


def idf(document_frequency: float, size: float) -> float:
    """Return a term's inverse document frequency as BM25 has it (Robertson and Zaragoza 2009), always positive."""
    return math.log(1 + (size - document_frequency + 0.5) / (document_frequency + 0.5))


@cache
def _stopped(terms: Terms) -> frozenset[str]:
    return frozenset(term for word in STOP_WORDS for term in terms(word))


def _share(weights: Mapping[Key, float], found: Collection[Key]) -> float:
    total = sum(weights.values())
    return sum(weight for each, weight in weights.items() if each in found) / total if total else 0.0


def _names(text: str) -> list[str]:
    """Return capitalised words (but the first) and numbers."""
    return [match.group() for match in re.finditer(r"(?<=\s)[\"“‘'(]?[A-Z][\w’'-]*|\d[\d.,]*\d|\d", text)]
