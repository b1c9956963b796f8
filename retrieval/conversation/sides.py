"""A question that compares -> the sides that it names. Pure."""

from __future__ import annotations


def find_sides(text: str) -> tuple[str, ...]:  # noqa: ARG001
    """Return what a comparison compares, as the question words it; nothing where it names no sides."""
    return ()
