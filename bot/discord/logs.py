"""The log: one JSON object a line on stderr, with references for error messages; without questions and keys.

Made of the standard library, which discord.py and aiohttp log through anyway: a structured logger of another kind would
need a bridge for their lines and save little.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Sequence

log = logging.getLogger("clippings.discord")

SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Characters of references: none that is confused with another when read aloud or copied by hand."""

REFERENCE_LENGTH = 6
HIDDEN = "[hidden]"

_PASSES = re.compile(r"((?:webhooks|interactions)/\d+/)[\w.-]{20,}")
"""The tokens in addresses: with one, anybody could answer in the bot's name for a quarter of an hour."""


class JsonFormatter(logging.Formatter):
    """Writes a record as JSON: time, level, logger, event, its fields and the error; what is secret is hidden."""

    def __init__(self, hidden: Sequence[str] = ()) -> None:
        super().__init__()
        self._hidden = tuple(secret for secret in hidden if secret)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = "".join(traceback.format_exception(*record.exc_info))
        # Ids are written as they are, in digits: a script that reads the line must not round them.
        return self._hide_secrets(json.dumps(line, ensure_ascii=False, default=str))

    def _hide_secrets(self, text: str) -> str:
        for secret in self._hidden:
            for spelt in {secret, json.dumps(secret)[1:-1]}:
                text = text.replace(spelt, HIDDEN)
        return _PASSES.sub(rf"\1{HIDDEN}", text)


def configure(hidden: Sequence[str], *, stream: TextIO | None = None) -> logging.Handler:
    """Write this log and discord.py's to stderr from now on; return the handler, for tests to remove."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter(hidden))
    for name in ("clippings", "discord"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(logging.INFO)
        logger.propagate = False
    return handler


def log_event(name: str, /, **fields: object) -> None:
    """Log that something happened."""
    log.info(name, extra={"fields": fields})


def log_warning(name: str, /, **fields: object) -> None:
    """Log something that went wrong outside of this program and was handled."""
    log.warning(name, extra={"fields": fields})


def log_error(name: str, error: BaseException, /, *, hide: str = "", **fields: object) -> str:
    """Log an error with its traceback; return the reference in its line, where `hide` does not appear."""
    reference = "".join(secrets.choice(SIGNS) for _ in range(REFERENCE_LENGTH))
    shown = "".join(traceback.format_exception(error))
    if hide:
        shown = shown.replace(hide, HIDDEN).replace(repr(hide)[1:-1], HIDDEN)
    log.error(name, extra={"fields": {"reference": reference, **fields, "error": shown}})
    return reference
