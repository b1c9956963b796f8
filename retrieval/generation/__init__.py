"""Generation: passages -> a chat model's draft, whatever its provider does.

    context             hits -> the references that fit a budget
    prompt_templates    prompts/*.md, filled
    chat_models         `build_chat_model`: a setting -> a LangChain chat model
    drafts              `stream_draft`, `collect_draft`: messages -> a draft, piece by piece, with retries
    deadline            `Deadline`: a stream that can always be given up
    provider_errors     what went wrong, in one line without secrets
    draft_status        whether a draft declines or was broken off
    markdown            a draft without a model's own layout
    question_rewriting  a follow-up, reworded by the model
    claim_checks        claims and passages -> what a judging model is asked, and what is read of its reply

What may be believed of a draft is verification's.
"""
