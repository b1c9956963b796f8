from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text.layout import find_blocks, find_tables, is_heading
from retrieval.text.passages import split_sentences

LINES = (
    "Opening hours",
    "# The harbour",
    "**Costs**",
    "- One thing",
    "2. Another thing",
    "| Boat | Fare |",
    "|---|---|",
    "| Edda | 2.50 |",
    "```",
    "~~~~",
    "    12:00   991 hPa   falling",
    "a\tb\tc",
    "x,y,z",
    "A sentence that ends.[3] Another, which begins here",
    "goes on in lower case. It ends.",
    "A long line " * 12,
    "===",
    "   ",
    "",
    "“Unbalanced",
)


def split(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text)]


@given(st.lists(st.sampled_from(LINES) | st.text(max_size=12), max_size=14).map("\n".join))
def test_blocks_and_sentences_cover_a_text_once_and_in_order(text: str) -> None:
    blocks = list(find_blocks(text))

    assert "".join("".join(text[b.span.start : b.span.end].split()) for b in blocks) == "".join(text.split())
    assert "".join("".join(each.split()) for each in split(text)) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It closed in 2004.[16, 18] Then it opened.", ["It closed in 2004.[16, 18]", "Then it opened."]),
        ("It closed in 2004. [3] Then it opened.", ["It closed in 2004. [3]", "Then it opened."]),
        ("It closed in 2004.¹ ² Then it opened.", ["It closed in 2004.¹ ²", "Then it opened."]),
        ("It closed.[a][note 2] Then it opened.", ["It closed.[a][note 2]", "Then it opened."]),
        ("It closed.[^4] Then it opened.", ["It closed.[^4]", "Then it opened."]),
        ("So says the list.\n[1] Smith wrote it.", ["So says the list.", "[1] Smith wrote it."]),
        ("The minister came. [He] left.", ["The minister came.", "[He] left."]),
    ],
)
def test_a_footnote_mark_belongs_to_the_sentence_before_it(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    "heading",
    [
        "Opening hours",
        "# Opening hours",
        "### What it costs?",
        "**Opening hours**",
        "Opening hours\n-------------",
        "What 3 boats cost",
    ],
)
@pytest.mark.parametrize("following", ["The hall opens at nine.", "eBay bought the hall.", "nobody came."])
def test_a_heading_does_not_stick_to_what_follows(heading: str, following: str) -> None:
    assert split(f"Before it.\n\n{heading}\n\n{following}")[-1] == following


def test_in_a_text_whose_paragraphs_are_single_lines_a_short_line_is_a_heading() -> None:
    paragraph = "The council met on Monday and spoke for three hours about the bridge, which has been closed since May."

    assert split(f"The bridge\n{paragraph}\nThe budget\n{paragraph}") == [
        "The bridge",
        paragraph,
        "The budget",
        paragraph,
    ]


def test_lines_of_a_broken_paragraph_stay_together() -> None:
    text = "The council met on Monday\nand spoke about the bridge\n- closed since May -\nfor three hours."

    assert split(text) == [text]


def test_list_items_are_sentences_with_the_lines_that_go_on_with_them() -> None:
    text = "You need:\n- one pan. Not two.\n- water from\n  the well\n\n1) Fill it\n2) Boil it\nThat is all."

    assert split(text) == [
        "You need:",
        "- one pan. Not two.",
        "- water from\n  the well",
        "1) Fill it",
        "2) Boil it",
        "That is all.",
    ]


def test_code_does_not_swallow_what_follows() -> None:
    text = "The notice:\n\n```\nsay(\"it's\nBOIL ALL WATER\n```\nThen it was over. “All of it.” Nobody came."

    assert split(text)[-4:] == ["```", "Then it was over.", "“All of it.”", "Nobody came."]
    assert "BOIL ALL WATER" in split(text)


def test_a_fence_that_nothing_closes_is_no_code() -> None:
    assert split("It began.\n```\nThen it was over. Nobody came.")[-1] == "Nobody came."


@pytest.mark.parametrize(
    ("text", "header", "rows"),
    [
        (
            "| Boat | Fare |\n|:---|---:|\n| Edda | 2.50 |\n| Olaf | 3 |",
            "| Boat | Fare |",
            ["| Edda | 2.50 |", "| Olaf | 3 |"],
        ),
        ("Boat | Fare\n--- | ---\nEdda | 2.50", "Boat | Fare", ["Edda | 2.50"]),
        ("| Edda | 2.50 |\n| Olaf | 3 |", None, ["| Edda | 2.50 |", "| Olaf | 3 |"]),
        ("Boat\tFare\nEdda\t2.50\nOlaf\t3", "Boat\tFare", ["Edda\t2.50", "Olaf\t3"]),
        ("boat,fare,seats\nEdda,2.50,40\nOlaf,3,12", "boat,fare,seats", ["Edda,2.50,40", "Olaf,3,12"]),
        ("    12:00   991 hPa\n    15:00   974 hPa", None, ["12:00   991 hPa", "15:00   974 hPa"]),
    ],
)
def test_the_rows_of_a_table_are_found_with_the_line_that_names_its_columns(
    text: str, header: str | None, rows: list[str]
) -> None:
    whole = f"These are the boats.\n\n{text}\n\nMore to follow, says Ann, Ben, and Cid."

    (table,) = find_tables(whole)

    assert (whole[table.header.start : table.header.end] if table.header else None) == header
    assert [whole[row.start : row.end] for row in table.rows] == rows
    assert set(rows) < set(split(whole))


@pytest.mark.parametrize(
    "text",
    [
        "One | two, said he.",
        "Yes, no, maybe.\nYes, no, perhaps.\nNo, no, no.",
        "a;b\nc;d\ne;f",
        "wide   gaps\nin two   lines",
    ],
)
def test_prose_is_no_table(text: str) -> None:
    assert find_tables(text) == []


@pytest.mark.parametrize(
    ("line", "expected"), [("## Costs", True), ("**Costs**", True), ("Costs", False), ("**A** b", False)]
)
def test_a_heading_is_known_by_its_marks(line: str, expected: bool) -> None:
    assert is_heading(line) is expected


@pytest.mark.parametrize(
    "line", ["| a |\n", "a,b,c\nd,e\n", "- x\n", "```\n", "Short\n\n", "    x   y\n", "* * *\n", "|-\n"]
)
def test_many_lines_of_any_kind_are_quick(line: str) -> None:
    started = time.process_time()

    list(find_blocks(line * 20_000))

    assert time.process_time() - started < 10
