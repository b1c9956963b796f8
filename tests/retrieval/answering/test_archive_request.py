from __future__ import annotations

import pytest

from retrieval.answering.archive_request import parse_request
from retrieval.index.lexical import extract_terms

AUTHORS = ("Ines Roth", "Łukasz Ødegård", "T. Holm", "Parish Office")


def parse(question: str) -> dict[str, object] | None:
    """Return what is asked, without what is left at its default."""
    request = parse_request(question, AUTHORS, terms=extract_terms)
    if request is None:
        return None
    found = {name: getattr(request, name) for name in request.__slots__}
    found["genre"] = found["genre"][:1]
    return {name: value for name, value in found.items() if value and (name, value) != ("number", 1)}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who wrote the piece on the beehives?", {"wanted": "author", "subject": "the beehives"}),
        ("who's the author of the obituary for the organist", {"wanted": "author", "subject": "the organist"}),
        ("By whom is the review of the puppet show?", {"wanted": "author", "subject": "the puppet show"}),
        ("Which reporter covered the Marsh trial?", {"wanted": "author", "subject": "Marsh trial"}),
        ("When was the interview with the miller published?", {"wanted": "date", "subject": "the miller"}),
        ("on which day did the column about dogs appear", {"wanted": "date", "subject": "dogs"}),
        ("What is the date of the latest article?", {"wanted": "date", "order": "newest"}),
        ("How many articles are there?", {"wanted": "count"}),
        ("number of pieces about the mill", {"wanted": "count", "subject": "the mill"}),
        ("In how many articles does Ada Voss appear?", {"wanted": "count", "subject": "Ada Voss", "mentioned": True}),
        ("Which texts mention the brewery?", {"wanted": "articles", "subject": "the brewery", "mentioned": True}),
        ("Do you have something on the women's choir?", {"wanted": "articles", "subject": "the women's choir"}),
        ("the three newest articles", {"wanted": "articles", "order": "newest", "number": 3}),
        ("first article about the flood", {"wanted": "articles", "subject": "the flood", "order": "oldest"}),
        ("Which article is the longest?", {"wanted": "articles", "order": "longest"}),
        ("Are there pieces without a date?", {"wanted": "articles", "lacks": "date"}),
        ("Which articles name no author?", {"wanted": "articles", "lacks": "author"}),
        ("Who are your authors?", {"wanted": "authors"}),
        ("Which month has the most articles?", {"wanted": "months"}),
        ("What period does the archive cover?", {"wanted": "period"}),
        ("How far back do the articles go?", {"wanted": "period"}),
        ("What are the main topics?", {"wanted": "topics"}),
        ("What time frame do these articles cover?", {"wanted": "period"}),
        ("How far back does your archive reach?", {"wanted": "period"}),
        ("Which month was the busiest for the paper?", {"wanted": "months"}),
        ("Tell me about your archive.", {"wanted": "topics"}),
        ("Which texts mention Dr. Ada Voss?", {"wanted": "articles", "subject": "Dr. Ada Voss", "mentioned": True}),
        ("Oldest and newest article?", {"wanted": "period", "order": "newest"}),
        ("Until when does the archive run?", {"wanted": "period"}),
        ("How big is the archive?", {"wanted": "count"}),
        ("date of the obituary by Bell & Sons?", {"wanted": "date", "subject": "Bell & Sons"}),
        ("which article lacks both a date and an author", {"wanted": "articles", "lacks": "date"}),
        ("have you ever mentioned Ada Voss", {"wanted": "articles", "subject": "Ada Voss", "mentioned": True}),
        ("did anyone ever write about the mill", {"wanted": "articles", "subject": "the mill"}),
        ("where is the brewery mentioned", {"wanted": "articles", "subject": "the brewery", "mentioned": True}),
        ("list all press releases", {"wanted": "articles", "subject": "press"}),
        ("Which newspapers are in the archive?", {"wanted": "place"}),
        ("What's in this archive, in a nutshell?", {"wanted": "topics"}),
        ("Give me an overview of the contents", {"wanted": "topics"}),
        ("How many people write for the Heron?", {"wanted": "authors"}),
        ("Has the Heron printed any obituaries?", {"wanted": "articles"}),
        ("How many times does the word mud come up?", {"wanted": "count", "subject": "mud", "mentioned": True}),
        ("newest 3 articles", {"wanted": "articles", "order": "newest", "number": 3}),
        ("Who wrote about the mill?", {"wanted": "authors", "subject": "the mill"}),
        ("How many pieces has Ines Roth done?", {"wanted": "count", "authors": ("Ines Roth",)}),
        ("Is Ines Roth one of your writers?", {"wanted": "articles", "authors": ("Ines Roth",)}),
        ("Is Ada Voss one of your writers?", {"wanted": "articles", "unknown_author": "Ada Voss"}),
        (
            "Did Ines Roth write about anything other than owls?",
            {"wanted": "articles", "excluded": "owls", "authors": ("Ines Roth",)},
        ),
        ("How current is the material you have?", {"wanted": "period"}),
        ("Which author has only one article?", {"wanted": "authors"}),
        ("How many different people write for the paper?", {"wanted": "authors"}),
        ("Whose texts are in here? I mean the names of the writers.", {"wanted": "authors"}),
        (
            "What was your first report about the bridge?",
            {"wanted": "articles", "subject": "the bridge", "order": "oldest"},
        ),
        ("how often does the paper write about Ada Voss", {"wanted": "count", "subject": "Ada Voss"}),
        ("When was the piece on owls in the paper?", {"wanted": "date", "subject": "owls"}),
        ("When did Ines Roth last write?", {"wanted": "date", "authors": ("Ines Roth",), "order": "newest"}),
        ("Has Ines Roth written more than one article?", {"wanted": "count", "authors": ("Ines Roth",)}),
        ("What has Ines Roth herself written?", {"wanted": "articles", "authors": ("Ines Roth",)}),
        ("Which pieces did you have to take back?", {"wanted": "articles"}),
        ("Are all of the articles signed?", {"wanted": "articles", "lacks": "author"}),
        (
            "Who wrote 'Ten years. A life in mud'?",
            {"wanted": "author", "subject": "'Ten years. A life in mud'", "mentioned": True},
        ),
        ("Which article said that the bridge was unsafe?", {"wanted": "source", "subject": "the bridge was unsafe"}),
        ("Where was the essay on frost printed?", {"wanted": "place", "subject": "frost"}),
        (
            'In which article does the phrase "a sea of mud" appear?',
            {"wanted": "articles", "subject": '"a sea of mud"', "mentioned": True},
        ),
    ],
)
def test_a_question_about_the_archive_is_read(question: str, expected: dict[str, object]) -> None:
    found = parse(question)

    assert found is not None
    assert {name: value for name, value in found.items() if name != "genre"} == expected


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("How many articles are there by Ines Roth?", ("Ines Roth",)),
        ("articles by roth", ("Ines Roth",)),
        ("What has Lukasz Odegard written?", ("Łukasz Ødegård",)),
        ("Titles of Łukasz Ødegård's articles", ("Łukasz Ødegård",)),
        ("pieces by Roth and Holm", ("Ines Roth", "T. Holm")),
        ("did ines roth write anything about chess", ("Ines Roth",)),
        ("Is there an author called Roth in your archive?", ("Ines Roth",)),
        ("Did anyone besides Roth write about chess?", ("Łukasz Ødegård", "T. Holm", "Parish Office")),
        ("Which articles mention Ines Roth?", ()),
        ("How many articles are about the parish office?", ()),
    ],
)
def test_an_author_is_who_wrote_and_not_whom_articles_mention(question: str, names: tuple[str, ...]) -> None:
    found = parse(question)

    assert found is not None
    assert found.get("authors", ()) == names


@pytest.mark.parametrize("author", ["Ines Roth, editor", "Ines Roth and staff"])
def test_an_author_with_an_office_or_others_is_the_same(author: str) -> None:
    request = parse_request("articles by Ines Roth", [*AUTHORS, author], terms=extract_terms)

    assert request
    assert request.authors == ("Ines Roth", author)


@pytest.mark.parametrize(
    ("question", "order"),
    [
        ("List the articles by Ines Roth, oldest first", "oldest"),
        ("articles about the mill in the order they were printed", "oldest"),
        ("all pieces on the mill, newest first", "newest"),
        ("headlines in reverse chronological order", "newest"),
    ],
)
def test_a_list_in_an_order_has_all_articles(question: str, order: str) -> None:
    request = parse_request(question, AUTHORS, terms=extract_terms)

    assert request
    assert (request.order, request.number) == (order, 0)


def test_a_paper_is_no_author_though_an_authors_name_has_its_name() -> None:
    request = parse_request("Has the heron printed any obituaries?", ["Readers of the Heron"], terms=extract_terms)

    assert request
    assert request.authors == ()


def test_a_verb_and_its_article_name_no_author_that_has_both_words() -> None:
    request = parse_request("Read the articles about the mill", ["Read The Room"], terms=extract_terms)

    assert request
    assert (request.authors, request.subject) == ((), "the mill")


@pytest.mark.parametrize(
    "question",
    ["How many articles by Ada Voss?", "What has Ada Voss written?", "Is there an author called Ada Voss in here?"],
)
def test_a_name_that_the_catalog_does_not_have_is_no_subject(question: str) -> None:
    found = parse(question)

    assert found is not None
    assert found["unknown_author"] == "Ada Voss"
    assert "subject" not in found


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote the opera?",
        "Who signed the deal?",
        "How many articles does the constitution have?",
        "How many articles of clothing were found?",
        "How many stories does the tower have?",
        "How many pieces were sold?",
        "How many letters did the council get?",
        "When was the report published?",
        "What does the old report on the flood say?",
        "Which rumours did you check in that piece about the harbour?",
        "How many mistakes does the desk find in an article?",
        "What was the subject of the meeting?",
        "What subjects are taught at the school?",
        "For what period is the bridge closed?",
        "Who is the fire chief?",
        "Where is the library?",
    ],
)
def test_what_is_asked_of_other_things_than_articles_is_no_question_about_the_archive(question: str) -> None:
    found = parse(question)

    assert found is None or found.get("only_title")
