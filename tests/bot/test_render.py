import dataclasses
import io
import itertools
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.text import Text

from bot import render
from bot.render import terminal
from retrieval.domain import (
    Answer,
    Article,
    ArticleInfo,
    Citation,
    DoubtfulDates,
    FieldName,
    Hit,
    IngestReport,
    LeftOutFiles,
    PartialDate,
    Passage,
    Rejection,
    Span,
    Usage,
)

TEXT = "Envoys came on Sunday. Talks were held at the old mill. Nothing was signed.\n\nA second paragraph."
QUOTE = "Talks were held at the old mill."
HOSTILE = "a\x1b[31mred\x1b]0;title\x07\x9b2J\u202egnp.exe\u202c [bold]b[/bold] \x00:smile:"
DISARMED = "aredgnp.exe [bold]b[/bold] :smile:"


def citation(number: int = 1, **fields: Any) -> Citation:
    known: dict[str, Any] = {
        "article_id": "mill",
        "title": "Talks at the mill",
        "author": "Ada Byron",
        "published": date(2023, 6, 27),
        "url": "",
        "source": "/archive/mill.txt",
        "quote": QUOTE,
        "start": TEXT.index(QUOTE),
        "end": TEXT.index(QUOTE) + len(QUOTE),
    }
    return Citation(number=number, **(known | fields))


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"updated": date(2026, 5, 4)}, "27 June 2023, updated 4 May 2026"),
        ({"published": None, "updated": date(2026, 5, 4)}, "updated 4 May 2026"),
        ({"superseded": date(2026, 5, 4)}, "version of 27 June 2023"),
        ({"updated": date(2026, 5, 4), "superseded": date(2026, 6, 1)}, "version of 4 May 2026"),
        ({"published": None, "superseded": date(2026, 5, 4)}, "version before 4 May 2026"),
    ],
)
def test_a_source_says_which_text_of_its_article_it_is(fields: dict[str, Any], shown: str) -> None:
    value = answer(citations=(citation(**fields),))

    assert f"Ada Byron · {shown}" in drawn(render.render_turn(value), width=100)
    assert f"Ada Byron · {shown} · /archive/mill.txt" in drawn(render.render_answer(value, {}), width=100)


def answer(text: str = "Talks were held at the old mill. [1]", **fields: Any) -> Answer:
    known: dict[str, Any] = {
        "question": "Where?",
        "citations": (citation(),),
        "refused": False,
        "confidence": 0.9,
        "answerer": "quotes",
        "seconds": 0.01,
        "nearest": (),
    }
    return Answer(text=text, **(known | fields))


def info(**fields: Any) -> ArticleInfo:
    known: dict[str, Any] = {
        "id": "mill",
        "title": "Talks at the mill",
        "author": "Ada Byron",
        "published": date(2023, 6, 27),
        "url": "",
        "source": "/archive/mill.txt",
        "passages": 1,
        "characters": 99,
    }
    return ArticleInfo(**(known | fields))


def refusal() -> Answer:
    return answer("The articles do not say.", citations=(), refused=True, nearest=(info(), info(published=None)))


def hit(**fields: Any) -> Hit:
    passage = Passage("p1", "mill", 0, len(TEXT), fields.pop("text", TEXT))
    evidence = {"cosine": 0.4, "bm25": 2.0, "coverage": 0.5, "names": 0.0, "pairs": 0.0}
    return Hit(rank=1, score=0.5, passage=passage, article=info(**fields), sentences=(), speaker="", **evidence)


def drawn(view: RenderableType, *, width: int = 80, colours: bool = False, soft_wrap: bool = False) -> str:
    console = Console(
        file=io.StringIO(), width=width, force_terminal=colours, color_system="standard" if colours else None
    )
    console.print(view, soft_wrap=soft_wrap)
    printed: str = console.file.getvalue()  # type: ignore[attr-defined]
    return printed


def excerpts() -> dict[int, render.QuoteExcerpt]:
    at = TEXT.index(QUOTE)
    return {1: render.cut_excerpt(TEXT, at, at + len(QUOTE))}


def test_an_answer_shows_its_text_then_its_sources() -> None:
    assert drawn(render.render_answer(answer(), excerpts(), marks=True), width=100) == (
        "Talks were held at the old mill. [1]\n"
        "\n"
        "[1] Talks at the mill\n"
        "    Ada Byron · 27 June 2023 · /archive/mill.txt\n"
        "    Envoys came on Sunday. «Talks were held at the old mill.» Nothing was signed.\n"
        "\n"
    )


def test_a_link_is_preferred_to_a_file() -> None:
    linked = answer(citations=(citation(url="https://news.example/mill"),))

    assert "27 June 2023 · https://news.example/mill" in drawn(render.render_answer(linked, {}))


def test_what_is_not_known_leaves_no_gap() -> None:
    bare = answer(citations=(citation(title="", author="", published=None),))

    assert "[1] mill\n    /archive/mill.txt\n" in drawn(render.render_answer(bare, {}))


def test_a_quote_without_its_article_is_still_shown() -> None:
    assert f"    {QUOTE}\n" in drawn(render.render_answer(answer(), {}))


def test_the_quote_is_highlighted_on_a_terminal() -> None:
    assert f"\x1b[1;33m{QUOTE}" in drawn(render.render_answer(answer(), excerpts()), colours=True)


def test_a_refusal_names_the_nearest_articles() -> None:
    assert drawn(render.render_answer(refusal(), {})) == (
        "The articles do not say.\n\nNearest articles:\n  Talks at the mill (27 June 2023)\n  Talks at the mill\n"
    )


def test_an_answer_says_how_it_came_about() -> None:
    value = answer(
        standalone="Where were the talks?", notice="The model is silent.", left_out=("number", "name", "name")
    )

    assert drawn(render.render_turn(value), width=100) == (
        "understood as: Where were the talks?\n"
        "The model is silent.\n"
        "\n"
        "Talks were held at the old mill. [1]\n"
        "\n"
        "3 claims of the model could not be verified and were left out (a number, a name).\n"
        "\n"
        "[1] Talks at the mill · Ada Byron · 27 June 2023\n"
    )


@pytest.mark.parametrize(
    ("reworded", "left_out", "said"),
    [
        (("not stated",), (), "1 claim of the model could not be verified and was replaced by a quote."),
        (("not stated", "support"), (), "2 claims of the model could not be verified and were replaced by quotes."),
        (
            ("repaired",),
            (),
            "1 claim of the model could not be verified and was reworded more closely to the articles.",
        ),
        (
            ("repaired", "contradicted"),
            ("support",),
            "1 claim of the model could not be verified and was reworded more closely to the articles. "
            "1 claim of the model could not be verified and was replaced by a quote. "
            "1 claim of the model could not be verified and was left out (not confirmed).",
        ),
    ],
)
def test_what_stands_in_the_place_of_a_claim_is_said(
    reworded: tuple[str, ...], left_out: tuple[str, ...], said: str
) -> None:
    value = answer(reworded=reworded, left_out=left_out)

    assert said in " ".join(drawn(render.render_answer(value, {}), width=100).split())


def test_claims_that_are_shown_are_not_called_left_out() -> None:
    value = answer(text="The talks were long (unverified).", left_out=("support", "negation"), marked_unverified=True)

    assert (
        "2 claims of the model could not be verified and were marked as unverified (not confirmed, denied there)"
        in (" ".join(drawn(render.render_answer(value, {}), width=100).split()))
    )


def test_one_claim_left_out_is_said_of_one() -> None:
    assert "1 claim of the model could not be verified and was left out (a date)." in drawn(
        render.render_answer(answer(left_out=("date",)), {}), width=100
    )


def test_a_refusal_says_how_it_came_about_too() -> None:
    shown = drawn(render.render_turn(dataclasses.replace(refusal(), standalone="Who won?", notice="Slow.")), width=100)

    assert shown.startswith("understood as: Who won?\nSlow.\n\nThe articles do not say.\n\nNearest articles:\n")


def test_what_only_machines_want_is_not_shown() -> None:
    value = answer(model="openai:m", usage=Usage(12, 3), steps={"search": 0.5})

    assert drawn(render.render_turn(value)) == drawn(render.render_turn(answer()))


def test_an_article_that_is_cited_as_a_whole_shows_no_quote() -> None:
    whole = citation(quote="", start=0, end=0)
    value = answer("1 article:\nTalks at the mill (27 June 2023) [1]", citations=(whole,))

    assert drawn(render.render_turn(value)) == "1 article:\nTalks at the mill (27 June 2023) [1]\n"
    assert drawn(render.render_sources(value, {}, marks=True), width=100) == (
        "[1] Talks at the mill\n    Ada Byron · 27 June 2023 · /archive/mill.txt\n"
    )
    assert drawn(render.render_surroundings(whole, passages()[:1], marks=True), width=100) == (
        "[1] Talks at the mill\n    Ada Byron · 27 June 2023 · /archive/mill.txt\n\n    Envoys came on Sunday.\n"
    )


def passages() -> list[Passage]:
    cuts = [0, TEXT.index("Talks"), TEXT.index("A second"), len(TEXT)]
    return [Passage(str(a), "mill", a, b, TEXT[a:b]) for a, b in itertools.pairwise(cuts)]


def test_a_quote_is_marked_inside_its_passage_among_its_neighbours() -> None:
    assert drawn(render.render_surroundings(citation(), passages(), marks=True), width=100) == (
        "[1] Talks at the mill\n"
        "    Ada Byron · 27 June 2023 · /archive/mill.txt\n"
        "\n"
        "    Envoys came on Sunday.\n"
        "\n"
        "    «Talks were held at the old mill.» Nothing was signed.\n"
        "\n"
        "    A second paragraph.\n"
    )


def test_neighbours_are_dimmer_than_the_passage() -> None:
    shown = drawn(render.render_surroundings(citation(), passages()), colours=True)

    assert "\x1b[2mEnvoys came on Sunday." in shown
    assert f"\x1b[1;33m{QUOTE}\x1b[0m Nothing was signed." in shown


@pytest.mark.parametrize("soft_wrap", [True, False])
def test_a_passage_of_several_paragraphs_is_indented_throughout(soft_wrap: bool) -> None:
    whole = Passage("p", "mill", 0, len(TEXT), TEXT)

    shown = drawn(render.render_surroundings(citation(), [whole], marks=True), soft_wrap=soft_wrap)

    assert shown.endswith("signed.\n\n    A second paragraph.\n")


@pytest.mark.parametrize("width", [20, 33, 80, 100])
def test_lines_keep_to_the_width(width: int) -> None:
    long = answer("word " * 60 + "[1]", citations=(citation(url="https://news.example/" + "x" * 150),))

    lines = drawn(render.render_answer(long, excerpts(), marks=True), width=width).splitlines()

    assert max(map(len, lines)) <= width
    assert all(line == line.rstrip() for line in lines)


def test_without_a_terminal_a_paragraph_is_one_line() -> None:
    wide = answer("word " * 60 + "[1]")

    assert drawn(render.render_answer(wide, excerpts()), soft_wrap=True).splitlines()[0] == wide.text


VIEWS: dict[str, Callable[[], RenderableType]] = {
    "answer": lambda: render.render_answer(answer(HOSTILE), {}),
    "title": lambda: render.render_answer(answer(citations=(citation(title=HOSTILE),)), {}),
    "author": lambda: render.render_answer(answer(citations=(citation(author=HOSTILE),)), {}),
    "url": lambda: render.render_answer(answer(citations=(citation(url=HOSTILE),)), {}),
    "quote": lambda: render.render_answer(answer(citations=(citation(quote=HOSTILE),)), {}),
    "context": lambda: render.render_answer(
        answer(), {1: render.cut_excerpt(HOSTILE + QUOTE, len(HOSTILE), len(HOSTILE + QUOTE))}
    ),
    "reply": lambda: render.render_turn(answer(HOSTILE)),
    "credit": lambda: render.render_turn(answer(citations=(citation(title=HOSTILE),))),
    "credited author": lambda: render.render_turn(answer(citations=(citation(author=HOSTILE),))),
    "notice": lambda: render.render_turn(answer(notice=HOSTILE)),
    "left out": lambda: render.render_turn(answer(left_out=(HOSTILE,))),
    "standalone": lambda: render.render_turn(answer(standalone=HOSTILE)),
    "passage": lambda: render.render_surroundings(citation(), [Passage("p", "mill", 0, len(HOSTILE), HOSTILE)]),
    "neighbour": lambda: render.render_surroundings(
        citation(start=999, end=1000), [Passage("p", "mill", 0, 9, HOSTILE)]
    ),
    "nearest": lambda: render.render_answer(answer(citations=(), refused=True, nearest=(info(title=HOSTILE),)), {}),
    "hit": lambda: render.render_hits([hit(text=HOSTILE)]),
    "hit's title": lambda: render.render_hits([hit(title=HOSTILE)]),
    "listed": lambda: render.render_articles([info(title=HOSTILE)]),
    "shown": lambda: render.render_article(Article("x", HOSTILE)),
    "metadata": lambda: render.render_article(Article("x", "text", metadata={HOSTILE: 1})),
    "skipped": lambda: render.render_ingest_report(IngestReport(skipped=(Rejection("x", HOSTILE),))),
    "doubtful": lambda: render.render_ingest_report(IngestReport(doubtful=(Rejection(HOSTILE, HOSTILE),))),
    "field name": lambda: render.render_ingest_report(IngestReport(field_names=(FieldName(HOSTILE, "text", 1, 1),))),
    "left out files": lambda: render.render_ingest_report(IngestReport(left_out=(LeftOutFiles(HOSTILE, 1, HOSTILE),))),
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
def test_hostile_text_is_shown_escaped_and_otherwise_unchanged(view: Callable[[], RenderableType]) -> None:
    assert DISARMED in drawn(view(), width=200)


@given(st.text())
def test_no_terminal_control_sequence_survives(text: str) -> None:
    assert not set(render.clean(text)) & set("\x1b\x07\x08\r\x7f\x9b\u202e\u2066")
    assert render.clean(render.clean(text)) == render.clean(text)
    assert "\n" not in render.clean_line(text)
    render.clean(text).encode("utf-8")


@pytest.mark.parametrize(
    "text", ["naïve “quotes” – 27 °C", "שלום עולם", "👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "tab\tand\nline", "[1] [bold] {x} \\n"]
)
def test_honest_text_is_left_alone(text: str) -> None:
    assert render.clean(text) == text


def test_an_unfinished_escape_sequence_swallows_no_text() -> None:
    assert render.clean("\x1b]0;title and the rest") == "0;title and the rest"


@given(st.text(alphabet="ab \n…é", max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_an_excerpt_is_the_quote_between_pieces_of_its_own_text(text: str, one: int, two: int) -> None:
    start, end = sorted((min(one, len(text)), min(two, len(text))))

    cut = render.cut_excerpt(text, start, end, margin=10)

    assert cut.quote == " ".join(text[start:end].split())
    assert squeezed(text[:start]).endswith(squeezed(cut.before).removeprefix("…"))
    assert squeezed(text[end:]).startswith(squeezed(cut.after).removesuffix("…"))


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_an_excerpt_stops_at_paragraphs_and_whole_words() -> None:
    text = "One two three.\n\nFour five six seven. QUOTE eight nine ten eleven twelve."
    start = text.index("QUOTE")

    assert render.cut_excerpt(text, start, start + 5, margin=10) == render.QuoteExcerpt(
        "… seven. ", "QUOTE", " eight …"
    )
    assert render.cut_excerpt(text, start, start + 5, margin=30).before == "Four five six seven. "


def test_what_an_article_skips_is_never_shown_beside_a_quote_or_in_its_text() -> None:
    parts = ["---\ntitle: x\n---\n", "Six. QUOTE seven.\n", "Share this article\n", "Eight."]
    text = "".join(parts)
    start = text.index("QUOTE")
    front_matter, navigation = (Span(text.index(part), text.index(part) + len(part)) for part in parts[::2])
    article = Article("x", text, skipped=(front_matter, navigation))

    cut = render.cut_excerpt(text, start, start + 5, skipped=article.skipped)

    assert cut == render.QuoteExcerpt("Six. ", "QUOTE", " seven. ")
    assert drawn(render.render_article(article)) == "id: x\n\nSix. QUOTE seven.\nEight.\n"


def test_a_list_shows_one_article_a_line() -> None:
    listed = [info(), info(id="x", title="", author="", published=None)]

    assert drawn(render.render_articles(listed), soft_wrap=True) == (
        "mill  2023-06-27  Talks at the mill · Ada Byron\nx                 /archive/mill.txt\n"
    )


def test_a_month_or_a_year_is_shown_as_one() -> None:
    march, year = PartialDate("2026-03"), PartialDate("2026")

    assert "Ada Byron · March 2026 · /archive" in drawn(
        render.render_answer(answer(citations=(citation(published=march),)), excerpts())
    )
    assert "mill  2026        Talks" in drawn(render.render_articles([info(published=year)]), soft_wrap=True)
    assert "mill  2026-03     Talks" in drawn(render.render_articles([info(published=march)]))
    assert json.loads(render.dump_json(info(published=march)))["published"] == "2026-03"
    assert json.loads(render.dump_json(info(published=year)))["published"] == "2026"


def test_a_terminal_shows_articles_in_a_table_of_its_width() -> None:
    listed = [
        info(id="talks-at-the-mill-0123456789", title="A title that is much too long for the line " * 2),
        info(id="x", title="漢字", author="A name that is longer than most names", published=None),
    ]

    shown = drawn(render.render_articles(listed, {"talks-at-the-mill-0123456789": "talks-at"}), width=80)

    assert shown.splitlines() == [
        "talks-at  2023-06-27  A title that is much too long for the…  Ada Byron",
        f"{'x':<22}漢字{' ' * 36}A name that is lo…",
    ]
    assert all(cell_len(line) <= 80 for line in shown.splitlines())


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("ascii", 'Lodz "a" ... ?'), ("latin-1", "Lódz «a» ... ?"), ("utf-8", "Łódź «a» … 漢")],
)
def test_what_an_encoding_lacks_is_shown_in_plain_letters(
    encoding: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding=encoding))

    terminal.print_view(Text("Łódź «a» … 漢"))

    assert written.getvalue().decode(encoding) == f"{shown}\n"


def test_hits_show_rank_score_and_place() -> None:
    assert drawn(render.render_hits([hit(text="A passage.")])) == (
        " 1. Talks at the mill  0.500\n    Ada Byron · 27 June 2023 · /archive/mill.txt\n    A passage.\n\n"
    )


def test_a_report_says_how_many_dates_could_be_two_days() -> None:
    done = IngestReport(added=2, doubtful_dates=(DoubtfulDates(2, "03/04/2026", "/archive/a.md"),))

    assert "The date of 2 articles could be two days and was not read, such as 03/04/2026 in /archive/a.md" in drawn(
        render.render_ingest_report(done), width=200
    )
    assert json.loads(render.dump_json(done))["doubtful_dates"][0]["count"] == 2


def test_a_report_counts_and_gives_reasons() -> None:
    done = IngestReport(
        added=1234, updated=1, removed=2, skipped=(Rejection("a.pdf", "is encrypted"),), passages=9, seconds=1.25
    )

    assert drawn(render.render_ingest_report(done)) == (
        "1,234 added, 1 updated, 0 unchanged, 2 removed; 9 passages in 1.2 s\n1 skipped:\n  a.pdf: is encrypted\n"
    )


def test_a_report_names_what_may_have_been_read_wrongly() -> None:
    done = IngestReport(added=1, doubtful=(Rejection("a.html", "may be read in part"),))

    assert drawn(render.render_ingest_report(done)).splitlines()[1:] == [
        "1 to look at:",
        "  a.html: may be read in part",
    ]


def test_a_report_counts_what_was_left_out_by_its_kind() -> None:
    left_out = (LeftOutFiles(".png", 1200, "/a/b.png"), LeftOutFiles("hidden", 1, "/a/.git"))

    assert drawn(render.render_ingest_report(IngestReport(added=1, left_out=left_out))) == (
        "1 added, 0 updated, 0 unchanged, 0 removed; 0 passages in 0.0 s\n"
        "1,201 files left out:\n  1,200 .png: /a/b.png\n  1 hidden: /a/.git\n"
    )


def test_a_report_says_of_a_readme_why_it_was_not_read() -> None:
    left_out = (LeftOutFiles("README", 1, "seeds/README"), LeftOutFiles("LICENSE", 3, "a/LICENSE"))

    assert drawn(render.render_ingest_report(IngestReport(added=1, left_out=left_out))).splitlines()[1:] == [
        "Not read, because it tells of the folder: seeds/README",
        "Not read, because it tells of the folder: a/LICENSE, and 2 more LICENSE",
    ]


def test_a_report_says_which_names_were_taken_for_which_fields() -> None:
    names = (FieldName("maintext", "text", 3), FieldName("date", "published", 2, unusable=1))

    assert drawn(render.render_ingest_report(IngestReport(field_names=names))).splitlines()[1:] == [
        '"maintext" is taken for "text": read in 3 articles',
        '"date" is taken for "published": read in 2 articles and not usable in 1 article',
    ]


def test_answers_become_json_with_the_field_names_of_the_values() -> None:
    value = json.loads(render.dump_json(answer()))

    assert list(value) == [field.name for field in dataclasses.fields(Answer)]
    assert value["citations"][0] == {
        "number": 1,
        "article_id": "mill",
        "title": "Talks at the mill",
        "author": "Ada Byron",
        "published": "2023-06-27",
        "url": "",
        "source": "/archive/mill.txt",
        "quote": QUOTE,
        "start": 23,
        "end": 55,
        "updated": None,
        "superseded": None,
    }


def test_what_a_chat_model_did_is_in_the_json() -> None:
    value = answer(model="openai:m", usage=Usage(12, 3), steps={"search": 0.5}, left_out=("number",), notice="Slow.")

    written = json.loads(render.dump_json(value))

    assert (written["model"], written["usage"]) == ("openai:m", {"input_tokens": 12, "output_tokens": 3})
    assert (written["steps"], written["left_out"], written["notice"]) == ({"search": 0.5}, ["number"], "Slow.")
    assert json.loads(render.dump_json(answer()))["usage"] is None


def test_search_results_have_the_promised_fields() -> None:
    assert json.loads(render.dump_json(render.build_hits_json("Where?", [hit()]))) == {
        "question": "Where?",
        "passages": [
            {
                "rank": 1,
                "score": 0.5,
                "article_id": "mill",
                "title": "Talks at the mill",
                "start": 0,
                "end": len(TEXT),
                "text": TEXT,
            }
        ],
    }


@given(st.text())
def test_json_is_ascii_and_keeps_every_character(text: str) -> None:
    written = render.dump_json({"text": text})

    assert written.isascii()
    assert json.loads(written) == {"text": text}


def test_a_row_of_a_table_is_shown_without_the_pipes_around_it() -> None:
    text = "Fares:\n\n| Ticket | Fare |\n|---|---|\n| Adult | 2.50 |\n| Child | 1.00 |"
    row = "| Adult | 2.50 |"

    shown = render.cut_excerpt(text, text.index(row), text.index(row) + len(row))

    assert shown == render.QuoteExcerpt("", row, "")


@pytest.mark.parametrize(
    ("fields", "certainty"),
    [({"confidence": 0.95}, "sure"), ({"confidence": 0.7}, "unsure"), ({"refused": True}, "none")],
)
def test_an_answer_says_how_sure_it_is(fields: dict[str, Any], certainty: str) -> None:
    value = answer(**fields)

    assert value.certainty == certainty == json.loads(render.dump_json(value))["certainty"]
    assert ("This may answer it:" in drawn(render.render_answer(value, {}))) == (certainty == "unsure")


def test_a_models_checked_words_are_not_introduced_as_unsure() -> None:
    assert "may answer" not in drawn(render.render_answer(answer(confidence=0.7, model="small-model"), {}))
