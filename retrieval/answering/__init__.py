"""Answering with quotes: ranked passages -> sentences, their wording and citations, and the confidence in them.

    extractive     a question in its possible meanings -> an Answer, quotes or a refusal
    extraction     hits -> the sentences that answer
    quote_wording  sentences -> the text of an answer
    citations      `cite`, `check_citations`: quotes -> citations, and their proof
    confidence     `estimate_confidence`: signals -> the probability that the archive answers

Nothing here asks a chat model.
"""
