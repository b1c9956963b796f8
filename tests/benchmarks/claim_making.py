"""Claims with the references that a chat model would have had, from the articles of one library.

How single sentences are reworded lies in claim_faithful.py, how they are falsified in claim_facts.py, claim_false.py;
here they are chosen, put into drafts, cited and given their references. The same seed makes the same claims.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from bot.evaluation.results import EvidenceSpan
from retrieval.domain import Reference
from retrieval.search.ranking import search
from retrieval.text.passages import split_article
from tests.benchmarks import claim_words as words
from tests.benchmarks.claim_facts import Around, find_names, find_numbers, name_of_another, number
from tests.benchmarks.claim_faithful import PARAPHRASES, QUOTES, Line, attribute, replace_with_synonyms
from tests.benchmarks.claim_false import FALSE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from random import Random

    from retrieval.domain import ArticleInfo, Passage
    from retrieval.index import Library
    from tests.benchmarks.sets import Question

SCANNED = 1_500
"""Sentences of a set that are tried for one way of making claims before it gives up: some ways fit few sentences."""

STARTS = 8
"""Places in a set's sentences where ways of making claims begin: those that share one share most searches."""

_ODD = re.compile(r"\n|, ?\.|\[|\]|:\d|\d:\d|http|\.\.\.|…|\{|\\|={2}")
_FORMS = ("{0} {1}.",) * 6 + ("{0}. {1}", "{0} {1}", "- {0} {1}.", "{0}. {1}")


@dataclass(frozen=True, slots=True)
class Case:
    """One claim in a draft of its own. `truth` is where the sentences stand that it was made from, none if invented.

    `wrong` is the part that must not reach a reader, the whole claim for most false ones, empty for faithful ones.
    """

    kind: str
    subkind: str
    faithful: bool
    claim: str
    wrong: str
    draft: str
    references: tuple[Reference, ...]
    question: str
    truth: tuple[EvidenceSpan, ...]
    set: str
    article_id: str


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence with the passage and the article that contain it."""

    line: Line
    place: EvidenceSpan
    passage: Passage
    article: ArticleInfo


class Archive:
    """A library's articles, cut into the sentences that claims are made of."""

    def __init__(self, name: str, library: Library, questions: Sequence[Question], chance: Random) -> None:
        self.name = name
        self.library = library
        self.infos = {info.id: info for info in library.list_articles()}
        self.texts = {key: library.get_article(key).text for key in sorted(self.infos)}
        self.passages = {key: self._split(key) for key in self.texts}
        self._asked = {
            (any_of[0].article_id, any_of[0].start): each
            for each in questions
            for any_of in each.gold.sentences
            if each.gold.answerable and len(any_of) == 1 and each.gold.answers
        }
        self._found: dict[str, list[Passage]] = {}
        self.sources = self._mixed(chance)

    @cached_property
    def around(self) -> dict[str, Around]:
        """What each article has to swap in; an article's names come before those of longer ones of its kind."""
        names = {key: find_names(text) for key, text in self.texts.items()}
        keys = list(self.texts)
        return {
            key: Around(
                names=names[key],
                numbers=find_numbers(text),
                vocabulary=sorted(set(re.findall(r"\b[a-z]{5,}\b", text)) - words.FUNCTION_WORDS),
                other_names=[name for each in keys if each != key for name in names[each][:40]],
            )
            for key, text in self.texts.items()
        }

    def nearby(self, source: Source, question: str = "") -> list[Passage]:
        """Return what a search for the sentence, or for its question, finds besides its own passage."""
        asked = question or source.line.text
        if asked not in self._found:
            self._found[asked] = [hit.passage for hit in search(self.library, asked, k=8)]
        return [passage for passage in self._found[asked] if passage.id != source.passage.id]

    def about(self, source: Source) -> str:
        """Return a question that the sentence bears on: the set's own where there is one."""
        if source.line.question:
            return source.line.question
        names = [name for name in self.around[source.article.id].names if name in source.line.text]
        return f"What do the articles say about {source.line.title or (names or ['this'])[0]}?"

    def _split(self, key: str) -> tuple[Passage, ...]:
        encoder = self.library.encoder
        article = self.library.get_article(key)
        return split_article(
            article, measure=encoder.measure, budget=self.library.config.passage_tokens, window=encoder.window
        )

    def _mixed(self, chance: Random) -> list[Source]:
        """Return usable sentences, so that neighbours in the list come from different articles."""
        found: list[tuple[int, float, Source]] = []
        for key in self.texts:
            own = list(self._usable(key))
            chance.shuffle(own)
            found += [(turn, chance.random(), source) for turn, source in enumerate(own)]
        return [source for _, _, source in sorted(found, key=lambda each: each[:2])]

    def _usable(self, key: str) -> Iterator[Source]:
        info, text = self.infos[key], self.texts[key]
        for passage in self.passages[key]:
            for before, sentence in pairwise([None, *passage.sentences]):
                if sentence is None or not is_usable(sentence.text):
                    continue
                asked = self._asked.get((key, sentence.start))
                line = Line(
                    text=sentence.text,
                    before=before.text if before else "",
                    title=info.title,
                    published=info.published,
                    question=asked.golden.question if asked else "",
                    answer=min(asked.gold.answers, key=len) if asked else "",
                    article=text,
                )
                yield Source(line, EvidenceSpan(key, sentence.start, sentence.end), passage, info)


def is_usable(text: str) -> bool:
    """Say whether a sentence is whole, of middling length and free of the marks of broken text."""
    balanced = text.count("(") == text.count(")") and text.count('"') % 2 == 0 and text.count("“") == text.count("”")
    whole = bool(re.match(r"[A-Z]", text)) and text.endswith(".") and not re.search(r"[.!?] [A-Z]", text[:-1])
    return whole and balanced and 45 <= len(text) <= 330 and len(text.split()) >= 7 and not _ODD.search(text)


def make_cases(archive: Archive, each: int, seed: int) -> list[Case]:
    """Make up to so many claims in each way from the articles of an archive."""
    makers: dict[tuple[str, str], Callable[[Source, Random], Case | None]] = {}
    for kind, ways in (("quote", QUOTES), ("paraphrase", PARAPHRASES)):
        for subkind, reword in ways.items():
            makers[f"faithful {kind}", subkind] = _Reworded(archive, f"faithful {kind}", subkind, reword)
    for kind, changes in FALSE.items():
        for subkind, change in changes.items():
            makers[kind, subkind] = _Changed(archive, kind, subkind, change)
    for subkind in ("one passage", "two articles", "two articles, markers apart"):
        makers["faithful joined", subkind] = _Joined(archive, "faithful joined", subkind)
    for subkind in ("number in one half", "name in one half"):
        makers["half", subkind] = _Joined(archive, "half", subkind)
    for subkind in ("same article", "another article", "true passage not at hand", "to nothing"):
        makers["marker", subkind] = _Astray(archive, subkind)
    made: list[Case] = []
    for (kind, subkind), make in makers.items():
        chance = random.Random(f"{seed} {archive.name} {kind} {subkind}")
        start = len(archive.sources) * chance.randrange(STARTS) // STARTS
        order = [*archive.sources[start:], *archive.sources[:start]][:SCANNED]
        made += islice((case for source in order if (case := make(source, chance))), each)
    return made


@dataclass(frozen=True, slots=True)
class _Reworded:
    archive: Archive
    kind: str
    subkind: str
    reword: Callable[[Line, Random], str]

    def __call__(self, source: Source, chance: Random) -> Case | None:
        if source.line.points_back and self.reword not in (*QUOTES.values(), PARAPHRASES["pronoun resolved"]):
            return None
        claim = " ".join(self.reword(source.line, chance).split())
        if not claim or (claim == source.line.bare and self.subkind != "verbatim") or len(claim) < 30:
            return None
        return make_cited_case(self.archive, (self.kind, self.subkind), [source], claim, chance)


@dataclass(frozen=True, slots=True)
class _Changed:
    archive: Archive
    kind: str
    subkind: str
    change: Callable[[Line, Around, Random], str]

    def __call__(self, source: Source, chance: Random) -> Case | None:
        if source.line.points_back:
            return None
        around = self.archive.around[source.article.id]
        if self.subkind == "of another article":
            other = chance.choice(self.archive.sources)
            if (
                other.article.id == source.article.id
                or overlap(other.line.text, self.archive.texts[source.article.id]) > 0.7
            ):
                return None
            around = replace(around, other_sentence=other.line.text)
        claim = self.change(source.line, around, chance)
        if not claim or claim == source.line.bare:
            return None
        if self.kind not in ("quote", "invented") and chance.random() < 0.3:
            claim = decorate(source.line, claim, chance)
        truth = [] if self.kind == "invented" and "half" not in self.subkind else [source]
        return make_cited_case(
            self.archive, (self.kind, self.subkind), [source], claim, chance, wrong=claim, truth=truth
        )


def decorate(line: Line, claim: str, chance: Random) -> str:
    """Reword a false claim as a faithful one may be: attributed or with synonyms, the falsehood kept."""
    return chance.choice(
        (replace_with_synonyms(claim, chance, most=1) or claim, attribute(replace(line, text=claim + "."), chance))
    )


@dataclass(frozen=True, slots=True)
class _Joined:
    archive: Archive
    kind: str
    subkind: str

    def __call__(self, source: Source, chance: Random) -> Case | None:
        other = self._other(source, chance)
        if other is None or any(each.line.points_back or len(each.line.text) > 200 for each in (source, other)):
            return None
        second = other.line
        if self.kind == "half":
            change = number if self.subkind.startswith("number") else name_of_another
            changed = change(second, self.archive.around[other.article.id], chance)
            if not changed:
                return None
            second = replace(second, text=changed + ".")
        joint = chance.choice((", and {}", "; {}", ", while {}"))
        apart = self.subkind.endswith("apart") or self.kind == "half"
        wrong = second.inner if self.kind == "half" else ""
        halves = source.line.bare, joint.format(second.inner)
        way = self.kind, self.subkind
        return make_cited_case(self.archive, way, [source, other], halves, chance, wrong=wrong, apart=apart)

    def _other(self, source: Source, chance: Random) -> Source | None:
        if self.subkind == "one passage":
            own = [each for each in self.archive.sources if each.passage.id == source.passage.id and each != source]
            return chance.choice(own) if own else None
        others = [each for each in chance.sample(self.archive.sources, 5) if each.article.id != source.article.id]
        return others[0] if others else None


@dataclass(frozen=True, slots=True)
class _Astray:
    """Makes true claims whose marker points at a passage that does not carry them."""

    archive: Archive
    subkind: str

    def __call__(self, source: Source, chance: Random) -> Case | None:
        if source.line.points_back:
            return None
        kept = [p for p in self.archive.nearby(source) if overlap(source.line.text, p.text) < 0.4]
        same = [p for p in kept if p.article_id == source.article.id]
        apart = [p for p in kept if p.article_id != source.article.id]
        wanted = same if self.subkind == "same article" else apart
        if not wanted or (wording := self._worded(source.line, chance)) == "":
            return None
        target = chance.choice(wanted)
        at_hand = [] if self.subkind == "true passage not at hand" else [source.passage]
        others = [p for p in kept if p.id != target.id][:3]
        passages = [target, *at_hand, *others]
        chance.shuffle(passages)
        references = number_passages(self.archive, passages)
        place = 1 + passages.index(target) if self.subkind != "to nothing" else len(passages) + chance.randrange(1, 9)
        return Case(
            "marker", self.subkind, False, wording, wording, form_line(wording, f"[{place}]", chance), references,
            self.archive.about(source), (source.place,), self.archive.name, source.article.id,
        )  # fmt: skip

    def _worded(self, line: Line, chance: Random) -> str:
        return chance.choice((line.bare, line.bare, replace_with_synonyms(line.bare, chance) or line.bare))


def make_cited_case(
    archive: Archive,
    way: tuple[str, str],
    sources: Sequence[Source],
    claim: str | tuple[str, str],
    chance: Random,
    *,
    wrong: str = "",
    truth: Sequence[Source] | None = None,
    apart: bool = False,
) -> Case:
    """Put a claim into a draft that cites its sources' passages among others that a search finds, in shuffled order."""
    question = " ".join(dict.fromkeys(archive.about(source) for source in sources))
    own = list({source.passage.id: source.passage for source in sources}.values())
    asked = sources[0].line.question if len(sources) == 1 else ""
    near = [p for p in archive.nearby(sources[0], asked) if p.id not in {o.id for o in own}]
    passages = [*own, *near[: chance.randrange(3, 6)]]
    chance.shuffle(passages)
    places = [1 + next(i for i, p in enumerate(passages) if p.id == source.passage.id) for source in sources]
    if isinstance(claim, tuple):
        first, second = claim
        text = first + second
        if apart:
            draft = f"{first} [{places[0]}]{second} [{places[1]}]."
        else:
            draft = form_line(text, write_markers(list(dict.fromkeys(places)), chance), chance)
    else:
        text = claim
        draft = form_line(text, write_markers(places, chance), chance)
    return Case(
        *way, way[0].startswith("faithful"), text, wrong, draft, number_passages(archive, passages), question,
        tuple(source.place for source in (sources if truth is None else truth)), archive.name, sources[0].article.id,
    )  # fmt: skip


def write_markers(places: Sequence[int], chance: Random) -> str:
    """Write markers in one of the ways that models write them."""
    if len(places) > 1:
        return chance.choice(("".join(f"[{place}]" for place in places), f"[{', '.join(map(str, places))}]"))
    return chance.choice((f"[{places[0]}]",) * 9 + (f"【{places[0]}】",))


def form_line(claim: str, marks: str, chance: Random) -> str:
    """Make a claim a line of a draft; one that ends in a full stop keeps it."""
    whole = claim.endswith((".", ".”", '."', "!", "?"))
    return f"{claim} {marks}" if whole else chance.choice(_FORMS).format(claim, marks)


def number_passages(archive: Archive, passages: Sequence[Passage]) -> tuple[Reference, ...]:
    """Return passages as references, in the order given."""
    return tuple(Reference(n, archive.infos[p.article_id], p) for n, p in enumerate(passages, 1))


def overlap(sentence: str, text: str) -> float:
    """Return the share of a sentence's content words that stand in a text."""
    own = {word for word in re.findall(r"\w{4,}", sentence.lower()) if word not in words.FUNCTION_WORDS}
    return len(own & set(re.findall(r"\w{4,}", text.lower()))) / max(1, len(own))


def combine_into_drafts(made: Sequence[Case], seed: int) -> list[tuple[str, tuple[Case, ...]]]:
    """Put claims of one set into drafts of three to five, true and false ones mixed, over common references.

    Returns each draft with its claims, whose references are the draft's. Claims that lean on their question's words
    stay alone, as a draft answers one question.
    """
    chance = random.Random(f"{seed} together")
    by_set: Mapping[str, list[Case]] = defaultdict(list)
    for case in made:
        if case.subkind != "answered":
            by_set[case.set].append(case)
    drafts = []
    for own in by_set.values():
        chance.shuffle(own)
        while own:
            size = len(own) if len(own) < 6 else chance.randrange(3, min(6, len(own) - 2))
            group = [own.pop() for _ in range(size)]
            drafts.append(_merged(group))
    return drafts


def _merged(group: Sequence[Case]) -> tuple[str, tuple[Case, ...]]:
    passages = {ref.passage.id: ref for case in group for ref in _needed(case)}
    references = tuple(replace(ref, number=n) for n, ref in enumerate(passages.values(), 1))
    numbers = {ref.passage.id: ref.number for ref in references}
    parts = []
    for case in group:
        new = {ref.number: numbers[ref.passage.id] for ref in _needed(case)}
        parts.append(remarked(case.draft, new))
    draft = (
        "\n".join(parts) if any(part.startswith("- ") for part in parts) else " ".join(_ended(part) for part in parts)
    )
    return draft, tuple(replace(case, references=references, question=group[0].question) for case in group)


def remarked(draft: str, numbers: Mapping[int, int]) -> str:
    """Change the numbers of a draft's markers; one that pointed to nothing still does."""

    def changed(found: re.Match[str]) -> str:
        return re.sub(r"\d+", lambda number: str(numbers.get(int(number[0]), 99)), found[0])

    return re.sub(r"[\[【][\d, ]+[\]】]", changed, draft)


def _needed(case: Case) -> tuple[Reference, ...]:
    """Return the references that a draft cites, those that carry it, and one more."""
    used = {int(n) for marks in re.findall(r"[\[【]([\d, ]+)[\]】]", case.draft) for n in re.findall(r"\d+", marks)}
    kept = [
        ref for ref in case.references
        if ref.number in used or any(t.overlaps(ref.article.id, ref.passage.start, ref.passage.end) for t in case.truth)
    ]  # fmt: skip
    return (*kept, *[ref for ref in case.references if ref not in kept][:1])


def _ended(part: str) -> str:
    return part if re.search(r"[.!?][\"”]?(?: ?[\[【][\d, ]+[\]】])*$", part) else part + "."
