"""What a chat model wrote, held against the passages: which claims stand, and the words that each rests on.

The way in is `judging.verified`. `claims` and `attribution` take a draft apart, `wording` and `numerals` a sentence;
`comparison`, `support`, `subjects`, `quantity`, `denial` and `quotations` say whether one sentence carries another.
"""

from retrieval.verification.verifier import Entails, VerifiedDraft, verify_draft

__all__ = ["Entails", "VerifiedDraft", "verify_draft"]
