"""Every message of ours, command and option has its translations, which fit where Discord shows them."""

import ast
import re
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.discord import commands, layout, localisation
from bot.discord.localisation import CHOICE, COMMAND, OPTION, load_translations, read_catalogue, use_language
from tests.bot.discord.message_content import read_message, read_private_reply
from tests.bot.discord.test_layout import answered, citation
from tests.bot.discord.world import NONSENSE, World, sent

CODE = Path(localisation.__file__).parent
LANGUAGES = sorted(set(localisation.LANGUAGES.values()))
SPOKEN = {"say", "mark", "count"}
NAME = re.compile(r"[-_'\w]{1,32}")
"""What Discord takes as the name of a command or option, in lower case."""


@cache
def list_messages() -> frozenset[str]:
    """Return the texts that the code says."""
    found = set()
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SPOKEN:
                said = [each.value for each in node.args if isinstance(each, ast.Constant)]
                found |= {each for each in said if isinstance(each, str)}
    return frozenset(found)


def list_commands() -> list[tuple[str, str]]:
    """Return contexts and texts of what Discord shows of the commands."""
    client: Any = discord.AutoShardedClient(intents=discord.Intents.none())
    client.tree = tree = app_commands.CommandTree(client)
    commands.register(tree)
    found = []
    for command in tree.walk_commands():
        found += [(COMMAND, command.name), ("", command.description)]
        if isinstance(command, app_commands.Command):
            for parameter in command.parameters:
                found += [(OPTION, parameter.display_name), ("", parameter.description)]
                words = {choice.name for choice in parameter.choices if choice.name.isalpha()}
                found += [(CHOICE, word) for word in sorted(words - set(localisation.NAMES.values()))]
    menus = (discord.AppCommandType.message, discord.AppCommandType.user)
    return found + [(COMMAND, menu.name) for kind in menus for menu in tree.get_commands(type=kind)]


async def test_every_message_and_command_has_a_translation_in_every_language() -> None:
    needed = {("", message) for message in list_messages()} | set(list_commands())

    missing = {(language, each) for language in LANGUAGES for each in needed - set(load_translations(language))}

    assert missing == set()


async def test_nothing_is_translated_that_is_not_said() -> None:
    needed = {("", message) for message in list_messages()} | set(list_commands())

    for language in LANGUAGES:
        assert set(load_translations(language)) - needed - {("", "")} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_placeholders_of_their_texts(language: str) -> None:
    for (_, text), translated in load_translations(language).items():
        assert list_fields(text) == list_fields(translated)


def list_fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_translated_commands_are_within_discords_limits(language: str) -> None:
    known = load_translations(language)
    slash = [text for context, text in list_commands() if context == COMMAND and NAME.fullmatch(text)]
    for context, text in list_commands():
        translated = known[context, text]
        if context in {COMMAND, OPTION} and NAME.fullmatch(text):
            assert NAME.fullmatch(translated)
            assert translated == translated.lower()
        else:
            assert 1 <= len(translated) <= (32 if context == COMMAND else 100)
    assert len({known[COMMAND, each] for each in slash}) == len(slash)


async def test_no_two_options_of_a_command_have_the_same_name() -> None:
    client: Any = discord.AutoShardedClient(intents=discord.Intents.none())
    client.tree = tree = app_commands.CommandTree(client)
    commands.register(tree)
    for command in tree.walk_commands():
        if isinstance(command, app_commands.Command):
            for language in LANGUAGES:
                names = [load_translations(language)[OPTION, each.display_name] for each in command.parameters]
                assert len(set(names)) == len(names)


def test_a_catalogue_is_read_with_contexts_plurals_and_broken_lines() -> None:
    text = 'msgid ""\nmsgstr "Language: de\\n"\n\n# a remark\nmsgctxt "option"\nmsgid "text"\nmsgstr "Text"\n\n'
    text += 'msgid "{count} a"\nmsgid_plural "{count} as"\nmsgstr[0] "{count} b"\nmsgstr[1] "{count} "\n"bs"\n'
    text += 'msgid "not yet"\nmsgstr ""\n'

    assert read_catalogue(text) == {
        ("option", "text"): "Text",
        ("", "{count} a"): "{count} b",
        ("", "{count} as"): "{count} bs",
    }


def test_a_catalogue_that_is_none_says_in_which_line() -> None:
    with pytest.raises(ValueError, match="line 2"):
        read_catalogue('msgid "a"\nmsgstr a\n')


@pytest.mark.parametrize(
    ("locale", "said"), [("de", "Die Artikel sagen das nicht."), ("en-GB", "The articles do not say.")]
)
async def test_the_frame_of_an_answer_is_in_the_language_and_its_quotes_are_not(locale: str, said: str) -> None:
    use_language(locale)

    (refusal,) = layout.format_cards(answered("The articles do not say.", refused=True))
    (quote,) = layout.format_cards(answered("Talks 1 (27 June 2023): “Latest” [1]", citation(quote="Latest")))

    assert refusal.blocks[0].text == f"**{said}**"
    assert quote.blocks[0].text == "**“Latest”** [1]"


async def test_a_server_is_answered_in_its_language_and_commands_have_names_in_it(world: World) -> None:
    guild = world.env.create_guild("Neues", preferred_locale="de")
    world.give(world.seeds, guild.id)
    channel, ann = guild.create_text_channel("archiv"), guild.add_member(world.env.create_user("ann"))

    await ann.send(channel, f"<@{world.env.backend.bot_user.id}> {NONSENSE}")

    assert "Die Artikel sagen das nicht." in read_message(channel.history()[-1])
    (synced,) = sent(world.env, "PUT", "/commands")
    assert {each["name"]: each["name_localizations"]["de"] for each in synced.json or ()}["ask"] == "fragen"


async def test_managers_choose_a_language_whatever_discord_says_of_the_server(world: World) -> None:
    server = world.server()

    result = await server.manager.slash(server.channel, "settings", language="de", log_channel=server.channel)
    await server.ann.send(server.channel, f"<@{world.env.backend.bot_user.id}> {NONSENSE}")

    assert "**Sprache:** Deutsch" in read_private_reply(result)
    changes, refusal = server.channel.history()[0], server.channel.history()[-1]
    assert "Sprache: die aus den Einstellungen von Discord → Deutsch" in read_message(changes)
    assert "Die Artikel sagen das nicht." in read_message(refusal)


async def test_a_chosen_language_can_be_english_and_can_be_left_to_discord_again(world: World) -> None:
    server = world.server(locale="de")

    english = await server.manager.slash(server.channel, "settings", language="en")
    again = await server.manager.slash(server.channel, "settings", language="automatic")

    assert "**Language:** English" in read_private_reply(english)
    assert "**Sprache:** die aus den Einstellungen von Discord" in read_private_reply(again)
