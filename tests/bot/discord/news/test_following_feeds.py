"""Feeds that a server follows, in a simulated Discord, from a site on loopback."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import discord
import pytest

from bot.discord.entities import GuildSettings
from bot.discord.news import announcements
from retrieval.domain import Ask
from tests.bot.discord.message_content import get_bot, get_services, read_message, read_private_reply
from tests.bot.discord.news.news_site import HOUR, NewsSite, run_rounds
from tests.retrieval.web.loopback_site import make_rss, send

if TYPE_CHECKING:
    from tests.bot.discord.world import Server, World

STRIKE = (
    "The strike at the quays of Tolvik ended on Saturday after eleven nights of talks.",
    "Dockers get nine per cent more over two years, and the port pays for the lost nights.",
    "The first ship, the Gudrun, left with timber at noon.",
)


async def follow(server: Server, site: NewsSite, **options: Any) -> str:
    """Have the manager follow the feed; return what they read."""
    return read_private_reply(await server.manager.slash(server.channel, "follow", address=site.feed, **options))


def list_titles(server: Server, channel: Any = None) -> list[str]:
    """Return the first lines of what the bot posted in a channel."""
    posted = (channel or server.channel).history()
    return [read_message(message).strip().splitlines()[0] for message in posted if message.embeds]


async def test_what_is_published_after_following_is_announced_once_with_title_day_and_two_quotes(
    world: World, news_site: NewsSite
) -> None:
    server = world.server(seeds=False)

    said = await follow(server, news_site, channel=server.channel)
    await run_rounds(world)
    news_site.publish("strike", "The strike is over", *STRIKE)
    await run_rounds(world, 3, start=HOUR)

    assert "Following" in said
    (message,) = [each for each in server.channel.history() if each.embeds]
    shown = read_message(message)
    assert "The strike is over" in shown
    assert "28 November 2026" in shown
    assert news_site.address("strike") in shown
    assert shown.count("\n> ") == 2
    assert all(line.removeprefix("> ") in " ".join(STRIKE) for line in shown.splitlines() if line.startswith("> "))


async def test_what_a_feed_brings_in_is_answered_from(world: World, news_site: NewsSite) -> None:
    server = world.server(seeds=False)

    await follow(server, news_site)
    await run_rounds(world)
    found = await get_services(world).archives.answer(server.guild.id, Ask("Who was the mill of Uppsala sold to?"))

    assert "Ann Lee" in found.answer.text
    assert list_titles(server) == []


async def test_a_text_that_comes_again_under_another_address_or_is_changed_is_not_announced_again(
    world: World, news_site: NewsSite
) -> None:
    server = world.server(seeds=False)
    await follow(server, news_site, channel=server.channel)
    await run_rounds(world)
    news_site.publish("strike", "The strike is over", *STRIKE)
    await run_rounds(world, start=HOUR)

    news_site.publish("again", "Strike over, says port", "TOLVIK, Saturday (TNA) - " + STRIKE[0], *STRIKE[1:])
    news_site.publish("strike", "The strike is over", *STRIKE, "The mayor came to the quay in the afternoon.")
    await run_rounds(world, 2, start=2 * HOUR)

    assert len(list_titles(server)) == 1


async def test_an_article_in_two_feeds_is_announced_once_in_each_channel_that_follows_one(
    world: World, news_site: NewsSite
) -> None:
    server = world.server(seeds=False)
    other = server.guild.create_text_channel("ports")
    more = f"{news_site.site.base}/ports.xml"

    def list_again() -> None:
        news_site.site.pages["/ports.xml"] = send(make_rss(news_site.listed), kind="application/rss+xml")

    list_again()
    await follow(server, news_site, channel=server.channel)
    for channel in (server.channel, other):
        await server.manager.slash(server.channel, "follow", address=more, channel=channel)
    await run_rounds(world)
    news_site.publish("strike", "The strike is over", *STRIKE)
    list_again()
    await run_rounds(world, 3, start=HOUR)

    assert [len(list_titles(server, channel)) for channel in (server.channel, other)] == [1, 1]


@pytest.mark.parametrize("chosen", [{"web_private": True, "web_pause": 0, "date_order": "day"}], ids=["day"])
async def test_a_date_in_figures_on_a_page_is_read_in_the_order_that_is_set(
    world: World, news_site: NewsSite, chosen: dict[str, Any]
) -> None:
    server = world.server(seeds=False)
    news_site.publish("old", "The mill is sold", "03/04/2026", *STRIKE, day="")

    await follow(server, news_site)
    await run_rounds(world)

    assert chosen["date_order"] == "day"
    (info,) = await get_services(world).archives.list_articles(server.guild.id)
    assert info.published == date(2026, 4, 3)


async def test_words_choose_what_is_announced_and_the_rest_still_comes_in(world: World, news_site: NewsSite) -> None:
    server = world.server(seeds=False)
    await follow(server, news_site, channel=server.channel, words="strikes, wage talks", without="Gudrun")
    await run_rounds(world)

    news_site.publish("strike", "The strike is over", *STRIKE)
    news_site.publish("teachers", "Teachers on strike", "The teachers of Tolvik went on strike on Saturday morning.")
    news_site.publish("comet", "A comet", "The comet was seen above the lighthouse by nine people on Saturday.")
    await run_rounds(world, start=HOUR)

    assert [title for title in list_titles(server) if "Teachers" not in title] == []
    assert len(list_titles(server)) == 1
    assert len(await get_services(world).archives.list_articles(server.guild.id)) == 4


async def test_in_a_forum_an_article_is_a_post_of_its_own(world: World, news_site: NewsSite) -> None:
    server = world.server(seeds=False)
    forum = server.guild.create_forum_channel("news")
    await follow(server, news_site, channel=forum)
    await run_rounds(world)

    news_site.publish("strike", "The strike is over", *STRIKE)
    await run_rounds(world, 2, start=HOUR)

    assert [thread.name for thread in forum.threads] == ["The strike is over"]


@pytest.mark.parametrize("posted", [True, False])
@pytest.mark.parametrize("forum", [True, False])
async def test_a_kill_between_posting_and_noting_neither_doubles_nor_loses_an_article(
    world: World, news_site: NewsSite, monkeypatch: pytest.MonkeyPatch, posted: bool, forum: bool
) -> None:
    server = world.server(seeds=False)
    channel = server.guild.create_forum_channel("news") if forum else server.channel
    await follow(server, news_site, channel=channel)
    await run_rounds(world)
    news_site.publish("strike", "The strike is over", *STRIKE)
    post = announcements.post_message
    # The simulated Discord has a clock of its own, which its ids are made from.
    monkeypatch.setattr(announcements, "CLOCKS_APART", timedelta(days=4_000))

    async def die(*args: Any, **options: Any) -> int:
        if posted:
            await post(*args, **options)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(announcements, "post_message", die)
        with pytest.raises(KeyboardInterrupt):
            await run_rounds(world, start=HOUR)
    await run_rounds(world, 2, start=2 * HOUR)

    shown = [thread.name for thread in channel.threads] if forum else list_titles(server)
    assert len(shown) == 1


async def test_more_than_a_round_announces_follow_in_the_next(
    world: World, news_site: NewsSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcements, "POSTS_A_ROUND", 2)
    server = world.server(seeds=False)
    await follow(server, news_site, channel=server.channel)
    await run_rounds(world)
    for number in range(5):
        news_site.publish(f"comet{number}", f"Comet {number}", f"On day {number} a comet was seen by {number} people.")

    counts = []
    for number in range(1, 5):
        await run_rounds(world, start=number * HOUR)
        counts.append(len(list_titles(server)))

    assert counts == [2, 4, 5, 5]


async def test_the_listing_shows_a_feed_s_error_and_its_channel(world: World, news_site: NewsSite) -> None:
    server = world.server(seeds=False)
    await follow(server, news_site, channel=server.channel, words="strike")
    await run_rounds(world)
    news_site.site.pages["/feed.xml"] = send("gone", status=500)
    await run_rounds(world, start=HOUR)

    shown = read_private_reply(await server.manager.slash(server.channel, "feeds"))

    assert news_site.feed in shown.replace("\\", "")
    assert "1 article in" in shown
    assert "500" in shown
    assert f"<#{server.channel.id}> with strike" in shown


async def test_a_channel_that_may_not_be_written_in_is_said_in_the_listing(world: World, news_site: NewsSite) -> None:
    server = world.server(seeds=False)
    await follow(server, news_site, channel=server.channel)
    await run_rounds(world)
    news_site.publish("strike", "The strike is over", *STRIKE)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(announcements, "explain_channel", lambda _: "I lack “Send Messages” there")
        await run_rounds(world, start=HOUR)
    shown = read_private_reply(await server.manager.slash(server.channel, "feeds"))

    await run_rounds(world, start=2 * HOUR)

    assert "I lack “Send Messages” there" in shown
    assert len(list_titles(server)) == 1
    assert "I lack" not in read_private_reply(await server.manager.slash(server.channel, "feeds"))


async def test_a_feed_that_is_removed_brings_nothing_in_and_its_articles_stay(
    world: World, news_site: NewsSite
) -> None:
    server = world.server(seeds=False)
    await follow(server, news_site, channel=server.channel)
    await run_rounds(world)

    offered = await server.manager.autocomplete(server.channel, "unfollow", "feed", "feed.xml")
    said = read_private_reply(await server.manager.slash(server.channel, "unfollow", feed=news_site.feed))
    news_site.publish("strike", "The strike is over", *STRIKE)
    await run_rounds(world, start=HOUR)

    assert len(offered) == 1
    assert "followed no more" in said
    assert list_titles(server) == []
    assert len(await get_services(world).archives.list_articles(server.guild.id)) == 1
    assert "Nothing is followed" in read_private_reply(await server.manager.slash(server.channel, "feeds"))


@pytest.mark.parametrize("command", ["follow", "feeds", "unfollow"])
async def test_feeds_are_for_managers_and_chosen_roles(world: World, news_site: NewsSite, command: str) -> None:
    server = world.server(seeds=False)
    options = {"follow": {"address": news_site.feed}, "feeds": {}, "unfollow": {"feed": news_site.feed}}[command]

    refused = read_private_reply(await server.ann.slash(server.channel, command, **options))
    editors = server.guild.create_role("Editors")
    get_services(world).records.save_settings(server.guild.id, GuildSettings(ingest_roles=(editors.id,)))
    editor = server.guild.add_member(world.env.create_user("eve"), roles=[editors])
    allowed = read_private_reply(await editor.slash(server.channel, command, **options))

    assert "can change the archive" in refused
    assert "can change the archive" not in allowed


@pytest.mark.parametrize("chosen", [{"web_private": False}])
@pytest.mark.parametrize("address", ["http://127.0.0.1:9/feed", "http://localhost/feed", "http://[::1]/feed"])
async def test_private_networks_are_refused_without_a_word_of_their_machines(
    world: World, address: str, chosen: dict[str, Any]
) -> None:
    server = world.server(seeds=False)

    said = read_private_reply(await server.manager.slash(server.channel, "follow", address=address))

    assert "private network" in said
    assert "CLIPPINGS" not in said
    assert "(" not in said.replace("\\", "")


@pytest.mark.parametrize("chosen", [{"web_private": True, "web_pause": 0, "discord_feeds": 1}])
async def test_a_server_s_feeds_are_counted(world: World, news_site: NewsSite, chosen: dict[str, Any]) -> None:
    server = world.server(seeds=False)
    news_site.site.pages["/other.xml"] = news_site.site.pages["/feed.xml"]

    first = await follow(server, news_site)
    again = await follow(server, news_site, channel=server.channel)
    other = read_private_reply(
        await server.manager.slash(server.channel, "follow", address=f"{news_site.site.base}/other.xml")
    )

    assert "Following" in first
    assert "Following" in again
    assert "1 feeds, of 1" in other


async def test_a_person_chooses_only_channels_in_which_they_may_write(world: World, news_site: NewsSite) -> None:
    server = world.server(seeds=False)
    closed = discord.PermissionOverwrite(send_messages=False)
    board = server.guild.create_text_channel("board", overwrites={server.guild.default_role: closed})

    said = await follow(server, news_site, channel=board)

    assert "may not write" in said or "can't write" in said
    assert "Nothing is followed" in read_private_reply(await server.manager.slash(server.channel, "feeds"))


async def test_a_server_that_was_left_is_not_synced(world: World, news_site: NewsSite) -> None:
    server = world.server(seeds=False)
    await follow(server, news_site, channel=server.channel)
    asked = news_site.site.asked["/feed.xml"]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(get_bot(world), "get_guild", lambda _: None)
        await run_rounds(world)

    assert news_site.site.asked["/feed.xml"] == asked
