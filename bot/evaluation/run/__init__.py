"""A run: golden questions are asked, and what came of each is kept.

`evaluation_run.evaluate` is the whole of `clippings eval`. `archive_cache` builds the library that is asked, `outcomes`
asks one question, `grounding` counts the claims that citations support, `model_judge` asks a chat model for its
opinion, and `run_file` writes and reads runs as JSON.
"""
