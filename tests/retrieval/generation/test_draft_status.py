"""What a draft says of itself: that it declines, that it was broken off."""

from __future__ import annotations

import pytest

from retrieval.domain import NOT_SAID
from retrieval.generation.draft_status import drop_unfinished_sentence, is_complete, is_refusal


@pytest.mark.parametrize(
    "draft",
    [
        NOT_SAID,
        "The articles do not say",
        f"“{NOT_SAID}”",
        f"{NOT_SAID} [1][2]",
        "The articles do not say [1].",
        "**The articles do not say.**",
        f"{NOT_SAID} However, they mention that Holm called on Halden to lower tolls [1].",
        f"{NOT_SAID}\n\nThey tell of a bridge [1].",
        "The articles don't say.",
        "The articles don’t say.",
        "The passages do not say where the talks took place.",
        "I don't know.",
        "I'm sorry, but I cannot answer this question from the passages.",
        "The articles do not mention the mayor's age.",
        "The provided passages contain no information on the mayor's age [1].",
        "There is no information about the mayor's age.",
        "It is not stated in the passages.",
        "The question cannot be answered from the passages.",
        "I don't know. The passages do not mention it.",
    ],
)
def test_a_draft_that_declines_is_known(draft: str) -> None:
    assert is_refusal(draft)


@pytest.mark.parametrize(
    "draft",
    [
        "",
        "The articles do not say exactly, but the meeting was held at the mill [2].",
        "The articles do not say who opened it. It cost 3 million [1].",
        "The passages do not mention a date, but the bridge was opened in May [1].",
        "The passages do not say when. It was opened by Ida Holm [1].",
        "Ida Holm said that the articles do not say.",
        "There is no information on the dead, the mayor said [1].",
        "I know the mayor, said Ida Holm [1].",
        "The articles of association give the mayor a vote [1].",
        "It is not answered for by the mayor [1].",
    ],
)
def test_a_draft_that_says_something_is_no_refusal(draft: str) -> None:
    assert not is_refusal(draft)


@pytest.mark.parametrize(
    ("draft", "kept"),
    [
        ("Holm opened it [1]. It cost 3 mil", "Holm opened it [1]."),
        ("Holm opened it. [1] It cost", "Holm opened it. [1]"),
        ("Holm opened it [1].", "Holm opened it [1]."),
        ("Holm opened it. [1]", "Holm opened it. [1]"),
        ("“It is open.” [1][2]", "“It is open.” [1][2]"),
        ("- Holm opened it [1].\n- It cost", "- Holm opened it [1]."),
        ("- Holm opened it [1]. It cost", "- Holm opened it [1]."),
        ("Holm opened", ""),
        ("", ""),
    ],
)
def test_an_unfinished_sentence_falls(draft: str, kept: str) -> None:
    assert drop_unfinished_sentence(draft) == kept
    assert is_complete(draft) == (draft == kept and bool(draft))
