"""Questions about the archive of a small town's paper, answered from the catalog."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from retrieval.answering.answer_kinds import answer_inquiry
from retrieval.answering.archive_facts import answer_archive
from retrieval.answering.citations import check_citations
from retrieval.answering.inquiry import Inquiry
from retrieval.domain import NOT_SAID, Answer, Article, Filter, Understanding
from retrieval.index import Library

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from retrieval.domain import Kind
    from retrieval.encoder import SentenceEncoder

ARTICLES = (
    Article(
        "mill",
        "The mill burns\n\nBy Ines Roth\n4 May 2031\n\nThe old mill on the Aller burned to the ground on Sunday night. "
        "Nobody was hurt. The miller, Per Lind, blamed a spark from the grindstone.",
        title="The mill burns",
        author="Ines Roth",
        published=date(2031, 5, 4),
    ),
    Article(
        "miller",
        "The old miller receives us in his kitchen.\n\nQ: Will you build it again?\n\nA: I am seventy.\n\n"
        "Q: Is that a no?"
        "\n\nA: It is a number.\n\nQ: What will become of the wheel?\n\nA: The museum may have it.",
        title="'It is a number'",
        author="T. Holm",
        published=date(2031, 5, 9),
        url="https://paper.example/talks/9",
    ),
    Article(
        "bees",
        "The town has put eleven hives on the roof of its hall. Their honey is sold at the market. A brewery wants "
        "some for a beer.",
        title="Bees on the town hall",
        author="Łukasz Ødegård",
        published=date(2031, 6, 2),
    ),
    Article(
        "choir",
        "Review\n\nThe women's choir sang of frost and mills in the old brewery. It was cold there, too.",
        title="A cold evening",
        author="Ines Roth",
        published=date(2031, 6, 20),
    ),
    Article("times", "The hall is open from nine to noon. The market is on Fridays.", title="Opening times"),
)


@pytest.fixture(scope="module")
def paper(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("paper") / "paper", encoder=encoder, create=True) as library:
        library.ingest(ARTICLES)
        yield library


def ask(library: Library, question: str, where: Filter | None = None) -> Answer:
    asked = Understanding(question, "archive", where=where or Filter())
    found = library.read(lambda snapshot: answer_archive(Inquiry(asked, snapshot, library.encoder)))
    assert found is not None
    texts = {each.article_id: library.get_article(each.article_id).text for each in found.citations}
    check_citations(found.text, found.citations, texts)
    return found


def test_a_question_that_may_be_of_something_else_is_not_told_what_is_unknown(paper: Library) -> None:
    asked = Understanding("Where was the review published?", "fact")

    assert paper.read(lambda snapshot: answer_archive(Inquiry(asked, snapshot, paper.encoder))) is None


def name_cited(found: Answer) -> list[str]:
    return [citation.article_id for citation in found.citations]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "How many articles are there?",
            "5 articles:\n'It is a number' (9 May 2031) [3]",
        ),
        (
            "How many articles by Ines Roth do you have?",
            "2 articles by Ines Roth:\nA cold evening (20 June 2031) [1]\nThe mill burns (4 May 2031) [2]",
        ),
        ("articles by odegard", "1 article by Łukasz Ødegård:\nBees on the town hall (2 June 2031) [1]"),
        (
            "Which articles mention the brewery?",
            "2 of 5 articles mention the brewery:\nA cold evening (20 June 2031) [1]\n"
            "Bees on the town hall (2 June 2031) [2]",
        ),
        (
            "Where was the review published?",
            "“A cold evening” (20 June 2031) does not say where it was published. [1]",
        ),
        ("Which articles have no date?", "1 of 5 articles gives no date:\nOpening times [1]"),
        (
            "all articles, oldest first",
            "5 articles; the oldest first:\nThe mill burns (4 May 2031) [1]\n'It is a number' (9 May 2031) [2]\n"
            "Bees on the town hall (2 June 2031) [3]\nA cold evening (20 June 2031) [4]\n1 more gives no date",
        ),
        (
            "Did Ines Roth write about anything other than the choir?",
            "1 of 2 articles by Ines Roth is about something other than the choir:\nThe mill burns (4 May 2031) [1]",
        ),
        ("newest article", "5 articles; the newest:\nA cold evening (20 June 2031) [1]"),
        ("What is the oldest text in here?", "5 articles; the oldest:\nThe mill burns (4 May 2031) [1]"),
        (
            "What period does the archive cover?",
            "5 articles, from 4 May 2031 to 20 June 2031; 1 gives no date.\nOldest: The mill burns (4 May 2031) [1]\n"
            "Newest: A cold evening (20 June 2031) [2]",
        ),
        ("Who wrote the piece on the bees?", "“Bees on the town hall” (2 June 2031) is by Łukasz Ødegård. [1]"),
        ("Who did the interview with the miller?", "“'It is a number'” (9 May 2031) is by T. Holm. [1]"),
        ("When was the review of the choir printed?", "“A cold evening” was published on 20 June 2031. [1]"),
        ("Who wrote “Opening times”?", "“Opening times” names no author. [1]"),
        ("When was the article “Opening times” published?", "“Opening times” gives no date. [1]"),
        (
            "Where was the interview with the miller published?",
            "“'It is a number'” (9 May 2031) comes from paper.example: https://paper.example/talks/9 [1]",
        ),
        (
            "Which author has the most articles?",
            "5 articles, 3 authors; 1 names no author:\n"
            "Ines Roth: 2 articles, the newest: A cold evening (20 June 2031) [1]\n"
            "Łukasz Ødegård: 1 article, Bees on the town hall (2 June 2031) [2]\n"
            "T. Holm: 1 article, 'It is a number' (9 May 2031) [3]",
        ),
        (
            "How many articles in each month?",
            "5 articles; 1 gives no date:\n"
            "May 2031: 2 articles, the newest: 'It is a number' (9 May 2031) [1]\n"
            "June 2031: 2 articles, the newest: A cold evening (20 June 2031) [2]",
        ),
    ],
)
def test_the_catalog_answers_in_a_sentence_that_says_what_was_counted(paper: Library, question: str, text: str) -> None:
    found = ask(paper, question)

    if found.text.count("\n") > text.count("\n"):
        assert set(text.split("\n")) <= set(found.text.split("\n"))
    else:
        assert found.text == text
    assert not found.refused


def test_an_author_is_proved_by_the_byline_and_a_date_by_its_line(paper: Library) -> None:
    author = ask(paper, "Who wrote the article about the mill that burned?").citations[0]
    day = ask(paper, "When was “The mill burns” published?").citations[0]

    assert author.quote == "By Ines Roth"
    assert day.quote == "4 May 2031"


def test_without_a_byline_the_article_is_cited_as_a_whole(paper: Library) -> None:
    (citation,) = ask(paper, "Who wrote the piece on the bees?").citations

    assert (citation.quote, citation.start, citation.end) == ("", 0, 0)


def test_a_mention_is_proved_by_the_first_sentence_that_has_it(paper: Library) -> None:
    found = ask(paper, "Which articles mention the brewery?")

    assert [citation.quote for citation in found.citations] == [
        "The women's choir sang of frost and mills in the old brewery.",
        "A brewery wants some for a beer.",
    ]


def test_about_is_more_than_mentioned(paper: Library) -> None:
    found = ask(paper, "How many articles are about mills?")

    assert found.text.startswith("2 of 5 articles are about “mills”:")
    assert set(name_cited(found)) == {"mill", "choir"}


def test_words_in_quotation_marks_stand_one_after_another(paper: Library) -> None:
    assert name_cited(ask(paper, 'Which article has the quote "spark from the grindstone"?')) == ["mill"]
    assert ask(paper, 'Which articles mention "grindstone spark"?').text.startswith("None of the 5 articles mentions")


def test_both_of_two_are_mentioned_though_not_in_one_sentence(paper: Library) -> None:
    found = ask(paper, "Which articles mention both the market and the brewery?")

    assert name_cited(found) == ["bees"]


def test_what_an_article_says_is_quoted(paper: Library) -> None:
    found = ask(paper, "Which article said that the hives are on the roof?")

    assert "eleven hives" in found.citations[0].quote


def test_limits_are_counted_within_and_said(paper: Library) -> None:
    found = ask(paper, "How many articles?", Filter(since=date(2031, 6, 1), until=date(2031, 6, 30)))

    assert found.text.startswith("2 articles from 1 June 2031 to 30 June 2031:")


def test_as_of_a_day_later_articles_are_not_counted(paper: Library) -> None:
    found = ask(paper, "How many articles?", Filter(as_of=date(2031, 5, 31)))

    assert name_cited(found) == ["miller", "mill"]


def test_a_time_without_articles_has_none(paper: Library) -> None:
    found = ask(paper, "How many articles appeared in May 1999?")

    assert found.text == "No article from 1 May 1999 to 31 May 1999; 1 gives no date."
    assert not found.refused


def test_a_name_that_wrote_nothing_is_said_to_have_written_nothing(paper: Library) -> None:
    found = ask(paper, "articles by Ada Voss")

    assert found.text.startswith("No article names Ada Voss as its author. 3 authors in 5 articles: Ines Roth (2), ")


def test_an_article_that_is_not_there_is_refused_and_that_is_said(paper: Library) -> None:
    found = ask(paper, "Who wrote the piece on the submarine?")

    assert found.refused
    assert found.text == NOT_SAID
    assert found.notice == "None of the 5 articles is known to be about the submarine."


def test_where_nothing_is_mentioned_the_nearest_are_named(paper: Library) -> None:
    found = ask(paper, "Which articles mention beekeeping?")

    assert found.text.startswith("None of the 5 articles mentions “beekeeping”.\nThe nearest:\nBees on the town hall")


def test_what_is_no_question_about_articles_has_no_answer_here(paper: Library) -> None:
    asked = Understanding("Who wrote the opera?", "archive")

    assert paper.read(lambda snapshot: answer_archive(Inquiry(asked, snapshot, paper.encoder))) is None


@pytest.mark.parametrize(
    ("read_as", "question", "kind", "article"),
    [
        ("fact", "articles by odegard", "archive", "bees"),
        ("archive", "How many hives has the town put on the roof of its hall?", "fact", "bees"),
    ],
)
def test_what_is_read_as_the_wrong_kind_is_answered_as_the_right_one(
    paper: Library, read_as: Kind, question: str, kind: Kind, article: str
) -> None:
    asked = Understanding(question, read_as)

    found = paper.read(lambda snapshot: answer_inquiry(Inquiry(asked, snapshot, paper.encoder)))

    assert found.kind == kind
    assert name_cited(found)[0] == article


def test_the_topics_name_articles(paper: Library) -> None:
    found = ask(paper, "What are the main topics?")

    assert found.citations
    assert not found.refused


@pytest.fixture(scope="module")
def notes(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Notes without titles, authors or dates, on two subjects."""
    bees = [
        f"Hive {n} gave honey in week {n}. The bees of the hive fly to the limes, and the queen is young."
        for n in range(6)
    ]
    locks = [
        f"Boat {n} waits below the lock. The keeper of the lock lets water out of the canal by hand." for n in range(6)
    ]
    with Library.open(tmp_path_factory.mktemp("notes") / "notes", encoder=encoder, create=True) as library:
        library.ingest([Article(f"n{number}", text) for number, text in enumerate([*bees, *locks])])
        yield library


def test_topics_of_articles_without_titles_are_named_by_words_that_mark_them(notes: Library) -> None:
    found = ask(notes, "What are the main topics?")

    _, first, second = found.text.split("\n")
    topics = {first.partition(":")[0].lower(), second.partition(":")[0].lower()}
    assert any("hive" in each or "bees" in each for each in topics)
    assert any("lock" in each or "canal" in each for each in topics)
    assert ": 6 articles, such as " in first


def test_an_article_without_a_title_is_called_by_its_first_words(notes: Library) -> None:
    found = ask(notes, "Which articles mention honey?")

    assert "Hive 0 gave honey in week 0. The … [" in found.text


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who wrote these texts?", "12 articles, 0 authors; 12 name no author."),
        ("newest article", "12 articles; none gives a date."),
        ("How many articles are from 2020?", "No article from 1 January 2020 to 31 December 2020; 12 give no date."),
    ],
)
def test_what_no_article_gives_is_said(notes: Library, question: str, text: str) -> None:
    assert ask(notes, question).text == text


def test_what_an_author_of_the_catalog_wrote_is_no_matter_for_the_articles(paper: Library) -> None:
    asked = Understanding("what did ines roth write")

    given = paper.read(lambda snapshot: answer_inquiry(Inquiry(asked, snapshot, paper.encoder)))

    assert given.kind == "archive"
    assert given.text.startswith("2 articles by Ines Roth:")


def test_many_articles_are_counted_and_some_are_named(encoder: SentenceEncoder, tmp_path: Path) -> None:
    articles = [
        Article(f"a{n}", f"Number {n} tells of otters.", title=f"Otters {n}", author="Ines Roth") for n in range(40)
    ]
    with Library.open(tmp_path / "many", encoder=encoder, create=True) as library:
        library.ingest([*articles, replace(articles[0], id="", text="Nothing.", title="", source="/a/b.txt")])
        counted = ask(library, "How many articles mention otters?")
        listed = ask(library, "List the articles by Ines Roth")

    assert counted.text.startswith("40 of 41 articles mention “otters”:")
    assert counted.text.endswith("[10]\nand 30 more")
    assert listed.text.endswith("[25]\nand 16 more")


def test_the_author_of_a_title_is_told_though_the_question_is_taken_for_one_about_a_fact(paper: Library) -> None:
    asked = Understanding('Who wrote "The mill burns"?')

    given = paper.read(lambda snapshot: answer_inquiry(Inquiry(asked, snapshot, paper.encoder)))

    assert "Ines Roth" in given.text
