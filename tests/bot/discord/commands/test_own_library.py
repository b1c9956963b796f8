"""Libraries of people's own, in direct messages of a simulated Discord: filled, asked, kept apart, and deleted."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot import wiring
from bot.discord.access import NOWHERE
from bot.discord.commands.archive_choice import DELETED
from bot.discord.commands.own_library import FROM_NOW_ON, NONE_HERE
from bot.discord.entities import GuildSettings
from bot.discord.library_names import LibraryNames
from bot.discord.news.alert_records import Alert
from bot.discord.news.alert_watch import NOT_ALLOWED
from bot.discord.own_libraries import delete_own, delete_unused
from bot.discord.people_store import OWN, SHARED
from bot.discord.personal_data import collect_personal_data
from bot.discord.question_handling import NOT_READ_HERE
from retrieval.errors import InputError
from tests.bot.discord.message_content import (
    get_bot,
    get_services,
    list_buttons,
    make_jsonl,
    read_message,
    read_private_reply,
)
from tests.bot.discord.world import QUESTION

if TYPE_CHECKING:
    from simcord.builders import UserHandle

    from tests.bot.discord.world import World

SECRET = "Zanzibar"
TEXT = f"The platypus of Olga Lind lives in {SECRET} since 1931. She feeds it forty shrimps a day."
ASKED = "Where does the platypus of Olga Lind live?"


def last_direct(person: UserHandle) -> str:
    return read_message(person.dm_channel.history()[-1])


async def send_files(person: UserHandle, *files: tuple[str, bytes], text: str = "") -> None:
    """Send the bot files in a direct message."""
    backend = person._env.backend
    kept = backend.store_attachments(backend.get_dm_channel(person.id).id, files)
    await person.send_dm(text, attachments=kept)


async def upload(person: UserHandle, text: str = TEXT, title: str = "A platypus") -> str:
    """Add a text to one's own library; return the report."""
    await person.slash("upload", text=text, title=title)
    return "\n".join(read_message(each) for each in person.dm_channel.history()[-2:])


async def list_titles(world: World, person: UserHandle) -> list[str]:
    archives = get_services(world).archives
    listed = await archives.list_articles(-person.id, library=archives.name_own(-person.id))
    return [info.title for info in listed]


async def test_what_one_uploads_in_a_direct_message_answers_there(world: World) -> None:
    olga = world.env.create_user("olga")

    report = await upload(olga)
    await olga.send_dm(ASKED)

    assert "1 added" in report
    assert FROM_NOW_ON in report
    assert SECRET in last_direct(olga)


async def test_files_that_are_sent_without_a_text_go_in_and_with_a_question_do_not(world: World) -> None:
    olga = world.env.create_user("olga")

    await send_files(olga, ("comets.jsonl", make_jsonl(3)), ("virus.exe", b"MZ"))
    taken = "\n".join(read_message(each) for each in olga.dm_channel.history())
    await send_files(olga, ("more.jsonl", make_jsonl(5, about="the violin")), text="Where was the comet seen on day 2?")

    assert "3 added" in taken
    assert "virus.exe" in taken
    assert len(await list_titles(world, olga)) == 3
    assert NOT_READ_HERE in last_direct(olga)


async def test_a_picture_alone_is_no_article(world: World) -> None:
    world.server()
    olga = world.env.create_user("olga")

    await send_files(olga, ("cat.png", b"\x89PNG"))

    assert "I read only the text" in last_direct(olga) or NOWHERE in last_direct(olga)
    assert await list_titles(world, olga) == []


async def test_who_has_a_server_and_no_library_is_answered_as_before(world: World) -> None:
    server = world.server()

    await server.ann.send_dm(QUESTION)

    assert "Diaoyutai" in last_direct(server.ann.user)
    assert get_services(world).people.get_choice(server.ann.id) == ""


async def test_who_has_neither_learns_how_to_get_one(world: World) -> None:
    world.server()
    stranger = world.env.create_user("stranger")

    await stranger.send_dm(QUESTION)

    assert last_direct(stranger) == NOWHERE


async def test_nobody_else_sees_anything_of_a_persons_own_library(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server = world.server()
    ann, ben, max_ = server.ann, server.person("ben"), server.manager
    log = server.guild.create_text_channel("log")
    get_services(world).records.save_settings(server.guild.id, GuildSettings(log_channel=log.id))
    await upload(ann.user)
    await ann.send_dm(ASKED)
    answer = ann.user.dm_channel.history()[-1]
    before = len(world.env.http_requests)
    name = f"discord-person-{ann.id}"

    await ben.slash(server.channel, "ask", question=ASKED)
    await ann.slash(server.channel, "ask", question=ASKED)
    await ben.send_dm(ASKED)
    for person in (ben, max_, ann):
        await person.slash(server.channel, "search", question="platypus")
        await person.slash(server.channel, "articles")
        await person.autocomplete(server.channel, "article", "title", "")
        await person.slash(server.channel, "digest", days=31)
        await person.slash(server.channel, "status")
    await ben.user.slash("articles")
    await ben.user.slash("discard", title="A platypus")
    await ben.user.autocomplete("discard", "title", "")
    await ben.user.slash("archive")
    await max_.slash(server.channel, "insights")
    refused = await max_.slash(server.channel, "settings", library=name)
    await max_.autocomplete(server.channel, "settings", "library", "discord")
    await get_bot(world).rounds.run_round()
    record = get_services(world).records.find_answer(answer.id)
    bens = await get_services(world).archives.read(-ben.id, lambda opened: opened.name)

    owns, said = (
        json.dumps([entry.json for entry in part], ensure_ascii=False)
        for part in (world.env.http_requests[:before], world.env.http_requests[before:])
    )
    logged = "".join(str(vars(line)) for line in caplog.records)
    assert record is not None
    assert (record.question.guild_id, record.library) == (0, name)
    assert SECRET in owns
    assert SECRET not in said
    assert "A platypus" not in said
    assert "can't name a library here" in json.dumps([refused.response and read_message(refused.response)])
    assert log.history() == []
    assert "answered" in logged
    assert SECRET not in logged
    assert bens == f"discord-person-{ben.id}"
    for reader in (server.guild.id, -ben.id):
        assert not get_services(world).archives.may_read(reader, name)
    assert get_services(world).records.list_downvoted() == []


async def test_no_server_and_no_other_person_reads_or_writes_a_persons_name(world: World) -> None:
    names = LibraryNames(shared="news", default="press")
    own = names.name_own(-7)

    assert own == "discord-person-7"
    assert [names.is_own(owner, own) for owner in (-7, 7, -77, 70)] == [True, False, False, False]
    for owner in (7, -77):
        with pytest.raises(InputError):
            names.resolve_readable(owner, own, lambda _: True)
    with pytest.raises(InputError):
        names.resolve_choice(7, own)
    assert names.resolve_writable(-7, "press") == own
    assert names.resolve_readable(-7, "press", lambda _: True) == "press"
    with pytest.raises(InputError, match="no longer shared"):
        names.resolve_readable(-7, "discord-9", lambda _: True)
    with pytest.raises(InputError, match="can't be shared"):
        LibraryNames(shared=own)


@pytest.mark.parametrize("chosen", [{"discord_own_articles": 2}])
async def test_articles_beyond_the_number_are_refused_and_named(world: World, chosen: dict[str, Any]) -> None:
    olga = world.env.create_user("olga")

    await send_files(olga, ("comets.jsonl", make_jsonl(3)))
    first = "\n".join(read_message(each) for each in olga.dm_channel.history())
    await olga.slash("upload", text="The violin was made in 1704.", title="A violin")

    assert "2 added" in first
    assert "one more than the 2 articles" in first
    assert "one more than the 2 articles" in last_direct(olga)
    assert len(await list_titles(world, olga)) == 2


@pytest.mark.parametrize("chosen", [{"discord_own_mb": 0.0005}])
async def test_text_beyond_the_size_is_refused_before_it_is_downloaded_and_after(
    world: World, chosen: dict[str, Any]
) -> None:
    olga = world.env.create_user("olga")

    await send_files(olga, ("a.txt", b"The comet was seen. " * 20), ("b.txt", b"The reef was seen. " * 20))
    sent = last_direct(olga)
    await olga.slash("upload", text="The violin was made in 1704. " * 10, title="A violin")

    assert "beyond the 0.0005 MB" in "\n".join(read_message(each) for each in olga.dm_channel.history()), sent
    assert "does not fit" in last_direct(olga)
    assert len(await list_titles(world, olga)) == 1


@pytest.mark.parametrize("chosen", [{"discord_own_articles": 0}])
async def test_an_operator_can_do_without_libraries_of_people(world: World, chosen: dict[str, Any]) -> None:
    olga = world.env.create_user("olga")

    await olga.slash("upload", text=TEXT)

    assert last_direct(olga) == NONE_HERE
    assert get_services(world).people.get_choice(olga.id) == ""


async def test_an_article_is_discarded_after_one_is_asked(world: World) -> None:
    olga = world.env.create_user("olga")
    await upload(olga)
    await upload(olga, "The violin of Olga Lind was made in 1704.", "A violin")

    suggested = await olga.autocomplete("discard", "title", "plat")
    asked = (await olga.slash("discard", title="platypus")).response
    assert asked
    await olga.click(asked, label="Remove")

    assert len(suggested) == 1
    assert await list_titles(world, olga) == ["A violin"]


@pytest.mark.parametrize("chosen", [{"discord_default_library": "press"}])
async def test_one_chooses_among_ones_own_the_library_for_all_and_ones_servers(
    world: World, chosen: dict[str, Any]
) -> None:

    shutil.copytree(world.seeds, world.settings.locate_library("press"))
    server, stranger = world.server("Mill", seeds=False), world.server("Harbour")
    olga = server.ann.user

    await olga.send_dm("Thanks!")
    shown = (await olga.slash("archive")).response
    assert shown
    (menu,) = [each for each in list_buttons(shown).values() if each.get("options")]
    labels = [each["label"] for each in menu["options"]]
    await olga.select(shown, [SHARED], custom_id="c:archive")
    await olga.send_dm(QUESTION)

    assert labels == ["Your own library", "The library for everybody", "Mill"]
    assert str(stranger.guild.id) not in json.dumps(menu)
    assert get_services(world).people.get_choice(olga.id) == SHARED
    assert "Diaoyutai" in last_direct(olga)


async def test_a_library_is_deleted_on_request_with_what_was_answered_from_it(world: World) -> None:
    olga = world.env.create_user("olga")
    await upload(olga)
    await olga.send_dm(ASKED)
    answer = olga.dm_channel.history()[-1]
    shown = (await olga.slash("archive")).response
    assert shown

    sure = await olga.click(shown, label="Delete my library")
    assert await list_titles(world, olga) == ["A platypus"]
    done = await olga.click(sure.response or shown, label="Delete for good")

    services = get_services(world)
    assert DELETED in read_message(done.response or shown)
    assert not world.settings.locate_library(f"discord-person-{olga.id}").exists()
    assert services.records.find_answer(answer.id) is None
    assert services.people.get_choice(olga.id) == ""
    await olga.send_dm(ASKED)
    assert last_direct(olga) == NOWHERE


async def test_forgetting_everywhere_takes_the_library_and_forgetting_in_a_server_does_not(world: World) -> None:
    server = world.server()
    ann = server.ann
    await upload(ann.user)
    await ann.send_dm(ASKED)
    here = (await ann.slash(server.channel, "forget")).response
    everywhere = (await ann.user.slash("forget")).response
    assert here
    assert everywhere

    await ann.click(here, label="Delete in this server")
    kept = await list_titles(world, ann.user)
    await ann.user.click(everywhere, label="Delete everywhere")

    database = get_services(world).records.database
    assert kept == ["A platypus"]
    assert not world.settings.locate_library(f"discord-person-{ann.id}").exists()
    assert collect_personal_data(database, ann.id) == {}
    assert SECRET.encode() not in b"".join(each.read_bytes() for each in world.settings.home.glob("discord.sqlite*"))


async def test_what_nobody_has_used_for_the_stated_time_is_deleted_and_what_was_used_stays(world: World) -> None:
    olga, per = world.env.create_user("olga"), world.env.create_user("per")
    for person in (olga, per):
        await upload(person)
    services = get_services(world)
    days = services.settings.discord_own_days
    long_ago = datetime.now(UTC).date() - timedelta(days=days + 1)
    for person in (olga, per):
        services.people.choose(person.id, OWN, long_ago)
    await per.send_dm(ASKED)

    await delete_unused(get_bot(world))

    assert await list_titles(world, olga) == []
    assert await list_titles(world, per) == ["A platypus"]
    assert services.people.list_unused(datetime.now(UTC).date()) == []


async def test_a_persons_own_data_has_their_articles(world: World) -> None:
    olga = world.env.create_user("olga")
    await upload(olga)
    shown = (await olga.slash("privacy")).response
    assert shown

    result = await olga.click(shown, label="Get my data")

    sent = result.response or result.followups[0]
    [attached] = sent.message.attachments
    given = json.loads(await attached.read())
    assert [(each["title"], each["text"]) for each in given["own_library"]] == [("A platypus", TEXT)]
    assert given["kept"]["people"][0]["archive"] == OWN


async def test_a_choice_and_a_library_are_there_after_a_restart_and_left_work_goes_on(world: World) -> None:
    olga = world.env.create_user("olga")
    await upload(olga)
    jobs = get_services(world).jobs
    library, channel_id = f"discord-person-{olga.id}", olga.dm_channel.id
    job = await jobs.open("ingest", guild_id=-olga.id, channel_id=channel_id, person_id=olga.id, library=library)
    await jobs.save_file(job, 1, "comets.jsonl", make_jsonl(2))
    await jobs.complete(job)
    old = get_bot(world)
    await world.env.restart_bot(wiring.build_discord_bot(world.settings))
    await world.env.settle()
    await old.close()

    said = "\n".join(read_message(each) for each in olga.dm_channel.history())
    assert get_services(world).people.get_choice(olga.id) == OWN
    assert "2 added" in said
    assert len(await list_titles(world, olga)) == 3


async def test_an_alert_on_ones_own_library_is_told_once_in_a_direct_message(world: World) -> None:
    olga, per = world.env.create_user("olga"), world.env.create_user("per")
    await upload(olga, "The mill has been closed for years.", "A mill")

    kept = read_private_reply(await olga.slash("alert", question=ASKED, here=True))
    await upload(per)
    await get_bot(world).rounds.run_round()
    before = len(olga.dm_channel.history())
    await upload(olga)
    for _ in range(3):
        await get_bot(world).rounds.run_round()
    told = [read_message(each) for each in olga.dm_channel.history()[before:]]

    assert "a direct message" in kept
    assert [SECRET in each for each in told if "Your alert:" in each] == [True]
    assert not any("Your alert:" in read_message(each) for each in per.dm_channel.history())


async def test_an_alert_on_ones_own_library_speaks_the_language_in_which_it_was_made(world: World) -> None:
    olga = world.env.create_user("olga")
    await upload(olga, "The mill has been closed for years.", "A mill")
    news, library = get_bot(world).news, f"discord-person-{olga.id}"
    news.alerts.add_alert(Alert(-olga.id, 0, olga.id, library, ASKED, language="de"), most=1)
    news.seen.begin(library, {})

    await get_services(world).archives.changes.ingest(-olga.id, [("platypus.txt", TEXT.encode())])
    await get_bot(world).rounds.run_round()

    assert "**Dein Alarm:**" in last_direct(olga)


async def test_alerts_go_with_the_library_they_are_on(world: World) -> None:
    olga = world.env.create_user("olga")
    await upload(olga)
    await olga.slash("alert", question=ASKED)

    await delete_own(get_services(world), olga.id)

    assert get_bot(world).news.alerts.list_alerts() == []


async def test_whoever_may_no_longer_ask_a_shared_library_is_told_nothing_of_it(world: World) -> None:
    olga = world.env.create_user("olga")
    alerts, files = get_bot(world).news.alerts, [("platypus.txt", TEXT.encode())]
    await get_services(world).archives.changes.ingest(5, [("mill.txt", b"The mill has been closed for years.")])
    alerts.add_alert(Alert(-olga.id, 0, olga.id, "discord-5", ASKED), most=1)
    get_bot(world).news.seen.begin("discord-5", {})

    await get_services(world).archives.changes.ingest(5, files)
    await get_bot(world).rounds.run_round()

    assert alerts.list_alerts()[0].problem == NOT_ALLOWED
    assert olga.dm_channel.history() == []


@pytest.mark.parametrize("chosen", [{"discord_own_people": 1}])
async def test_no_more_people_than_the_operator_says_have_a_library(world: World) -> None:
    olga, per = world.env.create_user("olga"), world.env.create_user("per")

    await upload(olga)
    refused = await upload(per)
    again = await upload(olga, title="Once more")
    await get_services(world).archives.changes.delete_libraries(-olga.id)
    let_in = await upload(per)

    assert "All 1 libraries of people's own" in refused
    assert "1 added" in again
    assert "1 added" in let_in


@pytest.mark.parametrize("chosen", [{"discord_own_people": 1}])
async def test_of_two_people_who_come_at_once_one_has_the_last_place(world: World) -> None:
    changes = get_services(world).archives.changes

    done = await asyncio.gather(
        *(changes.ingest(-person_id, [("a.txt", TEXT.encode())]) for person_id in (4, 5)), return_exceptions=True
    )

    assert [isinstance(each, InputError) for each in done].count(True) == 1
