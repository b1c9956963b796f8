"""Values <-> JSON for storage: what is read back equals what was stored.

Fields that a later version adds are passed over, fields that an earlier one did not have get their defaults.
"""

from __future__ import annotations

import json
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from bot.discord.entities import GuildSettings, Hits, IncomingQuestion, Listing
from retrieval.domain import Answer

Value = TypeVar("Value")


class JsonFormat(Generic[Value]):
    """The JSON of one type's values. Python's own module writes it: it keeps lone surrogates and infinite numbers."""

    def __init__(self, adapter: TypeAdapter[Value]) -> None:
        self._adapter = adapter

    def dump(self, value: Value) -> str:
        """Write a value."""
        return json.dumps(self._adapter.dump_python(value, mode="json"))

    def load(self, text: str) -> Value:
        """Read a value."""
        return self._adapter.validate_python(json.loads(text))


QUESTION = JsonFormat(TypeAdapter(IncomingQuestion))
ANSWER = JsonFormat(TypeAdapter(Answer))
HITS = JsonFormat(TypeAdapter(Hits))
SETTINGS = JsonFormat(TypeAdapter(GuildSettings))
LISTING = JsonFormat(TypeAdapter(Listing))
