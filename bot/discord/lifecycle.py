"""Runs the bot: starts it, stops it on a signal, and says in one line why it can't run."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket

from bot.discord import archive_threads, invite, logs
from retrieval.errors import ClippingsError, InputError
from retrieval.index import hold_lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.discord.client import ClippingsBot
    from bot.settings import Settings

GRACE = 5.0
"""Seconds for the answers in flight when the bot is asked to stop: delivering, apologies and closing take up to 4 more,
and everything must be over within the 10 s that most supervisors, Docker among them, give a program."""

SWITCH_SECONDS = 0.001
"""How long a thread may run Python while the event loop waits. Beside two rebuilds on two busy cores, 99 % of questions
were acknowledged within 153 ms, with Python's own 5 ms within 1,359 ms, and the rebuilds went no slower."""

READY_SECONDS = 180.0
"""How long after the login the connection may take until it is ready: discord.py would try again for ever."""

NO_TOKEN = (
    f"the bot needs a token: create an application on {invite.PORTAL}, and put its token (Bot, Reset Token) "
    "into CLIPPINGS_DISCORD_TOKEN, in the environment or in .env."
)
TOKEN_REFUSED = (
    f"Discord refused the token in CLIPPINGS_DISCORD_TOKEN: get a new one from {invite.PORTAL}, your application, "
    "Bot, Reset Token."
)
NEVER_READY = (
    "Discord accepted the login, but the connection was not ready within {seconds:.0f} s: see above what became of it, "
    "see https://discordstatus.com, and start again later."
)
INTENT_REFUSED = (
    f"Discord refused the Message Content Intent: tick it on {invite.PORTAL}, your application, Bot, "
    "Privileged Gateway Intents, and start again."
)


def require_token(settings: Settings) -> str:
    """Return the bot's token; raise InputError when there is none."""
    found = settings.discord_token.reveal().strip()
    if not found:
        raise InputError(NO_TOKEN)
    return found


def run(settings: Settings, build: Callable[[], ClippingsBot]) -> None:
    """Run the bot until it is asked to stop; raise ClippingsError when it can't, or another one runs in this home."""
    secret = require_token(settings)
    use_api(settings.discord_api_url)
    # No word of libraries for voice, which the bot has no use for.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    logs.configure([secret, settings.chat_api_key.reveal()])
    # Not waited for: who starts a second bot by mistake shall learn that at once.
    with hold_lock(settings.home, "discord", wait=0, tell=lambda _: None, explain=_explain_other_bot):
        sys.setswitchinterval(SWITCH_SECONDS)
        asyncio.run(_run_with_signals(build, secret))
    _leave()


def _explain_other_bot(holder: str) -> str:
    return f"{holder} runs a Discord bot with this CLIPPINGS_HOME: stop it, or give this bot a home of its own"


def use_api(url: str) -> None:
    """Talk to another server than Discord's; with an empty address, to Discord's."""
    if url:
        discord.http.Route.BASE = url


async def run_until(bot: ClippingsBot, secret: str, stop: asyncio.Event) -> None:
    """Run the bot until `stop` is set; raise ClippingsError when Discord refuses it or can't be reached."""
    # Not `async with bot`, which would wait for Discord's goodbye once more at the end.
    await bot._async_setup_hook()
    running = asyncio.create_task(_connect(bot, secret))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            logs.log_event("stopping")
            await bot.finish(GRACE)
    finally:
        stopping.cancel()
        await bot.close()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        logs.log_event("stopped")


def _leave() -> None:
    """End the process when a thread still waits for a model: everything is closed, and Python would wait for it."""
    if any(thread.name.startswith(archive_threads.THREADS) for thread in threading.enumerate()):
        logs.log_event("a thread was left behind")
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


async def _run_with_signals(build: Callable[[], ClippingsBot], secret: str) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        # Where the loop knows no signals, Ctrl-C ends the program less gracefully.
        with suppress(NotImplementedError):
            loop.add_signal_handler(name, stop.set)
    await run_until(build(), secret, stop)


async def _connect(bot: ClippingsBot, secret: str) -> None:
    try:
        await bot.login(secret)
        # What is loaded now stays: a full collection over it would stop the loop for longer than anything else.
        gc.collect()
        gc.freeze()
        if bot.services.settings.discord_api_url:
            # discord.py goes back to Discord's own gateway when it reconnects.
            _, gateway, _ = await bot.http.get_bot_gateway()
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        await _stay_connected(bot)
    except discord.LoginFailure:
        raise InputError(TOKEN_REFUSED) from None
    except discord.PrivilegedIntentsRequired:
        raise InputError(INTENT_REFUSED) from None
    except discord.ConnectionClosed as error:
        if error.code == 4004:
            raise InputError(TOKEN_REFUSED) from None
        raise ClippingsError(f"Discord closed the connection with code {error.code}: start again later.") from None
    except discord.GatewayNotFound:
        raise ClippingsError("Discord's gateway can't be found: it may be out of order; start again later.") from None
    except discord.HTTPException as error:
        raise ClippingsError(f"Discord answered with status {error.status}: start again later.") from None
    except (aiohttp.ClientError, OSError) as error:
        raise ClippingsError(f"Discord can't be reached ({type(error).__name__}): check the network.") from None


async def _stay_connected(bot: ClippingsBot) -> None:
    """Connect, and stay so until the bot is closed; raise ClippingsError when the connection is not ready in time."""
    connecting, readying = asyncio.ensure_future(bot.connect()), asyncio.ensure_future(bot.wait_until_ready())
    both = {connecting, readying}
    try:
        done, _ = await asyncio.wait(both, timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            raise ClippingsError(NEVER_READY.format(seconds=READY_SECONDS))
        await connecting
    finally:
        for each in both:
            each.cancel()
        await asyncio.gather(*both, return_exceptions=True)
