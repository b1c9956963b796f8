"""Greetings, thanks and goodbyes: a short human reply for what asks nothing. Pure; knows no front end and no model.

A text is small talk when nothing is left of it after its pleasantries: "hi there" is, "hi, where were the talks?" is
not. A word that may be a topic by itself ("Nice", "Cheers") counts beside a pleasantry only.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 80
"""Characters of small talk at most: whoever writes more has something to say."""

REPLIES = {
    "about": (
        "I answer questions from an archive of articles, in the articles' words and with their sources. "
        "When they do not say, I say so. Ask who, what, where, when or why."
    ),
    "goodbye": "Goodbye!",
    "thanks": "You're welcome. Ask on whenever you like.",
    "wellbeing": "Well, thank you! What would you like to know from the articles?",
    "greeting": "Hello! Ask me anything about the articles.",
    "assent": "Good. What else would you like to know?",
}
"""The reply to each kind, the most telling kind first: "hi, who are you?" asks who."""

PHRASES = {
    "about": (
        "help|help me|help please|please help|who are you|what are you|who is this|what is your name|what's your name"
        "|what can you do|what can you do for me|what do you do|what do you know|what can i ask|what can i ask you"
        "|what can i do here|how do you work|how can you help|how can you help me|can you help|can you help me"
        "|who made you|who built you|who created you|who wrote you|who is behind you"
        "|are you a bot|are you a robot|are you human|are you a human|are you an ai|are you real"
        "|wer bist du|was kannst du|qui es tu|qui êtes vous|quién eres|chi sei"
    ),
    "goodbye": (
        "bye|bye bye|goodbye|good bye|good night|see you|see ya|see you later|see you soon|see you tomorrow"
        "|talk to you later|take care|farewell|have a nice day|have a good day|that's all|that is all"
        "|au revoir|à bientôt|bonne nuit|adiós|adios|hasta luego|hasta la vista|tschüss|auf wiedersehen|bis bald"
        "|gute nacht|arrivederci|buona notte|tchau|até logo|до свидания|再见|さようなら"
    ),
    "thanks": (
        "thanks|thank you|thank u|thankyou|thx|ty|tysm|many thanks|thanks a bunch|thanks a ton|cheers|cheers mate"
        "|thanks a lot|thanks a million|thanks so much"
        "|thank you so much|thanks very much|thank you very much|thank you kindly|much appreciated|i appreciate it"
        "|that helps|that helped|that was helpful|that's helpful|very helpful"
        "|merci|merci beaucoup|danke|danke schön|danke sehr"
        "|vielen dank|gracias|muchas gracias|grazie|grazie mille|obrigado|obrigada|muito obrigado|muito obrigada"
        "|dank je|dank je wel|bedankt|tack|tack så mycket|shukriya|спасибо|谢谢|ありがとう|ありがとうございます|شكرا|🙏"
    ),
    "wellbeing": (
        "how are you|how are you doing|how are you doing today|how are you today"
        "|how do you do|how's it going|how is it going|what's up"
        "|whats up|wie geht's|wie geht es dir|comment ça va|ça va|cómo estás|qué tal|come stai"
    ),
    "greeting": (
        "hi|hello|hey|hiya|howdy|yo|greetings|good day|good morning|good afternoon|good evening|nice to meet you"
        "|pleased to meet you|bonjour|bonsoir|salut|coucou|hola|buenos días|buenos dias|buenas tardes|buenas noches"
        "|hallo|guten tag|guten morgen|guten abend|moin|servus|grüß gott|ciao|buongiorno|buonasera|olá|bom dia"
        "|boa tarde|boa noite|goedemorgen|goedendag|hej|namaste|salam|salaam|assalamu alaikum|assalam o alaikum"
        "|привет|здравствуйте|你好|こんにちは|مرحبا|שלום|👋"
    ),
    "assent": (
        "ok|okay|all right|alright|got it|i see|understood|never mind|nevermind|no thanks|no thank you"
        "|great|cool|good answer|great answer|nice answer|good one|good job|well done|lol|haha|sorry|that was great"
        "|that's great|that is great|that was good|that's good|that's nice|that was nice|👍|👌"
    ),
}

COMPANIONS = (
    "there|all|everyone|everybody|bot|clippings|friend|my friend|folks|team|again|and|oh|well|please|so|then|too|yes|no"
    "|for now|for today|great|nice|cool|perfect|wonderful|awesome|excellent|brilliant|super|good|cheers|mate|lol|haha"
    "|for (?:the|your|that|this|all the|all your) (?:help|answer|answers|info|information|explanation|reply)"
    "|for (?:the|your) quick (?:help|answer|reply)"
    "|for that|for this|for helping|for everything"
)
"""What goes with a pleasantry and is none alone."""


def _join_alternatives(phrases: str) -> str:
    """Return the alternatives, each ending with a blank, the longest first."""
    folded = unicodedata.normalize("NFC", phrases.casefold())
    apart = re.split(r"\|(?![^(]*\))", folded)
    return "|".join(f"{phrase} " for phrase in sorted(apart, key=len, reverse=True))


_TOKEN = re.compile(r"[\w']+|[👋🙏👍👌]")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_SMALLTALK = re.compile(
    "(?:"
    + "|".join(
        [*(f"(?P<{kind}>{_join_alternatives(said)})" for kind, said in PHRASES.items()), _join_alternatives(COMPANIONS)]
    )
    + ")+"
)


def classify_smalltalk(text: str) -> str:
    """Return the kind of small talk a text is, a key of REPLIES, or nothing when it asks or tells something."""
    if len(text) > LONGEST:
        return ""
    folded = unicodedata.normalize("NFC", text.casefold()).replace("’", "'")
    words = "".join(f"{word} " for word in _TOKEN.findall(_DRAWN_OUT.sub(r"\1", folded)))
    found = _SMALLTALK.fullmatch(words)
    return next((kind for kind in REPLIES if found and found[kind]), "")


def reply(text: str) -> str | None:
    """Return a short reply to small talk, None for anything that asks something."""
    return REPLIES.get(classify_smalltalk(text))
