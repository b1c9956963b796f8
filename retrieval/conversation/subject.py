"""A question -> what it is about, without the words that only say what is wanted. Pure."""

from __future__ import annotations


def find_subject(text: str) -> str:
    """Return the subject of a question."""
    return text
