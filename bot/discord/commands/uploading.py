"""What is uploaded: with /ingest, from the menu of a message, or in a form; kept on disk, then read as a job.

Which files are taken is left to attachments.py, the work to job_running.py.
"""

from __future__ import annotations

import asyncio
import contextvars
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import discord
from discord import app_commands

from bot.discord import audit, layout
from bot.discord.access import WRITERS, admit, get_library, get_target, identify_requester, tell_errors
from bot.discord.commands import attachments
from bot.discord.commands.old_forms import make_form_id
from bot.discord.localisation import mark, say
from bot.discord.places import GUILD_ONLY
from bot.discord.uploads import sanitize_name
from bot.front_end_errors import ClosingError, QuestionRefused
from retrieval.domain import IngestReport, Rejection
from retrieval.errors import InputError
from retrieval.index import Progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord.commands.attachments import UploadedFile
    from bot.discord.delivery import Target
    from bot.discord.job_store import WriteJob
    from bot.discord.services import CommandTree, Interaction, ServiceClient, Services

MENU = "Add the files to the archive"
NO_FILES = mark("That message has no files: choose one that files are attached to.")
NOTHING = mark("There is nothing to add: attach a file, or give a text.")
GOES_ON = mark(
    "I am about to restart. Nothing is lost: I go on with this when I am back, and report in a direct message."
)
CHANGES = {"ingest": mark("added articles"), "reindex": mark("rebuilt the archive")}
"""What is said of each kind of job in the log channel."""
LARGE_MB = 1
"""Megabytes from which it is said that files are downloaded, and how much is read."""
MOST_FILES = 10
"""Files that a form takes, and a message has."""


def register(tree: CommandTree) -> None:
    """Add the menu to the tree."""
    menu = app_commands.ContextMenu(name=MENU, callback=add_files)
    menu.allowed_contexts = GUILD_ONLY
    tree.add_command(menu)


async def add_files(interaction: Interaction, message: discord.Message) -> None:
    """Add the files that are attached to a message."""
    if not message.attachments:
        raise QuestionRefused(NO_FILES)
    await take_in(interaction, message.attachments)


class UploadPlace(NamedTuple):
    """Where files go, and who brought them from where; `owner` is a server, or the negative id of a person."""

    owner: int
    library: str
    channel_id: int
    person_id: int


class UploadForm(discord.ui.Modal):
    """The form that takes files where no command was given with them."""

    kind = "upload"

    def __init__(self) -> None:
        super().__init__(title=say("Add articles to the archive"), custom_id=make_form_id(self.kind), timeout=3_600)
        self.files: discord.ui.FileUpload[Any] = discord.ui.FileUpload(custom_id="files", max_values=MOST_FILES)
        described = say("Texts, pages, PDFs, JSON and others, or zip files of these")
        self.add_item(discord.ui.Label(text=say("Files"), description=described, component=self.files))

    @tell_errors
    async def on_submit(self, interaction: Any) -> None:
        """Add the files."""
        await take_in(interaction, self.files.values)


async def open_form(interaction: Interaction) -> None:
    """Show the form to somebody who may add articles; raise QuestionRefused for others."""
    who = await identify_requester(interaction)
    if not who.may_write:
        raise QuestionRefused(WRITERS)
    interaction.client.services.archives.changes.get_writable(
        who.guild_id, who.library
    )  # whoever may not write need not upload
    await interaction.response.send_modal(UploadForm())


async def take_in(
    interaction: Interaction, attached: Sequence[discord.Attachment], text: UploadedFile | None = None
) -> None:
    """Keep files on disk, read them into the archive with progress, and report."""
    guild_id = await admit(interaction, private=True, writes=True)
    library = interaction.client.services.archives.changes.get_writable(guild_id, get_library(interaction))
    target = get_target(interaction)
    assert target
    place = UploadPlace(guild_id, library, interaction.channel_id or 0, interaction.user.id)
    await take_files(interaction.client, target, place, attached, text)


async def take_files(
    client: ServiceClient,
    target: Target,
    place: UploadPlace,
    attached: Sequence[discord.Attachment],
    text: UploadedFile | None = None,
) -> IngestReport:
    """Keep files of somebody who may add them on disk, read them into a library with progress, and report."""
    if not attached and text is None:
        raise InputError(NOTHING)
    services, (owner, library, channel_id, person_id) = client.services, place
    job = await services.jobs.open(
        "ingest", guild_id=owner, channel_id=channel_id, person_id=person_id, library=library
    )
    try:
        refused = await _keep_files(services, target, job, attached, text)
    except Exception:
        await services.jobs.close(job)
        raise
    if len(refused) == len(attached) and text is None:
        await services.jobs.close(job)
        done = IngestReport(skipped=tuple(refused))
        await target.deliver([layout.format_report(done)])
        return done
    return await run_job(client, target, await services.jobs.complete(job, refused))


async def run_job(client: ServiceClient, target: Target, job: WriteJob) -> IngestReport:
    """Do the work of a job: show progress by editing the response, then a report, or that it goes on later."""
    services = client.services
    with services.in_flight.track(asyncio.current_task()):
        try:
            done = await services.jobs.run(job, _Teller(target))
        except ClosingError:
            await target.replace(say(GOES_ON))
            return IngestReport()
        except asyncio.CancelledError:
            await target.replace(say(GOES_ON))
            raise
        await target.deliver([layout.format_report(done)])
    change = f"{say(CHANGES[job.kind])}: {layout.format_counts(done.counts)}"
    await audit.log_change(client, job.guild_id, job.person_id, change)
    return done


async def _keep_files(
    services: Services,
    target: Target,
    job: WriteJob,
    attached: Sequence[discord.Attachment],
    text: UploadedFile | None,
) -> list[Rejection]:
    """Download what may be read of the files to the job's folder; return what was refused."""
    tell, refused = _Teller(target), list[Rejection]()
    megabytes = sum(each.size for each in attached) / 1_000_000
    total = services.settings.discord_own_mb if job.guild_id < 0 else None
    number = 0
    async for each in attachments.download(attached, limit_mb=services.settings.max_file_mb, total_mb=total):
        number += 1
        if megabytes >= LARGE_MB:
            tell(Progress(say("Downloading"), number, len(attached)))
        if isinstance(each, Rejection):
            refused.append(each)
        else:
            await services.jobs.save_file(job, number, sanitize_name(each.name), each.content)
    if text is not None:
        await services.jobs.save_file(job, number + 1, text.name, text.content)
    if megabytes >= LARGE_MB:
        tell(Progress(say("Reading {size} MB", size=f"{megabytes:,.1f}"), 0))
    return refused


class _Teller:
    """Shows progress where the report is going to be."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._began = int(time.time())
        self._showing = set[asyncio.Task[None]]()
        # What comes from the thread that writes has that thread's context, which knows nothing of this language.
        self._context = contextvars.copy_context()

    def __call__(self, now: Progress) -> None:
        text = layout.format_progress(now.stage, now.done, now.total, began=self._began)
        task = asyncio.create_task(self._target.show(text), context=self._context)
        self._showing.add(task)
        task.add_done_callback(self._showing.discard)
