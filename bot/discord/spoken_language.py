"""Which language the bot speaks where: the one that a server's managers chose, else the one that Discord tells.

Of a server that is the language of its settings in Discord, in direct messages that of the person's own Discord, from
their first command or button on. What is said in it is localisation.py's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord.localisation import use_language
from bot.discord.places import get_home

if TYPE_CHECKING:
    from discord import Locale

    from bot.discord.services import Interaction, Services


def speak_in_server(services: Services, guild_id: int, told: Locale | None = None) -> None:
    """Speak a server's language from here on; takes no time. `told` is for a server that is out of reach."""
    guild = services.guilds.get_guild(guild_id)
    chosen = services.records.get_settings(guild_id).language
    use_language(chosen or (guild.preferred_locale if guild is not None else told))


def speak_with(services: Services, person_id: int) -> None:
    """Speak a person's language from here on, English where it is not known; takes no time."""
    use_language(services.locales.get(person_id))


def speak_to(interaction: Interaction) -> None:
    """Speak the language of where a command or button was used from here on, and note that of whoever used it."""
    services = interaction.client.services
    services.locales[interaction.user.id] = interaction.locale
    if home := get_home(interaction):
        speak_in_server(services, home, interaction.guild_locale)
    else:
        use_language(interaction.locale)
