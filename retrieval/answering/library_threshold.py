"""Which threshold of confidence holds for a library: the one that is set, else its own, else the default.

Its own holds only with the model and the fit of the confidence that it was chosen with.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING

from retrieval.answering.confidence import THRESHOLD, identify_fit
from retrieval.index.own_threshold import read_own_threshold

if TYPE_CHECKING:
    from retrieval.index import Library
    from retrieval.index.own_threshold import OwnThreshold

log = logging.getLogger(__name__)


def choose_threshold(library: Library, given: float | None = None) -> float:
    """Return the confidence below which the answer is a refusal; `given` is what was set, and comes first.

    That the library's own is out of date is said once, in the log.
    """
    if given is not None:
        return given
    own = read_own_threshold(library.folder)
    if own is None:
        return THRESHOLD
    if outdated := find_outdated(own, library):
        _warn_once(outdated)
        return THRESHOLD
    return own.threshold


def find_outdated(own: OwnThreshold, library: Library) -> str:
    """Return in one line why a library's own threshold holds no longer and what to do, "" where it does."""
    if own.fingerprint != library.encoder.fingerprint:
        changed = f"the model {own.fingerprint}, not {library.encoder.fingerprint}"
    elif own.fit != identify_fit():
        changed = "another version of the confidence"
    else:
        return ""
    return (
        f"the own threshold of the library {library.name!r} was chosen with {changed}, and is not used (the default, "
        f"{THRESHOLD:g}, is): choose it again with `clippings eval FILE --calibrate`, or drop it with `clippings eval "
        "--uncalibrate`"
    )


@cache
def _warn_once(message: str) -> None:
    log.warning("%s", message)
