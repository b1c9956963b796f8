"""The library of stories that several tests ask, and how they ask it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

import pytest

from retrieval.answering.answer_kinds import answer_inquiry
from retrieval.answering.inquiry import Inquiry
from retrieval.conversation.subject import find_subject
from retrieval.domain import Filter, Understanding
from retrieval.index import Library
from tests.retrieval.answer_invariants import assert_invariants
from tests.retrieval.answering.story_archive import ARTICLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from retrieval.domain import Answer, Article, Kind
    from retrieval.encoder import SentenceEncoder


@pytest.fixture
def small(encoder: SentenceEncoder, tmp_path: Path) -> Iterator[Callable[..., Library]]:
    """Make libraries of a few articles."""
    made: list[Library] = []

    def make(*articles: Article, passage_tokens: int = 200) -> Library:
        folder = tmp_path / f"small-{len(made)}"
        made.append(Library.open(folder, encoder=encoder, passage_tokens=passage_tokens, create=True))
        made[-1].ingest(articles)
        return made[-1]

    yield make
    for library in made:
        library.close()


class AskKind(Protocol):
    """Asks a question that is understood to be of a kind."""

    def __call__(
        self, kind: Kind, question: str, *, where: Filter | None = ..., subject: str | None = ...
    ) -> Answer: ...


@pytest.fixture(scope="session")
def stories(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The articles of story_archive.py."""
    with Library.open(tmp_path_factory.mktemp("stories") / "stories", encoder=encoder, create=True) as library:
        library.ingest(ARTICLES)
        yield library


@pytest.fixture
def ask_stories(stories: Library) -> AskKind:
    """Ask the library of stories, and prove what holds of every answer."""
    return partial(ask_kind, stories)


def ask_kind(
    library: Library, kind: Kind, question: str, *, where: Filter | None = None, subject: str | None = None
) -> Answer:
    """Answer a question as one of a kind; its subject is found, unless it is given."""
    asked = Understanding(
        question, kind, subject=find_subject(question) if subject is None else subject, where=where or Filter()
    )
    answer = library.read(lambda snapshot: answer_inquiry(Inquiry(asked, snapshot, library.encoder)))
    assert_invariants(answer, library)
    return answer
