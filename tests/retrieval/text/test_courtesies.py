"""What thanks, praises, greets or takes leave, and what asks something with such words around it or in it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.text import courtesies
from retrieval.text.courtesies import ASKING, OPENINGS, PHRASES, classify_courtesy, is_courtesy

COURTESIES = {
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
        "thanks a lot",
        "thanks a ton",
        "thanks a million",
        "Thanks so much!",
        "many thanks",
        "Many thanks indeed",
        "a lot of thanks",
        "thank u",
        "thankyou",
        "thx",
        "tysm",
        "thank you again",
        "thank you kindly",
        "Thanks very much!",
        "much appreciated",
        "thanks for that",
        "Thank you for your patience.",
        "thanks for the clarification",
        "Thank you, that is wonderful",
        "quite clear, thanks",
        "that was helpful",
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
    "assent": [
        *("ok", "Okay.", "got it", "I see", "👍", "great", "Cool", "good answer", "lol", "sorry", "You’re welcome!"),
        *("that is wonderful", "That was great!", "that’s nice", "it is very useful", "this is really helpful"),
        *(
            "Wonderful!",
            "Perfect.",
            "very interesting",
            "so nice",
            "nice one",
            "Amazing answer",
            "great job",
            "that's fine",
        ),
    ],
}

QUESTIONS = [
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
    "fine",
    "Nice football club",
    "How nice is Nice?",
    "that is wonderful, but who paid for it?",
    "Great, and where did the talks take place?",
    "What was great about the great fire?",
    "great fire of London",
    "thanks to whom was the bridge saved?",
    "Is it clear who won?",
    "it is clear that nobody won",
    "Perfect storm",
    "good one-day matches",
    "thank you for the music lyrics",
    "ok, thank you. When was that?",
    "please tell me who signed",
    "Hello! What is the goal of the visit?",
    "Who said thank you?",
    "hi, is that useful for farmers?",
    "a lot of help for farmers",
    "hello " * 30,
]


@pytest.mark.parametrize(("text", "kind"), [(text, kind) for kind, texts in COURTESIES.items() for text in texts])
def test_a_courtesy_is_of_its_kind(text: str, kind: str) -> None:
    assert classify_courtesy(text) == kind
    assert is_courtesy(text) == (kind not in ASKING)


@pytest.mark.parametrize("text", QUESTIONS)
def test_what_asks_something_is_no_courtesy(text: str) -> None:
    assert classify_courtesy(text) == ""
    assert is_courtesy(text) == (text in ("Nice", "fine"))


@pytest.mark.parametrize(("kind", "phrases"), PHRASES.items())
def test_every_phrase_is_known(kind: str, phrases: str) -> None:
    assert {classify_courtesy(phrase.title()) for phrase in phrases.split("|")} == {kind}


@given(st.text())
def test_any_text_can_be_classified(text: str) -> None:
    assert classify_courtesy(text) in {"", *PHRASES}


@pytest.mark.parametrize("phrase", ["hi ", "oh ", "bye ", "so ", "very good ", "that is ", "thank you "])
def test_long_texts_are_classified_at_once(phrase: str) -> None:
    assert classify_courtesy(phrase * 1_000_000) == ""
    assert classify_courtesy((phrase * 80)[:78] + "x") == ""


@given(st.from_regex(courtesies._COURTESY.pattern, fullmatch=True))
@settings(max_examples=50)
def test_every_courtesy_begins_as_courtesies_do(words: str) -> None:
    assert words.startswith(OPENINGS)
