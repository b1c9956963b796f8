"""Work on libraries that outlives the bot: its files are on disk until it is done, and it goes on at the next start.

What may be uploaded is left to commands/uploading.py, writing to the library to server_archives.py, going on after a
start to job_resuming.py.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.discord.localisation import mark
from bot.front_end_errors import ClosingError
from retrieval.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bot.discord.job_store import JobKind, JobStore, WriteJob
    from bot.discord.server_archives import ServerArchives
    from bot.discord.upload_folders import UploadFolders
    from retrieval.domain import IngestReport, Rejection
    from retrieval.index import Progress

MOST_STARTS = 3
"""How often a job is begun, its wait in the line not counted: one that ends the process must not do so for ever."""

GIVEN_UP = mark(
    "I was stopped {number} times while I worked on what you asked for, and have given it up: try it with fewer "
    "or smaller files, or ask whoever runs this bot."
)

CALLED_OFF = mark("What you asked for was called off: what it was for has been deleted.")


class JobRunner:
    """Opens, runs and closes the jobs of all servers."""

    def __init__(self, store: JobStore, folders: UploadFolders, archives: ServerArchives) -> None:
        self._store, self._folders, self._archives = store, folders, archives

    async def open(self, kind: JobKind, *, guild_id: int, channel_id: int, person_id: int, library: str) -> WriteJob:
        """Note a job; it is nothing to go on with before `complete`."""
        opened = partial(
            self._store.open, kind, guild_id=guild_id, channel_id=channel_id, person_id=person_id, library=library
        )
        return await asyncio.to_thread(opened)

    async def save_file(self, job: WriteJob, number: int, name: str, content: bytes) -> Path:
        """Keep a file of a job on disk."""
        return await asyncio.to_thread(self._folders.save, job.key, number, name, content)

    async def complete(self, job: WriteJob, refused: Sequence[Rejection] = ()) -> WriteJob:
        """Note that all of a job is on disk: from now on it is done, whatever happens to this process."""
        await asyncio.to_thread(self._store.complete, job.key, refused)
        return replace(job, complete=True, refused=tuple(refused))

    async def run(self, job: WriteJob, tell: Callable[[Progress], None] | None = None) -> IngestReport:
        """Do the work, and return its report; what ends the bot leaves the job for the next start, any error ends it.

        A beginning counts when the job's turn has come. Raises InputError for a job that was begun too often.
        """
        if job.starts >= MOST_STARTS:
            await self.close(job)
            raise InputError(GIVEN_UP.format(number=MOST_STARTS))
        try:
            done = await self._work(job, tell)
        except (ClosingError, asyncio.CancelledError):
            raise
        except BaseException:
            await self.close(job)
            raise
        await self.close(job)
        return replace(done, skipped=(*job.refused, *done.skipped))

    async def close(self, job: WriteJob) -> None:
        """Delete a job and its files."""
        await asyncio.to_thread(self._store.close, job.key)
        await asyncio.to_thread(self._folders.remove, job.key)

    async def close_all(self, guild_id: int) -> None:
        """Delete all jobs of a server, or of a person's library, and their files; what waits is called off."""
        for job in await asyncio.to_thread(self._store.list_open):
            if job.guild_id == guild_id:
                await self.close(job)

    def find_left(self) -> list[WriteJob]:
        """Return the jobs that an earlier process left, and delete files of no job; called before any is opened."""
        left = self._store.list_open()
        self._folders.remove_others({job.key for job in left})
        return left

    async def _work(self, job: WriteJob, tell: Callable[[Progress], None] | None) -> IngestReport:
        def begin() -> None:
            if not self._store.start(job.key):
                raise InputError(CALLED_OFF)

        if job.kind == "reindex":
            return await self._archives.changes.reindex(job.guild_id, tell, library=job.library, on_turn=begin)
        files = await asyncio.to_thread(self._folders.list_files, job.key)
        named = [(file.name, file) for file in files]
        return await self._archives.changes.ingest(job.guild_id, named, tell, library=job.library, on_turn=begin)
