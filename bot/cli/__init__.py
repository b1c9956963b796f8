"""The command line: a module for each group of commands, put together by `bot.cli.main`."""
