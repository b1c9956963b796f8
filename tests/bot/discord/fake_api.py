"""A Discord on loopback: enough of its REST API and gateway for a bot that runs as a process of its own.

It keeps commands, messages and what was asked of it; a test makes interactions, drops connections, and has requests
fail. Sessions are remembered, so that a dropped connection is resumed as at Discord.
"""

from __future__ import annotations

import asyncio
import fnmatch
import json
import re
import time
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from aiohttp import WSMsgType, web

from tests.bot.discord import openapi, payloads

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.bot.discord.payloads import Payload

TOKEN = "NDE3NzE5ODM0MjMxNDMwMDE.loopback.token-of-no-one"
DISPATCH, HEARTBEAT, IDENTIFY, RESUME, INVALID_SESSION, HELLO, ACK = 0, 1, 2, 6, 9, 10, 11
CHANNEL_MESSAGE, DEFERRED_MESSAGE = 4, 5
LOADING = 1 << 7


class ChannelOption(str):
    """A channel's id, as an option of a command."""

    __slots__ = ()


@dataclass
class Asked:
    """A request of the bot's, and when it came."""

    method: str
    path: str
    body: Any
    at: float
    files: int = 0


@dataclass
class Interaction:
    """An interaction that was sent to the bot and what became of it; times are of the monotonic clock."""

    payload: Payload
    sent: float = 0.0
    acknowledged: float = 0.0
    kind: int = 0
    data: Payload = field(default_factory=dict)
    message: Payload | None = None
    changed: float = 0.0
    edits: list[Payload] = field(default_factory=list)
    followups: list[Payload] = field(default_factory=list)

    @property
    def token(self) -> str:
        """What its responses are addressed to."""
        return str(self.payload["token"])

    @property
    def answered(self) -> bool:
        """Whether there is an answer, that is a message with components or embeds."""
        return bool(self.message and (self.message["components"] or self.message["embeds"]))

    @property
    def text(self) -> str:
        """All words of the response and what followed it."""
        return json.dumps([self.message, self.followups], ensure_ascii=False)


@dataclass
class Failure:
    """How requests are to fail that match a method and a path's pattern, and how many of them."""

    method: str
    pattern: str
    status: int
    body: Payload
    headers: dict[str, str]
    times: int


@dataclass
class Session:
    """A gateway session: what was dispatched in it, so that a resume repeats what was missed."""

    id: str
    dispatched: list[Payload] = field(default_factory=list)


class FakeDiscord:
    """A server on loopback; `async with` starts and ends it. `url` is what CLIPPINGS_DISCORD_API_URL is set to."""

    def __init__(self, *, heartbeat_ms: int = 41_250) -> None:
        self.heartbeat_ms = heartbeat_ms
        self.url = ""
        self.guilds: dict[int, Payload] = {}
        self.members: dict[int, set[int]] = {}
        """People who are known as members of servers when the bot asks."""
        self.commands: list[Payload] = []
        self.files: dict[str, bytes] = {}
        self.messages: dict[int, Payload] = {}
        self.interactions: dict[str, Interaction] = {}
        self.asked: list[Asked] = []
        self.failures: list[Failure] = []
        self.sessions: dict[str, Session] = {}
        self.identified = 0
        self.resumed = 0
        self.heartbeats = 0
        self.refuses_tokens = False
        self.never_ready = False
        self._connection: Connection | None = None
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> FakeDiscord:
        app = web.Application(client_max_size=2**24)
        app.router.add_get("/gateway", self._gateway)
        app.router.add_route("*", "/{path:.*}", self._rest)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = cast("Any", site._server).sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self.drop()
        await self._runner.cleanup()

    # What a test does.

    def add_guild(self, name: str = "News") -> tuple[int, int]:
        """Make a server before the bot connects; return its id and its channel's."""
        guild_id, channel_id = payloads.snowflake(), payloads.snowflake()
        self.guilds[guild_id] = payloads.guild(guild_id, [payloads.channel(channel_id, guild_id)], name)
        return guild_id, channel_id

    def fail(self, method: str, pattern: str, status: int, *, retry_after: float | None = None, times: int = 1) -> None:
        """Have the next requests that match fail; a 429 says when to try again."""
        body: Payload = {"message": "made to fail", "code": 0}
        headers = {}
        if retry_after is not None:
            body |= {"retry_after": retry_after, "global": False}
            # discord.py takes a 429 without Via for a ban.
            headers = {"Via": "1.1 google", "Retry-After": str(retry_after), "X-RateLimit-Remaining": "0"}
            headers["X-RateLimit-Reset-After"] = str(retry_after)
        self.failures.append(Failure(method, pattern, status, body, headers, times))

    async def slash(self, place: tuple[int, int], name: str, *, person_id: int = 7, **options: Any) -> Interaction:
        """Have a person use a command; every option is a text, a number, a truth value or a `ChannelOption`.

        In a server that was not added, and in one of id 0, a group message, the bot is only the person's.
        """
        command = next(one for one in self.commands if one["name"] == name)
        kinds = {bool: 5, int: 4, str: 3, ChannelOption: 7}
        given = [{"name": key, "type": kinds[type(value)], "value": value} for key, value in options.items()]
        data: Payload = {"id": command["id"], "name": name, "type": 1, "options": given}
        chosen = [each for each in options.values() if isinstance(each, ChannelOption)]
        if chosen:
            known = {
                each: {**payloads.channel(int(each), place[0]), "permissions": payloads.EVERYTHING} for each in chosen
            }
            data["resolved"] = {"channels": known}
        return await self._interact(2, data, place, person_id)

    async def upload(
        self, place: tuple[int, int], name: str, content: bytes, *, person_id: int = 7, using: str = "ingest"
    ) -> Interaction:
        """Have a person use /ingest, or /upload, with a file."""
        command, number = next(one for one in self.commands if one["name"] == using), str(payloads.snowflake())
        self.files[number] = content
        url = f"{self.url}/files/{number}"
        attached = {"id": number, "filename": name, "size": len(content), "url": url, "proxy_url": url}
        data = {"id": command["id"], "name": using, "type": 1, "resolved": {"attachments": {number: attached}}}
        data["options"] = [{"name": "file", "type": 11, "value": number}]
        return await self._interact(2, data, place, person_id)

    async def ask_about(self, place: tuple[int, int], menu: str, text: str, *, person_id: int = 7) -> Interaction:
        """Have a person use a menu on somebody else's message with a text."""
        command = next(one for one in self.commands if one["name"] == menu)
        said = payloads.message(place[1], {"content": text}, author=payloads.person(person_id + 1_000))
        data = {"id": command["id"], "name": menu, "type": 3, "target_id": said["id"]}
        data["resolved"] = {"messages": {said["id"]: said}}
        return await self._interact(2, data, place, person_id)

    async def click(
        self, place: tuple[int, int], message: Payload, custom_id: str, *, person_id: int = 7
    ) -> Interaction:
        """Have a person press a button of a message."""
        return await self._interact(3, {"custom_id": custom_id, "component_type": 2}, place, person_id, message=message)

    async def say(self, place: tuple[int, int], text: str, *, person_id: int = 7) -> Payload:
        """Have a person write a message that mentions the bot."""
        guild_id, channel_id = place
        body = {"content": f"<@{payloads.APPLICATION}> {text}", "mentions": [payloads.BOT]}
        said = payloads.message(channel_id, body, author=payloads.person(person_id))
        who = payloads.member(payloads.person(person_id))
        del who["user"]
        await self.dispatch("MESSAGE_CREATE", {**said, "guild_id": str(guild_id), "member": who})
        return said

    async def dispatch(self, event: str, data: Payload) -> None:
        """Send an event to the bot, or keep it for when it resumes."""
        assert self.sessions, "the bot never identified"
        session = list(self.sessions.values())[-1]
        packet = {"op": DISPATCH, "t": event, "s": len(session.dispatched) + 1, "d": data}
        session.dispatched.append(packet)
        if self._connection is not None:
            await self._connection.send(packet)

    async def drop(self, code: int = 4000) -> None:
        """Close the gateway connection."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await connection.socket.close(code=code)

    async def until(self, what: Callable[[], object], *, seconds: float = 20) -> None:
        """Wait until something holds; fail with what was asked last when it does not in time."""
        ends = time.monotonic() + seconds
        while not what():
            if time.monotonic() > ends:
                last = "\n".join(f"{one.method} {one.path} {str(one.body)[:300]}" for one in self.asked[-8:])
                raise AssertionError(f"still not so after {seconds} s; the last requests:\n{last}")
            await asyncio.sleep(0.005)

    def faults(self) -> list[str]:
        """List what Discord would have refused of all that was asked."""
        return [
            fault
            for one in self.asked
            for fault in openapi.faults(openapi.Request(one.method, one.path, one.body, one.files))
        ]

    async def _interact(
        self, kind: int, data: Payload, place: tuple[int, int], person_id: int, **more: Any
    ) -> Interaction:
        guild_id, channel_id = place
        payload = payloads.interaction(
            kind,
            data,
            guild_id=guild_id,
            channel_id=channel_id,
            user=payloads.person(person_id),
            installed=guild_id in self.guilds,
        )
        made = self.interactions[payload["token"]] = Interaction(payload | more)
        made.sent = time.monotonic()
        await self.dispatch("INTERACTION_CREATE", made.payload)
        return made

    # The gateway.

    async def _gateway(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return _json({"url": self._gateway_url})
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        connection = Connection(socket, request.query.get("compress", ""))
        await connection.send({"op": HELLO, "d": {"heartbeat_interval": self.heartbeat_ms}})
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                break
            await self._received(connection, json.loads(frame.data))
        if self._connection is connection:
            self._connection = None
        return socket

    async def _received(self, connection: Connection, packet: Payload) -> None:
        if packet["op"] == HEARTBEAT:
            self.heartbeats += 1
            await connection.send({"op": ACK})
        elif packet["op"] in {IDENTIFY, RESUME} and (self.refuses_tokens or packet["d"]["token"] != TOKEN):
            await connection.socket.close(code=4004, message=b"Authentication failed.")
        elif packet["op"] == IDENTIFY:
            await self._identify(connection, packet["d"])
        elif packet["op"] == RESUME:
            await self._resume(connection, packet["d"])

    async def _identify(self, connection: Connection, data: Payload) -> None:
        if self.never_ready:
            return
        session = Session(f"session-{len(self.sessions) + 1}")
        self.sessions[session.id] = session
        self._connection = connection
        ready = {
            "v": 10,
            "user": payloads.BOT,
            "guilds": [{"id": str(guild_id), "unavailable": True} for guild_id in self.guilds],
            "session_id": session.id,
            "resume_gateway_url": self._gateway_url,
            "shard": data.get("shard", [0, 1]),
            "application": {"id": str(payloads.APPLICATION), "flags": 0},
        }
        await self.dispatch("READY", ready)
        for guild in self.guilds.values():
            await self.dispatch("GUILD_CREATE", guild)
        self.identified += 1

    async def _resume(self, connection: Connection, data: Payload) -> None:
        session = self.sessions.get(data["session_id"])
        if session is None:
            await connection.send({"op": INVALID_SESSION, "d": False})
            return
        for packet in session.dispatched[data["seq"] :]:
            await connection.send(packet)
        self._connection = connection
        self.resumed += 1
        await self.dispatch("RESUMED", {})

    @property
    def _gateway_url(self) -> str:
        return self.url.replace("http://", "ws://") + "/gateway"

    # The REST API.

    async def _rest(self, request: web.Request) -> web.Response:
        path = re.sub(r"^(/api)?(/v\d+)?(?=/)", "", request.path)
        body, files = await _body(request)
        if not path.startswith("/files/"):  # where files are is no part of the API
            self.asked.append(Asked(request.method, path, body, time.monotonic(), files))
        for failure in self.failures:
            if failure.times and failure.method == request.method and fnmatch.fnmatch(path, failure.pattern):
                failure.times -= 1
                return _json(failure.body, status=failure.status, headers=failure.headers)
        if self.refuses_tokens or not self._authorised(request, path):
            return _json({"message": "401: Unauthorized", "code": 0}, status=401)
        if found := re.fullmatch(r"/files/(\d+)", path):
            return web.Response(body=self.files[found[1]])
        for method, pattern, handle in self._routes():
            if method == request.method and (found := re.fullmatch(pattern, path)):
                return _reply(handle(*found.groups(), body))
        return _json({"message": f"no route {request.method} {path}", "code": 0}, status=404)

    def _authorised(self, request: web.Request, path: str) -> bool:
        by_token_in_path = path.startswith(("/interactions/", "/webhooks/", "/files/"))
        return by_token_in_path or request.headers.get("Authorization") == f"Bot {TOKEN}"

    def _routes(self) -> tuple[tuple[str, str, Callable[..., Any]], ...]:
        message = r"/channels/(\d+)/messages/(\d+)"
        webhook = r"/webhooks/\d+/([^/]+)/messages/([^/]+)"
        return (
            ("GET", "/gateway/bot", lambda _: self._bot_gateway()),
            ("GET", "/users/@me", lambda _: payloads.BOT),
            ("GET", "/oauth2/applications/@me", lambda _: payloads.application()),
            ("GET", "/applications/@me", lambda _: payloads.application()),
            ("GET", r"/applications/\d+/commands", lambda _: self.commands),
            ("PUT", r"/applications/\d+/commands", self._sync),
            ("POST", r"/interactions/\d+/([^/]+)/callback", self._callback),
            ("POST", r"/webhooks/\d+/([^/]+)", self._follow_up),
            ("GET", webhook, self._get_response),
            ("PATCH", webhook, self._edit_response),
            ("DELETE", webhook, lambda *_: None),
            ("GET", r"/guilds/(\d+)/members/(\d+)", self._get_member),
            ("POST", "/users/@me/channels", lambda body: payloads.direct_channel(int(body["recipient_id"]))),
            ("POST", r"/channels/(\d+)/typing", lambda *_: None),
            ("POST", r"/channels/(\d+)/messages", self._post),
            ("GET", r"/channels/(\d+)/messages", self._list_messages),
            ("GET", message, lambda _, number, __: self.messages.get(int(number)) or _unknown()),
            ("PATCH", message, lambda _, number, body: self._edit(int(number), body)),
            ("DELETE", message, lambda _, number, __: self.messages.pop(int(number), None) and None),
        )

    def _list_messages(self, channel_id: str, _: Any) -> list[Payload]:
        own = [each for each in self.messages.values() if each["channel_id"] == channel_id]
        return sorted(own, key=lambda each: -int(each["id"]))

    def _get_member(self, guild_id: str, person_id: str, _: Any) -> Payload | web.Response:
        known = int(person_id) in self.members.get(int(guild_id), ())
        return payloads.member(payloads.person(int(person_id))) if known else _error(404, 10007, "Unknown Member")

    def _bot_gateway(self) -> Payload:
        limit = {"total": 1000, "remaining": 999, "reset_after": 1000, "max_concurrency": 1}
        return {"url": self._gateway_url, "shards": 1, "session_start_limit": limit}

    def _sync(self, body: list[Payload]) -> list[Payload]:
        defaults: Payload = {"application_id": str(payloads.APPLICATION), "version": "1", "options": []}
        defaults |= {"default_member_permissions": None, "dm_permission": True, "nsfw": False, "description": ""}
        self.commands = [{"type": 1, **defaults, **one, "id": str(payloads.snowflake())} for one in body]
        return self.commands

    def _callback(self, token: str, body: Payload) -> Payload | web.Response:
        known = self.interactions.get(token)
        if known is None:
            return _error(404, 10062, "Unknown interaction")
        if known.acknowledged:
            return _error(400, 40060, "Interaction has already been acknowledged.")
        known.acknowledged, known.kind, known.data = time.monotonic(), body["type"], body.get("data") or {}
        channel_id, shown = int(known.payload["channel_id"]), None
        if body["type"] in {CHANNEL_MESSAGE, DEFERRED_MESSAGE}:
            waiting = LOADING if body["type"] == DEFERRED_MESSAGE else 0
            shown = known.message = payloads.message(channel_id, known.data, flags=waiting)
            self.messages[int(shown["id"])] = shown
            known.changed = known.acknowledged
        reply: Payload = {"interaction": {"id": known.payload["id"], "type": known.payload["type"]}}
        if shown is not None:
            reply["interaction"]["response_message_id"] = shown["id"]
            reply["resource"] = {"type": body["type"], "message": shown}
        return reply

    def _follow_up(self, token: str, body: Payload) -> Payload | web.Response:
        known = self.interactions.get(token)
        if known is None or not known.acknowledged:
            return _error(404, 10015, "Unknown Webhook")
        sent = payloads.message(int(known.payload["channel_id"]), body)
        self.messages[int(sent["id"])] = sent
        known.followups.append(sent)
        known.changed = time.monotonic()
        return sent

    def _get_response(self, token: str, number: str, _: Any) -> Payload | web.Response:
        known = self.interactions.get(token)
        found = known and (known.message if number == "@original" else self.messages.get(int(number)))
        return found or _unknown()

    def _edit_response(self, token: str, number: str, body: Payload) -> Payload | web.Response:
        known = self.interactions.get(token)
        if known is None or known.message is None:
            return _unknown()
        old = known.message if number == "@original" else self.messages.get(int(number))
        if old is None:
            return _unknown()
        known.edits.append(body)
        known.changed = time.monotonic()
        return self._edit(int(old["id"]), body, known)

    def _edit(self, number: int, body: Payload, known: Interaction | None = None) -> Payload | web.Response:
        if number not in self.messages:
            return _unknown()
        new = self.messages[number] = payloads.edited(self.messages[number], body)
        if known is not None and known.message is not None and known.message["id"] == new["id"]:
            known.message = new
        return new

    def _post(self, channel_id: str, body: Payload) -> Payload:
        sent = payloads.message(int(channel_id), body)
        if body.get("message_reference"):
            sent["message_reference"] = {key: str(value) for key, value in body["message_reference"].items()}
        self.messages[int(sent["id"])] = sent
        return sent


class Connection:
    """One websocket, with the compression over the whole stream that the client asked for."""

    def __init__(self, socket: web.WebSocketResponse, compression: str) -> None:
        self.socket = socket
        self._compress = _compressor(compression)

    async def send(self, packet: Payload) -> None:
        """Send a packet; what a closed connection misses is repeated when it resumes."""
        if self.socket.closed:
            return
        text = json.dumps(packet)
        if self._compress is None:
            await self.socket.send_str(text)
        else:
            await self.socket.send_bytes(self._compress(text.encode()))


def _compressor(name: str) -> Callable[[bytes], bytes] | None:
    if name == "zlib-stream":
        zipper = zlib.compressobj()
        return lambda data: zipper.compress(data) + zipper.flush(zlib.Z_SYNC_FLUSH)
    if name == "zstd-stream":
        import zstandard

        press = zstandard.ZstdCompressor().compressobj()
        return lambda data: press.compress(data) + press.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    return None


async def _body(request: web.Request) -> tuple[Any, int]:
    if request.content_type != "multipart/form-data":
        text = await request.text()
        return (json.loads(text) if text else None), 0
    form = await request.post()
    files = sum(key.startswith("files") for key in form)
    return json.loads(str(form.get("payload_json", "{}"))), files


def _reply(value: Any) -> web.Response:
    if isinstance(value, web.Response):
        return value
    return web.Response(status=204) if value is None else _json(value)


def _json(value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    # discord.py reads a body as JSON by exactly this type, without a charset.
    typed = {**(headers or {}), "Content-Type": "application/json"}
    return web.Response(body=json.dumps(value).encode(), status=status, headers=typed)


def _error(status: int, code: int, text: str) -> web.Response:
    return _json({"message": text, "code": code}, status=status)


def _unknown() -> web.Response:
    return _error(404, 10008, "Unknown Message")
