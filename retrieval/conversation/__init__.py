"""Conversation: a question and what was said before it -> what is asked, by rules alone.

    request             what a question may be given as -> an Ask
    context_dependence  whether a question depends on the conversation
    rewriting           a context-dependent question -> a standalone one

Rewording by a chat model is generation's.
"""

from retrieval.conversation.context_dependence import is_context_dependent
from retrieval.conversation.request import Askable, Request, parse_ask, parse_history, parse_request
from retrieval.conversation.rewriting import rewrite_question

__all__ = [
    "Askable",
    "Request",
    "is_context_dependent",
    "parse_ask",
    "parse_history",
    "parse_request",
    "rewrite_question",
]
