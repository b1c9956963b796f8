"""An archive of any size, from a grammar: news briefs of one sentence, each with a question that only it answers. Pure.

A brief reports one event at one institution, such as "the maritime library in Alderbrook". No two briefs share one. A
smaller archive is the beginning of a larger one, so that the same questions can be asked of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from random import Random
from string import Formatter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def _words(text: str) -> list[str]:
    return [word.replace("_", " ") for word in text.split()]


def _joined(firsts: str, lasts: str, between: str = "") -> list[str]:
    return [between.join(pair) for pair in product(_words(firsts), _words(lasts))]


PLACES = _joined(
    "Alder Ash Barrow Birch Black Bram Clay Cold Crow Dun East Fair Fern Gold Green Hart Hazel Holm King Lang Mill "
    "North Oak Raven Red Rush Salt Stone Thorn West",
    "brook bury by combe dale field ford gate ham haven hurst ley mere port stead stow ton ville wick worth",
)
_WHICH = "old new royal municipal maritime botanical medical railway cathedral harbour"
HOUSES = _joined(
    _WHICH,
    "museum library theatre school hospital market brewery shipyard observatory archive orchestra bakery print_shop "
    "sawmill tannery foundry power_station ferry_line choir swimming_pool",
    " ",
)
OTHERWISE = _joined(
    _WHICH,
    "exhibition_hall book_collection playhouse academy clinic bazaar beer_maker dockyard star_watch record_office "
    "symphony bread_maker press timber_mill leather_works metal_casters electricity_plant boat_service singers baths",
    " ",
)
"""The same institutions, one by one, in other words, which every second question uses."""
LAST = _joined(
    "Ander Bell Brand Carl Dahl Egger Fisch Gros Hall Jans Keller Lind Mars Nor Pal Quin Ross Sand Tor Wall",
    "berg by den feld ing ler man ner quist son",
)
FIRST = _words(
    "Ada Agnes Albert Alice Amir Anna Arthur Bela Carla Cecil Clara Daniel David Dora Edgar Edith Elena Emil Erik "
    "Esther Farah Felix Frank George Grace Hanna Helen Henry Hugo Ida Irene Ivan Jacob Jane Joan Jonas Julia Karim "
    "Karl Laura Leo Lena Louis Lucy Magda Marcus Maria Martin Mina Nadia Nina Oscar Paula Peter Rosa Ruth Samuel "
    "Sofia Thomas Vera"
)
MONTHS = _words("January February March April May June July August September October November December")
PARTS = _words(
    "boiler chimney cellar clock courtyard lift organ gatehouse attic veranda bell_tower copper_roof east_wing "
    "glass_dome great_hall marble_floor spiral_staircase water_pipes weather_vane west_front reading_room oak_doors "
    "fire_alarm stage_lights"
)
MOST = len(PLACES) * len(HOUSES)
STRIDE = 7_919
"""A prime that does not divide MOST: neighbours in the archive are far apart in the list of institutions."""

EVENTS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "The {house} in {place} reopened on {date} after {person} had mended its {part} for {sum} crowns.",
        (
            ("Who repaired the {part} of the {house} in {place}?", "person"),
            ("When did the {house} in {place} open again?", "date"),
            ("How much did it cost to mend the {part} of the {house} in {place}?", "sum"),
        ),
    ),
    (
        "{person} was chosen on {date} to lead the {house} in {place}, by {sum} votes against the candidate {other}.",
        (
            ("Who was elected to lead the {house} in {place}?", "person"),
            ("Who lost the vote to lead the {house} in {place}?", "other"),
            ("On what day was a leader chosen for the {house} in {place}?", "date"),
        ),
    ),
    (
        "A storm tore down the {part} of the {house} in {place} on {date}; {person} put the damage at {sum} crowns.",
        (
            ("When did a storm hit the {house} in {place}?", "date"),
            ("Who estimated the storm damage at the {house} in {place}?", "person"),
            ("How high was the storm damage at the {house} in {place}?", "sum"),
        ),
    ),
    (
        "Thieves took {sum} silver coins from the {part} of the {house} in {place} in the night of {date}, said "
        "inspector {person}.",
        (
            ("How many silver coins were stolen from the {house} in {place}?", "sum"),
            ("Which inspector spoke of the theft at the {house} in {place}?", "person"),
            ("Where in the {house} in {place} had the stolen coins been?", "part"),
        ),
    ),
    (
        "On {date} the {house} in {place} dismissed {person} over {sum} crowns of unpaid bills for the {part}.",
        (
            ("Who was dismissed from the {house} in {place}?", "person"),
            ("What were the unpaid bills of the {house} in {place} for?", "part"),
            ("When did the {house} in {place} dismiss someone?", "date"),
        ),
    ),
    (
        "{person} left {sum} crowns to the {house} in {place}, whose {part} will bear the name of {other} from {date}.",
        (
            ("Who left money to the {house} in {place}?", "person"),
            ("After whom will the {part} of the {house} in {place} be named?", "other"),
            ("What sum did the {house} in {place} inherit?", "sum"),
        ),
    ),
    (
        "Workers of the {house} in {place} walked out on {date} when {person} closed the {part} and cut {sum} jobs.",
        (
            ("When did the staff of the {house} in {place} go on strike?", "date"),
            ("How many jobs were lost at the {house} in {place}?", "sum"),
            ("Who closed the {part} of the {house} in {place}?", "person"),
        ),
    ),
    (
        "A fire that broke out near the {part} drove {sum} people out of the {house} in {place} on {date}; {person} "
        "was praised for raising the alarm.",
        (
            ("Who raised the alarm at the {house} in {place}?", "person"),
            ("How many people fled the fire at the {house} in {place}?", "sum"),
            ("Near what did the fire at the {house} in {place} start?", "part"),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Brief:
    """One brief with its question; `start` and `end` are the answer's offsets in the text."""

    id: str
    text: str
    question: str
    start: int
    end: int

    @property
    def article(self) -> dict[str, Any]:
        """The brief as a line of articles.jsonl."""
        return {"id": self.id, "text": self.text}

    @property
    def asked(self) -> dict[str, Any]:
        """Its question as a line of questions.jsonl."""
        return {
            "id": self.id,
            "question": self.question,
            "answerable": True,
            "answers": [self.text[self.start : self.end]],
            "evidence": [{"article_id": self.id, "start": self.start, "end": self.end}],
            "evidence_sentence": [{"article_id": self.id, "start": 0, "end": len(self.text)}],
        }


def make_briefs(count: int) -> Iterator[Brief]:
    """Yield the first so many briefs, always the same; ValueError beyond MOST of them."""
    if count > MOST:
        raise ValueError(f"there are {MOST:,} briefs, not {count:,}")
    return (make_brief(number) for number in range(count))


def make_brief(number: int) -> Brief:
    """Make one brief from its number."""
    chance = Random(number)
    place, house = divmod(number * STRIDE % MOST, len(HOUSES))
    person, other = (f"{chance.choice(FIRST)} {chance.choice(LAST)}" for _ in range(2))
    slots = {
        "place": PLACES[place],
        "house": HOUSES[house],
        "person": person,
        "other": other,
        "date": f"{chance.randint(1, 28)} {chance.choice(MONTHS)} {chance.randint(1950, 2024)}",
        "part": chance.choice(PARTS),
        "sum": f"{chance.randint(110, 99_999):,}",
    }
    telling, questions = chance.choice(EVENTS)
    question, wanted = chance.choice(questions)
    text, places = fill_sentence(telling, slots)
    asked = {**slots, "house": OTHERWISE[house]} if number % 2 else slots
    return Brief(f"brief-{number:06}", text, question.format(**asked), *places[wanted])


def fill_sentence(telling: str, slots: Mapping[str, str]) -> tuple[str, dict[str, tuple[int, int]]]:
    """Fill the slots of a sentence; return it with the offsets of each slot."""
    text = ""
    places: dict[str, tuple[int, int]] = {}
    for literal, name, _, _ in Formatter().parse(telling):
        text += literal
        if name:
            places[name] = len(text), len(text) + len(slots[name])
            text += slots[name]
    return text, places
