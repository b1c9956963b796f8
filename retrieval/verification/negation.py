"""Whether one text denies what another affirms, by a negation or by a word's opposite. Pure; knows English."""

from __future__ import annotations

import re
from functools import cache
from itertools import chain, product
from typing import TYPE_CHECKING, Literal

from retrieval.verification.evidence import beside

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from retrieval.verification.features import Wording

REACH = 9
"""Words between a negation and a word it denies, at most."""
NEAR = 3
"""Words before a word in which a negation turns it round."""
LONGEST_CLAUSE = 10
"""Topic words that a negation may deny."""
MOSTLY = 0.6
"""Of the words that two texts share, the part that must lie in a denied clause for it to be what they are about."""
_NEGATIVE = re.compile(r"few|little|except|avoid|prevent|stop|reject|oppos|forb|ban|impossib")
_CLAUSE_END = re.compile(
    r"[,;:—–]|\b(?:but|and|although|though|while|because|which|who|whereas|however)\b", re.IGNORECASE
)
_AUXILIARY = frozenset(re.findall(r"\w+", "been being be have has had do does did yet even any longer"))
_NEGATING_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "mis", "anti")
_OPPOSITES = """
    increase decrease; begin finish; began finished; started finished; began ended; restore destroy; build
    destroy; rise fall; rose fell; gain lose; gained lost; win lose; won lost; grow shrink; grew shrank; raise
    lower; raise cut; begin end; start stop; start end; open close; opened closed; accept reject; accept refuse;
    approve reject; agree disagree; agree refuse; allow forbid; allow ban; allow prevent; permit prohibit;
    support oppose; include exclude; create destroy; build demolish; before after; early late; earlier later;
    more less; more fewer; most least; many few; high low; higher lower; highest lowest; large small; larger
    smaller; largest smallest; big small; bigger smaller; biggest smallest; long short; longer shorter; longest
    shortest; strong weak; stronger weaker; good bad; better worse; best worst; first last; old new; older
    newer; older younger; oldest newest; oldest youngest; rich poor; hot cold; warm cool; warmer cooler; north
    south; northern southern; east west; eastern western; major minor; majority minority; maximum minimum; above
    below; over under; inside outside; internal external; public private; male female; men women; man woman;
    same different; similar different; always never; always rarely; often rarely; often seldom; frequently
    rarely; common rare; success failure; succeed fail; succeeded failed; positive negative; easy difficult;
    easy hard; easier harder; simple complex; safe dangerous; legal illegal; possible impossible; strengthen
    weaken; improve worsen; expand contract; expand reduce; increase reduce; import export; arrive depart;
    arrived departed; enter leave; join leave; remember forget; love hate; peace war; ally enemy; friend enemy;
    true false; correct wrong; deny confirm; denied confirmed; guilty innocent; alive dead; born died; present
    absent; full empty; heavy light; fast slow; faster slower; ancient modern; innocent guilty; buy sell; bought
    sold; borrow lend; push pull; attack defend; victory defeat; advantage disadvantage; all none; everyone
    nobody; everything nothing; both neither; up down; upper lower; top bottom; left right; wide narrow; thick
    thin; deep shallow; near far; expensive cheap; hire fire; praise criticise; praise criticize; praise
    condemn; encourage discourage; appear disappear; connect disconnect; continue stop; continue cease;
    optimistic pessimistic; formal informal; temporary permanent; voluntary compulsory; mandatory optional;
    liberal conservative; democratic republican; rural urban; urban rural; hardware software; ascending
    descending; widen narrow; broaden narrow; accelerate slow; advance retreat; appoint dismiss; acquit convict;
    safer riskier; tense relaxed; mild severe; minor severe; spare destroy; spared destroyed; save miss;
    saved missed; earn lose; earned lost; profit loss; survive die; survived died; survived killed; ease raise;
    eased raised; ease heighten; warmly coolly; warmly coldly; praise blame; praised blamed; praised criticised;
    praised criticized; welcome condemn; welcomed condemned; favour oppose; succeed collapse; succeeded collapsed;
    succeeded broke; begin end; beginning end; ease increase; ease squeeze; ease tighten; ease
    worsen; warm chilly; warm cold; warm businesslike; warm business; friendly chilly; friendly hostile; friendly tense;
    warmly coolly; lift impose; lifted imposed; lift enact; cancel enact; cancel keep; relax tighten; calm tense;
    confirm withdraw; resume suspend; resolve deepen; apologise accuse; trust distrust; hire dismiss;
    unanimous split; confirmed denied; keep drop
"""
_PAST = (
    "lost lose; won win; rose rise; fell fall; grew grow; began begin; sold sell; bought buy; shrank shrink; sank sink"
)
_IRREGULAR = dict(pair.split() for pair in _PAST.split("; "))
_RISES = "rise rose risen increase grow grew grown climb jump soar surge gain up"
_FALLS = "fall fell fallen decrease drop decline plunge plummet sink sank slump tumble shrink shrank lose down"


def denied(one: Wording, others: Sequence[Wording]) -> bool:
    """Say whether a negation of one text denies what some of the others affirm and none of them denies."""
    clauses = list(_negated_clauses(one))
    for clause in clauses:
        standings = [_standing(clause, one, other) for other in others]
        if "affirmed" in standings and "denied" not in standings:
            return True
    return False


def baseless(claim: Wording, texts: Sequence[Wording]) -> bool:
    """Say whether a claim denies something, and the text that speaks of it denies nothing."""
    for clause in _negated_clauses(claim):
        nearest = max(texts, key=lambda text: len(text.stems.intersection(clause)))
        negative = nearest.negations or any(_NEGATIVE.match(word.key) for word in nearest.words)
        if not negative and not _prefixed(nearest.keys, claim.keys):
            return True
    return False


def _negated_clauses(text: Wording) -> Iterator[list[str]]:
    """Yield for each negation the stems of the topic words that it denies, to the end of its clause."""
    quoted = {n for fact in text.facts if fact.kind == "quote" for n in range(fact.first, fact.last)}
    for place in text.negations:
        following = text.words[place + 1].text.lower() if place + 1 < len(text.words) else ""
        if following in {"only", "just", "merely", "least", "later"} or place in quoted:
            continue
        clause: list[str] = []
        for word, after in zip(text.words[place + 1 :], text.words[place + 2 :] or (), strict=False):
            clause += [word.stem] if word.weight and word.key not in _AUXILIARY else []
            if _CLAUSE_END.search(text.text[word.end : after.end]):
                break
        else:
            clause += [word.stem for word in text.words[max(place + 1, len(text.words) - 1) :] if word.weight]
        if clause:
            yield clause[:LONGEST_CLAUSE]


def _standing(clause: Sequence[str], one: Wording, other: Wording) -> Literal["affirmed", "denied", "absent"]:
    """Say whether a text affirms or denies what a clause of another one denies, or does not speak of it."""
    common = {word.stem for word in one.words if word.weight} & other.stems
    matched = common & set(clause)
    if not matched or not (clause[0] in matched or len(matched) >= MOSTLY * len(common)):
        return "absent"
    head = {clause[0]} & matched or matched
    at = [n for n, word in enumerate(other.words) if word.stem in head]
    return "denied" if any(-1 <= n - place <= REACH for n in at for place in other.negations) else "affirmed"


def opposite(claim: Wording, texts: Sequence[Wording]) -> bool:
    """Say whether a word of the claim that no text has is the opposite of one that stands in its place there."""
    known = frozenset(_IRREGULAR.get(stem, stem) for text in texts for stem in text.stems)
    new = [n for n, word in enumerate(claim.words) if _IRREGULAR.get(word.stem, word.stem) not in known]
    for place, text in ((place, text) for place in new for text in texts):
        against = _opposites().get(claim.words[place].stem, frozenset())
        for other in (n for n, word in enumerate(text.words) if word.stem in against):
            turned = any(other - NEAR <= negation < other for negation in text.negations)
            if not turned and beside(claim, place).shared(beside(text, other)):
                return True
    claimed, said = claim.keys, frozenset(chain(*(text.keys for text in texts)))
    return _prefixed(claimed - said, _affirmed(texts) - claimed) or _prefixed(said - claimed, _affirmed([claim]) - said)


def _affirmed(texts: Iterable[Wording]) -> frozenset[str]:
    """Return the words of texts that no negation stands right before."""
    return frozenset(
        word.key
        for text in texts
        for n, word in enumerate(text.words)
        if not any(n - NEAR <= negation < n for negation in text.negations)
    )


def _prefixed(some: Iterable[str], others: Container[str]) -> bool:
    cut = (word.removeprefix(prefix) for word in some for prefix in _NEGATING_PREFIXES if word.startswith(prefix))
    return any(len(rest) > 3 and rest in others for rest in cut)


@cache
def _opposites() -> dict[str, frozenset[str]]:
    from retrieval.index.lexical import extract_terms

    found: dict[str, frozenset[str]] = {}
    pairs = [*(pair.split() for pair in _OPPOSITES.split(";")), *product(_RISES.split(), _FALLS.split())]
    for pair in pairs:
        one, other = (extract_terms(word)[0] for word in pair)
        found[one] = found.get(one, frozenset()) | {other}
        found[other] = found.get(other, frozenset()) | {one}
    return found
