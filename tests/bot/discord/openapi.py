"""Checks REST requests of the bot as Discord would: by Discord's own description, and by rules that it leaves out.

The description is not part of the project; where it is absent, only the rules hold. It does not know of content over
2,000 characters, of 6,000 over all embeds, of messages and embeds without anything in them, of ids that stand twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

DESCRIPTION = Path(__file__).parents[4] / "shared" / "discord" / "openapi.json"
"""Discord's own OpenAPI description, beside the checkout."""

CONTENT, EMBEDS, EMBED_CHARACTERS = 2_000, 10, 6_000
ROWS, BUTTONS_A_ROW, CUSTOM_ID, OPTIONS, CHOICES = 5, 5, 100, 25, 25
BUTTON, TEXT = 2, 10
LAYOUT = 1 << 15
"""The flag of a message made of components, which has neither content nor embeds."""
SECTION, SECTION_TEXTS = 9, 3
LAYOUT_TEXT, LAYOUT_COMPONENTS = 4_000, 40
_API = re.compile(r"^/api/v\d+(?=/)")
_OF_COMPONENTS = {"content", "components", "custom_id", "accessory", "spacing"}
_SNOWFLAKES = re.compile(r"(^|_)ids?$|^(users|roles)$")


class Request(NamedTuple):
    """What the bot asked of Discord; a body of None is none."""

    method: str
    path: str
    body: Any
    files: int = 0


def faults(request: Request) -> list[str]:
    """List what Discord would refuse, or what this bot must never send."""
    return [
        f"{request.method} {request.path}: {fault}" for fault in (*described_faults(request), *ruled_faults(request))
    ]


def described() -> bool:
    """Say whether Discord's description is here."""
    return DESCRIPTION.is_file()


def described_faults(request: Request) -> Iterator[str]:
    """Yield what contradicts Discord's description: an operation that there is not, a body that does not fit."""
    if not described():
        return
    found = _operation(request.method, _API.sub("", urlsplit(request.path).path))
    if found is None:
        yield "Discord has no such operation"
        return
    validator, required = found
    if request.body is None:
        if required and not request.files:
            yield "needs a body"
    elif validator is None:
        yield "takes no body"
    else:
        yield from (f"{error.instance_path}: {error.message}" for error in validator.iter_errors(as_sent(request.body)))


def as_sent(value: Any, *, snowflake: bool = False) -> Any:
    """Turn the integers that discord.py writes for snowflakes, and Discord accepts, into the strings it describes."""
    if isinstance(value, Mapping):
        # A component's own id is a number.
        numbered = {"id"} if "type" in value and _OF_COMPONENTS & set(value) else set()
        return {
            key: as_sent(part, snowflake=bool(_SNOWFLAKES.search(str(key))) and key not in numbered)
            for key, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [as_sent(part, snowflake=snowflake) for part in value]
    return str(value) if snowflake and type(value) is int else value


def ruled_faults(request: Request) -> Iterator[str]:
    """Yield what the hand-written rules forbid."""
    path, body = _API.sub("", urlsplit(request.path).path), request.body
    if not isinstance(body, Mapping):
        return
    if path.endswith("/callback"):
        yield from _callback_faults(body, request.files)
    elif re.search(r"^/channels/\d+/messages(/\d+)?$|^/webhooks/\d+/[^/]+(/messages/[^/]+)?$", path):
        yield from _message_faults(body, fresh=request.method == "POST", files=request.files)


def _callback_faults(body: Mapping[str, Any], files: int) -> Iterator[str]:
    data = body.get("data") or {}
    match body.get("type"):
        case 4:
            yield from _message_faults(data, fresh=True, files=files)
        case 7:
            yield from _message_faults(data, fresh=False, files=files)
        case 5 | 6 if set(data) - {"flags"}:
            yield f"a deferral says {sorted(set(data) - {'flags'})}, which Discord ignores"
        case 8:
            yield from _choice_faults(data.get("choices") or [])
        case 9:
            yield from _lengths((("title", data.get("title"), 1, 45), ("custom_id", data.get("custom_id"), 1, 100)))
            yield from _component_faults(data.get("components") or [], modal=True)


def _choice_faults(choices: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if len(choices) > CHOICES:
        yield f"{len(choices)} choices"
    for choice in choices:
        yield from _lengths((("a choice's name", choice.get("name"), 1, 100),))
        if isinstance(choice.get("value"), str):
            yield from _lengths((("a choice's value", choice["value"], 1, 100),))


def _message_faults(body: Mapping[str, Any], *, fresh: bool, files: int) -> Iterator[str]:
    content, embeds, components = body.get("content"), body.get("embeds") or [], body.get("components") or []
    anything = bool(str(content or "").strip() or embeds or components or files or body.get("attachments"))
    anything = anything or bool(body.get("poll") or body.get("sticker_ids"))
    if not anything and (fresh or {"content", "embeds"} <= set(body)):
        yield "the message is empty"
    is_layout = bool(int(body.get("flags") or 0) & LAYOUT)
    if is_layout:
        yield from _layout_faults(body)
    yield from _lengths((("content", str(content or ""), 0, CONTENT),))
    allowed = body.get("allowed_mentions")
    known = _mentions_nobody(allowed) or _mentions_its_asker(allowed, str(content)) or _mentions_helpers(body)
    if (fresh or content or embeds) and not known:
        yield f"allowed_mentions is {body.get('allowed_mentions')}, not none"
    if len(embeds) > EMBEDS:
        yield f"{len(embeds)} embeds"
    for embed in embeds:
        yield from _embed_faults(embed)
    if (total := sum(map(_characters, embeds))) > EMBED_CHARACTERS:
        yield f"{total} characters over all embeds"
    yield from _component_faults(components, modal=False, is_layout=is_layout)


def _layout_faults(body: Mapping[str, Any]) -> Iterator[str]:
    if body.get("content") or body.get("embeds"):
        yield "a message of components has content or embeds"
    every = list(_within(body.get("components") or []))
    if len(every) > LAYOUT_COMPONENTS:
        yield f"{len(every)} components"
    texts = [part.get("content") or "" for part in every if part.get("type") == TEXT]
    if not all(text.strip() for text in texts):
        yield "a text is empty"
    if (total := sum(len(text.encode("utf-16-le")) // 2 for text in texts)) > LAYOUT_TEXT:
        yield f"{total} characters over all texts"
    for part in every:
        if part.get("type") == SECTION and not 1 <= len(part.get("components") or []) <= SECTION_TEXTS:
            yield "a section has no text, or too many"


def _mentions_its_asker(allowed: Any, content: str) -> bool:
    """Say whether a message pings one person, whom alone it names: what an alert is to its asker."""
    users = allowed.get("users") if isinstance(allowed, Mapping) else None
    if not users or len(users) != 1 or allowed.get("parse") or allowed.get("roles") or allowed.get("replied_user"):
        return False
    return content == f"<@{users[0]}>"


def _mentions_helpers(body: Mapping[str, Any]) -> bool:
    """Tell whether a message pings roles alone, those that it begins with: it asks for a person."""
    allowed = body.get("allowed_mentions") or {}
    opened = " ".join(f"<@&{each}>" for each in allowed.get("roles") or ())
    quiet = not allowed.get("parse") and not allowed.get("users") and not allowed.get("replied_user")
    return bool(opened) and quiet and str(body.get("content")).startswith(f"{opened} <@")


def _mentions_nobody(allowed: Any) -> bool:
    return (
        isinstance(allowed, Mapping)
        and allowed.get("parse") == []
        and not any(allowed.get(whom) for whom in ("users", "roles", "replied_user"))
    )


def _embed_faults(embed: Mapping[str, Any]) -> Iterator[str]:
    author, footer, fields = embed.get("author") or {}, embed.get("footer") or {}, embed.get("fields") or []
    if not any(
        embed.get(part) for part in ("title", "description", "fields", "footer", "author", "image", "thumbnail")
    ):
        yield "an embed is empty"
    yield from _lengths(
        (
            ("an embed's title", embed.get("title") or "", 0, 256),
            ("an embed's description", embed.get("description") or "", 0, 4_096),
            ("an embed's footer", footer.get("text") or "", 0, 2_048),
            ("an embed's author", author.get("name") or "", 0, 256),
        )
    )
    if len(fields) > 25:
        yield f"{len(fields)} fields"
    for field in fields:
        yield from _lengths(
            (
                ("a field's name", (field.get("name") or "").strip(), 1, 256),
                ("a field's value", (field.get("value") or "").strip(), 1, 1_024),
            )
        )
    for url in (embed.get("url"), author.get("url")):
        if url and not _of_the_web(url):
            yield f"{url!r} is no http(s) link"


def _characters(embed: Mapping[str, Any]) -> int:
    texts = [embed.get("title"), embed.get("description"), (embed.get("footer") or {}).get("text")]
    texts.append((embed.get("author") or {}).get("name"))
    texts += [part for field in embed.get("fields") or [] for part in (field.get("name"), field.get("value"))]
    return sum(len(text or "") for text in texts)


def _component_faults(
    components: Sequence[Mapping[str, Any]], *, modal: bool, is_layout: bool = False
) -> Iterator[str]:
    if len(components) > ROWS and not is_layout:
        yield f"{len(components)} rows of components"
    every = list(_within(components))
    ids = [part["custom_id"] for part in every if part.get("custom_id") is not None]
    if twice := {one for one in ids if ids.count(one) > 1}:
        yield f"custom ids stand twice: {sorted(twice)}"
    yield from _lengths(tuple(("a custom_id", one, 1, CUSTOM_ID) for one in ids))
    for part in every:
        match part.get("type"):
            case 1:
                inside = part.get("components") or []
                if not 1 <= len(inside) <= BUTTONS_A_ROW or (
                    len(inside) > 1 and any(one.get("type") != BUTTON for one in inside)
                ):
                    yield f"a row of {len(inside)} components"
            case 2:
                yield from _button_faults(part)
            case 3:
                yield from _select_faults(part)
            case 4 if not modal:
                yield "a text input outside a modal"
            case 4 if part.get("label") is not None:
                yield from _lengths((("a text input's label", part["label"], 1, 45),))


def _within(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for part in components:
        yield part
        yield from _within(part.get("components") or [])
        for inner in ("component", "accessory"):
            if isinstance(part.get(inner), Mapping):
                yield from _within([part[inner]])


def _button_faults(button: Mapping[str, Any]) -> Iterator[str]:
    if not button.get("label") and not button.get("emoji"):
        yield "a button has neither label nor emoji"
    yield from _lengths((("a button's label", button.get("label") or "", 0, 80),))
    if bool(button.get("url")) == bool(button.get("custom_id")):
        yield "a button needs either a custom_id or a link"
    if button.get("url") and not _of_the_web(button["url"]):
        yield f"{button['url']!r} is no http(s) link"


def _select_faults(select: Mapping[str, Any]) -> Iterator[str]:
    options = select.get("options") or []
    values = [option.get("value") for option in options]
    if not 1 <= len(options) <= OPTIONS:
        yield f"a select of {len(options)} options"
    if len(set(values)) != len(values):
        yield "options of a select have the same value"
    yield from _lengths((("a select's placeholder", select.get("placeholder") or "", 0, 150),))
    for option in options:
        yield from _lengths(
            (
                ("an option's label", option.get("label"), 1, 100),
                ("an option's value", option.get("value"), 1, 100),
                ("an option's description", option.get("description") or "", 0, 100),
            )
        )


def _lengths(parts: Sequence[tuple[str, str | None, int, int]]) -> Iterator[str]:
    for what, text, least, most in parts:
        if not least <= len(text or "") <= most:
            yield f"{what} has {len(text or ''):,} characters, not {least} to {most:,}"


def _of_the_web(url: str) -> bool:
    return urlsplit(url).scheme in {"http", "https"} and bool(urlsplit(url).netloc)


def _operation(method: str, path: str) -> tuple[Any, bool] | None:
    """Find the validator of an operation's body (None: it takes none), and whether it must have one."""
    for template, pattern in _templates():
        if method.lower() in _document()["paths"][template] and pattern.fullmatch(path):
            return _body_of(method.lower(), template)
    return None


@cache
def _body_of(method: str, template: str) -> tuple[Any, bool]:
    import jsonschema_rs

    body = _document()["paths"][template][method].get("requestBody")
    if body is None:
        return None, False
    # A pointer's slashes are escaped, and so are braces, which no address may hold.
    pointer = template.replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
    schema = {"$ref": f"discord:api#/paths/{pointer}/{method}/requestBody/content/application~1json/schema"}
    registry = jsonschema_rs.Registry([("discord:api", _document())])
    return jsonschema_rs.validator_for(schema, registry=registry), bool(body.get("required"))


@cache
def _document() -> dict[str, Any]:
    document = json.loads(DESCRIPTION.read_text("utf-8"))
    return dict(document) | {"$schema": "https://json-schema.org/draft/2020-12/schema"}


@cache
def _templates() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Path templates, the ones with more fixed parts first: `/messages/@original` before `/messages/{message_id}`."""
    templates = sorted(_document()["paths"], key=lambda template: template.count("{"))
    return tuple((t, re.compile(re.sub(r"\\\{\w+\\\}", r"[^/]+", re.escape(t)))) for t in templates)
