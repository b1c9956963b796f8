import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, strategies

from bot.discord import database
from bot.discord.entities import AnswerRecord, GuildSettings, Listing, Votes
from bot.discord.job_store import JobStore
from bot.discord.news.feed_records import FeedRecords, FollowedFeed
from bot.discord.personal_data import collect_personal_data
from bot.discord.record_json import ANSWER, HITS, QUESTION, SETTINGS
from bot.discord.records import Records, read_downvoted
from retrieval.domain import Ask, Filter, PartialDate, PublicationDate, Turn
from retrieval.errors import ClippingsError, InputError
from tests.bot.discord.answer_records import ANN, BEN, CHANNEL, FULL, GUILD, make_answer, make_question, make_record

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 3, 1)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "discord.sqlite3"


@pytest.fixture
def records(path: Path) -> Iterator[Records]:
    opened = Records(path)
    yield opened
    opened.close()


def reopened(records: Records) -> Records:
    records.close()
    return Records(records.path)


def everything(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.iterdir())


# Answers


@pytest.mark.parametrize("published", [PartialDate("2026-03"), PartialDate("2026"), date(2026, 3, 1)])
def test_a_citation_is_read_back_with_the_date_as_far_as_it_is_known(
    records: Records, published: PublicationDate
) -> None:
    answer = make_answer()
    answer = replace(answer, citations=tuple(replace(each, published=published) for each in answer.citations))

    kept = records.save_answer(replace(make_record(), answer=answer))

    found = records.get_answer(kept.key)
    assert found is not None
    assert [(each.published, type(each.published)) for each in found.answer.citations] == [(published, type(published))]


def test_an_answer_is_read_back_as_it_was(records: Records) -> None:
    kept = records.save_answer(make_record(**FULL, message_ids=(901, 902), asked_at=NOON))

    assert kept.key
    assert records.get_answer(kept.key) == kept
    assert records.find_answer(902) == kept


def test_it_is_the_same_after_a_restart(records: Records) -> None:
    kept = records.save_answer(make_record(**FULL, message_ids=(901, 902)))

    later = reopened(records)

    assert later.find_answer(901) == kept
    later.close()


def test_messages_are_named_when_they_were_sent(records: Records) -> None:
    kept = records.save_answer(make_record())

    records.set_messages(kept.key, [903, 901])

    assert records.find_answer(901) == replace(kept, message_ids=(903, 901))


def test_an_answer_forgotten_before_it_was_sent_stays_forgotten(records: Records) -> None:
    kept = records.save_answer(make_record(private=True))
    records.forget(ANN)

    records.set_messages(kept.key, [901])

    assert records.find_answer(901) is None


def test_keeping_it_again_replaces_it_and_leaves_its_votes(records: Records) -> None:
    kept = records.save_answer(make_record(message_ids=(901,)))
    records.vote(kept.key, BEN, True)

    again = records.save_answer(replace(kept, answer=make_answer(text="better"), message_ids=(902,)))

    assert again.key == kept.key
    assert records.find_answer(901) is None
    assert records.find_answer(902) == again
    assert records.count_votes(902) == Votes(up=1)


def test_a_key_is_never_given_twice(records: Records) -> None:
    first = records.save_answer(make_record(private=True))
    records.forget(ANN)

    assert records.save_answer(make_record()).key != first.key


def test_a_moment_of_another_time_zone_is_the_same_moment(records: Records) -> None:
    there = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))

    kept = records.save_answer(make_record(asked_at=there))

    assert records.get_answer(kept.key) == kept


def test_half_a_character_can_be_kept_and_logged(records: Records) -> None:
    kept = records.save_answer(make_record("what is \ud800?"))
    records.log_question(kept.question)

    assert records.get_answer(kept.key) == kept


@given(
    text=strategies.text(),
    turns=strategies.lists(strategies.tuples(strategies.text(), strategies.text()), max_size=3),
    since=strategies.none() | strategies.dates(),
    steps=strategies.dictionaries(strategies.text(), strategies.floats(allow_nan=False)),
    hits=strategies.lists(
        strategies.tuples(
            strategies.text(), strategies.integers(0), strategies.integers(0), strategies.floats(allow_nan=False)
        )
    ),
)
def test_whatever_is_stored_is_read_back(
    text: str,
    turns: list[tuple[str, str]],
    since: date | None,
    steps: dict[str, float],
    hits: list[tuple[str, int, int, float]],
) -> None:
    asked = make_question(text, history=tuple(Turn(*turn) for turn in turns), where=Filter(since=since, author=text))
    said = make_answer(text, text, steps=steps)

    assert QUESTION.load(QUESTION.dump(asked)) == asked
    assert ANSWER.load(ANSWER.dump(said)) == said
    assert HITS.load(HITS.dump(tuple(hits))) == tuple(hits)


def test_fields_of_another_version_are_passed_over_and_missing_ones_are_defaults() -> None:
    assert SETTINGS.load('{"private": true, "colour": "red"}') == GuildSettings(private=True)


QUESTION_OF_0_1 = (
    '{"text": "Where was it? \\ud800", "front": "slash", "guild_id": 71, "channel_id": 72, "person_id": 81, "where":'
    ' {"since": "2023-01-01", "until": null, "author": "M\\u00fcller"}, "history": [{"question":'
    ' "What of the harbour?", "answer": "It was seen [1]"}], "private": false, "role_ids": [5, 6]}'
)
ANSWER_OF_0_1 = (
    '{"question": "Where was it?", "text": "\\u201cwas seen in version1\\u201d [1]", "citations": [{"number": 1,'
    ' "article_id": "article-1", "title": "The harbour", "author": "A. Writer", "published": "2023-06-27", "url":'
    ' "https://example.org/1", "source": "/articles/1.txt", "quote": "was seen in version1", "start": 23, "end": 43}],'
    ' "refused": false, "confidence": 0.75, "answerer": "chat", "seconds": 0.25, "nearest": [{"id": "article-2",'
    ' "title": "", "author": "", "published": "2020-02-29", "url": "", "source": "", "passages": 3, "characters": 0},'
    ' {"id": "article-3", "title": "", "author": "", "published": null, "url": "", "source": "", "passages": 0,'
    ' "characters": 0}], "standalone": "Where was the harbour?", "model": "tiny", "usage": {"input_tokens": 10,'
    ' "output_tokens": 20}, "steps": {"search": 0.1, "draft": 0.15}, "left_out":'
    ' ["no passage carries it"], "notice": "The model was slow."}'
)
SETTINGS_OF_0_1 = (
    '{"library": "news", "allowed_channels": [1, 2], "ask_channels": [], "allowed_roles": [], "ingest_roles": [],'
    ' "private": true, "threads": false, "length": 1800, "daily_budget": 0}'
)


def test_what_version_0_1_wrote_is_read() -> None:
    where, history = Filter(date(2023, 1, 1), None, "Müller"), (Turn("What of the harbour?", "It was seen [1]"),)

    assert QUESTION.load(QUESTION_OF_0_1) == make_question(
        "Where was it? \ud800", where=where, history=history, role_ids=(5, 6)
    )
    assert ANSWER.load(ANSWER_OF_0_1) == make_answer()
    assert HITS.load('[["article-1", 0, 80, 12.5]]') == (("article-1", 0, 80, 12.5),)
    assert SETTINGS.load(SETTINGS_OF_0_1) == GuildSettings("news", (1, 2), private=True)


def test_a_file_of_version_0_1_goes_on_being_used(records: Records) -> None:
    kept = records.save_answer(make_record(**FULL))
    records.close()
    with closing(sqlite3.connect(records.path)) as sql:
        made = "SELECT type, name FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type"
        for kind, name in sql.execute(made).fetchall():  # indexes before tables
            if f" {name} " not in database._SCHEMAS[0]:
                sql.execute(f"DROP {kind} {name}")
        sql.execute("PRAGMA user_version = 1")

    later = Records(records.path)

    assert later.get_answer(kept.key) == kept
    assert later.find_listing(later.keep_listing(Listing("articles", GUILD, ANN)))
    later.close()


# Lists with pages


LISTING = Listing("search", GUILD, ANN, "who saw the \ud800 comet", Filter(date(2023, 1, 1), None, "Müller"))


def test_a_list_is_found_under_its_key(records: Records) -> None:
    key = records.keep_listing(LISTING)

    assert records.find_listing(key) == LISTING
    assert records.keep_listing(LISTING) == key
    assert records.keep_listing(replace(LISTING, person_id=BEN)) != key
    assert records.find_listing(0) is None


def test_lists_are_forgotten_in_one_server_or_in_all(records: Records) -> None:
    here, articles = records.keep_listing(LISTING), records.keep_listing(Listing("articles", GUILD, ANN))
    there, bens = (
        records.keep_listing(each) for each in (replace(LISTING, guild_id=5), replace(LISTING, person_id=BEN))
    )

    assert records.forget(ANN, GUILD) == 1
    assert [bool(records.find_listing(key)) for key in (here, articles, there, bens)] == [False, False, True, True]
    assert records.forget(ANN) == 1
    assert records.find_listing(there) is None
    assert records.find_listing(bens) is not None


def test_lists_expire_that_nobody_has_turned_for_long(records: Records) -> None:
    old, used = records.keep_listing(LISTING), records.keep_listing(replace(LISTING, person_id=BEN))
    with closing(sqlite3.connect(records.path)) as sql, sql:
        sql.execute("UPDATE listings SET kept_at = ?", (NOON.isoformat(timespec="microseconds"),))
    records.keep_listing(replace(LISTING, person_id=BEN))

    records.expire(NOON + timedelta(days=1))

    assert records.find_listing(old) is None
    assert records.find_listing(used) is not None


# What was said in a channel


def test_the_last_answers_of_a_channel_come_oldest_first(records: Records) -> None:
    kept = [records.save_answer(make_record(f"question {n}")) for n in range(4)]
    records.save_answer(make_record("elsewhere", channel_id=CHANNEL + 1))
    records.save_answer(make_record("another server", guild_id=GUILD + 1))

    assert records.list_channel_answers(GUILD, CHANNEL, most=3) == kept[1:]


def test_private_answers_and_old_ones_are_not_said_in_a_channel(records: Records) -> None:
    records.save_answer(make_record("secret", private=True, asked_at=NOON))
    records.save_answer(make_record("old", asked_at=NOON - timedelta(hours=1)))
    kept = records.save_answer(make_record("new", asked_at=NOON))

    assert records.list_channel_answers(GUILD, CHANNEL, most=5, since=NOON - timedelta(minutes=30)) == [kept]


def test_where_a_person_asked_last_is_known(records: Records) -> None:
    assert records.find_last_guild(ANN) == 0
    records.log_question(make_question(guild_id=5), NOON)
    records.log_question(make_question(guild_id=6), NOON - timedelta(days=1))
    records.log_question(make_question(guild_id=0), NOON + timedelta(days=1))
    records.log_question(make_question(guild_id=7, person_id=BEN), NOON + timedelta(days=1))

    assert records.find_last_guild(ANN) == 5


# Servers


def test_a_servers_settings_are_kept_apart_from_anothers(records: Records) -> None:
    chosen = GuildSettings("news", (1, 2), (3,), (4,), (5,), private=True, threads=True, length=900, daily_budget=7)

    records.save_settings(GUILD, chosen)

    assert records.get_settings(GUILD) == chosen
    assert records.get_settings(GUILD + 1) == GuildSettings()


def test_the_hash_of_the_commands_is_remembered(records: Records) -> None:
    assert records.get_synced_commands() == ""
    records.save_synced_commands("one")
    records.save_synced_commands("two")

    assert records.get_synced_commands() == "two"


# Votes


def test_a_person_has_one_vote(records: Records) -> None:
    key = records.save_answer(make_record(message_ids=(901,))).key

    assert records.vote(901, ANN, True) == Votes(up=1)
    assert records.vote(key, BEN, True) == Votes(up=2)
    assert records.vote(901, ANN, False) == Votes(up=1, down=1)


@pytest.mark.parametrize("again", [True, None])
def test_a_vote_is_taken_back_by_the_same_vote(again: bool | None, records: Records) -> None:
    records.save_answer(make_record(message_ids=(901,)))
    records.vote(901, ANN, True)

    assert records.vote(901, ANN, again) == Votes()


def test_a_vote_on_an_answer_that_is_gone_is_a_clear_error(records: Records) -> None:
    with pytest.raises(InputError, match="no longer kept"):
        records.vote(901, ANN, True)


def test_feedback_is_what_somebody_found_bad_with_all_that_is_known_of_it(records: Records) -> None:
    bad = records.save_answer(make_record("bad", **FULL))
    good = records.save_answer(make_record("good"))
    records.vote(bad.key, ANN, False)
    records.vote(bad.key, BEN, True)
    records.vote(good.key, ANN, True)

    assert records.list_downvoted() == [(bad, Votes(up=1, down=1))]


def test_voted_down_answers_are_handed_out_as_plain_values(records: Records) -> None:
    kept = records.save_answer(make_record(**FULL, asked_at=NOON))
    records.save_answer(make_record("nobody minded this one"))
    records.vote(kept.key, BEN, False)
    records.vote(kept.key, ANN, True)

    (rated,) = read_downvoted(records.path)

    assert rated.asked == Ask(kept.question.text, kept.question.where, kept.question.history)
    assert (rated.answer, rated.hits, rated.library) == (kept.answer, kept.hits, kept.library)
    assert (rated.up, rated.down, rated.asked_at) == (1, 1, NOON)


def test_where_no_bot_has_run_there_are_no_votes_to_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="clippings discord"):
        read_downvoted(tmp_path / "discord.sqlite")


# Budgets


def test_a_budget_is_of_a_person_in_a_server_on_a_day(records: Records) -> None:
    assert [records.spend(GUILD, ANN, TODAY, 2) for _ in range(3)] == [True, True, False]

    assert records.count_spent(GUILD, ANN, TODAY) == 2
    assert records.spend(GUILD, BEN, TODAY, 2)
    assert records.spend(GUILD + 1, ANN, TODAY, 2)
    assert records.spend(GUILD, ANN, TODAY + timedelta(days=1), 2)


def test_a_budget_of_zero_has_no_end_and_is_counted(records: Records) -> None:
    assert all(records.spend(GUILD, ANN, TODAY) for _ in range(10))
    assert records.count_spent(GUILD, ANN, TODAY) == 10


def test_a_question_that_came_to_nothing_is_given_back(records: Records) -> None:
    records.spend(GUILD, ANN, TODAY, 1)

    records.refund(GUILD, ANN, TODAY)
    records.refund(GUILD, ANN, TODAY)

    assert records.count_spent(GUILD, ANN, TODAY) == 0


def test_threads_cannot_spend_more_than_there_is(records: Records) -> None:
    admitted = []
    threads = [threading.Thread(target=lambda: admitted.append(records.spend(GUILD, ANN, TODAY, 5))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(admitted) == 5


# Forgetting


def test_forgetting_leaves_no_word_of_the_asker_in_the_files(records: Records) -> None:
    canary = "platypus"
    kept = records.save_answer(
        replace(
            make_record(f"Where is the {canary}?", f"The {canary} is here [1]", message_ids=(901,)),
            answer=make_answer(f"{canary}?", f"{canary} [1]", standalone=f"where is the {canary}", notice=canary),
        )
    )
    records.save_answer(make_record(f"private {canary}", private=True))
    records.log_question(kept.question)
    records.vote(kept.key, ANN, True)

    assert records.forget(ANN) == 2

    assert canary.encode() not in everything(records.path)
    assert records.find_last_guild(ANN) == 0
    assert records.count_votes(kept.key) == Votes()


def test_the_sources_of_an_answer_that_others_read_stay_for_its_buttons(records: Records) -> None:
    kept = records.save_answer(make_record(message_ids=(901,), **FULL))

    records.forget(ANN)

    left = records.find_answer(901)
    assert left is not None
    assert left.answer.citations == kept.answer.citations
    assert (left.question.text, left.question.person_id, left.question.history, left.answer.text) == ("", 0, (), "")
    assert records.list_channel_answers(GUILD, CHANNEL, most=5) == []


def test_a_private_answer_and_one_without_sources_go_wholly(records: Records) -> None:
    private = records.save_answer(make_record(private=True))
    refused = records.save_answer(replace(make_record(), answer=make_answer(citations=(), refused=True)))

    records.forget(ANN)

    assert records.get_answer(private.key) is None
    assert records.get_answer(refused.key) is None


def test_forgetting_takes_the_turns_from_what_others_asked_next(records: Records) -> None:
    records.save_answer(make_record("Where is Ann's house?"))
    turns = (Turn("What else?", "Nothing"), Turn("Where is Ann's house?", "There [1]"))
    next_one = records.save_answer(make_record("And when?", person_id=BEN, history=turns))

    records.forget(ANN)

    left = records.get_answer(next_one.key)
    assert left is not None
    assert left.question.history == turns[:1]
    assert (left.question.text, left.answer.standalone) == ("And when?", "")
    assert b"Ann's house" not in everything(records.path)


def test_forgetting_in_one_server_leaves_the_others(records: Records) -> None:
    here, there = records.save_answer(make_record(private=True)), records.save_answer(make_record(guild_id=GUILD + 1))
    for asked in (here, there):
        records.log_question(asked.question)
        records.vote(asked.key, ANN, False)

    assert records.forget(ANN, GUILD) == 1

    assert records.get_answer(here.key) is None
    assert records.get_answer(there.key) == there
    assert records.count_votes(there.key) == Votes(down=1)
    assert records.find_last_guild(ANN) == GUILD + 1


def test_forgetting_leaves_other_people(records: Records) -> None:
    bens = records.save_answer(make_record(person_id=BEN))
    records.log_question(bens.question)
    records.vote(bens.key, BEN, True)
    records.spend(GUILD, BEN, TODAY)

    assert records.forget(ANN) == 0

    assert records.get_answer(bens.key) == bens
    assert records.count_votes(bens.key) == Votes(up=1)
    assert records.count_spent(GUILD, BEN, TODAY) == 1


def test_forgetting_keeps_todays_budget_without_a_word_of_it_in_the_file(records: Records) -> None:
    today = datetime.now(UTC).date()
    for day in (today, today - timedelta(days=1)):
        records.spend(GUILD, ANN, day)

    records.forget(ANN, GUILD)

    assert collect_personal_data(records.database, ANN) == {}
    assert records.count_spent(GUILD, ANN, today) == 1
    assert records.count_spent(GUILD, ANN, today - timedelta(days=1)) == 0
    assert records.spend(GUILD, ANN, today, 2)
    assert not records.spend(GUILD, ANN, today, 2)
    records.forget(ANN)
    assert records.count_spent(GUILD, ANN, today) == 2
    records.refund(GUILD, ANN, today)
    assert records.count_spent(GUILD, ANN, today) == 1


def test_what_stays_for_a_server_stays_without_the_id_of_who_was_forgotten(records: Records) -> None:
    feeds, jobs = FeedRecords(records.database), JobStore(records.database)
    for guild_id in (GUILD, GUILD + 1):
        feeds.add_feed(FollowedFeed(guild_id, f"discord-{guild_id}", "https://a.example/feed", person_id=ANN), ())
        jobs.open("reindex", guild_id=guild_id, channel_id=1, person_id=ANN, library=f"discord-{guild_id}")

    records.forget(ANN, GUILD)

    assert [each.person_id for each in feeds.list_feeds()] == [0, ANN]
    assert [each.person_id for each in jobs.list_open()] == [0, ANN]
    records.forget(ANN)
    assert [each.address for each in feeds.list_feeds()] == ["https://a.example/feed"] * 2
    assert collect_personal_data(records.database, ANN) == {}


def test_what_is_forgotten_is_no_feedback(records: Records) -> None:
    key = records.save_answer(make_record()).key
    records.vote(key, BEN, False)

    records.forget(ANN)

    assert records.list_downvoted() == []


def test_what_is_older_than_the_retention_goes(records: Records) -> None:
    old, voted = (records.save_answer(make_record(text, asked_at=NOON)) for text in ("old quokka", "voted"))
    records.vote(voted.key, BEN, False)
    new = records.save_answer(make_record("new", asked_at=NOON + timedelta(days=2)))
    for kept in (old, voted, new):
        records.log_question(kept.question, kept.asked_at)
    records.spend(GUILD, ANN, TODAY)

    assert records.expire(NOON + timedelta(days=1)) == 2

    assert records.get_answer(old.key) is None
    assert records.get_answer(new.key) == new
    assert records.count_spent(GUILD, ANN, TODAY) == 0
    assert b"quokka" not in everything(records.path)


def test_of_an_old_answer_with_votes_only_votes_and_sources_stay(records: Records) -> None:
    history = (Turn("What of the wombat?", "It is one."),)
    voted = records.save_answer(make_record("And the quokka?", history=history, asked_at=NOON, message_ids=(901,)))
    records.vote(901, BEN, False)

    records.expire(NOON + timedelta(days=1))
    records.expire(NOON + timedelta(days=1))

    kept = records.find_answer(901)
    assert kept is not None
    assert (kept.question.person_id, kept.question.text, kept.question.history) == (0, "", ())
    assert kept.answer.citations == voted.answer.citations
    assert records.count_votes(901) == Votes(down=1)
    assert not any(word in everything(records.path) for word in (b"quokka", b"wombat"))


# The file


def test_the_file_is_its_owners_alone(records: Records) -> None:
    records.save_answer(make_record())

    assert {stat.S_IMODE(each.stat().st_mode) for each in records.path.parent.iterdir()} == {0o600}


def test_two_connections_see_each_others_changes(records: Records) -> None:
    other = Records(records.path)

    kept = other.save_answer(make_record(message_ids=(901,)))
    records.vote(901, BEN, True)

    assert records.find_answer(901) == kept
    assert other.count_votes(901) == Votes(up=1)
    other.close()


def test_reading_does_not_wait_for_a_writer(records: Records) -> None:
    kept = records.save_answer(make_record())
    writing, done = threading.Event(), threading.Event()

    def write() -> None:
        with records._database.transaction():
            writing.set()
            done.wait(10)

    thread = threading.Thread(target=write)
    thread.start()
    writing.wait(10)
    found = records.get_answer(kept.key)
    waited = done.is_set() or not thread.is_alive()
    done.set()
    thread.join()

    assert found == kept
    assert not waited


def test_a_step_that_fails_leaves_nothing(records: Records) -> None:
    def fail() -> None:
        with records._database.transaction() as sql:
            sql.execute("INSERT INTO guilds VALUES (1, '{}')")
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    assert records._database.fetch_all("SELECT * FROM guilds") == []


def test_what_was_committed_outlives_a_killed_process(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from bot.discord.records import Records\n"
        "from tests.bot.discord.answer_records import make_record\n"
        "records = Records(Path(sys.argv[1]))\n"
        "for number in range(100_000):\n"
        "    records.save_answer(make_record(message_ids=(number,)))\n"
        "    print(number, flush=True)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout
    said = [child.stdout.readline() for _ in range(50)]
    os.kill(child.pid, signal.SIGKILL)
    said += child.stdout.readlines()
    child.stdout.close()
    child.wait()
    last = int([line for line in said if line.endswith("\n")][-1])

    records = Records(path)

    assert all(records.find_answer(number) for number in range(last + 1))
    assert isinstance(records.save_answer(make_record()), AnswerRecord)
    records.close()


def test_a_damaged_file_is_one_clear_line(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is no database at all" * 100)

    with pytest.raises(ClippingsError, match=r"discord\.sqlite3 is damaged .+ restore it from a backup") as caught:
        Records(path)

    assert "\n" not in str(caught.value)


def test_damage_that_is_met_later_is_one_clear_line_too(records: Records) -> None:
    for number in range(200):
        records.save_answer(make_record(f"question {number}"))
    records.close()
    size = records.path.stat().st_size
    with records.path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))

    with pytest.raises(ClippingsError, match="damaged"), closing(Records(records.path)) as later:
        later.list_downvoted()


def test_a_file_of_a_newer_version_is_left_alone(records: Records) -> None:
    records.close()
    with closing(sqlite3.connect(records.path)) as sql, sql:
        sql.execute("PRAGMA user_version = 99")

    with pytest.raises(ClippingsError, match="newer Clippings"):
        Records(records.path)


def test_a_place_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")

    with pytest.raises(ClippingsError, match="can't be used"):
        Records(tmp_path / "home" / "discord.sqlite3")
