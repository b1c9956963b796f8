import re
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.discord.rate_limits import parse_rates
from bot.render import dump_json
from bot.settings import PREFIX, Settings, find_unknown_variables, is_given, load
from retrieval.errors import InputError

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / ".env.example"


def test_the_example_names_every_setting_in_order() -> None:
    assert list(dotenv_values(EXAMPLE)) == [PREFIX + setting.name.upper() for setting in fields(Settings)]


def test_the_example_holds_the_defaults(tmp_path: Path) -> None:
    defaults = load()
    (tmp_path / ".env").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")

    assert load() == defaults


def test_the_example_explains_every_setting_with_its_own_description() -> None:
    explained = re.findall(r"^# (.+)\n(CLIPPINGS_\w+)=", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert explained == [(each.metadata["description"], PREFIX + each.name.upper()) for each in fields(Settings)]


def test_every_setting_is_used() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py") if path.stem != "settings")

    assert [each.name for each in fields(Settings) if f"settings.{each.name}" not in code] == []


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("CLIPPINGS_LIBRARY=file\nCLIPPINGS_PASSAGE_TOKENS=150\n", encoding="utf-8")
    monkeypatch.setenv("CLIPPINGS_LIBRARY", "environment")

    settings = load()

    assert (settings.library, settings.passage_tokens) == ("environment", 150)


def test_an_empty_value_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = load()
    monkeypatch.setenv("CLIPPINGS_THRESHOLD", "")
    monkeypatch.setenv("CLIPPINGS_HOME", "")

    assert load() == defaults


def test_an_empty_variable_leaves_what_the_file_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("CLIPPINGS_LIBRARY=file\n", encoding="utf-8")
    monkeypatch.setenv("CLIPPINGS_LIBRARY", "")

    assert load().library == "file"


def test_a_variable_may_be_written_in_small_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("clippings_library", "news")

    assert load().library == "news"


def test_a_folder_named_as_the_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()

    assert load() == Settings()


def test_whether_a_setting_is_given_does_not_depend_on_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_given("lock_wait")

    monkeypatch.setenv("CLIPPINGS_LOCK_WAIT", "60")

    assert is_given("lock_wait")
    assert load() == Settings()


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        load().library = "other"  # type: ignore[misc]


def test_the_home_is_absolute_and_may_start_at_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLIPPINGS_HOME", "archive")
    assert load().home == tmp_path / "archive"

    monkeypatch.setenv("CLIPPINGS_HOME", "~/archive")
    assert load().home == Path.home() / "archive"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASSAGE_TOKENS", "few"),
        ("PASSAGE_TOKENS", "0"),
        ("PRECISION", "int8"),
        ("CHROMA_URL", "localhost:8000"),
        ("MAX_FILE_MB", "-1"),
        ("MAX_FILE_MB", "nan"),
        ("LOCK_WAIT", "inf"),
        ("THRESHOLD", "1.5"),
        ("CHAT_BASE_URL", "localhost:8080"),
        ("CHAT_TIMEOUT", "0"),
        ("CHAT_RETRIES", "-1"),
        ("CONTEXT_TOKENS", "many"),
        ("UNVERIFIED", "keep"),
        ("DISCORD_PER_PERSON", "6"),
        ("DISCORD_PER_PERSON", "0/minute"),
        ("DISCORD_PER_GUILD", "60/fortnight"),
        ("DISCORD_PER_GUILD", "60/minute;"),
        ("DISCORD_IN_FLIGHT", "0"),
        ("DISCORD_RETENTION_DAYS", "never"),
        ("DISCORD_ANSWER_BOTS", "perhaps"),
        ("DISCORD_API_URL", "localhost:8080"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_its_variable(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PREFIX + name, value)

    with pytest.raises(InputError, match=f"^CLIPPINGS_{name}={re.escape(value)} .+") as caught:
        load()

    assert "\n" not in str(caught.value)


def test_all_unusable_values_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIPPINGS_LOCK_WAIT", "long")
    monkeypatch.setenv("CLIPPINGS_THRESHOLD", "high")

    with pytest.raises(InputError, match=r"LOCK_WAIT=long.+THRESHOLD=high"):
        load()


def test_a_file_in_another_encoding_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("CLIPPINGS_LIBRARY=Köln".encode("latin-1"))

    with pytest.raises(InputError, match=r"\.env .+UTF-8"):
        load()


def test_a_variable_that_no_setting_reads_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("CLIPPINGS_TRESHOLD=0.3\nOTHER=1\n", encoding="utf-8")
    monkeypatch.setenv("CLIPPINGS_QQQQ", "1")

    assert find_unknown_variables() == [
        "CLIPPINGS_QQQQ is not a setting: remove it.",
        "CLIPPINGS_TRESHOLD is not a setting: did you mean CLIPPINGS_THRESHOLD?",
    ]


@pytest.mark.parametrize(
    ("rate", "limits"),
    [
        ("6/minute", [(6, 60)]),
        ("1 / second", [(1, 1)]),
        ("6/minute; 100/day", [(6, 60), (100, 86_400)]),
        ("5/10 minutes", [(5, 600)]),
    ],
)
def test_a_rate_is_read_by_what_counts(
    rate: str, limits: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIPPINGS_DISCORD_PER_PERSON", rate)

    assert parse_rates(load().discord_per_person) == limits


def test_the_token_of_discord_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIPPINGS_DISCORD_TOKEN", "canary")

    assert "canary" not in repr(load()) + str(load()) + dump_json(load())


def test_a_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIPPINGS_CHAT_API_KEY", "sk-canary")

    settings = load()

    assert settings.chat_api_key.reveal() == "sk-canary"
    assert "canary" not in repr(settings) + str(settings) + dump_json(settings)


def test_no_key_is_shown_among_other_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIPPINGS_CHAT_API_KEY", "sk-canary")
    monkeypatch.setenv("CLIPPINGS_THRESHOLD", "high")

    with pytest.raises(InputError) as caught:
        load()

    assert "canary" not in str(caught.value)
