"""Standing questions in a simulated Discord: kept, told once, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.discord.delivery import sending
from bot.discord.entities import GuildSettings
from bot.discord.news import alert_watch, announcements
from tests.bot.discord.message_content import get_bot, get_services, read_message, read_private_reply
from tests.bot.discord.world import sent

if TYPE_CHECKING:
    from tests.bot.discord.world import Server, World

QUESTION = "How many people were injured in the fire at the paper mill?"
FIRST = "Seven people were injured in the fire at the paper mill on Tuesday night. The cause is not known."
AGAIN = "The seven people who were injured in the fire at the paper mill are out of danger. A band played for them."
MORE = "Twelve people were injured in the fire at the paper mill, the hospital said. Five had gone home at first."


async def add(server: Server, world: World, title: str, text: str) -> None:
    """Have the manager add an article, and the bot look at it."""
    await server.manager.slash(server.channel, "ingest", text=text, title=title)
    await get_bot(world).rounds.run_round()


async def make_alert(server: Server, **options: Any) -> str:
    return read_private_reply(await server.ann.slash(server.channel, "alert", question=QUESTION, **options))


async def test_the_first_answer_and_a_change_are_told_once_and_a_restatement_never(world: World) -> None:
    server = world.server(seeds=False)
    said = await make_alert(server, here=True)

    counts = []
    for title, text in (("Fire", FIRST), ("Out of danger", AGAIN), ("More injured", MORE), ("Reprint", MORE)):
        await add(server, world, title, text)
        await get_bot(world).rounds.run_round()
        counts.append(len(server.channel.history()))

    assert "when an article answers this" in said
    assert [number - counts[0] for number in counts] == [0, 0, 1, 1]
    shown = read_message(server.channel.history()[-1])
    assert "Twelve people were injured" in shown
    assert "Seven people were injured" in shown
    assert f"<@{server.ann.id}>" in shown


async def test_only_the_asker_is_pinged(world: World) -> None:
    server = world.server(seeds=False)
    await make_alert(server, here=True)

    await add(server, world, "Fire @everyone", f"{FIRST} @everyone <@&{server.guild.default_role.id}> cried.")

    (posted,) = sent(world.env, "POST", f"/channels/{server.channel.id}/messages")
    assert posted.json
    assert posted.json["allowed_mentions"] == {"parse": [], "users": [server.ann.id]}
    assert "@everyone" not in read_message(server.channel.history()[-1])


async def test_a_direct_message_is_for_the_asker_alone(world: World) -> None:
    server = world.server(seeds=False)
    said = await make_alert(server)

    await add(server, world, "Fire", FIRST)

    assert "in a direct message" in said
    (told,) = [entry for entry in sent(world.env, "POST", "/messages") if str(server.channel.id) not in entry.path]
    assert "Seven people were injured" in str(told.json)


async def test_an_alert_shows_what_is_known_already_and_tells_changes_of_it_alone(world: World) -> None:
    server = world.server(seeds=False)
    await add(server, world, "Fire", FIRST)

    said = await make_alert(server, here=True)
    await add(server, world, "Out of danger", AGAIN)

    assert "Seven people were injured" in said
    assert server.channel.history() == []


@pytest.mark.parametrize("posted", [True, False])
async def test_a_kill_while_it_is_told_neither_doubles_nor_loses_news(
    world: World, monkeypatch: pytest.MonkeyPatch, posted: bool
) -> None:
    monkeypatch.setattr(alert_watch, "CLOCKS_APART", announcements.CLOCKS_APART * 1_000_000)
    server = world.server(seeds=False)
    await make_alert(server, here=True)
    send = sending.send

    async def die(*args: Any, **options: Any) -> Any:
        if posted:
            await send(*args, **options)
        raise KeyboardInterrupt

    await server.manager.slash(server.channel, "ingest", text=FIRST, title="Fire")
    with monkeypatch.context() as patched:
        patched.setattr(alert_watch, "send", die)
        with pytest.raises(KeyboardInterrupt):
            await get_bot(world).rounds.run_round()
    await get_bot(world).rounds.run_round()
    await get_bot(world).rounds.run_round()

    assert len(server.channel.history()) == 1


async def test_whoever_left_or_may_not_ask_any_more_is_told_nothing(world: World) -> None:
    server = world.server(seeds=False)
    await make_alert(server, here=True)
    friends = server.guild.create_role("Friends")
    get_services(world).records.save_settings(server.guild.id, GuildSettings(allowed_roles=(friends.id,)))

    await add(server, world, "Fire", FIRST)
    server.guild.remove_member(server.ann)
    get_services(world).records.save_settings(server.guild.id, GuildSettings())
    await add(server, world, "More injured", MORE)

    assert server.channel.history() == []
    assert get_bot(world).news.alerts.list_alerts() == []


@pytest.mark.parametrize("chosen", [{"discord_alerts": 1}])
async def test_a_person_s_alerts_are_counted_listed_and_removed(world: World, chosen: dict[str, Any]) -> None:
    server = world.server(seeds=False)

    await make_alert(server)
    twice = await make_alert(server)
    other = read_private_reply(await server.ann.slash(server.channel, "alert", question="Who won the regatta?"))
    theirs = read_private_reply(await server.manager.slash(server.channel, "alerts"))
    (choice,) = await server.ann.autocomplete(server.channel, "alerts", "remove", "mill")
    stolen = read_private_reply(await server.manager.slash(server.channel, "alerts", remove=choice["value"]))
    removed = read_private_reply(await server.ann.slash(server.channel, "alerts", remove=choice["value"]))

    assert "already" in twice
    assert "1 alerts, of 1" in other
    assert "You have no alerts" in theirs
    assert "no such alert" in stolen
    assert "You have no alerts" in removed


async def test_forget_removes_alerts(world: World) -> None:
    server = world.server(seeds=False)
    await make_alert(server)

    get_services(world).records.forget(server.ann.id, server.guild.id)

    assert get_bot(world).news.alerts.list_alerts() == []
