"""A question -> its kind: what sort of answer it wants. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.text.courtesies import classify_courtesy

if TYPE_CHECKING:
    from retrieval.domain import Kind


def classify_question(text: str) -> Kind:
    """Return the kind of a question that stands alone."""
    return "smalltalk" if classify_courtesy(text) else "fact"
