import pytest

from bot import smalltalk
from retrieval.text.courtesies import PHRASES
from tests.retrieval.text.test_courtesies import COURTESIES, QUESTIONS


def test_every_kind_of_courtesy_has_a_reply() -> None:
    assert set(smalltalk.REPLIES) == set(PHRASES)


@pytest.mark.parametrize(("text", "kind"), [(text, kind) for kind, texts in COURTESIES.items() for text in texts])
def test_small_talk_gets_the_reply_of_its_kind(text: str, kind: str) -> None:
    assert smalltalk.reply(text) == smalltalk.REPLIES[kind]


@pytest.mark.parametrize("text", QUESTIONS)
def test_what_asks_something_is_no_small_talk(text: str) -> None:
    assert smalltalk.reply(text) is None
