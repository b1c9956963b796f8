"""Says how sure an answer is, and what happened to the claims of a chat model that do not stand. Pure.

Sanitizing is left to whatever shows the sentence; JSON keeps the verifier's codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.render.blocks import format_count

if TYPE_CHECKING:
    from retrieval.domain import Answer

REPAIRED = "repaired"
"""Stands for a claim that was worded a second time, among those that the answer does not show as they were."""
REASONS = {
    "support": "not confirmed",
    "not stated": "not stated in the passages",
    "contradicted": "contradicted there",
    "negation": "denied there",
    "number": "a number",
    "date": "a date",
    "name": "a name",
    "quote": "a quotation",
    "quantity": "claims more than the passages",
    "link": "a link",
    "order": "an order",
    "context": "depends on a claim that was left out",
    "long": "too long to check",
}
"""The verifier's codes in words."""


MAY_ANSWER = "This may answer it:"


def introduce_unsure(value: Answer) -> str:
    """Return what stands before quotes that may answer; "" where they are sure, or a model's checked words follow."""
    return MAY_ANSWER if value.certainty == "unsure" and not value.model and value.citations else ""


def describe_left_out(value: Answer) -> str:
    """Say how many claims were reworded, replaced, left out or marked, and why; "" if there are none."""
    quoted = [reason for reason in value.reworded if reason != REPAIRED]
    outcomes = [
        (len(value.reworded) - len(quoted), "reworded more closely to the articles"),
        (len(quoted), "replaced by a quote" if len(quoted) == 1 else "replaced by quotes"),
        (len(value.left_out), _describe_unverified(value)),
    ]
    return " ".join(_describe_count(count, outcome) for count, outcome in outcomes if count)


def _describe_count(count: int, outcome: str) -> str:
    verb = "was" if count == 1 else "were"
    return f"{format_count(count, 'claim')} of the model could not be verified and {verb} {outcome}."


def _describe_unverified(value: Answer) -> str:
    reasons = ", ".join(dict.fromkeys(REASONS.get(reason, reason) for reason in value.left_out))
    return f"{'marked as unverified' if value.marked_unverified else 'left out'} ({reasons})"
