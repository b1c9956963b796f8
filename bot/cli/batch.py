"""Batches: one JSON object per line in, one per line out, in the same order. An error takes the place of its answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from retrieval.conversation.request import parse_request
from retrieval.errors import ClippingsError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from retrieval.conversation.request import Request


def parse_line(text: str) -> Request:
    """Read one line; raise InputError when it is no object with a question, or a field has the wrong type."""
    return parse_request(_parse_object(text))


def answer_lines(
    lines: Iterable[str], reply: Callable[[Request], Mapping[str, Any]]
) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield each line's reply and whether it succeeded; a line that fails yields its `id`, its number and the error."""
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        value: dict[str, Any] = {}
        try:
            value = _parse_object(text)
            echo = {"id": value["id"]} if "id" in value else {}
            yield {**echo, **reply(parse_request(value))}, True
        except ClippingsError as error:
            yield {"id": value.get("id"), "line": number, "error": str(error)}, False


def _parse_object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON: {error}") from None
    if not isinstance(value, dict):
        raise InputError('not a JSON object with a "question".')
    return value
