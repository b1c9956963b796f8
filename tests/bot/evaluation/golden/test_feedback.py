import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies

from bot import wiring
from bot.cli.eval_command import write_candidates
from bot.discord.entities import AnswerRecord
from bot.discord.records import Records
from bot.evaluation.golden import golden_file
from bot.evaluation.golden.feedback import Candidates, collect_candidates, format_candidates
from bot.evaluation.results import Golden
from bot.output_files import create_file
from bot.rated_answer import RatedAnswer
from bot.settings import Settings
from retrieval.domain import Ask, Filter, Turn
from retrieval.errors import InputError
from retrieval.index import Library
from tests.bot.discord.answer_records import ANN, BEN, FULL, GUILD, make_answer, make_citation, make_record
from tests.bot.scripted_answers import MILL, QUOTE, make_small_library
from tests.fakes import FakeEncoder

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[4]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def records(settings: Settings) -> Iterator[Records]:
    opened = Records(settings.home / "discord.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def mill(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """The library `talks` under the home folder."""
    monkeypatch.setattr(wiring, "build_encoder", lambda _: FakeEncoder())
    (settings.home / "libraries").mkdir(parents=True)
    with make_small_library(settings.home / "libraries" / "talks") as library:
        yield library


def bad(records: Records, text: str = "Where was it?", *voters: int, **given: Any) -> AnswerRecord:
    kept = records.save_answer(make_record(text, **given))
    for voter in voters or (BEN,):
        records.vote(kept.key, voter, False)
    return kept


def rate(kept: AnswerRecord) -> RatedAnswer:
    """An answer that one person voted down."""
    asked = Ask(kept.question.text, kept.question.where, kept.question.history)
    return RatedAnswer(asked, kept.answer, kept.library, kept.generation, kept.hits, kept.asked_at, up=0, down=1)


def gather(settings: Settings, library: str | None = None) -> Candidates:
    return collect_candidates(wiring.read_downvoted_answers(settings), settings, library)


def read(text: str, folder: Path) -> tuple[Golden, ...]:
    path = folder / "read.golden.yaml"
    path.write_text(text, encoding="utf-8")
    return golden_file.read_golden_file(path).questions


# What a candidate holds


def test_an_answer_found_bad_becomes_a_question_without_expectations(
    settings: Settings, records: Records, tmp_path: Path
) -> None:
    bad(records, "Where was it?", **FULL)

    (candidate,) = read(gather(settings).text, tmp_path)

    assert not candidate.expects
    assert (candidate.question, candidate.tags) == ("Where was it?", ("feedback",))
    assert (candidate.since, candidate.until, candidate.author) == ("2023-01-01", "2023-12-31", "Müller")
    assert candidate.history == FULL["history"]


def test_its_note_shows_what_was_answered_and_retrieved_then(
    settings: Settings, records: Records, tmp_path: Path
) -> None:
    kept = bad(records, asked_at=NOON, library="news")
    records.vote(kept.key, ANN, True)

    (candidate,) = read(gather(settings).text, tmp_path)

    assert candidate.note.splitlines() == [
        "Found bad by 1, good by 1. Library news, generation 3, 2026-03-01 12:00 UTC.",
        "Understood as: Where was the harbour?",
        "Answered then (tiny, confidence 0.75):",
        "  “was seen in version1” [1]",
        "Notice: The model was slow.",
        "Cited then:",
        "  [1] The harbour 23-43: “was seen in version1”",
        "Retrieved then:",
        "  1. article-1 0-80, score 12.346: no longer there as it was",
    ]


def test_a_refusal_is_called_one() -> None:
    refused = make_answer(text="The articles do not say.", citations=(), refused=True)

    text = format_candidates([rate(replace(make_record(), answer=refused))])

    assert "(tiny, refused, confidence 0.75):\n" in text
    assert "Cited then" not in text


def test_passages_that_have_not_moved_are_shown_and_cut(mill: Library, settings: Settings, records: Records) -> None:
    hits = mill.read(
        lambda view: [(p.article_id, p.start, p.end) for p in view.get_passages_around("mill", 0, len(MILL.text))]
    )
    kept = records.save_answer(replace(make_record(library="talks"), hits=tuple((*place, 1.0) for place in hits)))
    records.vote(kept.key, BEN, False)

    text = gather(settings).text

    assert f"1. mill {hits[0][1]}-{hits[0][2]}, score 1.000: “Envoys came on Sunday" in text
    assert len(hits) > 1
    assert "no longer there" not in text
    assert max(map(len, text.splitlines())) < 180


@pytest.mark.parametrize("place", [("mill", 0, 5), ("gone", 0, 80)])
def test_passages_that_are_no_longer_there_are_not_shown(
    place: tuple[str, int, int], mill: Library, settings: Settings, records: Records
) -> None:
    kept = records.save_answer(replace(make_record(library=mill.name), hits=((*place, 1.0),)))
    records.vote(kept.key, BEN, False)

    assert f"{place[0]} {place[1]}-{place[2]}, score 1.000: no longer there as it was" in gather(settings).text


def test_a_passage_whose_quote_was_rewritten_is_not_shown() -> None:
    quoted = make_citation(article_id="mill", quote=QUOTE, start=10, end=10 + len(QUOTE))
    kept = replace(make_record(), answer=make_answer(citations=(quoted,)), hits=(("mill", 0, 80, 1.0),))

    def then(text: str) -> str:
        return format_candidates([rate(kept)], lambda _: {("mill", 0, 80): text})

    assert "no longer there" not in then(f"Envoys ca {QUOTE}")
    assert "no longer there" in then(f"Envoys ca {QUOTE.replace('old', 'new')}")


# Whose question it was stays on Discord


def test_nothing_shows_who_asked_or_where(settings: Settings, records: Records) -> None:
    ids = (person, channel, guild, message) = (
        111111111111111111,
        222222222222222222,
        333333333333333333,
        444444444444444444,
    )
    said = f"<@{person}> and <@!{person}> in <#{channel}> for <@&{guild}> <:party:{message}> {person}"
    link = f"https://discord.com/channels/{guild}/{channel}/{message}"
    bad(
        records,
        f"Where was {said}? {link}",
        person,
        said=f"{said} [1]",
        guild_id=guild,
        channel_id=channel,
        person_id=person,
        library=f"discord-{guild}-news",
        message_ids=(message,),
        history=(Turn(f"What did {said} say?", f"{said} said so."),),
        role_ids=(message,),
    )

    text = gather(settings).text

    assert not [each for each in ids if str(each) in text]
    assert "@someone and @someone in #channel for @role :party: (number)" in text
    assert "A server's own library, news, generation 3" in text


def test_what_was_forgotten_is_no_candidate(settings: Settings, records: Records) -> None:
    bad(records, "secret")
    bad(records, "open", person_id=BEN)
    records.forget(ANN)

    found = gather(settings)

    assert found.count == 1
    assert "secret" not in found.text


# Which questions are one


def test_the_same_question_is_one_candidate_with_the_newest_answer_and_all_votes(
    settings: Settings, records: Records, tmp_path: Path
) -> None:
    bad(records, "Where  was it?", ANN, BEN, asked_at=NOON + timedelta(days=1), said="newer [1]")
    bad(records, "where was it?", ANN, asked_at=NOON, said="older [1]")

    found = gather(settings)

    (candidate,) = read(found.text, tmp_path)
    assert (found.count, candidate.question) == (1, "Where was it?")
    assert candidate.note.startswith("Found bad by 3, good by 0, asked 2 times. ")
    assert "newer" in candidate.note
    assert "older" not in candidate.note


@pytest.mark.parametrize(
    "other",
    [{"where": Filter(author="Ada")}, {"history": (Turn("Who?", "Ada."),)}, {"library": "elsewhere"}],
    ids=["limits", "history", "library"],
)
def test_what_was_asked_otherwise_is_another_candidate(
    other: dict[str, Any], settings: Settings, records: Records, tmp_path: Path
) -> None:
    bad(records)
    bad(records, **other)

    assert gather(settings).count == len(read(gather(settings).text, tmp_path)) == 2


def test_what_most_people_found_bad_comes_first(settings: Settings, records: Records, tmp_path: Path) -> None:
    bad(records, "One?", ANN)
    bad(records, "Two?", ANN, BEN)

    assert [each.question for each in read(gather(settings).text, tmp_path)] == ["Two?", "One?"]


def test_one_librarys_can_be_chosen(settings: Settings, records: Records) -> None:
    bad(records, "One?", library="news")
    bad(records, "Two?", library="sports")

    found = gather(settings, "sports")

    assert found.count == 1
    assert "question: Two?" in found.text


# Any text


@given(
    text=strategies.text(max_size=80),
    turn=strategies.tuples(strategies.text(max_size=40), strategies.text(max_size=40)),
    said=strategies.text(max_size=80),
    author=strategies.text(max_size=20),
)
def test_whatever_people_wrote_reads_back_as_one_candidate(
    text: str, turn: tuple[str, str], said: str, author: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    asked = make_record(f"Why {text}", said, where=Filter(author=author), history=(Turn(*turn),))
    path = tmp_path_factory.getbasetemp() / "anything.yaml"
    path.write_text(format_candidates([rate(asked)]), encoding="utf-8")

    (candidate,) = golden_file.read_golden_file(path).questions

    assert candidate.question.startswith("Why")
    assert not candidate.expects
    assert candidate.note.startswith("Found bad by 1, good by 0. ")


def test_lines_and_yaml_syntax_are_unchanged_in_literal_blocks(tmp_path: Path) -> None:
    said = "- one: [1]\n\n# two | 'three'\n\tfour  \n“fünf” 😀 [2]"

    text = format_candidates([rate(make_record('What: "that"? #1', said, history=(Turn("Who?", said),)))])

    (candidate,) = read(text, tmp_path)
    assert candidate.question == 'What: "that"? #1'
    assert candidate.history[0].answer == "- one: [1]\n\n# two | 'three'\n    four\n“fünf” 😀 [2]"
    assert "  note: |" in text
    assert "\n      “fünf” 😀 [2]\n" in text


def test_a_question_that_could_not_be_asked_again_is_left_out(settings: Settings, records: Records) -> None:
    bad(records, "\u200b")
    bad(records, "why " * 1_000)
    bad(records, "One?")

    assert gather(settings).count == 1


def test_the_header_explains_how_to_go_on(settings: Settings, records: Records, tmp_path: Path) -> None:
    bad(records)
    path = tmp_path / "bad.golden.yaml"

    write_candidates(settings, path, None)

    header = path.read_text(encoding="utf-8").partition("- question:")[0]
    assert all(line.startswith("#") for line in header.splitlines() if line)
    assert f"clippings eval {path}\n" in header
    assert all(f"#   {field}:" in header for field in ("answer", "contains", "cites", "quotes", "refuses"))


# Files


def test_the_file_is_new_and_the_candidates_are_counted(
    settings: Settings, records: Records, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad(records, "One?")
    bad(records, "Two?")
    path = tmp_path / "bad.golden.yaml"

    assert write_candidates(settings, path, None) == 0
    assert capsys.readouterr().err == f"2 questions to complete in {path}.\n"
    assert [each.question for each in golden_file.read_golden_file(path).questions] == ["One?", "Two?"]
    assert list(tmp_path.glob(".*")) == []


def test_a_file_that_is_there_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("mine", encoding="utf-8")

    with pytest.raises(InputError, match=r"mine\.yaml exists already: choose another name") as caught:
        create_file(str(path), "new")

    assert path.read_text(encoding="utf-8") == "mine"
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be written"):
        create_file(str(tmp_path / "no" / "bad.yaml"), "new")


# Nothing to write


def test_where_no_bot_ran_nothing_is_made(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no .*discord\.sqlite: run `clippings discord`"):
        write_candidates(settings, tmp_path / "bad.yaml", None)

    assert not (settings.home / "discord.sqlite").exists()
    assert not (tmp_path / "bad.yaml").exists()


def test_without_a_thumbs_down_no_file_is_made(settings: Settings, records: Records, tmp_path: Path) -> None:
    kept = records.save_answer(make_record())
    records.vote(kept.key, BEN, True)

    with pytest.raises(InputError, match="holds no thumbs-down on an answer: people give it with the button"):
        write_candidates(settings, tmp_path / "bad.yaml", None)

    assert not (tmp_path / "bad.yaml").exists()


def test_a_library_without_a_thumbs_down_lists_those_that_have_one(settings: Settings, records: Records) -> None:
    bad(records, library="news")

    with pytest.raises(InputError, match="of the library sports: there is one of news"):
        gather(settings, "sports")


def test_discord_need_not_be_installed() -> None:
    code = "import sys; sys.modules['discord'] = None; import bot.evaluation.golden.feedback"

    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_dates_of_another_zone_are_shown_in_utc() -> None:
    there = datetime.fromisoformat("2026-03-02T01:30:00+05:30")

    assert "2026-03-01 20:00 UTC" in format_candidates([rate(make_record(asked_at=there))])


def test_only_a_given_limit_is_written(tmp_path: Path) -> None:
    (candidate,) = read(format_candidates([rate(make_record(where=Filter(since=date(2023, 6, 1))))]), tmp_path)

    assert (candidate.since, candidate.until, candidate.author) == ("2023-06-01", "", "")


def test_a_servers_own_library_is_not_named_by_the_servers_number() -> None:
    text = format_candidates([rate(make_record(library=f"discord-{GUILD}"))])

    assert "A server's own library, generation 3" in text
    assert f"discord-{GUILD}" not in text
