"""What is left of a question without the politeness around it, and what is never taken for politeness."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.text import politeness, question_frames
from retrieval.text.politeness import strip_courtesies
from tests.retrieval.text.test_courtesies import COURTESIES

BAKER = "Who is the baker of Ness?"

POLITE = [
    "Hi! Who is the baker of Ness?",
    "hey there, who is the baker of Ness?",
    "hello who is the baker of Ness",
    "Hey bot, I was wondering who the baker of Ness is",
    "Hi, can you tell me who the baker of Ness is? Thanks!",
    "Good morning everyone! Could you please tell me who the baker of Ness is?",
    "Dear editors,\nI would like to know who the baker of Ness is.\nKind regards",
    "Do you happen to know who the baker of Ness is?",
    "Would you be so kind as to tell me who the baker of Ness is? Thank you in advance",
    "I'd be grateful if you could tell me who the baker of Ness is",
    "@Clippings who is the baker of Ness?",
    "<@!1234567890> who is the baker of Ness",
    "Clippings, who is the baker of Ness?",
    "👋 who is the baker of Ness??? 🙏🙏",
    "who is the baker of Ness, please?",
    "who is the baker of Ness pls",
    "who is the baker of Ness thx",
    "Quick question: who is the baker of Ness?",
    "sorry to bother you again, but who is the baker of Ness?",
    "Excuse my English. Who is the baker of Ness?",
    "I hope you are well. Who is the baker of Ness? Best wishes to the team",
    "ok thanks. One more thing: who is the baker of Ness?",
    "Does anybody know who the baker of Ness is? Any help is appreciated!",
    "My question is: who is the baker of Ness? Have a nice day :)",
    "who is the baker of Ness, if you don't mind? asking for a friend lol",
    "> bread is dear\n> everywhere\nwho is the baker of Ness?",
    "Hello Nora! Who is the baker of Ness?",
]

UNTOUCHED = [
    "Tell me about the Hello Kitty museum",
    "Hello Kitty opens where?",
    "Thanks to whom was the bridge saved?",
    "Who said 'please'?",
    "Who said please?",
    "What did she give thanks for?",
    "What does the word thanks mean?",
    "Please Please Me was released when?",
    "Good morning Vietnam release date",
    "Great fire of London",
    "Nice, France",
    "Can you pay with a card on the ferry?",
    "Would the mayor tell me?",
    "Who asked what the question was?",
    "And in March?",
    "No, I meant the festival",
    "NATO GDP UK",
    "> only a quoted line",
    "tariffs",
    "",
    "?!",
]


@pytest.mark.parametrize("text", POLITE)
def test_politeness_changes_nothing(text: str) -> None:
    assert strip_courtesies(text).casefold() == BAKER.casefold()


@pytest.mark.parametrize("text", UNTOUCHED)
def test_words_of_the_topic_stay(text: str) -> None:
    assert strip_courtesies(text) == text


@pytest.mark.parametrize("text", [text for texts in COURTESIES.values() for text in texts])
def test_a_text_of_nothing_but_courtesy_stays_as_it_is(text: str) -> None:
    assert strip_courtesies(text) == text


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("I was wondering whether the ferry is late", "Is the ferry late?"),
        ("Any idea why the fair was cancelled?", "Why was the fair cancelled?"),
        ("Let me know how old the captain is", "How old is the captain?"),
        ("Can you tell me what the captain said?", "What the captain said?"),
        ("Do you know if it rained", "It rained?"),
        ("I wonder, if it isn't too much trouble, whether the ferry has sailed", "Has the ferry sailed?"),
        ("Could you tell me which of the men who were hurt has died?", "Which of the men who were hurt has died?"),
        ("I'd like to know more about the ferry", "Tell me about the ferry"),
        ("Could you please summarise the article on the ferry?", "Summarise the article on the ferry"),
        ("please give me the events in order", "Give me the events in order"),
        ("Thanks, and in March?", "And in March?"),
        ("whats the latest on the ferry", "What's the latest on the ferry"),
        ("Why didnt the ferry sail?", "Why didn't the ferry sail?"),
        ("HOW MANY SHIPS SANK IN THE STORM?!", "How many ships sank in the storm?"),
    ],
)
def test_what_a_frame_held_becomes_a_question(text: str, asked: str) -> None:
    assert strip_courtesies(text) == asked


@given(st.text())
def test_any_text_gives_a_question_or_stays(text: str) -> None:
    assert strip_courtesies(text) or not text.strip()


@pytest.mark.parametrize(
    "phrase", ["hi ", "please ", "tell me ", "can you ", "if it ", "sorry to ", "> ", "🙏 ", "thanks, "]
)
def test_long_texts_take_no_longer(phrase: str) -> None:
    assert strip_courtesies(phrase * 500 + "who won?")


@given(st.from_regex(politeness._POLITE_WHERE_PARTED.pattern, fullmatch=True))
@settings(max_examples=50)
def test_all_that_is_polite_begins_as_it_is_looked_for(words: str) -> None:
    assert words.startswith(politeness._POLITE_OPENINGS + politeness._PARTED_OPENINGS)


@given(st.from_regex(politeness._POLITE.pattern, fullmatch=True))
@settings(max_examples=50)
def test_what_needs_no_break_begins_as_it_is_looked_for(words: str) -> None:
    assert words.startswith(politeness._POLITE_OPENINGS)


@given(st.from_regex(politeness._ADDRESSED.pattern, fullmatch=True))
@settings(max_examples=50)
def test_whoever_is_greeted_is_addressed_first(words: str) -> None:
    assert words.startswith(politeness._ADDRESSING)


@pytest.mark.parametrize("pattern", [*question_frames._FRAMES, question_frames._ORDER.pattern])
@given(drawn=st.data())
@settings(max_examples=10)
def test_every_frame_begins_as_frames_do(pattern: str, drawn: st.DataObject) -> None:
    text = drawn.draw(st.from_regex(re.compile(rf"(?:{pattern})", re.IGNORECASE)).map(str.lstrip))

    assert question_frames._OPENS_FRAME.match(text) or not re.match(pattern, text, re.IGNORECASE)
