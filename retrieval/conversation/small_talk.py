"""A short human reply to greetings, thanks, opinions, jokes and the like; no search is wanted for these. Pure.

Courtesies are courtesies.py's; telling other small talk from questions is left to question_kind.py.
"""

from __future__ import annotations

import re

from retrieval.text.courtesies import classify_courtesy

REPLIES = {
    "about": (
        "I am a program that answers questions from an archive of articles, in their words and with their sources. "
        "Ask for a fact (who, when, where, why, how many), a list, a comparison, a timeline, a summary, what is new "
        "since a day, or about the archive itself: who wrote what, and when. When the articles do not say, I say so."
    ),
    "goodbye": "Goodbye!",
    "thanks": "You're welcome. Ask another question whenever you like.",
    "wellbeing": "Well, thank you! What would you like to know from the articles?",
    "greeting": "Hello! Ask me anything about the articles.",
    "assent": "Good. What else would you like to know?",
    "joke": "I have none to tell: I only know what the articles say. What would you like to know from them?",
    "opinion": "I have no opinions. Name a subject, and I look up what the articles say about it.",
    "chat": "I can only talk about what is in the articles. What would you like to know from them?",
}
"""The reply to each kind of courtesy and of other small talk."""

_JOKE = re.compile(r"\b(?:jokes?|riddles?|funny|poems?|sing|songs?|rap|laugh)\b", re.IGNORECASE)
_OPINION = re.compile(
    r"\b(?:think|like|love|hate|prefer|favou?rite|opinion|feel|believe|vote|voted|choose|recommend|agree|would you)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\b(?:you|your)\b", re.IGNORECASE)


def reply_to_courtesy(text: str) -> str:
    """Return the reply to a mere courtesy, which needs no library; nothing for any other text."""
    return REPLIES[courtesy] if (courtesy := classify_courtesy(text)) else ""


def choose_reply(text: str) -> str:
    """Return the reply to a text that is small talk."""
    return REPLIES[classify_small_talk(text)]


def classify_small_talk(text: str) -> str:
    """Return the kind of a text that is small talk, a key of REPLIES."""
    if courtesy := classify_courtesy(text):
        return courtesy
    patterns = {"joke": _JOKE, "opinion": _OPINION, "about": _ABOUT}
    return next((kind for kind, pattern in patterns.items() if pattern.search(text)), "chat")
