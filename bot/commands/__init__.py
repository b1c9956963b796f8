"""The commands of `clippings`, each a click command that calls the rooms it needs; `bot.cli` puts them together."""
