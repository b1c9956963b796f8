"""The command that runs the Discord bot."""

from __future__ import annotations

import click

from bot.cli.options import DONE, require_extra

NEEDED = {"discord.py": "discord", "limits": "limits"}
"""Packages of the extra `discord`, and the modules that they are imported as."""


@click.command("discord")
@click.option("--invite", is_flag=True, help="Print the link that invites the bot to a server, and exit.")
def run_discord_bot(*, invite: bool) -> int:
    """Run the Discord bot.

    Needs the extra `discord`, and the bot's token in CLIPPINGS_DISCORD_TOKEN, in the environment or in .env. Every
    server that the bot is invited to has a library of its own, which people fill with /ingest, or `clippings ingest
    --library discord-ID` with the server's id. Ctrl-C stops the bot after the answers in flight.

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
        click.echo(invitation.link(invitation.application_id(lifecycle.token(settings))))
        return DONE
    wiring.validate_chat_model(settings)
    lifecycle.run(settings, lambda: wiring.build_discord_bot(settings))
    return DONE
