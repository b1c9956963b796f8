"""Claims and passages -> what a chat model is asked of them, and its reply -> rulings and new wordings. Pure.

The reply is plain lines, which every model can write; providers differ in how they are made to reply in JSON, and local
servers refuse some of the ways, but a reply that is JSON all the same is read, too. Nothing of a reply is believed
beyond its form: unknown numbers are passed over, and what is ruled in two ways is not ruled. Among the claims stands
one that no archive supports: whoever supports it does not read.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.generation.prompt_templates import close_gaps, load_prompt, render_passage
from retrieval.text.prompt_injection import is_prompt_injection
from retrieval.text.sanitizing import sanitize_for_model, sanitize_model_output
from retrieval.verification.rulings import Ruling

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from retrieval.domain import Reference
    from retrieval.verification.rulings import Finding

CONTROL = "Eleven goats were counted on the roof of the customs house in Tralee."
"""Nothing says so: a model that calls it supported has not compared the claims with the passages."""
LONGEST_BEYOND = 200
"""Characters of the words that go too far."""

_FINDING = r"(?P<finding>supported|contradicted|not[ _-]stated)"
_LINE = re.compile(
    rf"^[\s>*_#-]*(?:claim\s*)?(?P<number>\d{{1,3}})[*_]*\s*[:.)–—-]+[\s*_]*{_FINDING}\b[*_.,;:]*(?P<rest>.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_PASSAGE = re.compile(r"\[\s*(\d{1,3})\s*\]")
_BEYOND = re.compile(r"[\"“„«](.+)[\"”“»]")
_ANSWERS = re.compile(
    r"^[\s>*_#-]*ANSWERS?[*_]*\s*:[\s*_]*(?P<numbers>none|[\d\s,;and]+)", re.IGNORECASE | re.MULTILINE
)
_NEW_LINE = re.compile(
    r"^[\s>*_#-]*(?:claim\s*)?(?P<number>\d{1,3})[*_]*\s*[:.)–—-]+\s*(?P<text>\S.*)$", re.I | re.MULTILINE
)
_NONE = re.compile(r"[\W_]*none[\W_]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rulings:
    """What a reply says of claims, by their places from 0; `answering` are those that answer, None where it is silent.

    `believable` is False where the reply supports what nothing says.
    """

    found: Mapping[int, Ruling]
    answering: frozenset[int] | None = None
    believable: bool = True


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """The claims of one draft as a model is asked of them, with the passages that are shown."""

    question: str
    claims: tuple[str, ...]
    passages: tuple[Reference, ...]

    @property
    def control(self) -> int:
        """The number, from 1, of the claim that nothing supports."""
        return (len(self.claims) + 1) // 2 + 1

    def render(self) -> str:
        """Return what the model is asked."""
        listed = list(self.claims)
        listed.insert(self.control - 1, CONTROL)
        return close_gaps(
            load_prompt("check_claims").fill(
                passages=render_passages(self.passages),
                question=sanitize_for_model(self.question),
                claims="\n".join(
                    load_prompt("claim").fill(number=number, text=flatten_claim(text))
                    for number, text in enumerate(listed, 1)
                ),
                last=len(listed),
            )
        )

    def read(self, reply: str) -> Rulings:
        """Return the rulings of a reply; a claim that it leaves out, or rules in two ways, has none."""
        text = sanitize_model_output(reply)
        ruled: dict[int, Ruling | None] = {}
        shown = {reference.number for reference in self.passages}
        for number, ruling in _yield_rulings(text):
            if 1 <= number <= len(self.claims) + 1:
                ruling = ruling if ruling.passage in shown else replace(ruling, passage=0)  # noqa: PLW2901
                before = ruled.get(number, ruling)
                ruled[number] = ruling if before and before.finding == ruling.finding else None
        control = ruled.pop(self.control, None)
        answers = _ANSWERS.search(text)
        named = {int(number) for number in re.findall(r"\d+", answers["numbers"])} if answers else set()
        known = {number for number in named if 1 <= number <= len(self.claims) + 1 and number != self.control}
        return Rulings(
            {self._place(number): ruling for number, ruling in ruled.items() if ruling},
            frozenset(map(self._place, known)) if answers else None,
            believable=control is None or control.finding != "supported",
        )

    def _place(self, number: int) -> int:
        return number - 1 - (number > self.control)


def render_passages(references: Sequence[Reference]) -> str:
    """Return passages as a checking model sees them: without the sentences that give it orders."""
    return "\n\n".join(render_passage(_drop_orders(reference)) for reference in references)


def render_repair(question: str, faulted: Mapping[int, tuple[str, str]], passages: Sequence[Reference]) -> str:
    """Return how a model is asked to reword claims, by number: each with the words in it that go too far, if known."""
    return close_gaps(
        load_prompt("repair_claims").fill(
            passages=render_passages(passages),
            question=sanitize_for_model(question),
            claims="\n".join(
                load_prompt("faulted_claim").fill(
                    number=number, text=flatten_claim(text), beyond=flatten_claim(beyond) or "not said what"
                )
                for number, (text, beyond) in faulted.items()
            ),
        )
    )


def read_repair(reply: str, numbers: Sequence[int]) -> dict[int, str]:
    """Return the new wordings of a reply, by number; of a number that comes twice the first, unknown ones not."""
    found: dict[int, str] = {}
    for line in _NEW_LINE.finditer(sanitize_model_output(reply)):
        number = int(line["number"])
        if number in numbers and number not in found:
            found[number] = line["text"].strip()
    return {number: text for number, text in found.items() if not _NONE.fullmatch(text)}


def flatten_claim(text: str) -> str:
    """Return a claim on one line, harmless to who reads it."""
    return " ".join(sanitize_for_model(text).split())


def _yield_rulings(text: str) -> Iterator[tuple[int, Ruling]]:
    for line in _LINE.finditer(text):
        passage, beyond = _PASSAGE.search(line["rest"]), _BEYOND.search(line["rest"])
        yield (
            int(line["number"]),
            Ruling(
                _read_finding(line["finding"]),
                beyond[1].strip()[:LONGEST_BEYOND] if beyond else "",
                int(passage[1]) if passage else 0,
            ),
        )
    yield from _yield_json(text)


def _yield_json(text: str) -> Iterator[tuple[int, Ruling]]:
    """Yield what a reply in JSON says: {"1": "supported"}, or a list of objects with a number and a finding."""
    start, end = min((at for at in (text.find("{"), text.find("[")) if at >= 0), default=-1), len(text)
    while start >= 0 and end > start:
        try:
            value = json.loads(text[start:end])
        except ValueError:
            end = max(text.rfind("}", start, end - 1), text.rfind("]", start, end - 1)) + 1
            continue
        yield from _walk_json(value)
        return


def _walk_json(value: object) -> Iterator[tuple[int, Ruling]]:
    if isinstance(value, list):
        for each in value:
            yield from _walk_json(each)
        return
    if not isinstance(value, dict):
        return
    number = next((value[key] for key in ("claim", "number", "id") if key in value), None)
    if isinstance(number, int | str) and str(number).isdecimal():
        said = [str(each) for key, each in value.items() if key not in ("claim", "number", "id", "passage")]
        finding = next((found for each in said if (found := re.fullmatch(_FINDING, each.strip(), re.I))), None)
        beyond = next((each for each in said if finding and each.strip() != finding[0]), "")
        if finding:
            passage = str(value.get("passage", 0))
            yield (
                int(number),
                Ruling(_read_finding(finding[0]), beyond[:LONGEST_BEYOND], int(passage) if passage.isdecimal() else 0),
            )
        return
    for key, each in value.items():
        finding = re.match(_FINDING, each.strip(), re.I) if isinstance(each, str) else None
        if str(key).isdecimal() and finding:
            yield int(key), Ruling(_read_finding(finding[0]))
        else:
            yield from _walk_json(each)


def _read_finding(said: str) -> Finding:
    lower = said.lower()
    return "supported" if lower == "supported" else "contradicted" if lower == "contradicted" else "not stated"


def _drop_orders(reference: Reference) -> Reference:
    """Return a reference without the sentences, title and author that give orders to whoever reads them."""
    passage, article = reference.passage, reference.article
    text = passage.text
    for sentence in sorted(passage.sentences, key=lambda each: -each.start):
        if is_prompt_injection(sentence.text):
            start, end = sentence.start - passage.start, sentence.end - passage.start
            text = f"{text[:start]}…{text[end:]}"
    return replace(
        reference,
        passage=replace(passage, text=text),
        article=replace(
            article,
            title="" if is_prompt_injection(article.title) else article.title,
            author="" if is_prompt_injection(article.author) else article.author,
        ),
    )
