"""Ranked passages -> an answer made of quotes, or a refusal, with its confidence and citations."""
