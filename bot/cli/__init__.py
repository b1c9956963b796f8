"""The command line: one module for each group of commands, put together by `main`; `chat` holds conversations."""
