"""Goes on with the jobs that an earlier process left, and tells whoever asked for them what became of them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.discord import audit, layout, logs
from bot.discord.delivery import send
from bot.discord.error_messages import explain_error
from bot.discord.layout import Message
from bot.discord.localisation import mark, say
from bot.discord.spoken_language import speak_in_server, speak_with
from bot.front_end_errors import ClosingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord.job_store import WriteJob
    from bot.discord.services import ServiceClient

CUT_OFF = mark(
    "I was restarted before all the files that you gave me had arrived, and none of them is in: add them again."
)
DONE = mark("I was restarted while I worked on what you asked for, and have gone on with it:")
DONE_IN_PUBLIC = mark("<@{person_id}> what you asked for before my restart is done: {counts}.")
NOT_DONE_IN_PUBLIC = mark("<@{person_id}> what you asked for before my restart could not be done: ask for it again.")


async def resume_jobs(client: ServiceClient, left: Sequence[WriteJob]) -> None:
    """Go on with what an earlier process left, one after the other, and tell whoever asked for it; never raises.

    A server that the bot is not in keeps its jobs: they go when the server's data does.
    """
    for job in left:
        guild = client.get_guild(job.guild_id) if job.guild_id > 0 else None
        if guild is None and job.guild_id > 0:
            continue
        if guild is not None:
            speak_in_server(client.services, guild.id)
        else:
            speak_with(client.services, job.person_id)
        with client.services.in_flight.track(asyncio.current_task()):
            await _resume(client, job)


async def _resume(client: ServiceClient, job: WriteJob) -> None:
    jobs = client.services.jobs
    logs.log_event("job resumed", kind=job.kind, guild_id=job.guild_id, complete=job.complete)
    try:
        if not job.complete:
            await jobs.close(job)
            await tell_person(client, job, Message(say(CUT_OFF)), say(NOT_DONE_IN_PUBLIC, person_id=job.person_id))
            return
        done = await jobs.run(job)
    except ClosingError:
        return
    except Exception as error:
        text = explain_error(error)
        await tell_person(client, job, Message(text), say(NOT_DONE_IN_PUBLIC, person_id=job.person_id))
        return
    counts = layout.format_counts(done.counts)
    change = say("has what was asked for before a restart: {counts}", counts=counts)
    await audit.log_change(client, job.guild_id, job.person_id, change)
    public = say(DONE_IN_PUBLIC, person_id=job.person_id, counts=counts)
    await tell_person(client, job, replace(layout.format_report(done), content=say(DONE)), public)


async def tell_person(client: ServiceClient, job: WriteJob, message: Message, public: str) -> None:
    """Tell whoever asked for a job in a direct message; where these are closed, in the channel, but no details.

    Nobody is told of a job of somebody who was forgotten.
    """
    if not job.person_id:
        return
    try:
        try:
            direct = await client.create_dm(discord.Object(job.person_id))
            await send(direct, message)
        except discord.HTTPException as closed:
            if closed.status >= 500 or job.guild_id < 0:
                raise  # of a person's own library nobody else is told
            await send(client.get_partial_messageable(job.channel_id), Message(public))
    except (discord.HTTPException, OSError, aiohttp.ClientError, TimeoutError) as error:
        logs.log_warning("nobody could be told", error=type(error).__name__, guild_id=job.guild_id, kind=job.kind)
