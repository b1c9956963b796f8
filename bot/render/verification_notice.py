"""What became of claims of a chat model's that did not stand, in a sentence for people. Pure.

Where it is shown is where it is made safe; JSON keeps the codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
"""Codes of the verifier's, as they are told to people."""


def describe_left_out(value: Answer) -> str:
    """Say how many claims did not stand, why, and whether they are gone or marked; nothing when all stood."""
    if not value.left_out:
        return ""
    why = ", ".join(dict.fromkeys(REASONS.get(reason, reason) for reason in value.left_out))
    one = len(value.left_out) == 1
    what = "1 claim" if one else f"{len(value.left_out):,} claims"
    done = "marked as unverified" if value.marked_unverified else "left out"
    return f"{what} of the model did not stand and {'was' if one else 'were'} {done} ({why})."
