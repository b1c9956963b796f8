"""Small talk -> a short reply, without a search; what is replied is conversation/small_talk.py's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.answering.extractive import EXTRACTIVE
from retrieval.conversation.small_talk import choose_reply
from retrieval.domain import Answer, Understanding

if TYPE_CHECKING:
    from retrieval.answering.inquiry import Inquiry


def answer_small_talk(inquiry: Inquiry) -> Answer:
    """Reply to what asks nothing of the articles; certain, without a citation."""
    text = inquiry.asked.question
    return build_reply(text, choose_reply(text))


def build_reply(text: str, reply: str) -> Answer:
    """Return a reply to small talk as an answer."""
    return Answer(text, reply, (), False, 1.0, EXTRACTIVE, 0.0, understanding=Understanding(text, "smalltalk"))
