"""Every setting with its default; the only reader of the environment and of `.env` in the current folder."""

from __future__ import annotations

import os
import re
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from retrieval.errors import InputError

PREFIX = "CLIPPINGS_"
EXTRACTIVE = "extractive"
"""The value of `chat_model` that means no chat model."""
OFF = "off"
"""The value of `judge_model` that means that no chat model judges."""

_LIBRARY_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def _resolve_folder(folder: Path) -> Path:
    return folder.expanduser().absolute()


def _resolve_given_folder(folder: Path | None) -> Path | None:
    return folder and _resolve_folder(folder)


def _validate_url(url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise ValueError("must start with http:// or https://")
    return url.rstrip("/")


def _validate_rate(text: str) -> str:
    if not _RATES.fullmatch(text):
        raise ValueError("must be a rate such as 6/minute, or several: 6/minute; 100/day")
    return text


def _normalize_names(text: str) -> str:
    return ",".join(name.strip() for name in text.split(",") if name.strip())


_RATES = re.compile(r"(?: *[1-9]\d{0,8} */ *(?:[1-9]\d{0,3} *)?(?:second|minute|hour|day)s? *(?:;(?!\Z)|\Z))+")


class Settings(BaseSettings):
    """Everything that can be configured. A field `name` is the variable CLIPPINGS_NAME; empty means the default."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    home: Annotated[Path, AfterValidator(_resolve_folder)] = Field(
        default_factory=lambda: platformdirs.user_data_path("clippings", appauthor=False),
        description="Folder for libraries and exported models. Empty: the platform's user data folder.",
    )
    library: str = Field(default="default", description="Library to use when --library is not given.")
    model: str = Field(
        default="all-MiniLM-L6-v2",
        description="Embedding model: the bundled one, or the name or folder of any sentence-transformers model.",
    )
    weights: Annotated[Path | None, AfterValidator(_resolve_given_folder)] = Field(
        default=None,
        description="Folder of the bundled model's published files. Empty: its package, or Hugging Face's cache.",
    )
    engine: Literal["auto", "onnxruntime", "openvino", "torch"] = Field(
        default="auto",
        description="What runs the bundled model for passages: auto (the fastest here), onnxruntime, openvino, torch.",
    )
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        default="auto", description="Precision of bulk encoding: auto (bfloat16 where it is faster), float32, bfloat16."
    )
    passage_tokens: int = Field(
        default=200, ge=20, le=2000, description="Maximum length of a passage, in the embedding model's tokens."
    )
    chroma_url: Annotated[str, AfterValidator(_validate_url)] = Field(
        default="", description="URL of a Chroma server, such as http://localhost:8000. Empty: a folder in the library."
    )
    max_file_mb: float = Field(
        default=50, gt=0, allow_inf_nan=False, description="Maximum size of a file to read, in megabytes."
    )
    max_file_seconds: float = Field(
        default=120, gt=0, allow_inf_nan=False, description="Seconds that reading a web page or a PDF may take."
    )
    date_order: Literal["", "day", "month"] = Field(
        default="",
        description="What comes first in a date such as 03/04/2026 where its language does not tell: day or month. "
        "Empty: the date is not read.",
    )
    web_pause: float = Field(
        default=1,
        ge=0,
        le=3600,
        allow_inf_nan=False,
        description="Seconds between two requests to a website, at least.",
    )
    web_timeout: float = Field(
        default=30, gt=0, le=3600, allow_inf_nan=False, description="Seconds that fetching a page or a feed may take."
    )
    web_private: bool = Field(
        default=False, description="Whether addresses may lead to private networks and this machine: true or false."
    )
    kept_versions: int = Field(
        default=5,
        ge=0,
        le=1000,
        description="Number of earlier texts to keep of each article that changes, for questions as of a day. 0: none.",
    )
    lock_wait: float = Field(
        default=60,
        ge=0,
        allow_inf_nan=False,
        description="Seconds to wait while another process writes to the library.",
    )
    threshold: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Confidence below which Clippings does not answer, from 0 to 1. Empty: the library's own, or 0.6.",
    )
    chat_model: str = Field(
        default=EXTRACTIVE,
        description="What writes the answers: extractive (quotes only), or a chat model such as ollama:qwen3.",
    )
    chat_base_url: Annotated[str, AfterValidator(_validate_url)] = Field(
        default="",
        description="URL of the chat model's server, such as http://localhost:8080/v1. Empty: the provider's own.",
    )
    chat_api_key: SecretStr = Field(
        default=SecretStr(""),
        description="API key for the chat model. Empty: the provider's own variable, or no key when a URL is set.",
    )
    chat_timeout: float = Field(
        default=60,
        gt=0,
        le=3600,
        allow_inf_nan=False,
        description="Seconds that chat models may take for an answer. Then quotes answer, or words alone are compared.",
    )
    chat_retries: int = Field(
        default=2, ge=0, le=10, description="Retries when the chat model is busy or can't be reached."
    )
    context_tokens: int = Field(
        default=3000,
        ge=200,
        le=200_000,
        description="Approximate number of tokens of passages that the chat model is given.",
    )
    rerank_model: str = Field(
        default="",
        description="Cross-encoder that reranks the passages for the chat model: a name or a folder. Empty: none.",
    )
    judge_model: str = Field(
        default="",
        description="Chat model that judges claims, or off. Empty: the chat model itself, or a verifier model if set.",
    )
    verifier_model: str = Field(
        default="",
        description="Cross-encoder for entailment that judges the chat model's claims, where no judge model is set. "
        "Empty: none.",
    )
    unverified: Literal["drop", "mark"] = Field(
        default="drop",
        description="What to do with unsupported claims of the chat model: drop them, or mark them as unverified.",
    )
    discord_token: SecretStr = Field(
        default=SecretStr(""), description="Token of the Discord bot, from its page in Discord's developer portal."
    )
    discord_shared: Annotated[str, AfterValidator(_normalize_names)] = Field(
        default="",
        description="Libraries that every Discord server may read but not change, separated by commas. Empty: none.",
    )
    discord_in_flight: int = Field(
        default=4, ge=1, le=64, description="Maximum number of Discord questions answered at the same time."
    )
    discord_open_libraries: int = Field(
        default=64, ge=1, le=250, description="Maximum number of libraries that the Discord bot keeps open."
    )
    discord_per_person: Annotated[str, AfterValidator(_validate_rate)] = Field(
        default="6/minute", description="How often one person may ask: 6/minute, or several limits: 6/minute; 100/day."
    )
    discord_per_guild: Annotated[str, AfterValidator(_validate_rate)] = Field(
        default="60/minute", description="How often all members of a Discord server together may ask."
    )
    discord_log_questions: bool = Field(
        default=False, description="Whether questions may appear in the log: true or false."
    )
    discord_retention_days: int = Field(
        default=30, ge=1, le=3650, description="Days to keep questions from Discord. /forget deletes them sooner."
    )
    discord_left_days: int = Field(
        default=30,
        ge=1,
        le=3650,
        description="Days to keep everything of a Discord server after the bot has left it. Then it is deleted.",
    )
    discord_default_library: str = Field(
        default="",
        description="Library that people may ask on Discord outside of servers, beside their own. Empty: none.",
    )
    discord_own_articles: int = Field(
        default=200, ge=0, le=100_000, description="Articles in a person's own library on Discord. 0: nobody has one."
    )
    discord_own_people: int = Field(
        default=1_000, ge=1, le=1_000_000, description="People who may have a library of their own on Discord, in all."
    )
    discord_own_mb: float = Field(
        default=10,
        gt=0,
        le=10_000,
        allow_inf_nan=False,
        description="Megabytes of text in a person's own library on Discord, and of files in one upload to it.",
    )
    discord_own_days: int = Field(
        default=180, ge=1, le=3650, description="Days without use after which a person's own library is deleted."
    )
    discord_contact: str = Field(
        default="", description="Who runs the bot and how to reach them, as /privacy says it. Empty: not said."
    )
    discord_answer_bots: bool = Field(
        default=False, description="Whether to answer other bots and webhooks: true or false."
    )
    discord_sync_minutes: int = Field(
        default=30, ge=0, le=10_080, description="Minutes after which the bot syncs followed feeds again. 0: never."
    )
    discord_feeds: int = Field(
        default=20, ge=0, le=1_000, description="Number of feeds and sites that each Discord server may follow."
    )
    discord_alerts: int = Field(
        default=10, ge=0, le=1_000, description="Number of alerts that one person may have on each Discord server."
    )
    discord_api_url: Annotated[str, AfterValidator(_validate_url)] = Field(
        default="", description="URL of another server that implements Discord's API, for testing. Empty: Discord."
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
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(_describe_fault(part["loc"], part["msg"], part["input"]) for part in error.errors())
        raise InputError(f"{faults}. Correct it in the environment or in .env.") from None
    except UnicodeDecodeError:
        raise InputError(".env in the current folder is not UTF-8 text: save it as UTF-8.") from None


def find_unknown_variables() -> list[str]:
    """Say of each variable with the prefix that no setting reads which setting was probably meant."""
    known = [name.upper() for name in Settings.model_fields]
    given = {name.upper() for name in (*os.environ, *dotenv_values(".env"))}
    names = sorted(name.removeprefix(PREFIX) for name in given if name.startswith(PREFIX))
    return [_suggest_setting(name, get_close_matches(name, known, n=1)) for name in names if name not in known]


def _describe_fault(location: tuple[int | str, ...], message: str, value: object) -> str:
    name = PREFIX + str(location[0]).upper() if location else PREFIX + "*"
    reason = message.removeprefix("Value error, ").removeprefix("Input ")
    secret = bool(location) and Settings.model_fields[str(location[0])].annotation is SecretStr
    return f"{name} {reason}" if secret else f"{name}={value} {reason}"


def _suggest_setting(name: str, close: list[str]) -> str:
    return f"{PREFIX}{name} is not a setting: " + (f"did you mean {PREFIX}{close[0]}?" if close else "remove it.")
