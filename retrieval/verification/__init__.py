"""Verification: what a chat model wrote, compared with the passages -> the claims that they support, with citations.

`check_draft` in `verifier` gives a verdict on each claim, `verify_draft` also the text that is shown; `verdicts` judges
each claim without a model. `claims` and `attribution` take a draft apart, `features` and `numerals` a sentence;
`evidence`, `quantities` and `quotations` say what of a claim stands in the passages, `alignment` which sentences carry
most of it, `signals` and `claim_score` how likely it is that they do. `rulings` are what somebody who reads makes of
verdicts, `settling` what is shown of them.
"""

from retrieval.verification.settling import VerifiedDraft, settle
from retrieval.verification.verifier import Entails, check_draft, rule_by_entailment, verify_draft

__all__ = ["Entails", "VerifiedDraft", "check_draft", "rule_by_entailment", "settle", "verify_draft"]
