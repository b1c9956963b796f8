"""Questions that could be asked next, looked for in a thread while somebody reads an answer and types.

No answer waits for them: a new line stops the search, and what it found is of the last answer or not at all.
"""

from __future__ import annotations

from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

from bot.next_questions_lookup import find_next_questions, list_articles_near

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.domain import Answer, Filter
    from retrieval.index import Library


class BackgroundSearch:
    """Looks for next questions after each answer; `tell` is called in the thread when there are some."""

    def __init__(self, library: Library, tell: Callable[[Sequence[str]], None]) -> None:
        self._library, self._tell = library, tell
        self._stopped = Event()

    def begin(self, answer: Answer, asked: Sequence[str], where: Filter) -> None:
        """Start to look for questions near an answer; of a refusal, and of what quotes nothing, there are none."""
        self.stop()
        if answer.refused or not answer.citations:
            return
        self._stopped = stopped = Event()
        Thread(target=self._find, args=(answer, asked, where, stopped), daemon=True).start()

    def stop(self) -> None:
        """Look no further, and tell nothing of what was begun."""
        self._stopped.set()

    def _find(self, answer: Answer, asked: Sequence[str], where: Filter, stopped: Event) -> None:
        with suppress(Exception):  # a courtesy: what is wrong with the library, the next question will say
            beside = list_articles_near(self._library, answer.standalone or answer.question, where)
            found = find_next_questions(self._library, answer, beside, asked, stopped.is_set, where=where)
            if found and not stopped.is_set():
                self._tell(found)
