"""Where an answer goes: an interaction or a message, and what to do when Discord refuses it there.

What an answer looks like is left to `layout`. A private answer is never published, whatever fails.
"""

from bot.discord.delivery.interaction_target import InteractionTarget, notify
from bot.discord.delivery.message_target import MessageTarget
from bot.discord.delivery.sending import send
from bot.discord.delivery.target import Target

__all__ = ["InteractionTarget", "MessageTarget", "Target", "notify", "send"]
