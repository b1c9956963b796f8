"""A message that asks several questions -> the single questions. Pure."""

from __future__ import annotations


def split_questions(text: str) -> tuple[str, ...]:  # noqa: ARG001
    """Return the questions of a text that asks several, each standing alone; nothing where it asks one."""
    return ()
