"""Generation: passages -> a chat model's draft, whatever its provider does.

    context             hits -> the references that fit a budget
    prompt_templates    prompts/*.md, filled
    chat_models         a setting -> a LangChain chat model
    drafts              messages -> a draft, piece by piece, with retries
    deadline            a stream that can always be given up
    provider_errors     what went wrong, in one line without secrets
    draft_status        whether a draft declines or was broken off
    markdown            a draft without a model's own layout
    question_rewriting  a follow-up, reworded by the model

What may be believed of a draft is verification's.
"""

from retrieval.generation.chat_models import build_chat_model
from retrieval.generation.deadline import Deadline
from retrieval.generation.drafts import Draft, collect_draft, stream_draft

__all__ = ["Deadline", "Draft", "build_chat_model", "collect_draft", "stream_draft"]
