"""Answering with quotes: ranked passages -> sentences, their wording and citations, and the confidence in them.

    extractive     a question in its possible meanings -> an Answer, quotes or a refusal
    extraction     hits -> the sentences that answer
    quote_wording  sentences -> the text of an answer
    citations      quotes -> citations, and their proof
    confidence     signals -> the probability that the archive answers

Nothing here asks a chat model.
"""

from retrieval.answering.citations import MARKER, check_citations, cite, escape_quote
from retrieval.answering.confidence import THRESHOLD, Signals, estimate_confidence

__all__ = ["MARKER", "THRESHOLD", "Signals", "check_citations", "cite", "escape_quote", "estimate_confidence"]
