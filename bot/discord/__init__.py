"""The Discord front end: answers questions from the archive of the server that they come from.

`client.ClippingsBot` is the bot, `lifecycle.run` runs it, `records.Records` keeps what it remembers and
`server_archives.ServerArchives` opens the libraries. Nothing is imported here: discord.py is an extra.
"""
