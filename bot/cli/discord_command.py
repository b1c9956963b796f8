"""The command that runs the Discord bot."""

from __future__ import annotations

import click

from bot.cli.options import DONE, require_extra

NEEDED = {"discord.py": "discord"}
"""Packages of the extra `discord`, and the modules that they are imported as."""


@click.command("discord")
@click.option("--invite", is_flag=True, help="Print the links that add the bot for a server and a person, and exit.")
def run_discord_bot(*, invite: bool) -> int:
    """Run the Discord bot.

    The bot needs the extra `discord` and its token in CLIPPINGS_DISCORD_TOKEN, in the environment or in .env. Each
    Discord server has its own library. Fill it with /ingest on Discord or with `clippings ingest --library discord-ID`,
    where ID is the server's ID. Ctrl-C stops the bot after it has finished the answers in progress.

    \b
    Examples:
      clippings discord --invite
      clippings discord
    """
    require_extra("discord", NEEDED)
    from bot import wiring
    from bot.discord import invite as invitation
    from bot.discord import lifecycle
    from bot.settings import load

    settings = load()
    if invite:
        application = invitation.read_application_id(lifecycle.require_token(settings))
        click.echo(f"for a server: {invitation.build_link(application)}")
        click.echo(f"for a person: {invitation.build_personal_link(application)}")
        return DONE
    wiring.validate_chat_model(settings)
    lifecycle.run(settings, lambda: wiring.build_discord_bot(settings))
    return DONE
