"""What the bot asks for, and the link that asks for it."""

from urllib.parse import parse_qs, urlsplit

import discord
import pytest

from bot.discord import invite
from retrieval.errors import InputError

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.made.up"


def test_the_application_is_the_first_part_of_the_token() -> None:
    assert invite.read_application_id(TOKEN) == 123456789012345678


@pytest.mark.parametrize("token", ["", "hello", "aGVsbG8.made.up", "Bot MTIz.made.up", "é.made.up"])
def test_what_is_no_token_is_not_repeated_in_the_error(token: str) -> None:
    with pytest.raises(InputError, match="is not a token") as raised:
        invite.read_application_id(token)

    assert not token or token not in str(raised.value)


def test_the_link_asks_for_the_bot_its_commands_and_six_permissions() -> None:
    asked = parse_qs(urlsplit(invite.build_link(123)).query)

    assert asked["client_id"] == ["123"]
    assert asked["scope"] == ["bot applications.commands"]
    assert discord.Permissions(int(asked["permissions"][0])) == invite.build_permissions()
    assert len([name for name, granted in invite.build_permissions() if granted]) == 6
    assert not invite.build_permissions().administrator


def test_the_link_for_people_asks_for_commands_alone_and_says_that_it_is_for_a_person() -> None:
    asked = parse_qs(urlsplit(invite.build_personal_link(123)).query)

    assert asked == {"client_id": ["123"], "scope": ["applications.commands"], "integration_type": ["1"]}
    assert parse_qs(urlsplit(invite.build_link(123)).query)["integration_type"] == ["0"]


def test_no_privileged_intent_is_asked_for_unless_it_is_granted() -> None:
    assert not invite.build_intents().message_content
    assert invite.build_intents(message_content=True).message_content
    assert not invite.build_intents(message_content=True).members
