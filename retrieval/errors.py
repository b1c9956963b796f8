"""Every error that a user can meet, as one tree; each message says what happened, to what, and what to do next.

ClippingsError
├── InputError            a question, date or option that can't be used
├── LibraryError          the archive on disk
│   ├── LibraryMissing    nothing was ingested under this name
│   ├── LibraryLocked     another process is writing; the message names it
│   ├── LibraryMismatch   built with another model, split size or format: asks for --rebuild
│   └── LibraryDamaged    a store is missing or unreadable
│       └── StoreMoved    a store was replaced while it was read; the library tries again by itself
├── ArticleMissing        no article has this id
├── UnreadableError       a file, page or record that can't become an article
│   └── FetchError        a page or feed that can't be fetched
├── ExtraMissing          a package that is not installed; the message names the command that installs it
└── ModelError            a model that is missing, altered or can't be loaded
    └── ChatModelError    a chat model that can't be asked, or did not answer
        ├── PromptTooLong     it was given more than it can read
        └── DeadlinePassed    it did not answer in time
"""

DISTRIBUTION = "clippings-archive"
"""The name under which pip knows Clippings; the command is `clippings`."""


def describe_install(extra: str = "") -> str:
    """Return the command that installs Clippings, with an extra if one is named."""
    return f"pip install '{DISTRIBUTION}[{extra}]'" if extra else f"pip install {DISTRIBUTION}"


def is_failure(error: BaseException) -> bool:
    """Return whether an error is a failure, as Rust's panics are, which are no `Exception`; a wish to stop is none."""
    return isinstance(error, Exception) or type(error).__name__ == "PanicException"


def summarize_error(error: BaseException) -> str:
    """Return the first line of an error's message, or its type where it has none: for errors of other libraries."""
    return str(error).strip().partition("\n")[0] or type(error).__name__


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


class StoreMoved(LibraryDamaged):
    """A store was replaced while it was read: what the catalog says now has to be looked up again."""


class ArticleMissing(ClippingsError):
    """No article in the library has this id."""


class UnreadableError(ClippingsError):
    """What was offered can't become an article; the message goes on from its name, as in "is empty; fill it"."""


class FetchError(UnreadableError):
    """A page or feed that can't be fetched: `status` is the server's, 0 without one.

    `wait` says for how many seconds the server is to be left alone.
    """

    def __init__(self, message: str, *, status: int = 0, wait: float = 0.0) -> None:
        super().__init__(message)
        self.status = status
        self.wait = wait

    @property
    def says_gone(self) -> bool:
        """Whether the server says that there is no such page."""
        return self.status in {404, 410}


class ExtraMissing(ClippingsError):
    """A package is not installed that comes with an extra."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"{package} is not installed: {describe_install(extra)}")


class ModelError(ClippingsError):
    """A model that is missing, altered or can't be loaded."""


class ChatModelError(ModelError):
    """A chat model that can't be asked, or did not answer; what was said to it and its key are never in the message."""


class PromptTooLong(ChatModelError):
    """A chat model that was given more than it can read."""


class DeadlinePassed(ChatModelError):
    """A chat model that did not answer in time."""
