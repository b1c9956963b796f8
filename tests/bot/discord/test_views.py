"""Buttons, menu and form below real answers of the real bot."""

import asyncio
import re
from typing import Any

import discord
import pytest
from simcord.actors import MemberActor
from simcord.results import InteractionResult

from bot import wiring
from bot.discord import layout, views
from bot.discord.access import NOWHERE
from bot.discord.client import ClippingsBot
from bot.discord.entities import GuildSettings, Votes
from bot.front_end_errors import QuestionRefused
from bot.settings import Settings
from retrieval.domain import Answer
from retrieval.errors import ArticleMissing, ClippingsError, LibraryDamaged, LibraryError
from tests.bot.discord import answer_records
from tests.bot.discord.message_content import read_message, walk_components, walk_parts
from tests.bot.discord.world import PLACE, QUESTION, Server, World

ITEMS = (views.PassageButton, views.PassageMenu, views.FollowUpButton, views.VoteButton)


async def asked(server: Server, **options: Any) -> discord.Message:
    """Ask the question; return the answer."""
    result = await server.ann.slash(server.channel, "ask", question=QUESTION, **options)
    assert result.response
    return result.response.message


def ids(message: Any) -> list[str]:
    """Return the custom ids below a message."""
    return [part["custom_id"] for part in walk_components(message) if "custom_id" in part]


def named(message: Any, fragment: str) -> str:
    return next(each for each in ids(message) if fragment in each)


def text_of(result: InteractionResult) -> str:
    """Return what the one who pressed gets to read."""
    shown = [*([result.response] if result.response else []), *result.followups]
    return "\n".join(map(read_message, shown))


async def passage(person: MemberActor, message: discord.Message, number: int = 1) -> InteractionResult:
    """Look at a passage, by button or menu."""
    which = named(message, "c:passage")
    if which.startswith("c:passages"):
        return await person.select(message, [str(number)], custom_id=which)
    return await person.click(message, custom_id=which)


async def pressed(person: Any, message: Any, what: str) -> InteractionResult:
    """Press the button with a part of an id, or choose the first passage of a menu."""
    which = named(message, what)
    if which.startswith("c:passages"):
        return await person.select(message, ["1"], custom_id=which)  # type: ignore[no-any-return]
    return await person.click(message, custom_id=which)  # type: ignore[no-any-return]


def bot_of(world: World) -> ClippingsBot:
    bot = world.env.bot
    assert isinstance(bot, ClippingsBot)
    return bot


async def test_a_passage_is_shown_to_who_asks_for_it_with_the_quote_in_bold(world: World) -> None:
    server = world.server()
    message = await asked(server)

    shown = await passage(server.person("ben"), message)

    assert shown.ephemeral
    assert re.search(rf"\*\*[^*]*{PLACE}[^*]*\*\*", text_of(shown))


async def test_the_passage_of_a_changed_article_is_the_quote_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = world.server()
    message = await asked(server)

    async def missing(*_: Any, **__: Any) -> None:
        raise ArticleMissing("changed")

    monkeypatch.setattr(bot_of(world).services.archives, "find_quote", missing)
    shown = text_of(await passage(server.ann, message))

    assert "has changed since this answer" in shown
    assert re.search(rf"\*\*[^*]*{PLACE}[^*]*\*\*", shown)


@pytest.mark.parametrize("error", [LibraryDamaged("/home/me/x is broken"), LibraryError("/home/me/x: `clippings`")])
async def test_an_error_behind_a_button_shows_nothing_of_the_machine(
    world: World, monkeypatch: pytest.MonkeyPatch, error: ClippingsError
) -> None:
    server = world.server()
    message = await asked(server)

    async def broken(*_: Any, **__: Any) -> None:
        raise error

    def unwritten(*_: Any) -> None:
        raise error

    monkeypatch.setattr(bot_of(world).services.archives, "find_quote", broken)
    monkeypatch.setattr(bot_of(world).services.records, "vote", unwritten)
    shown = [
        text_of(await passage(server.ann, message)),
        text_of(await server.ann.click(message, custom_id=named(message, ":up:"))),
    ]

    for text in shown:
        assert re.search(r"-# Reference: \w{6}", text)
        assert "/home" not in text
        assert "clippings" not in text


async def test_a_vote_counts_once_and_is_taken_back_by_the_same_again(world: World) -> None:
    server = world.server()
    message = await asked(server)
    ben = server.person("ben")
    up, down = named(message, ":up:"), named(message, ":down:")

    seen = []
    for person, which in ((server.ann, up), (ben, up), (ben, down), (server.ann, up)):
        result = await person.click(message, custom_id=which)
        assert result.acknowledged
        key = int(up.rpartition(":")[2])
        seen.append(bot_of(world).services.records.count_votes(key))

    assert seen == [Votes(1, 0), Votes(2, 0), Votes(1, 1), Votes(0, 1)]


@pytest.mark.parametrize("embeds", [False, True])
async def test_votes_are_shown_on_the_buttons_and_all_else_stays(world: World, embeds: bool) -> None:
    server = world.server()
    bot_of(world).services.records.save_settings(server.guild.id, GuildSettings(embeds=embeds))
    message = await asked(server)

    await server.ann.click(message, custom_id=named(message, ":up:"))

    assert read_message(server.channel.history()[-1]) == read_message(message)
    stored = world.env.backend.get_message(server.channel.id, message.id)
    shown = {part["custom_id"]: part.get("label") for part in walk_parts(stored.components) if "custom_id" in part}
    assert shown[named(message, ":up:")] == "1"
    assert not shown[named(message, ":down:")]


async def test_a_follow_up_is_asked_in_a_form_and_has_the_answer_as_context(world: World) -> None:
    server = world.server()
    message = await asked(server)
    ben = server.person("ben")

    form = await ben.click(message, custom_id=named(message, "c:ask:"))
    answered = await ben.submit_modal(form, {"question": "What kind of place is it?"})

    assert answered.response
    record = bot_of(world).services.records.find_answer(answered.response.id)
    assert record
    assert record.question.front == "follow-up"
    assert record.question.person_id == ben.id
    assert [turn.question for turn in record.question.history] == [QUESTION]


async def test_a_form_that_was_open_over_a_restart_is_answered(world: World, settings: Settings) -> None:
    server = world.server()
    message = await asked(server)
    form = await server.ann.click(message, custom_id=named(message, "c:ask:"))

    old = bot_of(world)
    await world.env.restart_bot(wiring.build_discord_bot(settings))
    await old.close()
    views._RUN, before = "00000000", views._RUN
    try:
        answered = await server.ann.submit_modal(form, {"question": QUESTION})
    finally:
        views._RUN = before

    assert PLACE in text_of(answered)


async def test_two_people_may_have_the_form_of_one_answer_open(world: World) -> None:
    server = world.server()
    message = await asked(server)
    ben = server.person("ben")

    forms = [await each.click(message, custom_id=named(message, "c:ask:")) for each in (server.ann, ben)]
    first = await server.ann.submit_modal(forms[0], {"question": QUESTION})
    second = await ben.submit_modal(forms[1], {"question": QUESTION})

    assert PLACE in text_of(first)
    assert PLACE in text_of(second)


async def test_the_buttons_of_a_private_answer_are_for_its_asker(world: World) -> None:
    server = world.server()
    message = await asked(server, private=True)
    key = int(named(message, ":up:").rpartition(":")[2])

    ann, ben = (interaction(bot_of(world), server.guild.id, each.id) for each in (server.ann, server.person("ben")))

    assert await views._find_record(ann, key)
    with pytest.raises(QuestionRefused, match=re.escape(views.NOT_YOURS)):
        await views._find_record(ben, key)


def interaction(bot: ClippingsBot, guild_id: int | None, person_id: int) -> Any:
    """Return as much of an interaction as says who presses where."""

    class Person:
        id = person_id

    class Pressed:
        client = bot
        user = Person()

        def is_guild_integration(self) -> bool:
            return True

    Pressed.guild_id = guild_id  # type: ignore[attr-defined]
    return Pressed()


async def test_an_answer_is_of_no_use_in_another_server(world: World) -> None:
    server, other = world.server(), world.server("Elsewhere")
    message = await asked(server)
    key = int(named(message, ":up:").rpartition(":")[2])

    with pytest.raises(QuestionRefused, match=re.escape(layout.format_gone())):
        await views._find_record(interaction(bot_of(world), other.guild.id, server.ann.id), key)


@pytest.mark.parametrize("what", ["c:passage", "c:ask:", ":up:"])
async def test_the_buttons_of_a_forgotten_answer_say_so(what: str, world: World) -> None:
    server = world.server()
    message = await asked(server)
    with bot_of(world).services.records._database.transaction() as sql:
        sql.execute("DELETE FROM answers")

    which = named(message, what)
    if which.startswith("c:passages"):
        shown = await server.ann.select(message, ["1"], custom_id=which)
    else:
        shown = await server.ann.click(message, custom_id=which)

    assert layout.format_gone() in text_of(shown)


@pytest.mark.parametrize("what", ["c:passage", "c:ask:", ":up:"])
@pytest.mark.parametrize("rules", [GuildSettings(allowed_roles=(1,)), GuildSettings(allowed_channels=(1,))])
async def test_who_may_not_ask_any_more_may_use_no_button_of_an_old_answer(
    what: str, rules: GuildSettings, world: World
) -> None:
    server = world.server()
    message = await asked(server)
    bot_of(world).services.records.save_settings(server.guild.id, rules)

    shown = await pressed(server.ann, message, what)

    assert text_of(shown).splitlines()[-1].startswith("The archive answers")
    assert bot_of(world).services.records.count_votes(int(named(message, ":up:").rpartition(":")[2])) == Votes()


async def test_roles_hold_for_forms_that_were_open_before(world: World) -> None:
    server = world.server()
    message = await asked(server)

    form = await server.ann.click(message, custom_id=named(message, "c:ask:"))
    bot_of(world).services.records.save_settings(server.guild.id, GuildSettings(allowed_roles=(1,)))
    refused = await server.ann.submit_modal(form, {"question": QUESTION})

    assert PLACE not in text_of(refused)
    assert "role" in text_of(refused)


async def answered_directly(server: Server) -> Any:
    """Ask in a direct message; return the answer."""
    await server.ann.send_dm(QUESTION)
    return server.ann.user.dm_channel.history()[-1]


@pytest.mark.parametrize("what", ["c:passage", "c:ask:", ":up:"])
async def test_who_has_left_the_server_may_use_no_button_in_direct_messages(what: str, world: World) -> None:
    server = world.server()
    message = await answered_directly(server)
    server.guild.remove_member(server.ann)

    shown = await pressed(server.ann.user, message, what)

    assert text_of(shown).splitlines()[-1] == NOWHERE


@pytest.mark.parametrize("what", ["c:passage", "c:ask:", ":up:"])
async def test_an_answer_of_a_server_that_was_left_is_of_no_use_in_direct_messages(what: str, world: World) -> None:
    server, other = world.server(), world.server("Elsewhere")
    message = await answered_directly(server)
    await other.guild.add_member(server.ann.user).slash(other.channel, "ask", question=QUESTION)
    server.guild.remove_member(server.ann)

    shown = await pressed(server.ann.user, message, what)

    assert text_of(shown).splitlines()[-1] == views.ANOTHER_ARCHIVE


async def test_the_passage_of_a_direct_answer_is_shown_to_a_member(world: World) -> None:
    server = world.server()
    message = await answered_directly(server)

    shown = await pressed(server.ann.user, message, "c:passage")

    assert PLACE in text_of(shown)


async def test_a_follow_up_is_answered_privately_where_answers_have_become_private(world: World) -> None:
    server = world.server()
    message = await asked(server)
    bot_of(world).services.records.save_settings(server.guild.id, GuildSettings(private=True))

    form = await server.ann.click(message, custom_id=named(message, "c:ask:"))
    answered = await server.ann.submit_modal(form, {"question": QUESTION})

    assert answered.ephemeral
    assert PLACE in text_of(answered)


async def test_a_slow_passage_is_acknowledged_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    server = world.server()
    message = await asked(server)
    acknowledged: list[bool] = []

    async def passage_of(guild_id: int, citation: Any, *, library: str = "") -> Any:
        acknowledged.append(any("/callback" in entry.path for entry in world.env.http_requests[before:]))
        await asyncio.sleep(0)
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(bot_of(world).services.archives, "find_quote", passage_of)
    before = len(world.env.http_requests)
    shown = await passage(server.ann, message)

    assert acknowledged == [True]
    assert re.search(r"-# Reference: \w{6}", text_of(shown))
    assert "disk" not in text_of(shown)


def test_an_answer_with_one_source_has_a_button_for_its_passage() -> None:
    (button, *_) = parts(answer_records.make_answer())

    assert button["custom_id"] == "c:passage:7:1"


def test_an_answer_without_sources_has_none() -> None:
    assert [part["custom_id"] for part in parts(answer_records.make_answer(citations=()))] == [
        "c:ask:7",
        "c:up:7",
        "c:down:7",
    ]


def test_fifty_sources_are_in_menus_within_every_limit() -> None:
    cited = tuple(
        answer_records.make_citation(n, title="T" * 4_000, quote="\u202e@everyone " * 300) for n in range(1, 51)
    )

    menus = [part for part in parts(answer_records.make_answer(citations=cited)) if part["type"] == 3]

    options = [option for menu in menus for option in menu["options"]]
    assert [menu["custom_id"] for menu in menus] == ["c:passages:7:0", "c:passages:7:1"]
    assert [option["value"] for option in options] == [str(n) for n in range(1, 51)]
    assert all(len(menu["options"]) <= 25 for menu in menus)
    for option in options:
        assert len(option["label"]) <= 100
        assert len(option["description"]) <= 100
        assert "@everyone" not in option["description"]


def test_every_button_is_known_again_by_its_id() -> None:
    cited = tuple(answer_records.make_citation(n) for n in range(1, 4))
    found = [*parts(answer_records.make_answer()), *parts(answer_records.make_answer(citations=cited))]

    for part in found:
        assert len(part["custom_id"]) <= 100
        assert sum(bool(item.__discord_ui_compiled_template__.fullmatch(part["custom_id"])) for item in ITEMS) == 1


def parts(answer: Answer) -> list[dict[str, Any]]:
    """Return the buttons below an answer with the key 7."""
    return [part for row in views.build_answer_view(7, answer).to_components() for part in row["components"]]
