"""What other parts word in English is said in the language of the server: frames of answers, notices, dates, errors."""

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import retrieval
from bot.discord.elsewhere_forms import OF_TALK
from bot.discord.error_messages import explain_error
from bot.discord.local_dates import say_dates, say_day
from bot.discord.localisation import count, format_number, use_language
from bot.discord.news.feed_archives import explain_web_error
from bot.discord.worded_elsewhere import say_dates_of, translate, translate_limits
from bot.user_input import build_filter, describe_filter
from retrieval.conversation.small_talk import REPLIES
from retrieval.domain import ArticleInfo, Filter, PartialDate
from retrieval.errors import InputError
from retrieval.search.query import validate_question
from retrieval.text.dates import format_period, parse_since

TODAY = date(2026, 3, 20)


@pytest.mark.parametrize(
    ("language", "day", "month", "span"),
    [
        ("de", "27. Juni 2023", "Juni 2023", "28. Feb. – 3. März 2026"),
        ("fr", "27 juin 2023", "juin 2023", "28 févr. – 3 mars 2026"),
        ("es-ES", "27 de junio de 2023", "junio de 2023", "28 feb – 3 mar 2026"),
        ("pt-BR", "27 de junho de 2023", "junho de 2023", "28 de fev. – 3 de mar. de 2026"),
        ("en-GB", "27 June 2023", "June 2023", "28 February to 3 March 2026"),
    ],
)
def test_dates_are_written_as_the_language_writes_them(language: str, day: str, month: str, span: str) -> None:
    use_language(language)

    assert say_day(date(2023, 6, 27)) == day
    assert say_day(PartialDate("2023-06")) == month
    assert say_day(PartialDate("2023")) == "2023"
    said = say_dates(format_period(date(2026, 2, 28), date(2026, 3, 3)))
    assert " ".join(said.split()) == span


@pytest.mark.parametrize(
    ("said", "german"),
    [
        ("Earlier, on 10 February 2023", "Früher, am 10. Februar 2023"),
        ("Only articles of March 2026.", "Nur Artikel von März 2026."),
        (
            "As of 3 March 2026: articles published later and undated ones are left out. Read “Quin” as “Qin”.",
            "Stand 3. März 2026: später veröffentlichte Artikel und solche ohne Datum bleiben außen vor. "
            "„Quin“ wurde als „Qin“ gelesen.",
        ),
        (
            "Only articles since 1 March 2026: No article is later than 3 March 2026: counted from there..",
            "Nur Artikel seit 1. März 2026: Kein Artikel ist jünger als 3. März 2026: von dort gezählt..",
        ),
        ("1,250 articles, from 1 March 2026 to June 2026.", "1.250 Artikel, von 1. März 2026 bis Juni 2026."),
        ("What the articles call “Latest”", "What the articles call “Latest”"),
        ("Latest: ", "Zuletzt: "),
    ],
)
def test_the_frames_of_answers_are_said_in_german(said: str, german: str) -> None:
    use_language("de")

    assert translate(said) == german


def test_of_an_article_that_was_updated_both_dates_are_said() -> None:
    use_language("fr")
    info = ArticleInfo("a", "A", "", date(2023, 6, 27), "", "", updated=date(2023, 7, 1))

    assert say_dates_of(info) == "27 juin 2023, mis à jour 1 juillet 2023"


def test_every_reply_to_small_talk_is_known() -> None:
    assert set(REPLIES.values()) == set(OF_TALK)


def test_errors_about_questions_and_dates_are_said_in_german() -> None:
    use_language("de")
    errors = []
    for cause in (
        lambda: validate_question(" "),
        lambda: parse_since("the day the music died", TODAY),
        lambda: build_filter({"since": "2026-03-02", "until": "2026-03-01"}, TODAY),
    ):
        try:
            cause()
        except InputError as error:
            errors.append(explain_error(error))

    assert [error.split()[:3] for error in errors] == [
        ["Die", "Frage", "ist"],
        ["'the", "day", "the"],
        ["Seit", "2.", "März"],
    ]
    assert "ist kein Datum" in errors[1]


def test_what_a_search_is_limited_to_is_said_in_spanish() -> None:
    use_language("es-ES")
    limits = describe_filter(Filter(since=date(2026, 3, 2), author="Ida Renn"))

    assert translate_limits(limits) == "desde 2 de marzo de 2026, de Ida Renn"


def test_numbers_have_the_separators_of_the_language() -> None:
    use_language("de")

    assert count("{count} article", "{count} articles", 12_500) == "12.500 Artikel"
    assert format_number(999) == "999"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "5 of 12 articles by Ida Renn from 1 March 2026 to 31 March 2026 mention eels; 2 give no date:",
            "5 von 12 Artikeln von Ida Renn von 1. März 2026 bis 31. März 2026 erwähnen eels; 2 nennen kein Datum:",
        ),
        (
            "1 of 12 articles is about “fish” and gives no author.",
            "1 von 12 Artikeln handelt von “fish” und nennt keinen Verfasser.",
        ),
        ("None of the 12 articles mentions salt and vinegar.", "Keiner der 12 Artikel erwähnt salt and vinegar."),
        ("12 articles; the 3 newest:", "12 Artikel; die 3 neuesten:"),
        ("12 articles, 3 authors; 1 names no author:", "12 Artikel, 3 Verfasser; 1 nennt keinen Verfasser:"),
        ("March 2026: 3 articles, the newest: ", "März 2026: 3 Artikel, der neueste: "),
        ("“Fish” (14 February 2026) is by Ida Renn. [1]", "„Fish“ (14. Februar 2026) ist von Ida Renn. [1]"),
        (
            "https://example.org/feed is gone: the server says 404",
            "https://example.org/feed ist nicht mehr da: der Server sagt 404",
        ),
        ("I lack “Send Messages”, “Embed Links” there", "mir fehlt dort „Nachrichten senden“, „Links einbetten“"),
    ],
)
def test_what_is_counted_and_what_went_wrong_is_said_part_by_part(text: str, said: str) -> None:
    use_language("de")

    assert translate(text) == said


RAISED = {"UnreadableError", "FetchError", "Rejection"}
ON_THE_COMMAND_LINE = {"folders.py"}
"""Modules whose errors nobody on Discord can meet."""
REPEATED = {"7, 7 times", "was a 7 and is a 7 now7: nothing is taken from it; follow it again if that is meant"}
"""Texts that hold another text of ours, which is tried by itself."""


@pytest.mark.parametrize("folder", ["reading", "web"])
def test_why_a_file_or_a_page_can_not_be_read_is_said_in_the_language_of_the_server(folder: str) -> None:
    use_language("fr")
    texts = {
        explain_web_error(text)
        for path in (Path(retrieval.__file__).parent / folder).rglob("*.py")
        if path.name not in ON_THE_COMMAND_LINE
        for text in list_raised(path.read_text("utf-8"))
    }

    assert {text for text in texts - REPEATED if translate(text) == text} == set()
    assert len(texts) > 20


def list_raised(source: str) -> Iterator[str]:
    """Yield the words of the errors that a module raises, with 7 for all that is filled in."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED and node.args:
            words = node.args[-1] if node.func.id == "Rejection" else node.args[0]
            parts = words.values if isinstance(words, ast.JoinedStr) else [words]
            held = [part.value if isinstance(part, ast.Constant) else "7" for part in parts]
            if isinstance(words, ast.JoinedStr | ast.Constant):
                yield "".join(map(str, held))
