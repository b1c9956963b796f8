"""A short human reply to greetings, thanks, praise and goodbyes; telling them apart is left to courtesies.py. Pure."""

from __future__ import annotations

from retrieval.text.courtesies import classify_courtesy

REPLIES = {
    "about": (
        "I answer questions from an archive of articles, in the articles' words and with their sources. "
        "When they do not say, I say so. Ask who, what, where, when or why."
    ),
    "goodbye": "Goodbye!",
    "thanks": "You're welcome. Ask another question whenever you like.",
    "wellbeing": "Well, thank you! What would you like to know from the articles?",
    "greeting": "Hello! Ask me anything about the articles.",
    "assent": "Good. What else would you like to know?",
}
"""The reply to each kind of courtesy."""


def reply(text: str) -> str | None:
    """Return a short reply to small talk, None for anything that asks something."""
    return REPLIES.get(classify_courtesy(text))
