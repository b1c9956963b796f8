"""What a chat model may write, true or not, for tests of laws that hold whatever it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from retrieval.domain import ArticleInfo, Passage, Reference, Sentence
from retrieval.text.passages import split_sentences
from retrieval.verification.verdicts import extract_evidence

if TYPE_CHECKING:
    from retrieval.verification.evidence import Evidence

SAID = (
    "Blinken called on China to lower tariffs on US goods",
    "Xi said that China was willing to work with the US",
    "Xi called on China to lower tariffs on US goods",
    "Nothing special was announced after the meeting",
    "Qin said Taiwan was the “most prominent risk” for China-US relations",
    "“This is very good,” Xi said",
    "A visit in February was called off after a suspected balloon flew in US airspace",
    "A visit in March was called off after a suspected balloon flew in US airspace",
    "Joe Biden took office in January 2021",
    "The mayor of Oslo bought 12,000 penguins on 3 May 1987",
    "According to Ezba Walayat, they agreed to cooperate on climate change",
    "See https://example.org for more",
    "Mr. Blinken (see p. 4) isn't U.S.-born",
    "的会议 개최 встреча",
    "e\u0301\u200b\u202e\ufeff🙂\U000e0041",
    "The articles do not say",
)
MARKS = (
    *(
        "[1]",
        "[2]",
        "[3]",
        "[1][2]",
        "[1, 3]",
        "[2-4]",
        "[2–4]",
        "【1】",
        "【1†source】",
        "[5-1]",
        "[0]",
        "[17]",
        "[٣]",
    ),
    *("[99999999999999999999]", "[1-99999999999999999999]", "[[1]]", "[[", "]]", "[1", "1]", "[]", "[ 1 ]", "[^1]"),
    *("[Passage 2]", "[1,,2]", "[-1]", "[1.5]", "(1)", "[a]"),
)
JOINTS = (
    " ",
    "",
    ".",
    ". ",
    "! ",
    "? ",
    "…",
    "\n",
    "\n\n",
    "\n- ",
    "\n1. ",
    "\n# ",
    "“",
    "”",
    '"',
    ", ",
    "\r\n",
    "\x00",
)

DRAFTS = st.lists(
    st.one_of(st.sampled_from(SAID), st.sampled_from(MARKS), st.sampled_from(JOINTS), st.text(max_size=8)), max_size=24
).map("".join)
"""Sentences, markers and odd characters in any order."""


def sentences_of(text: str, *, title: str = "", author: str = "") -> tuple[list[Evidence], dict[str, str]]:
    """Return the sentences of an article as the verifier compares them, and its text by its id."""
    spans = split_sentences(text)
    passage = Passage(
        "p", "a", 0, len(text), text, tuple(Sentence(s.start, s.end, text[s.start : s.end]) for s in spans)
    )
    reference = Reference(1, ArticleInfo("a", title, author), passage)
    return list(extract_evidence([reference])), {"a": text}
