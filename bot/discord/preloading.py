"""Loads what the first question would have to wait for, before anybody can ask it."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from retrieval.answering.answer_kinds import load_answerers
from retrieval.conversation.small_talk import reply_to_courtesy
from retrieval.domain import Span
from retrieval.encoder import Window
from retrieval.errors import ModelError
from retrieval.text.dates import load_languages

if TYPE_CHECKING:
    from retrieval.encoder import Encoder

QUESTION, SENTENCE = "Where is the harbour?", "The harbour is in the north."
"""What models are tried on when the bot starts."""


def preload(encoder: Encoder, *, chats: bool) -> None:
    """Load dates in all languages, who answers each kind, word lists, the encoder, and the reader of sentences.

    `chats` says that a chat model writes answers. A model's error is left for the first question to report.
    """
    from wordfreq import zipf_frequency

    with suppress(ModelError):
        load_languages(datetime.now(UTC).date())
        load_answerers()
        reply_to_courtesy(QUESTION)
        # Only what is claimed by a model is weighed by the longer list, of 30 MB.
        for words in ("small", "best") if chats else ("small",):
            zipf_frequency("harbour", "en", wordlist=words)
        encoder.encode_question(QUESTION)
        encoder.read_windows(QUESTION, [Window("", SENTENCE, (Span(0, len(SENTENCE)),))])
