"""What went wrong when a chat model was asked: whether to try again, and how to say it in a line without secrets. Pure.

Providers raise their own libraries' errors, which are distinguished by status and by name, so that none of those
libraries has to be imported here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RETRYABLE_STATUSES = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
"""HTTP statuses after which another attempt may succeed."""

_TIMED_OUT = re.compile(r"Time(?:d)?_?out", re.IGNORECASE)
_UNREACHED = re.compile(r"(?:Connect(?:ion)?|Network|Transport|RemoteProtocol|Read|Write|Disconnected)Error")
_OVERFLOW = re.compile(
    r"context[_ ](?:length|size|window|overflow)|maximum context|too many tokens|prompt is too long|"
    r"(?:input|prompt|request)\b.{0,60}\b(?:exceeds?|too (?:long|large))\b.{0,60}\b(?:tokens?|context|limit)|"
    r"tokens?\b.{0,60}\bexceeds?\b",
    re.IGNORECASE | re.DOTALL,
)
_NO_ANSWER = re.compile(
    r"No generation chunks|Expecting value|JSONDecode|(?:null|no) value for `?choices", re.IGNORECASE
)
"""What libraries say of a page where an answer should be, such as a login's."""
_KEY_TROUBLE = re.compile(r"authenticat|credential|api[-_ ]?key", re.IGNORECASE)
_KEY_LIKE = re.compile(r"\b(?:sk|pk|rk|gsk|xai|key|AIza)[-_][\w*-]{6,}|AIza[\w-]{10,}|\bBearer\s+\S+", re.IGNORECASE)

LONGEST_REASON = 160
"""Characters of what a provider says."""


def find_status(error: BaseException) -> int:
    """Return the HTTP status that the provider answered with, or 0."""
    for each in _walk_causes(error):
        for value in (
            getattr(each, "status_code", None),
            getattr(each, "code", None),
            _get_response(each, "status_code"),
        ):
            if isinstance(value, int) and 100 <= value < 600:
                return value
    return 0


def is_transient(error: BaseException) -> bool:
    """Say whether another attempt may succeed: nobody there, out of time, too busy."""
    if is_context_overflow(error):
        return False
    if status := find_status(error):
        return status in RETRYABLE_STATUSES
    if isinstance(retryable := getattr(error, "is_retryable", None), bool):
        return retryable
    return _has_type_name(error, _TIMED_OUT) or _is_unreached(error)


def is_context_overflow(error: BaseException) -> bool:
    """Say whether the model refused because it was given more than it can read."""
    if _has_type_name(error, re.compile("ContextOverflow")):
        return True
    return find_status(error) in (0, 400, 413, 422, 500) and any(
        _OVERFLOW.search(str(each)) for each in _walk_causes(error)
    )


def rejects_option(error: BaseException, option: str) -> bool:
    """Say whether the provider refused because of an option that this model does not take."""
    return find_status(error) in (400, 422) and option in str(error)


def find_retry_after(error: BaseException) -> float:
    """Return for how many seconds the provider asks to wait, 0 when it doesn't say."""
    for each in _walk_causes(error):
        headers = _get_response(each, "headers") or {}
        try:
            return max(0.0, float(headers.get("retry-after", "")))
        except (TypeError, ValueError, AttributeError):
            continue
    return 0.0


def describe_error(error: BaseException, secrets: Iterable[str] = (), address: str = "") -> str:
    """Go on from "The chat model ..." with what happened and what to do; keys and what looks like one are left out.

    `address` is where it was asked, where that is known.
    """
    status = find_status(error)
    if status in (401, 403) or (not status and _KEY_TROUBLE.search(str(error))):
        return "refused the key, or has none (set CLIPPINGS_CHAT_API_KEY or the provider's own variable)"
    if status == 404:
        return "does not exist there (check CLIPPINGS_CHAT_MODEL and CLIPPINGS_CHAT_BASE_URL)"
    if status == 429:
        return "is busy (429)"
    if is_context_overflow(error):
        return "can't read so much (lower CLIPPINGS_CONTEXT_TOKENS)"
    if status >= 500:
        return f"failed ({status})"
    if status:
        return f"refused the request ({status}: {redact(str(error), secrets)})"
    if _has_type_name(error, _TIMED_OUT):
        return "did not answer in time"
    if _is_unreached(error):
        return (
            f"can't be reached{_format_address(address)} (is {'its server running' if address else 'there a network'}?)"
        )
    if _NO_ANSWER.search(str(error)):
        return f"sent no answer{_format_address(address)} (is CLIPPINGS_CHAT_BASE_URL right?)"
    return f"failed ({type(error).__name__}: {redact(str(error), secrets)})"


def redact(text: str, secrets: Iterable[str]) -> str:
    """Return the beginning of a provider's words on one line, without secrets and what looks like a key."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    short = " ".join(_KEY_LIKE.sub("***", text).split())
    return short if len(short) <= LONGEST_REASON else short[:LONGEST_REASON].rpartition(" ")[0] + " …"


def _format_address(address: str) -> str:
    """Return an address as it may be shown: without a name, a password or a query in it."""
    parts = urlsplit(address)
    return f" at {parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if parts.netloc else ""


def _is_unreached(error: BaseException) -> bool:
    return any(isinstance(each, ConnectionError) for each in _walk_causes(error)) or _has_type_name(error, _UNREACHED)


def _has_type_name(error: BaseException, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(kind.__name__) for each in _walk_causes(error) for kind in type(each).__mro__)


def _get_response(error: BaseException, name: str) -> Any:
    return getattr(getattr(error, "response", None), name, None)


def _walk_causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it was raised from."""
    each: BaseException | None = error
    for _ in range(5):
        if each is None:
            return
        yield each
        each = each.__cause__ or each.__context__
