"""Prompts for chat models, as Markdown with $placeholders; read by `retrieval.generation.prompt_templates`."""
