"""Says in a sentence what happened to the claims of a chat model that could not be verified. Pure.

Sanitizing is left to whatever shows the sentence; JSON keeps the verifier's codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.render.blocks import format_count

if TYPE_CHECKING:
    from retrieval.domain import Answer

REASONS = {
    "support": "not in the passages",
    "negation": "denied there",
    "number": "a number",
    "date": "a date",
    "name": "a name",
    "quote": "a quotation",
    "quantity": "claims more than the passages",
    "entailment": "does not follow from the passages",
    "link": "a link",
    "context": "depends on a claim that was left out",
    "long": "too long to check",
}
"""The verifier's codes in words."""


def describe_left_out(value: Answer) -> str:
    """Say how many claims were not verified, why, and whether they are left out or marked; "" if there are none."""
    if not value.left_out:
        return ""
    reasons = ", ".join(dict.fromkeys(REASONS.get(reason, reason) for reason in value.left_out))
    count = format_count(len(value.left_out), "claim")
    verb = "was" if len(value.left_out) == 1 else "were"
    outcome = "marked as unverified" if value.marked_unverified else "left out"
    return f"{count} of the model could not be verified and {verb} {outcome} ({reasons})."
