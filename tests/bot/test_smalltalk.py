import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import smalltalk

HEARD = {
    "greeting": [
        "Hi",
        "hello!",
        "Hey there",
        "hello?",
        "HELLO",
        "hiiii",
        "good morning",
        "Good evening, everyone",
        "hi again :)",
        "Bonjour !",
        "¡Hola!",
        "Guten Tag",
        "Grüß Gott",
        "привет",
        "你好",
        "👋🏽",
        "hello 👋",
    ],
    "thanks": [
        "thanks",
        "Thank you!",
        "Thank you very much.",
        "ok, thanks a lot",
        "great, thanks",
        "Perfect, thank you so much!",
        "thanks for your help",
        "Thanks for the quick reply!",
        "merci beaucoup",
        "Danke schön",
        "muchas gracias",
        "Hello and thanks",
        "thank you very much, that was great!",
        "thanks, that's helpful",
        "Thanks a bunch",
        "ty",
        "cheers",
        "🙏",
    ],
    "goodbye": ["bye", "Good-bye!", "thanks, bye bye", "See you later", "au revoir", "Tschüß", "That's all, thank you"],
    "about": [
        "who are you?",
        "Hi, who are you?",
        "What can you do",
        "help",
        "Help!",
        "hello, can you help me?",
        "who made you?",
    ],
    "wellbeing": ["How are you?", "hi, how’s it going?", "Hey! What's up?", "how are you doing today?"],
    "assent": ["ok", "Okay.", "got it", "I see", "👍", "great", "Cool", "good answer", "lol", "sorry"],
}

ASKED = [
    "",
    "   ",
    "?",
    "…",
    "hi, where did the talks take place?",
    "Thanks, and who is he?",
    "thanks, when was that?",
    "hello world program history",
    "hello world",
    "Hello Kitty",
    "hi-fi",
    "good morning Vietnam",
    "Thank You for Smoking",
    "thanks for the tariffs",
    "who are you talking about?",
    "who are the greeters",
    "what is this?",
    "how does it work?",
    "help for farmers",
    "what can China do",
    "Nice",
    "who made you angry, China?",
    "sorry state of the ferries",
    "and",
    "there",
    "all",
    "no",
    "China",
    "Blinken",
    "bonjour tristesse",
    "danke merkel",
    "okay what did Xi say",
    "hi\nwhere were the talks held",
    "goodbye lenin",
    "hello " * 30,
]


@pytest.mark.parametrize(("text", "kind"), [(text, kind) for kind, texts in HEARD.items() for text in texts])
def test_small_talk_gets_the_reply_of_its_kind(text: str, kind: str) -> None:
    assert smalltalk.classify_smalltalk(text) == kind
    assert smalltalk.reply(text) == smalltalk.REPLIES[kind]


@pytest.mark.parametrize("text", ASKED)
def test_what_asks_something_is_no_small_talk(text: str) -> None:
    assert smalltalk.reply(text) is None


@pytest.mark.parametrize(("kind", "phrases"), smalltalk.PHRASES.items())
def test_every_phrase_is_heard(kind: str, phrases: str) -> None:
    assert {smalltalk.classify_smalltalk(phrase.title()) for phrase in phrases.split("|")} == {kind}


@given(st.text())
def test_any_text_can_be_listened_to(text: str) -> None:
    assert smalltalk.classify_smalltalk(text) in {"", *smalltalk.REPLIES}


def test_long_texts_are_judged_at_once() -> None:
    assert smalltalk.reply("hi " * 1_000_000) is None
    assert smalltalk.reply("oh " * 26) is None
