"""What the dates in a question limit, in the archive of an invented town: February to June 2031."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from retrieval.conversation.time_limits import TimeLimits, checks_claim, find_time_limits
from retrieval.domain import Article, Filter, PartialDate
from retrieval.index import Library
from tests.fakes import FakeEncoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from retrieval.domain import Kind

    Read = Callable[..., TimeLimits]

TODAY = date(2031, 6, 18)  # a Wednesday

DATED = {
    "Lock gate jams, barges wait": ("2031-02-03", "The lock keeper said that the gate had jammed on Sunday."),
    "Lock reopens": ("2031-02-17", "The lock keeper said that barges may pass again."),
    "Survey: two in three want the tram": ("2031-03-03", "The mill owners said that the tram would cost too much."),
    "Town votes for the tram, narrowly": ("2031-03-24", "The tram was approved on Sunday by 52 per cent of voters."),
    "Flood takes the footbridge": ("2031-04-14", "The river took the footbridge on Saturday night. Nobody was hurt."),
    "Mill owners see no sign of a settlement": ("2031-05-02", "Talks between the mill and its weavers broke down."),
    "Weavers and mill reach settlement": ("2031-05-19", "The weavers go back to work with five per cent more."),
    "Frisians": ("2031-05-26", "The Frisians lived in marshes and on mounds."),
    "New footbridge by autumn": ("2031-06-16", "The council ordered a footbridge of steel."),
}
UNDATED = Article("opening-hours", "The museum is open on Sunday. It was founded in 1904.", title="The museum")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    articles = [
        Article(f"a{n}", text, title=title, published=date.fromisoformat(day), source=f"/town/{n}.md")
        for n, (title, (day, text)) in enumerate(DATED.items())
    ]
    with Library.open(tmp_path_factory.mktemp("town") / "town", encoder=FakeEncoder(), create=True) as library:
        library.ingest([*articles, UNDATED])
        yield library


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    text = "The castle was built in 1304. In 1998 a law on castles was passed. As of 2010 it had 40,000 visitors."
    with Library.open(tmp_path_factory.mktemp("lexicon") / "lexicon", encoder=FakeEncoder(), create=True) as library:
        library.ingest([Article("castle", text, title="Castle")])
        yield library


@pytest.fixture
def read(town: Library) -> Read:
    def find(text: str, where: Filter | None = None, *, today: date = TODAY, kind: Kind = "fact") -> TimeLimits:
        return town.read(lambda view: find_time_limits(text, where or Filter(), today=today, snapshot=view, kind=kind))

    return find


@pytest.mark.parametrize(
    ("text", "since", "until", "rest"),
    [
        ("What did the mill owners say in March?", "2031-03-01", "2031-03-31", "What did the mill owners say?"),
        ("In April, what happened to the footbridge?", "2031-04-01", "2031-04-30", "what happened to the footbridge?"),
        ("what was reported between 1 and 20 May", "2031-05-01", "2031-05-20", "what was reported"),
        ("Who was hurt in the middle of April?", "2031-04-11", "2031-04-20", "Who was hurt?"),
        ("What has been said since the 5th of May about pay?", "2031-05-05", "", "What has been said about pay?"),
        ("What did people say before April?", "", "2031-03-31", "What did people say?"),
        ("What happened after 24 March?", "2031-03-25", "", "What happened?"),
        (
            "Which articles were published on 24 March 2031?",
            "2031-03-24",
            "2031-03-24",
            "Which articles were published?",
        ),
    ],
)
def test_a_time_that_is_asked_about_limits_the_search(read: Read, text: str, since: str, until: str, rest: str) -> None:
    found = read(text)

    assert [str(day or "") for day in (found.where.since, found.where.until)] == [since, until]
    assert found.text == rest


def test_what_happens_on_a_day_is_reported_within_the_next_days(read: Read) -> None:
    found = read("What happened on Saturday 12 April?")

    assert found.where == Filter(date(2031, 4, 12), date(2031, 4, 15))
    assert found.remarks == ("Only articles of 12 to 15 April 2031.",)


def test_what_somebody_did_on_a_day_is_reported_within_the_next_days_as_well(read: Read) -> None:
    found = read("What did the ferrymen and their friends do on Saturday 12 April?", kind="headlines")

    assert found.where == Filter(date(2031, 4, 12), date(2031, 4, 15))


def test_the_paper_of_a_day_is_of_that_day_alone(read: Read) -> None:
    assert read("What was in the paper?", kind="headlines").where == Filter()
    found = read("What was in it on 14 April?", kind="headlines")

    assert found.where == Filter(date(2031, 4, 14), date(2031, 4, 14))
    assert found.remarks == ("Only articles of 14 April 2031.",)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("What was said after the vote?", Filter(since=date(2031, 3, 24))),
        ("What has happened since the flood?", Filter(since=date(2031, 4, 14))),
        ("Since the town voted for the tram, what was said?", Filter(since=date(2031, 3, 24))),
        ("What did the weavers want before the settlement?", Filter(until=date(2031, 5, 18))),
        ("Before the flood who looked after the footbridge?", Filter(until=date(2031, 4, 13))),
        ("What was decided in the week after the flood?", Filter(date(2031, 4, 14), date(2031, 4, 21))),
    ],
)
def test_an_event_is_dated_by_the_first_article_that_is_named_after_it(read: Read, text: str, where: Filter) -> None:
    found = read(text)

    assert found.where == where
    assert "” is of " in found.remarks[0]


@pytest.mark.parametrize(
    "text",
    [
        "Who wrote the 1990 survey?",
        "Who won the 2030 tram contest?",
        "Which law was passed in 1998?",
        "When was the museum founded in 1904?",
        "What does the plan for 2035 say about the tram?",
        "Will the footbridge open in June?",
        "Is the museum open on Sunday?",
        "Which trams are going to run in May?",
        "How many died in the flood on 12 April?",
        "Who spoke after the mayor?",
        "Which street was named after the flood?",
        "Who ruled before the Frisians?",
        "How long after the flood was the footbridge ordered?",
        "What was said before the council?",
        "Who had to pay by 30 September?",
        "What happened in December?",
        "Who may see the lock?",
        "What did people say since they came?",
    ],
)
def test_other_times_are_mere_words(read: Read, text: str) -> None:
    assert read(text) == TimeLimits(Filter(), text, (), Filter())


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("As of March 2031, who was against the tram?", date(2031, 3, 31)),
        ("How far were the talks as of 10 May?", date(2031, 5, 10)),
        ("Back on 10 May, how far were the talks?", date(2031, 5, 10)),
        ("By 10 May, what was known of the talks?", date(2031, 5, 10)),
        ("If I had asked on 10 May, what would you have said of the talks?", date(2031, 5, 10)),
        ("As of 1 February 2031, what was wrong with the lock?", date(2031, 2, 1)),
        ("Going by what was known on 10 May, how far were the talks?", date(2031, 5, 10)),
        ("What was the tram supposed to cost in March?", date(2031, 3, 31)),
    ],
)
def test_the_archive_is_read_as_of_a_day_that_the_question_states(read: Read, text: str, day: date) -> None:
    found = read(text)

    assert found.where == found.given == Filter(as_of=day)
    assert len(found.remarks) == 1
    assert found.remarks[0].startswith("As of ")
    assert found.remarks[0].endswith(": articles published later and undated ones are left out.")


@pytest.mark.parametrize("text", ["As of 2010, how many people came?", "What is known as of today?"])
def test_a_day_that_the_archive_does_not_know_or_that_is_today_changes_nothing(read: Read, text: str) -> None:
    assert read(text).where == Filter()


def test_a_given_day_is_said_and_the_earlier_of_two_counts(read: Read) -> None:
    given = Filter(as_of=date(2031, 3, 10))

    assert read("Who wants the tram?", given).remarks == (
        "As of 10 March 2031: articles published later and undated ones are left out.",
    )
    assert read("As of May, who wanted the tram?", given).where == given
    assert read("As of 1 March, who wanted the tram?", given).where == Filter(as_of=date(2031, 3, 1))


def test_what_is_last_week_goes_by_the_day_as_of_which_the_archive_is_read(read: Read) -> None:
    found = read("What happened last week?", Filter(as_of=date(2031, 4, 22)), kind="headlines")

    assert found.where == Filter(date(2031, 4, 14), date(2031, 4, 20), as_of=date(2031, 4, 22))


def test_an_event_after_the_day_as_of_which_the_archive_is_read_is_not_known(read: Read) -> None:
    given = Filter(as_of=date(2031, 4, 1))

    assert read("What was said before the flood?", given).where == given


def test_in_an_archive_that_has_ended_last_week_counts_from_its_newest_article(read: Read) -> None:
    found = read("What happened last week?", today=date(2035, 1, 1), kind="headlines")

    assert found.where == Filter(date(2031, 6, 10), date(2031, 6, 16))
    assert found.remarks == ("Only articles of 10 to 16 June 2031.", "No article is later than 16 June 2031.")


def test_today_in_an_archive_that_has_ended_is_nowadays(read: Read) -> None:
    assert read("How much more did the tram cost than it does today?", today=date(2035, 1, 1)).where == Filter()


def test_a_month_without_a_year_is_the_one_of_an_archive_that_has_ended(read: Read) -> None:
    assert read("What happened in April?", today=date(2035, 1, 1)).where == Filter(date(2031, 4, 1), date(2031, 4, 30))


@pytest.fixture(scope="module")
def monthly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    dated = {"Flood takes the footbridge": "2031-03", "Weavers and mill reach settlement": "2031-05", "Frost": "2030"}
    articles = [
        Article(title, "It rained in town.", title=title, published=PartialDate(known))
        for title, known in dated.items()
    ]
    with Library.open(tmp_path_factory.mktemp("monthly") / "monthly", encoder=FakeEncoder(), create=True) as library:
        library.ingest(articles)
        yield library


@pytest.mark.parametrize(
    ("text", "kind", "where", "remarks"),
    [
        (
            "What happened in March?",
            "headlines",
            Filter(date(2031, 3, 1), date(2031, 3, 31)),
            ("Only articles of March 2031.",),
        ),
        ("What happened on 31 March?", "headlines", Filter(), ("No article is of 31 March 2031.",)),
        (
            "What was said after the settlement?",
            "fact",
            Filter(since=date(2031, 5, 1)),
            ("Only articles since 1 May 2031: “Weavers and mill reach settlement” is of May 2031.",),
        ),
        (
            "What was said before the settlement?",
            "fact",
            Filter(until=date(2031, 4, 30)),
            ("Only articles until 30 April 2031: “Weavers and mill reach settlement” is of May 2031.",),
        ),
        ("What happened last week?", "headlines", Filter(), ("No article is of 2 to 8 June 2031.",)),
    ],
)
def test_limits_of_an_archive_of_months_are_months(
    monthly: Library, text: str, kind: Kind, where: Filter, remarks: tuple[str, ...]
) -> None:
    found = monthly.read(
        lambda view: find_time_limits(text, Filter(), today=date(2031, 6, 11), snapshot=view, kind=kind)
    )

    assert (found.where, found.remarks) == (where, remarks)


def test_no_day_is_counted_from_that_has_no_article(monthly: Library) -> None:
    found = monthly.read(
        lambda view: find_time_limits(
            "What happened last week?", Filter(), today=date(2035, 1, 1), snapshot=view, kind="headlines"
        )
    )

    assert found.where == Filter()
    assert found.remarks == ("No article is of 19 to 25 May 2031.",)


def test_that_nothing_is_of_a_time_is_said_where_its_articles_are_wanted(read: Read) -> None:
    found = read("What happened last week?", today=date(2031, 6, 11), kind="headlines")

    assert found.where == Filter()
    assert found.remarks == ("No article is of 2 to 8 June 2031.",)


def test_given_limits_hold_beside_those_of_the_question(read: Read) -> None:
    given = Filter(since=date(2031, 3, 10), author="")

    assert read("What was said in March?", given).where == Filter(date(2031, 3, 10), date(2031, 3, 31))
    assert read("What was said in March?", given).given == given
    assert read("What was said in February?", given).where == given


def test_a_time_that_takes_in_the_whole_archive_limits_nothing(read: Read) -> None:
    assert read("What happened to the footbridge in 2031?").where == Filter()


@pytest.mark.parametrize(
    "text",
    [
        "When was the castle built in 1304?",
        "Which law was passed in 1998?",
        "As of 2010, how many visitors came?",
        "What happened in March?",
        "What was passed before the castle?",
    ],
)
def test_without_dated_articles_no_word_is_a_limit(lexicon: Library, text: str) -> None:
    found = lexicon.read(lambda view: find_time_limits(text, Filter(), today=TODAY, snapshot=view))

    assert found == TimeLimits(Filter(), text, (), Filter())


@pytest.mark.parametrize(
    ("text", "checks"),
    [
        ("The mill said in May that nobody would go. Was that true?", True),
        ("In March the vicar called the tower safe - right or wrong?", True),
        ("Did that turn out to be so?", True),
        ("What was said about the mill in May?", False),
        ("Which bank is right of the mill?", False),
    ],
)
def test_a_question_whether_a_claim_is_true_is_known(text: str, checks: bool) -> None:
    assert checks_claim(text) == checks
