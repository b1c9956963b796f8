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
"""The value of `chat_model` that stands for no chat model."""

_LIBRARY_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def _resolve_folder(folder: Path) -> Path:
    return folder.expanduser().absolute()


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
    """What a user may choose; each field is the variable CLIPPINGS_<NAME>, and an empty value means the default."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    home: Annotated[Path, AfterValidator(_resolve_folder)] = Field(
        default_factory=lambda: platformdirs.user_data_path("clippings", appauthor=False),
        description="Folder of the libraries and exported models; empty: the platform's user data folder.",
    )
    library: str = Field(default="default", description="Library that is used when --library is not given.")
    model: str = Field(
        default="all-MiniLM-L6-v2",
        description="Embedding model: the bundled one, or any sentence-transformers name or folder.",
    )
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        default="auto",
        description="Arithmetic of bulk encoding: auto (bfloat16 where it is faster), float32, bfloat16.",
    )
    passage_tokens: int = Field(
        default=200, ge=20, le=2000, description="Longest passage, in the embedding model's tokens."
    )
    chroma_url: Annotated[str, AfterValidator(_validate_url)] = Field(
        default="",
        description="Address of a Chroma server, such as http://localhost:8000; empty: a folder in the library.",
    )
    max_file_mb: float = Field(
        default=50, gt=0, allow_inf_nan=False, description="Largest file that is read, in megabytes."
    )
    lock_wait: float = Field(
        default=60,
        ge=0,
        allow_inf_nan=False,
        description="Seconds to wait for another process that writes to the library.",
    )
    threshold: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Confidence below which an answer is refused, 0 to 1; empty: the calibrated one.",
    )
    chat_model: str = Field(
        default=EXTRACTIVE,
        description="What words the answers: extractive (quotes, no model), or a chat model, such as ollama:qwen3.",
    )
    chat_base_url: Annotated[str, AfterValidator(_validate_url)] = Field(
        default="",
        description="Address of the chat model's server, such as http://localhost:8080/v1; empty: the provider's.",
    )
    chat_api_key: SecretStr = Field(
        default=SecretStr(""),
        description="Key for the chat model; empty: the provider's own variable, or none where an address is set.",
    )
    chat_timeout: float = Field(
        default=60,
        gt=0,
        le=3600,
        allow_inf_nan=False,
        description="Seconds for the chat model's whole part of an answer; after that the answer is made of quotes.",
    )
    chat_retries: int = Field(
        default=2, ge=0, le=10, description="Further attempts when the chat model can't be reached or is busy."
    )
    context_tokens: int = Field(
        default=3000, ge=200, le=200_000, description="Passages shown to the chat model, in tokens, roughly."
    )
    rerank_model: str = Field(
        default="",
        description="Cross-encoder that reorders the passages for the chat model, a name or a folder; empty: none.",
    )
    verifier_model: str = Field(
        default="",
        description="Cross-encoder for entailment that helps to check what the chat model wrote; empty: none.",
    )
    unverified: Literal["drop", "mark"] = Field(
        default="drop",
        description="Claims of the chat model that no passage supports: drop, or mark if at least one is supported.",
    )
    discord_token: SecretStr = Field(
        default=SecretStr(""), description="Token of the Discord bot, from its page in the developer portal."
    )
    discord_shared: Annotated[str, AfterValidator(_normalize_names)] = Field(
        default="",
        description="Libraries that every Discord server may ask, but not change, separated by commas; empty: none.",
    )
    discord_in_flight: int = Field(
        default=4, ge=1, le=64, description="Questions from Discord that are answered at the same time."
    )
    discord_per_person: Annotated[str, AfterValidator(_validate_rate)] = Field(
        default="6/minute", description="How often a person may ask, such as 6/minute, or 6/minute; 100/day."
    )
    discord_per_guild: Annotated[str, AfterValidator(_validate_rate)] = Field(
        default="60/minute", description="How often all people of a Discord server together may ask."
    )
    discord_log_questions: bool = Field(
        default=False, description="Whether the log may show the text of questions: true or false."
    )
    discord_retention_days: int = Field(
        default=30, ge=1, le=3650, description="Days that questions from Discord are kept; /forget deletes them sooner."
    )
    discord_answer_bots: bool = Field(
        default=False, description="Whether other bots and webhooks are answered: true or false."
    )
    discord_api_url: Annotated[str, AfterValidator(_validate_url)] = Field(
        default="", description="Address of another server that speaks Discord's API, for trials; empty: Discord's."
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
