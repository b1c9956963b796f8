"""A draft in a model's own layout becomes plain sentences with markers."""

from __future__ import annotations

import time

import pytest

from retrieval.generation.markdown import strip_markdown


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        ("They **met** in *Halden* [1].", "They met in Halden [1]."),
        ("They ***met*** at `the mill` and __left__ [1].", "They met at the mill and left [1]."),
        ("**They *met* there** [1].", "They met there [1]."),
        ("**Answer:** They met [1].", "They met [1]."),
        ("Answer: They met [1].", "They met [1]."),
        ("- **Place**: Halden [1]", "- Place: Halden [1]"),
        ("| Item | Detail |\n|---|:--|\n| Place | Halden [1] |\n", "Place, Halden [1]"),
        ("They met.\n\n---\n\nThey left.", "They met.\n\n\nThey left."),
        ("They met. (1) They left. (2, 3)", "They met. [1] They left. [2, 3]"),
        ("They met (1). They left ^2^.", "They met [1]. They left [2]."),
        ("They met.¹ They left².", "They met. [1] They left [2]."),
        ("They met.^1 They left.", "They met. [1] They left."),
    ],
)
def test_markdown_is_removed_and_footnotes_become_markers(draft: str, expected: str) -> None:
    assert strip_markdown(draft) == expected


@pytest.mark.parametrize(
    "draft",
    [
        "They met [1].",
        "2 * 3 * 4 is 24.",
        "It is 5 km² large and 3 m³ deep.",
        "It has 3 rooms (2 of them large), built in the year (2023).",
        "a_b_c and x^2 stay.",
        "- They met [1].\n- They left [2].",
        "The answer: nobody knows.",
        "5 | 6",
    ],
)
def test_other_signs_stay(draft: str) -> None:
    assert strip_markdown(draft) == draft


@pytest.mark.parametrize("piece", ["*a", "**", "_", "`", "|", "|-", "(1", ".(1)", "^", "¹", "* a *", "-" * 9])
def test_long_hostile_drafts_take_no_long_time(piece: str) -> None:
    started = time.process_time()
    strip_markdown(piece * 3_000)
    strip_markdown(f"{piece}\n" * 3_000)
    assert time.process_time() - started < 2
