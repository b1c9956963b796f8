"""Verification: what a chat model wrote, compared with the passages -> the claims that they support, with citations.

`verify_draft` in `verifier` is the entry point; `verdicts` judges each claim without a model. `claims` and
`attribution` take a draft apart, `features` and `numerals` a sentence; `overlap`, `evidence`, `subjects`, `quantity`,
`negation`, `modality` and `quotations` say whether one sentence supports another.
"""

from retrieval.verification.verifier import Entails, VerifiedDraft, verify_draft

__all__ = ["Entails", "VerifiedDraft", "verify_draft"]
