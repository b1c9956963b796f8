import pytest

from bot.discord.admission import WELCOME, explain_refusal, may_write
from bot.discord.entities import GuildSettings

NEWS, TALK, OTHER = 11, 12, 13
READERS, EDITORS = 21, 22


def test_everybody_may_ask_everywhere_when_nothing_was_chosen() -> None:
    assert explain_refusal(GuildSettings(), channel_ids=[OTHER], role_ids=[]) == WELCOME


def test_a_channel_that_was_not_chosen_names_those_that_were() -> None:
    settings = GuildSettings(allowed_channels=(NEWS,), ask_channels=(TALK, NEWS))

    assert explain_refusal(settings, channel_ids=[OTHER], role_ids=[]) == "The archive answers in <#11> or <#12> only."
    assert explain_refusal(settings, channel_ids=[NEWS], role_ids=[]) == WELCOME
    assert explain_refusal(settings, channel_ids=[TALK], role_ids=[]) == WELCOME


def test_a_thread_counts_as_its_channel() -> None:
    assert explain_refusal(GuildSettings(allowed_channels=(NEWS,)), channel_ids=[99, NEWS], role_ids=[]) == WELCOME


def test_people_without_an_allowed_role_see_which_it_is() -> None:
    settings = GuildSettings(allowed_roles=(READERS,))

    assert "<@&21>" in explain_refusal(settings, channel_ids=[NEWS], role_ids=[EDITORS])
    assert explain_refusal(settings, channel_ids=[NEWS], role_ids=[EDITORS, READERS]) == WELCOME


def test_a_long_list_of_channels_is_cut() -> None:
    said = explain_refusal(GuildSettings(allowed_channels=tuple(range(100, 125))), channel_ids=[OTHER], role_ids=[])

    assert said.endswith("<#107> or 17 more only.")


@pytest.mark.parametrize(
    ("roles", "manages", "may"),
    [([], False, False), ([], True, True), ([EDITORS], False, True), ([READERS], False, False)],
)
def test_managers_and_chosen_roles_may_write(roles: list[int], manages: bool, may: bool) -> None:
    assert may_write(GuildSettings(ingest_roles=(EDITORS,)), role_ids=roles, manages=manages) is may
