from __future__ import annotations

import io
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader, PdfWriter

from retrieval.domain import Article, Rejection
from retrieval.reading import read_articles
from retrieval.reading.pdf import parse_pdf
from retrieval.reading.pdf_accents import are_set_apart, join_combining, mend_accents
from retrieval.text.passages import split_article
from tests.retrieval.reading.pdf_writer import Shown, stack, write_pdf
from tests.retrieval.reading.test_linear_time import measure_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

BODY = "The two ministers met on Tuesday. They agreed to go on talking about trade, tariffs and the climate."
LEFT = (
    "The old lighthouse at Tarn will be",
    "painted red again in the autumn, as",
    "it was until the war. The parish has",
    "found the colour under four coats of",
    "white, and a painter in the village.",
)
MIDDLE = (
    "A bakery in Holm sells bread by the",
    "slice, for those who live alone. Its",
    "owner had the idea when her father",
    "threw half a loaf to the gulls every",
    "week. A slice costs twelve pence.",
)
RIGHT = (
    "Trains between Holm and Tarn stop at",
    "the quarry again. The halt had been",
    "closed for nine years because nobody",
    "had used it. Now forty people a day",
    "travel there to the climbing school.",
)


MIXED = (
    "Mooring costs eight crowns a metre",
    "and is due in April at the office",
    "Winter storage is to be paid before",
    "Boats over nine metres pay a third",
    "Guests may stay two nights for free",
    "and then leave or pay as members do",
    "Keys are at the harbour office",
    "Showers cost two crowns a minute",
    "Dogs are welcome on the pier",
)


def read(path: Path, data: bytes) -> Article:
    path.write_bytes(data)
    (found,) = read_articles([path])
    assert isinstance(found, Article), found
    return found


def refused(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    (found,) = read_articles([path])
    assert isinstance(found, Rejection), found
    return found.reason


def across(*columns: Sequence[str], gutter: float = 30, shift: float = 0) -> list[Shown]:
    """Draw columns row by row, each next one lower by `shift`."""
    placed = [stack(*column, left=40 + n * (165 + gutter), top=600 - n * shift) for n, column in enumerate(columns)]
    return [shown for shown in chain(*zip_longest(*placed)) if shown]


# The text


def test_a_pdf_gives_its_text_with_wrapped_lines_joined(tmp_path: Path) -> None:
    pages = (
        [
            "The Daily",
            "Talks in Beijing",
            "",
            "The two ministers met on Tuesday in the state guest",
            "house. They agreed to talk.",
        ],
        ["The Daily", "The talks go on, and both sides hope for a good result in", "the months ahead of them.", "2"],
        ["The Daily", "Nothing special was announced after the meeting had come", "to its end.", "3"],
    )
    data = write_pdf(*(stack(*page) for page in pages), Title="Talks in Beijing", CreationDate="D:20240101120000Z")

    article = read(tmp_path / "a.pdf", data)

    assert article.title == "Talks in Beijing"
    assert "met on Tuesday in the state guest house. They agreed to talk." in article.text
    assert "The Daily" not in article.text
    assert (article.published, article.metadata["CreationDate"]) == (None, "D:20240101120000Z")


def test_paragraphs_stay_apart_and_a_full_line_that_ends_a_sentence_does_not_end_one() -> None:
    lines = (
        "The parish council of Tarn met in the school on Monday.",
        "It decided to buy the field behind the church, for use",
        "as a car park.",
        "The vicar had asked for it.",
        "",
        "Nobody spoke against it.",
    )

    assert parse_pdf(write_pdf(stack(*lines))).text == (
        "The parish council of Tarn met in the school on Monday. It decided to buy the field behind the church, for use"
        " as a car park.\nThe vicar had asked for it.\n\nNobody spoke against it."
    )


def test_a_sentence_goes_on_over_the_end_of_a_page() -> None:
    first = stack("The ferry to Lindholm sails again on Monday,", "and the fare of the crossing rises from 30 to")
    second = stack("35 kronor, as the harbour office said.")

    assert "rises from 30 to 35 kronor, as the harbour office said." in parse_pdf(write_pdf(first, second)).text


def test_ligatures_are_letters() -> None:
    assert parse_pdf(write_pdf(stack("The o\x02ce is \x01ne."))).text == "The office is fine."


@pytest.mark.parametrize(
    ("above", "below", "joined"),
    [
        ("The bridge over the sound is dan-", "gerous for cyclists in a storm.", "is dangerous for"),
        ("The council chose the most well-", "known of all architects in town.", "most well-known of"),
        ("The ferry now sails to Lind-", "holm, as it did before the war.", "to Lindholm, as"),
        ("The Anglo-Saxon hoard of the Anglo-", "Saxon kings was found in a field.", "Anglo-Saxon kings was"),
        ("The state-of-the-", "art ferry was late on its first day.", "state-of-the-art ferry"),
        ("The plan is for the years 2031-", "2034, said the mayor of the town.", "years 2031-2034, said"),
        ("The soft hyphen is in the coun\xad", "cil for printers of newspapers.", "the council for"),
        ("The mayor -- of all people -", "said no to the new harbour wall.", "people - said no"),
    ],
)
def test_a_hyphen_at_a_lines_end_goes_where_the_layout_put_it(above: str, below: str, joined: str) -> None:
    assert joined in parse_pdf(write_pdf(stack(above, below))).text


def test_every_passage_of_a_mended_text_stands_in_it_as_it_is() -> None:
    article = parse_pdf(write_pdf(across([*LEFT[:4], "white, and o\x02cers of the par-", "ish council."], RIGHT)))

    passages = split_article(article, measure=measure_words, budget=20, window=256)

    assert len(passages) > 2
    assert all(article.text[passage.start : passage.end] == passage.text for passage in passages)
    assert any("officers of the parish council." in passage.text for passage in passages)


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_turned_page_is_read_as_it_is_shown(rotate: int) -> None:
    page = [Shown("A heading of the page", 40, 500, 20), *across(LEFT, RIGHT)]

    assert parse_pdf(write_pdf(page, rotate=rotate)).text == parse_pdf(write_pdf(page)).text


def test_a_pdf_of_matplotlib_is_read() -> None:
    from matplotlib.figure import Figure

    figure, written = Figure(), io.BytesIO()
    figure.suptitle("Fares of the ferry")
    figure.text(0.1, 0.5, "The crossing to Lindholm costs 35 kronor.\nPupils travel free of charge.")
    figure.savefig(written, format="pdf")

    article = parse_pdf(written.getvalue())

    assert "The crossing to Lindholm costs 35 kronor. Pupils travel free of charge." in article.text
    assert (article.title, article.author) == ("Fares of the ferry", "")


# Columns


@pytest.mark.parametrize("columns", [(LEFT, RIGHT), (LEFT, MIDDLE, RIGHT), (LEFT, MIDDLE[:3])])
@pytest.mark.parametrize("gutter", [14, 30])
@pytest.mark.parametrize("shift", [0, 4])
def test_columns_drawn_row_by_row_are_read_one_after_the_other(
    columns: tuple[Sequence[str], ...], gutter: float, shift: float
) -> None:
    text = parse_pdf(write_pdf(across(*columns, gutter=gutter, shift=shift))).text

    assert " ".join(text.split()) == " ".join(" ".join(column) for column in columns)


def test_columns_between_headings_that_lie_across_are_taken_apart() -> None:
    header = [Shown("Tarn and Holm", 40, 700), Shown("12 June 2031", 400, 700)]
    first, second = (
        Shown("What is new on the coast this week, and what is not", 40, 650, 16),
        Shown("What else is new in the hills and in the towns", 40, 500, 16),
    )
    lower = [shown._replace(bottom=shown.bottom - 150) for shown in across(MIDDLE, RIGHT)]

    text = parse_pdf(write_pdf([*header, first, *across(LEFT, RIGHT), second, *lower])).text

    found = [
        text.find(part) for part in ("What is new", "painted red", "the quarry", "What else", "slice", "the quarry")
    ]
    assert found[:5] == sorted(found[:5])
    assert all(" ".join(column) in " ".join(text.split()) for column in (LEFT, MIDDLE, RIGHT))


def test_columns_drawn_one_after_the_other_stay_so() -> None:
    pieces = [*stack(*LEFT, left=40, top=600), *stack(*RIGHT, left=240, top=600)]

    assert " ".join(parse_pdf(write_pdf(pieces)).text.split()) == " ".join([*LEFT, *RIGHT])


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (("Harbour", "Tarn", "Holm", "Lindholm"), ("Ships", "12", "31", "8")),
        (
            ("1 May 2031", "2 May 2031", "3 May 2031", "4 May 2031"),
            ("the bridge was shut", "it rained", "a fire", "no post"),
        ),
        (
            ("Name of the applicant", "Street and number", "Place of residence", "Day of the birth"),
            ("Anna Lindqvist-Berg", "Harbour Street 12", "Tarn, near Lindholm", "The first of May 1999"),
        ),
    ],
)
def test_a_table_stays_in_rows(left: Sequence[str], right: Sequence[str]) -> None:
    rows = ["\t".join(row) for row in zip(left, right, strict=True)]

    assert parse_pdf(write_pdf(across(left, right))).text.split("\n") == rows


def test_wide_gaps_in_one_line_do_not_make_it_a_row() -> None:
    line = [Shown("painted", 40, 588), Shown("red", 110, 588), Shown("again", 170, 588)]

    assert parse_pdf(write_pdf([*stack(LEFT[0], top=600, left=40), *line])).text == f"{LEFT[0]} painted red again"


def test_headings_in_a_margin_stay_beside_their_paragraphs() -> None:
    paragraphs = [
        *stack(*LEFT, left=240, top=600),
        *stack(*MIDDLE, left=240, top=530),
        *stack(*RIGHT, left=240, top=460),
    ]
    for n, heading in enumerate(["the old lighthouse", "the new bakery", "the old halt at the quarry"]):
        paragraphs.insert(6 * n, Shown(heading, 40, 600 - 70 * n))

    text = parse_pdf(write_pdf(paragraphs)).text

    found = [text.find(part) for part in ("old light", "village", "new bakery", "pence", "old halt")]
    assert found == sorted(found)


# Title and author


@pytest.mark.parametrize(
    "title", ["", "untitled", "Microsoft Word - ferry.docx", "ferry_v3", "C:\\print\\ferry 2", "0131"]
)
def test_a_pdf_without_a_title_of_its_own_has_its_first_heading(tmp_path: Path, title: str) -> None:
    page = [
        Shown("Saturday, 12 June", 72, 760, 8),
        Shown("The ferry sails again, and", 72, 700, 24),
        Shown("it costs more", 72, 672, 24),
        *stack(*LEFT, top=600),
    ]

    article = read(tmp_path / "scan-12.pdf", write_pdf(page, Title=title))

    assert article.title == "The ferry sails again, and it costs more"


def test_a_title_of_its_own_comes_first(tmp_path: Path) -> None:
    page = [Shown("THE TARN HERALD", 72, 700, 24), *stack(*LEFT, top=600)]

    assert read(tmp_path / "a.pdf", write_pdf(page, Title="Ferry")).title == "Ferry"


def test_a_pdf_without_title_and_heading_is_named_by_its_file(tmp_path: Path) -> None:
    assert read(tmp_path / "Tender 2031.pdf", write_pdf(stack(*LEFT))).title == "Tender 2031"


@pytest.mark.parametrize(
    ("written", "author"),
    [
        ("Jane Doe", "Jane Doe"),
        ("Jane Doe, John Roe and Mary van der Berg", "Jane Doe, John Roe and Mary van der Berg"),
        ("Doe, J. A.", "Doe, J. A."),
        ("Séamus O'Brien; Jean-Luc d'Arc", "Séamus O'Brien; Jean-Luc d'Arc"),
        ("Ministry of Works and Harbours", "Ministry of Works and Harbours"),
        ("TARN\\jroe", ""),
        ("jroe", ""),
        ("Jroe", ""),
        ("PC-0419", ""),
        ("HASH(0x55d0c8)", ""),
        ("Harbour Office - jmf", ""),
        ("jane.doe@example.org", ""),
        ("Microsoft Office User", ""),
        ("Valued Customer", ""),
        ("LaTeX with hyperref", ""),
        ("Print Master", ""),
    ],
)
def test_what_is_no_name_is_no_author(written: str, author: str) -> None:
    assert parse_pdf(write_pdf(stack(BODY), Author=written, Creator="Print Master 3.1")).author == author


# What can't be read


def test_a_pdf_whose_fonts_do_not_say_their_letters_is_refused_with_a_reason(tmp_path: Path) -> None:
    reason = refused(tmp_path / "a.pdf", write_pdf(stack(*LEFT), unmapped=True))

    assert reason.startswith("is a PDF whose text layer is no text")
    assert "ocrmypdf --force-ocr" in reason


@pytest.mark.parametrize(("password", "encrypted"), [("secret", True), ("", False)])
def test_a_pdf_that_needs_a_password_asks_for_it_to_be_removed(tmp_path: Path, password: str, encrypted: bool) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(write_pdf(stack(*LEFT)))))
    writer.encrypt(password, "owner")
    out = io.BytesIO()
    writer.write(out)

    if encrypted:
        assert "encrypted PDF; remove the password" in refused(tmp_path / "a.pdf", out.getvalue())
    else:
        assert read(tmp_path / "a.pdf", out.getvalue()).text == " ".join(LEFT)


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.4 nothing else", write_pdf(stack(BODY))[:200], b"\x89PNG\r\n\x1a\n" * 20],
    ids=["empty", "cut", "PNG"],
)
def test_a_damaged_pdf_says_so_quietly(tmp_path: Path, data: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    assert "PDF" in refused(tmp_path / "a.pdf", data)
    assert capfd.readouterr() == ("", "")


def test_a_pdf_without_a_text_layer_says_so(tmp_path: Path) -> None:
    assert "without a text layer" in refused(tmp_path / "a.pdf", write_pdf([], []))


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Le caf´e est ferm´e `a No¨el, dit M¨uller.", "Le café est fermé à Noël, dit Müller."),
        (
            "Dvoˇr´ak, ˚Angstr¨om and Se˜nor Garc´ıa met in Besan¸con.",
            "Dvořák, Ångström and Señor García met in Besançon.",
        ),
        ("Tr`es bien, said G¨ odel.", "Très bien, said Gödel."),
        (
            "Mu\u0308ller sat in the cafe\u0301 with Go\u0308del and Nin\u0303o.",
            "Müller sat in the café with Gödel and Niño.",
        ),
        ("It´s what they´re told, and we don´t know.", "It´s what they´re told, and we don´t know."),
        ("He said `all is well', and left.", "He said `all is well', and left."),
        ("The café sells l´eau of Évian, à la carte.", "The café sells l´eau of Évian, à la carte."),
    ],
)
def test_accents_beside_their_letters_are_put_on_them(written: str, text: str) -> None:
    assert (mend_accents(written) if are_set_apart(written) else join_combining(written)) == text


def test_accents_are_mended_before_there_is_a_text(tmp_path: Path) -> None:
    pages = write_pdf(stack("The caf´e of Mr M¨uller in the old har-", "bour was closed on Monday. It had been", BODY))

    article = read(tmp_path / "a.pdf", pages)

    assert article.text.startswith("The café of Mr Müller in the old harbour was closed")
    passages = split_article(article, measure=measure_words, budget=20, window=256)
    assert all(article.text[each.start : each.end] == each.text for each in passages)


def test_columns_in_doubt_are_told(tmp_path: Path) -> None:
    doubtful = read(tmp_path / "a.pdf", write_pdf(across(MIXED, tuple(reversed(MIXED)))))
    columns = read(tmp_path / "b.pdf", write_pdf(across(LEFT, RIGHT)))

    (doubt,) = doubtful.doubts
    assert doubt.startswith("may have columns that were read across, on page 1")
    assert columns.doubts == ()
