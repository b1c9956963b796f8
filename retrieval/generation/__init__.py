"""Passages -> a chat model's draft: context, prompts, providers, deadlines."""
