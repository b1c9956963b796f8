"""Labelled claims: those of tests/golden/claims, and the public ones beside the checkout, compared with their texts.

Of the golden texts only those are taken that the reader of claims was not trained on, and every second of these can be
held out from fitting.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.domain import Article, ArticleInfo, Reference
from retrieval.text.passages import split_article
from retrieval.verification.claims import Claim, split_claims
from retrieval.verification.features import wording
from retrieval.verification.verdicts import ComparedClaim, compare_claim, extract_evidence
from tests.benchmarks.processes import ROOT
from tests.benchmarks.reader_training.texts import UNREAD, is_unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from retrieval.encoder import Encoder
    from retrieval.verification.evidence import Evidence

GOLDEN = ROOT / "tests" / "golden" / "claims"
OPEN = ROOT.parent / "shared" / "claims" / "open.jsonl"
GOLDEN_SET = "golden"
TRUE_KINDS = ("own-words", "near-copy", "short-answer")
SPEAKER_KINDS = ("wrong-speaker", "hedge-dropped", "plan-as-done", "opinion-as-fact")
"""Who said it and how sure: false claims that lose it."""
BESIDE_THE_TEXT = (
    "general-knowledge",
    "plausible-knowledge",
    "generalisation",
    "unfounded-conclusion",
    "chatty-addition",
    "neighbouring-answer",
    "beside",
)
"""False claims that do not keep to the text's words; all others do, and are called subtle."""
BUDGET, WINDOW = 200, 256
"""Tokens of a passage, as the library cuts them."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A claim that somebody labelled, with the articles that it is to rest on; `text` numbers its text in its file."""

    set: str
    text: int
    kind: str
    claim: str
    supported: bool
    articles: tuple[Article, ...]
    question: str = ""
    sentences: tuple[str, ...] = ()

    @property
    def held_out(self) -> bool:
        """Whether nothing is fitted to the text."""
        return self.set == GOLDEN_SET and self.text // UNREAD % 2 == 1


@dataclass(frozen=True, slots=True)
class Weighed:
    """A labelled claim as verdicts.py compares it, and the share of its topic words in the best sentence and title."""

    labelled: Labelled
    comparison: ComparedClaim
    overlap: float


def read_golden(folder: Path = GOLDEN) -> Iterator[Labelled]:
    """Yield the claims of the golden texts that no reader was trained on."""
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            if not is_unread(number):
                continue
            text = json.loads(line)
            articles = (Article(f"{path.stem}-{number}", text["text"], title=text["title"]),)
            for each in text["claims"]:
                sentences = tuple(each["sentences"])
                kind, claim = each["kind"], each["claim"]
                question = each.get("question", "")
                yield Labelled(GOLDEN_SET, number, kind, claim, each["supported"], articles, question, sentences)


def read_open(path: Path = OPEN) -> Iterator[Labelled]:
    """Yield the public claims, where they are there."""
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        documents = enumerate(row["documents"])
        articles = tuple(Article(f"d{n}", each["text"], title=(each["title"] or "").strip()) for n, each in documents)
        claim, question = row["claim"], row.get("question") or ""
        yield Labelled(row["set"], number, "claim", claim, row["supported"], articles, question)


def weigh_claims(claims: Iterable[Labelled], encoder: Encoder) -> Iterator[Weighed]:
    """Compare claims with their articles; those of one text come one after the other."""
    articles: tuple[Article, ...] = ()
    evidence: list[Evidence] = []
    for labelled in claims:
        if labelled.articles != articles:
            articles = labelled.articles
            evidence = list(extract_evidence(refer_to(articles, encoder)))
        texts = {article.id: article.text for article in articles}
        parts = split_claims(labelled.claim, {e.reference.number for e in evidence})
        claim = Claim(" ".join(part.text for part in parts), tuple(n for part in parts for n in part.markers))
        comparison = compare_claim(claim, evidence, question=labelled.question, texts=texts, encoder=encoder)
        yield Weighed(labelled, comparison, measure_overlap(claim.text, evidence))


def refer_to(articles: Sequence[Article], encoder: Encoder) -> list[Reference]:
    """Return all passages of articles, numbered from 1."""
    found: list[Reference] = []
    for article in articles:
        info = ArticleInfo(article.id, article.title)
        for passage in split_article(article, measure=encoder.measure, budget=BUDGET, window=WINDOW):
            found.append(Reference(len(found) + 1, info, passage))
    return found


def measure_overlap(claim: str, evidence: Sequence[Evidence]) -> float:
    """Return the share of a claim's topic words, by stem and weight, in the best sentence and its title."""
    weights = {word.stem: word.weight for word in wording(claim).words if word.weight}
    total = sum(weights.values())
    if not total:
        return 0.0
    held = (sum(w for stem, w in weights.items() if stem in e.wording.stems | e.title.stems) for e in evidence)
    return max(held, default=0.0) / total


def group_by_set(weighed: Iterable[Weighed]) -> Mapping[str, list[Weighed]]:
    """Return claims by their sets, in order."""
    found: dict[str, list[Weighed]] = {}
    for each in weighed:
        found.setdefault(each.labelled.set, []).append(each)
    return found
