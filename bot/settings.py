"""Every setting with its default; the only reader of the environment and of `.env` in the current folder."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from bot.setting_values import (
    Secret,
    expect_choice,
    expect_number,
    expect_whole_number,
    parse_flag,
    parse_folder,
    parse_names,
    parse_rates,
    parse_url,
)
from retrieval.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

PREFIX = "CLIPPINGS_"
FILE = ".env"
EXTRACTIVE = "extractive"
"""The value of `chat_model` that means no chat model."""
OFF = "off"
"""The value of `judge_model` that means that no chat model judges."""

Engine = Literal["auto", "onnxruntime", "openvino", "torch"]
Precision = Literal["auto", "float32", "bfloat16"]
DateOrder = Literal["", "day", "month"]
Unverified = Literal["drop", "mark"]

T = TypeVar("T")

_LIBRARY_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def _describe(parse: Callable[[str], object], description: str) -> dict[str, Any]:
    """Return what is known of a setting: what reads its text, and what it is."""
    return {"parse": parse, "description": description}


def _setting(default: T, parse: Callable[[str], object], description: str) -> T:
    value: T = field(default=default, metadata=_describe(parse, description))
    return value


def _find_user_folder() -> Path:
    import platformdirs

    return platformdirs.user_data_path("clippings", appauthor=False)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that can be configured. A field `name` is the variable CLIPPINGS_NAME; empty means the default."""

    home: Path = field(
        default_factory=_find_user_folder,
        metadata=_describe(
            parse_folder, "Folder for libraries and exported models. Empty: the platform's user data folder."
        ),
    )
    library: str = _setting("default", str, "Library to use when --library is not given.")
    model: str = _setting(
        "all-MiniLM-L6-v2",
        str,
        "Embedding model: the bundled one, or the name or folder of any sentence-transformers model.",
    )
    weights: Path | None = _setting(
        None,
        parse_folder,
        "Folder of the bundled model's published files. Empty: its package, or Hugging Face's cache.",
    )
    engine: Engine = _setting(
        "auto",
        expect_choice(Engine),
        "What runs the bundled model for passages: auto (the fastest here), onnxruntime, openvino, torch.",
    )
    precision: Precision = _setting(
        "auto",
        expect_choice(Precision),
        "Precision of bulk encoding: auto (bfloat16 where it is faster), float32, bfloat16.",
    )
    passage_tokens: int = _setting(
        200, expect_whole_number(20, 2000), "Maximum length of a passage, in the embedding model's tokens."
    )
    chroma_url: str = _setting(
        "", parse_url, "URL of a Chroma server, such as http://localhost:8000. Empty: a folder in the library."
    )
    max_file_mb: float = _setting(50, expect_number(above=0), "Maximum size of a file to read, in megabytes.")
    max_file_seconds: float = _setting(
        120, expect_number(above=0), "Seconds that reading a web page or a PDF may take."
    )
    date_order: DateOrder = _setting(
        "",
        expect_choice(DateOrder),
        "What comes first in a date such as 03/04/2026 where its language does not tell: day or month. "
        "Empty: the date is not read.",
    )
    web_pause: float = _setting(
        1, expect_number(least=0, most=3600), "Seconds between two requests to a website, at least."
    )
    web_timeout: float = _setting(
        30, expect_number(above=0, most=3600), "Seconds that fetching a page or a feed may take."
    )
    web_private: bool = _setting(
        False, parse_flag, "Whether addresses may lead to private networks and this machine: true or false."
    )
    kept_versions: int = _setting(
        5,
        expect_whole_number(0, 1000),
        "Number of earlier texts to keep of each article that changes, for questions as of a day. 0: none.",
    )
    lock_wait: float = _setting(
        60, expect_number(least=0), "Seconds to wait while another process writes to the library."
    )
    threshold: float | None = _setting(
        None,
        expect_number(least=0, most=1),
        "Confidence below which Clippings does not answer, from 0 to 1. Empty: the library's own, or 0.6.",
    )
    chat_model: str = _setting(
        EXTRACTIVE, str, "What writes the answers: extractive (quotes only), or a chat model such as ollama:qwen3."
    )
    chat_base_url: str = _setting(
        "", parse_url, "URL of the chat model's server, such as http://localhost:8080/v1. Empty: the provider's own."
    )
    chat_api_key: Secret = _setting(
        Secret(""),
        Secret,
        "API key for the chat model. Empty: the provider's own variable, or no key when a URL is set.",
    )
    chat_timeout: float = _setting(
        60,
        expect_number(above=0, most=3600),
        "Seconds that chat models may take for an answer. Then quotes answer, or words alone are compared.",
    )
    chat_retries: int = _setting(
        2, expect_whole_number(0, 10), "Retries when the chat model is busy or can't be reached."
    )
    context_tokens: int = _setting(
        3000,
        expect_whole_number(200, 200_000),
        "Approximate number of tokens of passages that the chat model is given.",
    )
    rerank_model: str = _setting(
        "", str, "Cross-encoder that reranks the passages for the chat model: a name or a folder. Empty: none."
    )
    judge_model: str = _setting(
        "", str, "Chat model that judges claims, or off. Empty: the chat model itself, or a verifier model if set."
    )
    verifier_model: str = _setting(
        "",
        str,
        "Cross-encoder for entailment that judges the chat model's claims, where no judge model is set. Empty: none.",
    )
    unverified: Unverified = _setting(
        "drop",
        expect_choice(Unverified),
        "What to do with unsupported claims of the chat model: drop them, or mark them as unverified.",
    )
    discord_token: Secret = _setting(
        Secret(""), Secret, "Token of the Discord bot, from its page in Discord's developer portal."
    )
    discord_shared: str = _setting(
        "",
        parse_names,
        "Libraries that every Discord server may read but not change, separated by commas. Empty: none.",
    )
    discord_in_flight: int = _setting(
        4, expect_whole_number(1, 64), "Maximum number of Discord questions answered at the same time."
    )
    discord_open_libraries: int = _setting(
        64, expect_whole_number(1, 250), "Maximum number of libraries that the Discord bot keeps open."
    )
    discord_per_person: str = _setting(
        "6/minute", parse_rates, "How often one person may ask: 6/minute, or several limits: 6/minute; 100/day."
    )
    discord_per_guild: str = _setting(
        "60/minute", parse_rates, "How often all members of a Discord server together may ask."
    )
    discord_log_questions: bool = _setting(False, parse_flag, "Whether questions may appear in the log: true or false.")
    discord_retention_days: int = _setting(
        30, expect_whole_number(1, 3650), "Days to keep questions from Discord. /forget deletes them sooner."
    )
    discord_left_days: int = _setting(
        30,
        expect_whole_number(1, 3650),
        "Days to keep everything of a Discord server after the bot has left it. Then it is deleted.",
    )
    discord_default_library: str = _setting(
        "", str, "Library that people may ask on Discord outside of servers, beside their own. Empty: none."
    )
    discord_own_articles: int = _setting(
        200, expect_whole_number(0, 100_000), "Articles in a person's own library on Discord. 0: nobody has one."
    )
    discord_own_people: int = _setting(
        1_000, expect_whole_number(1, 1_000_000), "People who may have a library of their own on Discord, in all."
    )
    discord_own_mb: float = _setting(
        10,
        expect_number(above=0, most=10_000),
        "Megabytes of text in a person's own library on Discord, and of files in one upload to it.",
    )
    discord_own_days: int = _setting(
        180, expect_whole_number(1, 3650), "Days without use after which a person's own library is deleted."
    )
    discord_contact: str = _setting(
        "", str, "Who runs the bot and how to reach them, as /privacy says it. Empty: not said."
    )
    discord_answer_bots: bool = _setting(False, parse_flag, "Whether to answer other bots and webhooks: true or false.")
    discord_sync_minutes: int = _setting(
        30, expect_whole_number(0, 10_080), "Minutes after which the bot syncs followed feeds again. 0: never."
    )
    discord_feeds: int = _setting(
        20, expect_whole_number(0, 1_000), "Number of feeds and sites that each Discord server may follow."
    )
    discord_alerts: int = _setting(
        10, expect_whole_number(0, 1_000), "Number of alerts that one person may have on each Discord server."
    )
    discord_api_url: str = _setting(
        "", parse_url, "URL of another server that implements Discord's API, for testing. Empty: Discord."
    )

    @property
    def uses_chat_model(self) -> bool:
        """Whether a chat model writes the answers; without one they are made of quotes."""
        return self.chat_model.strip().lower() != EXTRACTIVE

    def locate_library(self, name: str) -> Path:
        """Return the folder of a library; raise InputError for a name that could lead elsewhere."""
        if not _LIBRARY_NAME.fullmatch(name):
            raise InputError(
                f"{name!r} can't name a library: use up to 64 letters, digits, - and _, a letter or digit first."
            )
        return self.home / "libraries" / name


def load() -> Settings:
    """Read the settings; raise InputError naming each variable that can't be used, in one line."""
    given = _read_variables()
    values, faults = {}, []
    for setting in fields(Settings):
        if setting.name not in given:
            continue
        text, parse = given[setting.name], setting.metadata["parse"]
        try:
            values[setting.name] = parse(text)
        except ValueError as error:
            shown = "" if parse is Secret else f"={text}"
            faults.append(f"{PREFIX}{setting.name.upper()}{shown} {error}")
    if faults:
        raise InputError(f"{'; '.join(faults)}. Correct it in the environment or in {FILE}.")
    return Settings(**values)


def is_given(name: str) -> bool:
    """Say whether the environment or `.env` sets this setting, be it to its default."""
    return name in _read_variables()


def find_unknown_variables() -> list[str]:
    """Say of each variable with the prefix that no setting reads which setting was probably meant."""
    from difflib import get_close_matches

    known = [setting.name.upper() for setting in fields(Settings)]
    given = {name.upper() for name in (*os.environ, *_read_file())}
    names = sorted(name.removeprefix(PREFIX) for name in given if name.startswith(PREFIX))
    return [_suggest_setting(name, get_close_matches(name, known, n=1)) for name in names if name not in known]


def _read_variables() -> dict[str, str]:
    """Return what the variables say that are not empty, by setting; the environment wins over the file."""
    prefix = PREFIX.lower()
    return {
        name.lower().removeprefix(prefix): text
        for source in (_read_file(), os.environ)
        for name, text in source.items()
        if text and name.lower().startswith(prefix)
    }


def _read_file() -> dict[str, str | None]:
    if not Path(FILE).exists():
        return {}
    from dotenv import dotenv_values

    try:
        return dotenv_values(FILE)
    except UnicodeDecodeError:
        raise InputError(f"{FILE} in the current folder is not UTF-8 text: save it as UTF-8.") from None


def _suggest_setting(name: str, close: list[str]) -> str:
    return f"{PREFIX}{name} is not a setting: " + (f"did you mean {PREFIX}{close[0]}?" if close else "remove it.")
