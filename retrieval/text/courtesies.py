"""Greetings, thanks, praise and goodbyes: tells what asks nothing, or nothing of the articles, from questions. Pure.

A text is a courtesy when nothing is left of it after its phrases: "hi there" is, "hi, where were the talks?" is not. A
word that may be a topic by itself ("Nice" is a city) counts beside another phrase only. Replies are left to front ends.
"""

from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 80
"""Characters of a courtesy at most: whoever writes more has something to say."""

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
        "cheers mate|i appreciate it|that helps|that helped|that was helpful|that's helpful|very helpful"
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
        "ok|okay|all right|alright|got it|i see|understood|never mind|nevermind|no thanks|no thank you|you're welcome"
        "|well done|lol|haha|sorry|👍|👌"
    ),
}
"""The phrases of each kind, the most telling kind first: "hi, who are you?" asks who."""

ASKING = frozenset({"about", "wellbeing"})
"""Kinds that ask something, though not of the articles."""

COMPANIONS = (
    "there|all|everyone|everybody|bot|clippings|friend|my friend|folks|team|again|and|oh|well|please|so|then|too|yes|no"
    "|for now|for today|mate|nice|fine"
)
"""What goes with a phrase and is none alone."""

_THANKS = (
    "(?:many |a lot of )?(?:thanks|thank you|thank u|thankyou|thx|ty|tysm|cheers|much appreciated) "
    "(?:(?:very much|so much|kindly|indeed|a (?:lot|bunch|million|ton)) )?"
    r"(?:for (?:that|this|helping|everything|your (?:\w+ )?\w+"
    "|(?:the|that|this|all the) (?:quick )?"
    "(?:help|answers?|reply|info|information|details|explanation|clarification|summary|update)) )?"
)
_THAT_IS = "(?:that|this|it)(?:'s| is| was) "
_HOW = "(?:very|really|so|quite|most) "
_GOOD = (
    "(?:great|cool|good|perfect|wonderful|awesome|excellent|amazing|brilliant|super|helpful|useful|interesting|clear) "
)
_NICE = "(?:nice|fine) "  # a city and a penalty as well
_ANSWER = "(?:answer|one|job|work|stuff) "
_PRAISE = (
    f"(?:{_THAT_IS}(?:{_HOW})*|(?:{_HOW})+)(?:{_GOOD}|{_NICE})(?:{_ANSWER})?|{_GOOD}(?:{_ANSWER})?|{_NICE}{_ANSWER}"
)


def _join(phrases: str) -> str:
    """Return the alternatives, each followed by a space, the longest first."""
    folded = unicodedata.normalize("NFC", phrases.casefold())
    return "|".join(f"{phrase} " for phrase in sorted(folded.split("|"), key=len, reverse=True))


_PATTERNS = {kind: _join(phrases) for kind, phrases in PHRASES.items()}
_PATTERNS["thanks"] += f"|{_THANKS}"
_PATTERNS["assent"] += f"|{_PRAISE}"
_COURTESY = re.compile(
    "(?:" + "|".join([*(f"(?P<{kind}>{phrases})" for kind, phrases in _PATTERNS.items()), _join(COMPANIONS)]) + ")+"
)
_TOKEN = re.compile(r"[\w']+|[👋🙏👍👌]")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")


def classify_courtesy(text: str) -> str:
    """Return the kind of courtesy a text is, a key of PHRASES, or nothing when it asks or tells something else."""
    found = _COURTESY.fullmatch(_list_words(text))
    return next((kind for kind in PHRASES if found and found[kind]), "")


def is_courtesy(text: str) -> bool:
    """Return whether a text in a conversation thanks, praises or greets, and asks nothing; there, "Nice" is praise."""
    return classify_courtesy(text) not in {"", *ASKING} or bool(re.fullmatch(_NICE, _list_words(text)))


def strip_courtesies(text: str) -> str:
    """Return a question without the greeting, thanks and polite frame around it; a text of nothing else as it is."""
    return text


def _list_words(text: str) -> str:
    """Return the words of a text, each with a blank after it; nothing of one that is longer than a courtesy."""
    if len(text) > MAX_CHARACTERS:
        return ""
    folded = unicodedata.normalize("NFC", text.casefold()).replace("’", "'")
    return "".join(f"{word} " for word in _TOKEN.findall(_DRAWN_OUT.sub(r"\1", folded)))
