"""The bot's connection to Discord: the messages it gets, its commands kept in step with Discord's list, its end.

Answering is left to question_handling.py, starting and stopping the program to lifecycle.py.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import tasks

from bot.discord import (
    commands,
    departures,
    history,
    invite,
    logs,
    message_parsing,
    next_question_buttons,
    own_libraries,
    question_handling,
    views,
    welcome,
)
from bot.discord.access import tell_error
from bot.discord.commands import first_steps, old_forms, own_library
from bot.discord.delivery import MessageTarget, notify
from bot.discord.entities import IncomingQuestion
from bot.discord.escaping import format_label
from bot.discord.insight_store import InsightStore
from bot.discord.job_resuming import resume_jobs
from bot.discord.job_running import JobRunner
from bot.discord.job_store import JobStore
from bot.discord.localisation import CommandTranslator, mark, say
from bot.discord.news.news_desk import NewsDesk
from bot.discord.news.rounds import NewsRounds
from bot.discord.overhearing import overhear
from bot.discord.places import GUILD_ONLY, SERVERS
from bot.discord.presence_store import PresenceStore
from bot.discord.services import ServiceClient, Services
from bot.discord.spoken_language import speak_in_server, speak_to, speak_with
from bot.discord.upload_folders import UploadFolders
from retrieval.conversation.talk import asks_articles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.discord.fair_line import FairLine
    from bot.discord.job_store import WriteJob
    from bot.discord.news.feed_archives import FeedArchives
    from bot.discord.people_store import PeopleStore
    from bot.discord.rate_limits import RateLimits
    from bot.discord.records import Records
    from bot.discord.server_archives import ServerArchives
    from bot.discord.services import Interaction
    from bot.settings import Settings

REMEMBERED_CHANNELS = 10_000
"""The most channels remembered as warned that the bot can't read messages; beyond that, all are warned once more."""

UNFIT = 400
"""The status of what Discord does not take."""

RELEASE_SECONDS = 4.0
LEFT_SECONDS = 0.5
"""How long to wait for archives: less when answers were cut short, because their threads hang and the time is up."""
CLOSE_SECONDS = 1.0
"""How long Discord may take to say goodbye; discord.py would wait for half a minute."""

CANT_READ = mark(
    "I can't see what messages here say unless they mention me: mention me, or use /ask. "
    "Whoever runs this bot can change that by ticking “Message Content Intent” in the developer portal."
)


class ErrorTellingTree(app_commands.CommandTree[ServiceClient]):
    """The commands; whoever used one learns of its error, with a reference that the log has too."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Speak the language of whoever used a command; everybody may use it, as far as this goes."""
        speak_to(interaction)
        return True

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Show what went wrong, to the asker only where that is still possible."""
        if isinstance(error, app_commands.CommandSignatureMismatch | app_commands.CommandNotFound):
            await notify(interaction, say("This command has changed: try it again in a minute, or restart Discord."))
        elif isinstance(error, app_commands.CheckFailure):
            await notify(interaction, say("You may not use this command here."))
        else:
            await tell_error(interaction, getattr(error, "original", error))


class ClippingsBot(ServiceClient):
    """The client: takes messages and commands, and closes its services."""

    def __init__(
        self,
        settings: Settings,
        *,
        records: Records,
        people: PeopleStore,
        archives: ServerArchives,
        limits: RateLimits,
        feeds: Callable[[ServerArchives], FeedArchives],
        queue: FairLine,
        message_content: bool | None = None,
    ) -> None:
        """Take the collaborators, which are closed with the bot; `message_content` None means: as set in the portal."""
        super().__init__(
            intents=invite.build_intents(message_content=bool(message_content)),
            allowed_mentions=discord.AllowedMentions.none(),
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
        )
        jobs = JobRunner(JobStore(records.database), UploadFolders(settings.home), archives)
        presences, insights = PresenceStore(records.database), InsightStore(records.database)
        built = (views.build_answer_view, views.build_answer_messages, next_question_buttons.offer)
        self.services = Services(
            settings, records, archives, jobs, presences, people, insights, limits, queue, self, *built
        )
        self.news = NewsDesk.open(feeds(archives), records.database)
        self.rounds = NewsRounds(self.services, self.news)
        self.tree = ErrorTellingTree(
            self,
            allowed_contexts=GUILD_ONLY,
            allowed_installs=SERVERS,
        )
        commands.register(self.tree)
        self._message_content = message_content
        self._warned_channels: set[int] = set()
        self._asked_by: dict[int, asyncio.Task[Any]] = {}
        self._expiry = tasks.loop(hours=24)(self._expire)
        self._departures = tasks.loop(hours=1)(self._delete_due)
        self._left_jobs: list[WriteJob] = []
        self._resuming: asyncio.Task[None] | None = None
        self._let_go = False
        self._cut_short = False
        _guard_parsers(self._connection.parsers)

    async def setup_hook(self) -> None:
        """Prepare what needs a login: the allowed intents, the buttons of old answers, the commands."""
        flags = self.application_flags
        if self._message_content is None and (flags.gateway_message_content or flags.gateway_message_content_limited):
            # Asked for only where it is ticked, so that the bot starts without it: Discord ends the connection of a
            # bot that asks for more than it may. The flags are known after the login, the intents sent after this.
            self._connection._intents.message_content = True
        views.register(self)
        next_question_buttons.register(self)
        # Version 0.1 kept the state of long lists there; what people searched for must not outlive /forget.
        (self.services.settings.home / "discord-pages.sqlite").unlink(missing_ok=True)
        self._left_jobs = await asyncio.to_thread(self.services.jobs.find_left)
        await asyncio.to_thread(asks_articles, "What loads the lists of words?")
        await self.services.archives.prepare()
        # Only now: who sees the commands may expect answers.
        await self.sync()
        self._expiry.start()

    async def sync(self) -> bool:
        """Tell Discord of the commands if they have changed since the last time; return whether they had."""
        kinds = (discord.AppCommandType.chat_input, discord.AppCommandType.message, discord.AppCommandType.user)
        translator = CommandTranslator()
        await self.tree.set_translator(translator)
        found = [command for kind in kinds for command in self.tree.get_commands(type=kind)]
        payload = [await command.get_translated_payload(self.tree, translator) for command in found]
        spelled = json.dumps([self.application_id, payload], sort_keys=True, default=str)
        present = hashlib.sha256(spelled.encode()).hexdigest()
        if present == await asyncio.to_thread(self.services.records.get_synced_commands):
            return False
        try:
            await self.tree.sync()
        except discord.HTTPException as error:
            if error.status != UNFIT:
                raise
            # Discord refuses what people could take along where the portal has no user install for the application.
            logs.log_warning("people can't install this bot", code=error.code, remedy="docs/discord.md, For people")
            in_servers = [{**each, "integration_types": SERVERS.to_array()} for each in payload]
            await self.http.bulk_upsert_global_commands(self.application_id or 0, payload=in_servers)
            return True  # not noted: the next start tries again
        await asyncio.to_thread(self.services.records.save_synced_commands, present)
        logs.log_event("commands synced", commands=len(payload))
        return True

    async def on_ready(self) -> None:
        """Log that the bot is connected."""
        self.rounds.start()
        logs.log_event("ready", servers=len(self.guilds), shards=self.shard_count, reads_messages=self.reads_messages)
        await departures.note_servers(self)
        if not self._departures.is_running():
            self._departures.start()
        if self._resuming is None:
            self._resuming = asyncio.create_task(resume_jobs(self, self._left_jobs))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Note a server; what is still there of an earlier time is its own again."""
        new = await asyncio.to_thread(self.services.presences.note_joined, self.application_id or 0, guild.id)
        logs.log_event("server joined", guild_id=guild.id, came_back=not new)
        if new:
            await welcome.greet(self, guild, first_steps.build_first_steps())

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Note a server whose outage is over."""
        if not self._let_go:
            await asyncio.to_thread(self.services.presences.note_joined, self.application_id or 0, guild.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note when a server is left, which is no outage: discord.py tells these apart."""
        await departures.note_departure(self, guild.id)

    async def on_message(self, message: discord.Message) -> None:
        """Answer a message that is meant for the bot."""
        if self.user is None or message.author.id == self.user.id:
            return
        guild_id = message.guild.id if message.guild is not None else 0
        if guild_id:
            speak_in_server(self.services, guild_id)
        else:
            speak_with(self.services, message.author.id)
        chosen = self.services.records.get_settings(guild_id)
        # Most messages reply to none: no thread for these, as for all that each message costs.
        replied = message.reference
        answered = replied is not None and await asyncio.to_thread(self._is_own_answer, replied)
        parsed = message_parsing.parse_message(
            message,
            self.user,
            chosen,
            reads_messages=self.reads_messages,
            answers_bots=self.services.settings.discord_answer_bots,
            is_ours=lambda _: answered,
        )
        if parsed is None:
            return
        front, text, overheard = parsed.front, parsed.text, parsed.front == "channel"
        if overheard and not parsed.unread:
            heard = await asyncio.to_thread(overhear, message)
            if heard is None:
                return
            front, text, overheard = heard.front, heard.text or text, heard.front == "channel"
        threaded = chosen.threads and parsed.front == "mention" and isinstance(message.channel, discord.TextChannel)
        target = MessageTarget(
            message,
            thread=format_label(text, message_parsing.THREAD_NAME) if threaded else "",
            overheard=overheard and not parsed.unread,
            reacts=chosen.reactions,
        )
        if parsed.unread:
            await self._warn_once(message, target)
            return
        if front == "direct" and not text and own_library.are_articles(message.attachments):
            await own_library.take_message(self, message, target)
            return
        question = IncomingQuestion(
            text=text,
            front=front,
            guild_id=guild_id,
            channel_id=message.channel.id,
            person_id=message.author.id,
            role_ids=message_parsing.get_role_ids(message.author),
        )
        with self._remember_task(message.id):
            recall = partial(history.recall_turns, self.services.records, message)
            unread = question_handling.NOT_READ if guild_id else question_handling.NOT_READ_HERE
            notice = unread if message.attachments else ""
            await question_handling.handle_question(self.services, question, target, recall=recall, notice=notice)

    async def on_raw_message_delete(self, gone: discord.RawMessageDeleteEvent) -> None:
        """Stop answering a question that was taken back."""
        if task := self._asked_by.get(gone.message_id):
            logs.log_event("question deleted", guild_id=gone.guild_id)
            task.cancel()

    async def on_interaction(self, interaction: Interaction) -> None:
        """Handle the forms that were opened before a restart; discord.py handles everything else."""
        if not await views.resume_form(interaction):
            await old_forms.explain_old_form(interaction)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """Log what an event raised, without the event's content."""
        import sys

        if (error := sys.exc_info()[1]) is not None:
            logs.log_error("an event failed", error, on=event_method)

    async def finish(self, within: float) -> None:
        """Refuse new questions, let those in flight be answered, and apologise for those that still are not in time."""
        self.services.archives.changes.refuse()
        self._cut_short = await self.services.in_flight.finish(self.services.queue, within)

    async def close(self) -> None:
        """End the connection, then close archives and records."""
        self.services.in_flight.stop()
        self._expiry.cancel()
        await self.rounds.stop()
        self._departures.cancel()
        try:
            await asyncio.wait_for(super().close(), CLOSE_SECONDS)
        except TimeoutError:
            await self.http.close()
        if not self._let_go:
            self._let_go = True
            await asyncio.to_thread(self._release)

    def _release(self) -> None:
        self.services.archives.close(LEFT_SECONDS if self._cut_short else RELEASE_SECONDS)
        self.services.records.close()

    def _is_own_answer(self, reference: discord.MessageReference) -> bool:
        if reference.message_id is None or isinstance(reference.resolved, discord.Message):
            return False
        return self.services.records.find_answer(reference.message_id) is not None

    async def _expire(self) -> None:
        before = datetime.now(UTC) - timedelta(days=self.services.settings.discord_retention_days)
        try:
            dropped = await asyncio.to_thread(self.services.records.expire, before)
        except Exception as error:
            # Tomorrow is another day: the loop must not end over it.
            logs.log_error("expiry failed", error)
        else:
            logs.log_event("expired", questions=dropped)

    async def _delete_due(self) -> None:
        await departures.delete_due(self)
        await own_libraries.delete_unused(self)

    async def _warn_once(self, message: discord.Message, target: MessageTarget) -> None:
        """Say once in a channel that its messages can't be read."""
        if len(self._warned_channels) > REMEMBERED_CHANNELS:
            self._warned_channels.clear()
        if message.channel.id not in self._warned_channels:
            self._warned_channels.add(message.channel.id)
            await target.fail(say(CANT_READ))

    @contextmanager
    def _remember_task(self, message_id: int) -> Iterator[None]:
        task = asyncio.current_task()
        if task is not None:
            self._asked_by[message_id] = task
        try:
            yield
        finally:
            self._asked_by.pop(message_id, None)


def _guard_parsers(parsers: dict[str, Callable[[Any], None]]) -> None:
    """Keep an event that discord.py can't read from ending the connection, which it does in discord.py 2.7."""

    def parse_guarded(name: str, parse: Callable[[Any], Any], data: Any) -> None:
        try:
            parse(data)
        except Exception as error:
            logs.log_error("an event could not be read", error, on=name)

    for name, parse in parsers.items():
        parsers[name] = partial(parse_guarded, name, parse)
