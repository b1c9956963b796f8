"""Every error that a user can meet, as one tree; each message says what happened, to what, and what to do next.

ClippingsError
├── InputError            a question, date or option that can't be used
├── LibraryError          the archive on disk
│   ├── LibraryMissing    nothing was ingested under this name
│   ├── LibraryLocked     another process is writing; the message names it
│   ├── LibraryMismatch   built with another model, split size or format: asks for --rebuild
│   └── LibraryDamaged    a store is missing or unreadable
├── ArticleMissing        no article has this id
└── ModelError            a model that is missing, altered or can't be loaded
    └── ChatModelError    a chat model that can't be asked, or did not answer
"""


class ClippingsError(Exception):
    """The root: catch this to catch all; `str(error)` is the one line to show."""


class InputError(ClippingsError):
    """A question, date or option that can't be used."""


class LibraryError(ClippingsError):
    """Something is wrong with the archive on disk."""


class LibraryMissing(LibraryError):
    """Nothing was ingested under this name yet."""


class LibraryLocked(LibraryError):
    """Another process is writing to this library."""


class LibraryMismatch(LibraryError):
    """The library was built with another model, split size or format."""


class LibraryDamaged(LibraryError):
    """A store of the library is missing or can't be read."""


class ArticleMissing(ClippingsError):
    """No article in the library has this id."""


class ModelError(ClippingsError):
    """A model that is missing, altered or can't be loaded."""


class ChatModelError(ModelError):
    """A chat model that can't be asked, or did not answer; what was said to it and its key are never in the message."""
