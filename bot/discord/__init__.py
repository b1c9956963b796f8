"""The Discord front end: relays questions to the archive of the server they come from, and its answers back."""
