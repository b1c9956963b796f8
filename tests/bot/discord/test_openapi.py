"""The checker itself: what Discord would refuse is found, and what the bot rightly sends is not."""

from typing import Any

import pytest
from simcord.types import HttpLogEntry

from tests.bot.discord.openapi import DESCRIPTION, Request, as_sent, described, described_faults, faults, ruled_faults
from tests.bot.discord.world import unfit

NOBODY: dict[str, list[str]] = {"parse": []}
CHANNEL = "/channels/41771983423143937/messages"
EDIT = "/webhooks/41771983423143937/token/messages/@original"
CALLBACK = "/interactions/41771983423143937/token/callback"
needs_description = pytest.mark.skipif(not described(), reason=f"Discord's description is not at {DESCRIPTION}")


def button(custom_id: str = "c:up:1", **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 2, "label": "Yes", "custom_id": custom_id, **more}


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def select(*values: str) -> dict[str, Any]:
    return {"type": 3, "custom_id": "c:passage:1", "options": [{"label": "x", "value": value} for value in values]}


def message(**parts: Any) -> dict[str, Any]:
    return {"content": "Hello.", "allowed_mentions": NOBODY, **parts}


GOOD = [
    Request("POST", CHANNEL, message()),
    Request("POST", f"/api/v10{CHANNEL}", message(message_reference={"message_id": 41771983423143937})),
    Request("POST", CHANNEL, message(content="x" * 2_000, embeds=[{"title": "A", "url": "https://example.org"}])),
    Request("POST", CHANNEL, {"content": None, "allowed_mentions": NOBODY}, files=1),
    Request("PATCH", EDIT, message(components=[row(button("a"), button("b")), row(select("1", "2"))])),
    Request("PATCH", f"{CHANNEL}/41771983423143937", {"components": []}),
    Request("POST", CALLBACK, {"type": 5, "data": {"flags": 64}}),
    Request("POST", CALLBACK, {"type": 4, "data": message(flags=64)}),
    Request("POST", CALLBACK, {"type": 6}),
    Request("POST", CALLBACK, {"type": 8, "data": {"choices": [{"name": "A", "value": "a"}]}}),
    Request("POST", "/channels/41771983423143937/typing", None),
    Request("GET", "/gateway/bot", None),
]


@pytest.mark.parametrize("request_", GOOD, ids=str)
def test_a_fitting_request_has_no_fault(request_: Request) -> None:
    assert faults(request_) == []


BAD = {
    "content of 2,001": message(content="x" * 2_001),
    "6,000 over all embeds": message(embeds=[{"description": "x" * 3_001}, {"description": "y" * 3_000}]),
    "no message": {"content": "", "allowed_mentions": NOBODY},
    "blank message": message(content=" \n"),
    "empty embed": message(embeds=[{}]),
    "embed of colour alone": message(embeds=[{"color": 5, "type": "rich"}]),
    "eleven embeds": message(embeds=[{"title": "x"}] * 11),
    "empty field value": message(embeds=[{"fields": [{"name": "a", "value": ""}]}]),
    "blank field name": message(embeds=[{"fields": [{"name": " ", "value": "b"}]}]),
    "26 fields": message(embeds=[{"fields": [{"name": "a", "value": "b"}] * 26}]),
    "title of 257": message(embeds=[{"title": "x" * 257}]),
    "description of 4,097": message(embeds=[{"description": "x" * 4_097}]),
    "footer of 2,049": message(embeds=[{"footer": {"text": "x" * 2_049}}]),
    "field of 1,025": message(embeds=[{"fields": [{"name": "a", "value": "x" * 1_025}]}]),
    "embed with a script": message(embeds=[{"title": "x", "url": "javascript:alert(1)"}]),
    "the same id twice": message(components=[row(button("a")), row(button("a"))]),
    "id of 101": message(components=[row(button("x" * 101))]),
    "empty id": message(components=[row(button(""))]),
    "button without a face": message(components=[row({"type": 2, "style": 2, "custom_id": "a"})]),
    "label of 81": message(components=[row(button(label="x" * 81))]),
    "link to a file": message(components=[row({"type": 2, "style": 5, "label": "x", "url": "file:///etc/passwd"})]),
    "select without options": message(components=[row(select())]),
    "select of 26": message(components=[row(select(*map(str, range(26))))]),
    "option twice": message(components=[row(select("1", "1"))]),
    "select beside a button": message(components=[row(button(), select("1"))]),
    "six buttons": message(components=[row(*(button(str(n)) for n in range(6)))]),
    "empty row": message(components=[row()]),
    "six rows": message(components=[row(button(str(n))) for n in range(6)]),
    "text input in a message": message(components=[row({"type": 4, "style": 1, "label": "x", "custom_id": "a"})]),
    "mentions by default": {"content": "@everyone"},
    "mentions of everyone": message(allowed_mentions={"parse": ["everyone"]}),
    "mention of one": message(allowed_mentions={"parse": [], "users": [41771983423143937]}),
    "mention by reply": message(allowed_mentions={"parse": [], "replied_user": True}),
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
@pytest.mark.parametrize("form", ["message", "edit", "response", "update"])
def test_a_message_that_must_not_be_sent_is_found_by_the_rules(form: str, body: dict[str, Any]) -> None:
    requests = {
        "message": Request("POST", CHANNEL, body),
        "edit": Request("PATCH", EDIT, {"embeds": [], **body}),
        "response": Request("POST", CALLBACK, {"type": 4, "data": body}),
        "update": Request("POST", CALLBACK, {"type": 7, "data": {"embeds": [], **body}}),
    }

    assert list(ruled_faults(requests[form]))


@pytest.mark.parametrize(
    "data",
    [
        {"type": 8, "data": {"choices": [{"name": str(n), "value": n} for n in range(26)]}},
        {"type": 8, "data": {"choices": [{"name": "x" * 101, "value": "x"}]}},
        {"type": 8, "data": {"choices": [{"name": "x", "value": "x" * 101}]}},
        {"type": 9, "data": {"title": "x" * 46, "custom_id": "a", "components": []}},
        {"type": 9, "data": {"title": "x", "custom_id": "", "components": []}},
        {"type": 5, "data": {"content": "ignored"}},
    ],
    ids=["26 choices", "name of 101", "value of 101", "title of 46", "empty id", "deferral with content"],
)
def test_a_response_that_must_not_be_sent_is_found_by_the_rules(data: dict[str, Any]) -> None:
    assert list(ruled_faults(Request("POST", CALLBACK, data)))


@needs_description
@pytest.mark.parametrize(
    "request_",
    [
        Request("POST", "/channels/1/nowhere", None),
        Request("PUT", CHANNEL, message()),
        Request("POST", CHANNEL, None),
        Request("POST", CHANNEL, message(content=5)),
        Request("POST", CHANNEL, message(embeds=[{"title": "x", "color": "red"}])),
        Request("POST", CHANNEL, message(message_reference={"message_id": "first"})),
        Request("PATCH", EDIT, message(components=[{"type": 99}])),
        Request("POST", CALLBACK, {"type": 3}),
        Request("POST", "/channels/41771983423143937/typing", {"now": True}),
        Request("PUT", "/applications/41771983423143937/commands", [{"name": "x" * 33, "description": "y"}]),
        Request("PUT", "/applications/41771983423143937/commands", [{"description": "y"}]),
    ],
    ids=str,
)
def test_what_discords_description_does_not_know_is_found(request_: Request) -> None:
    assert list(described_faults(request_))


def test_snowflakes_become_strings_and_other_numbers_stay() -> None:
    body = {"message_id": 5, "flags": 64, "users": [7], "attachments": [{"id": 0}], "type": 4, "ids": [8, "9"]}

    assert as_sent(body) == {
        "message_id": "5",
        "flags": 64,
        "users": ["7"],
        "attachments": [{"id": "0"}],
        "type": 4,
        "ids": ["8", "9"],
    }


def test_what_the_simulated_discord_was_asked_is_held_against_the_rules() -> None:
    sound = HttpLogEntry("POST", CHANNEL, {}, message(), None)
    loud = HttpLogEntry("POST", CHANNEL, {}, {"content": "@everyone"}, None)

    assert unfit([sound]) == []
    assert len(unfit([sound, loud])) == 1
