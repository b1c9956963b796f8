"""Servers that the bot leaves: after some days of grace, everything of theirs is deleted; coming back keeps it.

A server in an outage is not left: Discord goes on naming it. A deletion that is cut short goes on at the next start.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.discord import logs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord.presence_store import Departure
    from bot.discord.services import ServiceClient


async def note_servers(client: ServiceClient) -> None:
    """Note where the bot is, and log what it has left, before or just now; to be called when all servers are known."""
    here = {guild.id for guild in client.guilds}
    store, now = client.services.presences, datetime.now(UTC)
    await asyncio.to_thread(store.note_all, client.application_id or 0, here, now)
    log_departures(client, await asyncio.to_thread(store.list_departures), noticed="at the start")


async def note_departure(client: ServiceClient, guild_id: int) -> None:
    """Note that the bot was removed from a server, or that the server is gone."""
    store, now = client.services.presences, datetime.now(UTC)
    left = await asyncio.to_thread(store.note_left, client.application_id or 0, guild_id, now)
    log_departures(client, [left], noticed="at once")


async def delete_due(client: ServiceClient) -> None:
    """Delete everything of the servers whose grace is over; what fails is logged, and tried again."""
    services = client.services
    before = datetime.now(UTC) - timedelta(days=services.settings.discord_left_days)
    for guild_id in await asyncio.to_thread(services.presences.claim_due, client.application_id or 0, before):
        try:
            libraries = await services.archives.changes.delete_libraries(guild_id)
            await services.jobs.close_all(guild_id)
            own = services.archives.name_own(guild_id)
            await asyncio.to_thread(services.presences.delete_server, guild_id, own)
            services.records.drop_settings(guild_id)
        except Exception as error:
            logs.log_error("a server's data could not be deleted", error, guild_id=guild_id)
        else:
            logs.log_event("a server's data was deleted", guild_id=guild_id, libraries=len(libraries))


def log_departures(client: ServiceClient, departures: Sequence[Departure], *, noticed: str) -> None:
    """Announce in the log when the data of servers is going to be deleted."""
    grace = timedelta(days=client.services.settings.discord_left_days)
    for each in departures:
        after = (each.left_at + grace).isoformat(timespec="seconds")
        logs.log_event("server left", guild_id=each.guild_id, noticed=noticed, data_is_deleted_after=after)
