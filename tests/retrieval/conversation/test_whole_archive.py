import pytest

from retrieval.conversation.whole_archive import asks_to_sum_up_all


@pytest.mark.parametrize(
    "text",
    [
        "Sum up the two articles.",
        "summarise the articles pls",
        "Can you summarize everything for me?",
        "Recap both",
        "Give me a summary of all the articles.",
        "tl;dr of the whole archive?",
        "What's the gist of the three stories?",
        "Sum both of them up",
    ],
)
def test_an_order_to_sum_up_all_articles_is_told(text: str) -> None:
    assert asks_to_sum_up_all(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sum up the articles on the ferry.",
        "Summarise both strikes",
        "Which articles mention a summary trial?",
        "Sum it up.",
        "What are the two articles about?",
        "Give me an overview of the archive fire",
        "How many articles are there?",
        "A short overview of what this archive contains, please.",
        "Give me an overview of everything",
    ],
)
def test_what_names_a_subject_or_asks_for_something_else_is_none(text: str) -> None:
    assert not asks_to_sum_up_all(text)
