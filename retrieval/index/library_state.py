"""What a library was built with, and how far its stores are: one value, which the catalog keeps as text. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class State:
    """What a library was built with, and how far its stores are."""

    fingerprint: str
    dimension: int
    passage_tokens: int
    generation: int = 0
    next_number: int = 1
    passages: int = 0
    store: str = ""  # "" is the embedded Chroma, else a server's URL
    collection: str = ""  # the collection's name in Chroma
    published: int = 0  # which of the embedded Chroma folders is the present one
    published_number: int = 0  # Chroma holds the passages up to this number
    published_dead: int = 0  # how many deleted entries the embedded index carries along
    forget: bool = False  # articles were removed whose text may still be in Chroma's files
    writing: bool = False  # a writer began and did not end: the lexical index may hold other passages
    engines: str = ""  # what encoded the passages, in the order of their first use; "" in older libraries


def format_state(state: State) -> str:
    """Return a state as text."""
    return json.dumps(asdict(state))


def parse_state(text: str) -> State:
    """Return the state that a text is of; raise ValueError or TypeError where it is of none."""
    return State(**json.loads(text))
