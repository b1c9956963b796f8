"""An answer held against its own citations: how many of its claims do the words that it cites carry.

Verification decides what a model's draft may keep; here the finished answer is read anew, as a stranger would: its
sentences, and nothing but the quotes that it shows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.evaluation.values import Claims
from retrieval.citations import MARKER
from retrieval.domain import ArticleInfo, Passage, Reference, Sentence
from retrieval.passages import sentences
from retrieval.verification import verified

if TYPE_CHECKING:
    from collections.abc import Mapping

    from retrieval.domain import Answer, Article, Citation
    from retrieval.encoder import Encoder
