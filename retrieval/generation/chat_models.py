"""A setting such as "openai:gpt-5-mini" -> a LangChain chat model, ready to be asked; the only importer of langchain.

Nothing is sent from here: prompts are in prompt_templates.py, asking and failures in drafts.py.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from retrieval.errors import ChatModelError, ExtraMissing, InputError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from pydantic import SecretStr

PACKAGES = {
    "openai": "langchain_openai",
    "anthropic": "langchain_anthropic",
    "ollama": "langchain_ollama",
    "google_genai": "langchain_google_genai",
}
"""Providers that come as an extra of the same name, and the module that each needs."""

_KNOWN = f"{', '.join(sorted(PACKAGES))} or another that langchain knows"

KEYS = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY", "google_genai": "GOOGLE_API_KEY"}
"""Where a provider's own library looks for its key."""

NO_KEY = "none"
"""Sent to a server of one's own when no key is set: the provider's own key is never shown to another's server."""

TEMPLATE_TOKENS = 4096
"""Tokens for instructions, question, earlier turns and the answer, beside the passages."""


def parse_provider(name: str) -> str:
    """Return the provider in a chat model's name; raise InputError when there is none."""
    before, colon, model = name.strip().partition(":")
    if not colon or not before or not model:
        raise InputError(
            f"{name!r} is not a chat model: write provider:model in CLIPPINGS_CHAT_MODEL, such as openai:gpt-5-mini; "
            f"the provider is {_KNOWN}."
        )
    return before.strip().replace("-", "_").lower()


def name_package(name: str) -> str:
    """Return the package that asks this chat model; nothing for a provider that is no extra of ours."""
    return PACKAGES.get(parse_provider(name), "").replace("_", "-")


def describe_missing(name: str) -> str:
    """Say what must be installed before this chat model can be asked, or nothing."""
    provider = parse_provider(name)
    extra = provider.replace("_", "-")
    for module in ("langchain", PACKAGES.get(provider, "langchain")):
        if find_spec(module) is None:
            if provider in PACKAGES:
                return str(ExtraMissing(module.replace("_", "-"), extra))
            return f"{provider} is none of {', '.join(sorted(PACKAGES))}; others need langchain: pip install langchain"
    return ""


def build_chat_model(
    name: str, *, base_url: str = "", api_key: SecretStr | None = None, timeout: float, context_tokens: int
) -> BaseChatModel:
    """Build a chat model that answers as reproducibly as it can and never retries by itself.

    `timeout` are seconds for one request. Raises InputError for an unknown provider, ChatModelError for a missing
    package or a missing key, always without the key and without the provider's own words about it.
    """
    provider = parse_provider(name)
    if missing := describe_missing(name):
        raise ChatModelError(missing)
    # Its client would report to whatever OpenTelemetry exporter the process has; LangSmith asks for its own variable.
    os.environ.setdefault("ANTHROPIC_OPEN_TELEMETRY", "false")
    from langchain.chat_models import init_chat_model

    model = name.strip().partition(":")[2]
    options = _build_options(provider, base_url, api_key, timeout, context_tokens)
    try:
        chat_model: BaseChatModel = init_chat_model(model, model_provider=provider, **options)
    except ImportError as error:
        # langchain names the package; what else went wrong in importing it is in the cause
        raise ChatModelError(f"{_get_first_line(error)}") from None
    except ValueError as error:
        if "nsupported provider" in str(error):
            raise InputError(
                f"{provider!r} is no known provider of chat models: write {_KNOWN} in CLIPPINGS_CHAT_MODEL."
            ) from None
        raise ChatModelError(_describe_failure(provider)) from None
    except Exception:
        raise ChatModelError(_describe_failure(provider)) from None
    return chat_model


def _build_options(
    provider: str, base_url: str, api_key: SecretStr | None, timeout: float, context_tokens: int
) -> dict[str, Any]:
    """Return LangChain's standard parameters, in the provider's dialect."""
    options: dict[str, Any] = {"temperature": 0}
    if base_url:
        options["base_url"] = base_url
    if provider == "ollama":
        # Ollama cuts what exceeds its window from the front, the instructions first, and says nothing.
        return {**options, "client_kwargs": {"timeout": timeout}, "num_ctx": 2 * context_tokens + TEMPLATE_TOKENS}
    options["timeout"] = timeout
    # Google's client takes 0 for its own number of retries, 1 for a single attempt.
    options["max_retries"] = 1 if provider == "google_genai" else 0
    if api_key and api_key.get_secret_value():
        options["api_key"] = api_key
    elif base_url:
        options["api_key"] = NO_KEY
    if provider == "openai":
        options["stream_usage"] = True
    return options


def _describe_failure(provider: str) -> str:
    variable = f" or {KEYS[provider]}" if provider in KEYS else ""
    return f"set CLIPPINGS_CHAT_API_KEY{variable}, and check the model's name"


def _get_first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
