"""Greetings, thanks, praise and goodbyes: tells what asks nothing, or nothing of the articles, from questions. Pure.

A text is a courtesy when nothing is left of it after its phrases: "hi there" is, "hi, where were the talks?" is not. A
word that may be a topic by itself ("Nice" is a city) counts beside another phrase only. Courtesies around a question
are taken off by politeness.py, replies are conversation/'s.
"""

from __future__ import annotations

import re
import unicodedata

from retrieval.text.late_patterns import compile_later

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
        "|talk to you later|take care|farewell|that's all|that is all|that's it|that is it"
        "|that's all i needed|that is all i needed|that's all i wanted to know|that's what i needed|that answers it"
        "|that answers my question"
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
_GOOD_WORDS = (
    "great|cool|good|perfect|wonderful|awesome|excellent|amazing|brilliant|super|helpful|useful|interesting|clear"
)
_GOOD = f"(?:{_GOOD_WORDS}) "
_NICE = "(?:nice|fine) "  # a city and a penalty as well
_ANSWER = "(?:answer|one|job|work|stuff) "
_PRAISE = (
    f"(?:{_THAT_IS}(?:{_HOW})*|(?:{_HOW})+)(?:{_GOOD}|{_NICE})(?:{_ANSWER})?|{_GOOD}(?:{_ANSWER})?|{_NICE}{_ANSWER}"
)

_WISH = (
    "(?:have|enjoy|i wish you|wish you|wishing you) (?:a |an |the |your )?"
    "(?:(?:very |really )?(?:nice|good|lovely|great|pleasant|wonderful|happy|fine|relaxing) )?(?:rest of your )?"
    "(?:day|evening|morning|afternoon|night|week|weekend|time|one|holiday|holidays) (?:ahead |everyone |all |too )*"
)


def join_phrases(phrases: str) -> str:
    """Return a pattern of the phrases, which `|` separates, each followed by a space, the longest first."""
    return "|".join(f"{phrase} " for phrase in sorted(split_phrases(phrases), key=len, reverse=True))


def split_phrases(phrases: str) -> list[str]:
    """Return the phrases, which `|` separates, as list_words writes them."""
    return unicodedata.normalize("NFC", phrases.casefold()).split("|")


PATTERNS = {kind: join_phrases(phrases) for kind, phrases in PHRASES.items()}
"""A pattern of the phrases of each kind, in words as list_words returns them."""
PATTERNS["thanks"] += f"|{_THANKS}"
PATTERNS["assent"] += f"|{_PRAISE}"
PATTERNS["goodbye"] += f"|{_WISH}"
_COURTESY = compile_later(
    "(?:"
    + "|".join([*(f"(?P<{kind}>{phrases})" for kind, phrases in PATTERNS.items()), join_phrases(COMPANIONS)])
    + ")+"
)
OPENINGS = (
    *(f"{phrase} " for phrases in (*PHRASES.values(), COMPANIONS) for phrase in split_phrases(phrases)),
    *("many ", "a lot of ", "thank", "thx ", "ty ", "tysm ", "cheers ", "much appreciated "),
    *("that's ", "that is ", "that was ", "this's ", "this is ", "this was ", "it's ", "it is ", "it was "),
    *("very ", "really ", "so ", "quite ", "most ", "nice ", "fine "),
    *(f"{word} " for word in _GOOD_WORDS.split("|")),
    *("have ", "enjoy ", "i wish you ", "wish you ", "wishing you "),
)
"""How the texts that the patterns match begin: what begins otherwise need not be held against them."""
TOKEN = re.compile(r"[\w']+|[👋🙏👍👌]")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")


def classify_courtesy(text: str) -> str:
    """Return the kind of courtesy a text is, a key of PHRASES, or nothing when it asks or tells something else."""
    words = list_words(text) if len(text) <= MAX_CHARACTERS else ""
    found = _COURTESY.fullmatch(words) if words.startswith(OPENINGS) else None
    return next((kind for kind in PHRASES if found and found[kind]), "")


def is_courtesy(text: str) -> bool:
    """Return whether a text in a conversation thanks, praises or greets, and asks nothing; there, "Nice" is praise."""
    return classify_courtesy(text) not in {"", *ASKING} or bool(re.fullmatch(_NICE, list_words(text[:MAX_CHARACTERS])))


def list_words(text: str) -> str:
    """Return the words of a text as patterns here read them: in lower case, each with a blank after it."""
    folded = unicodedata.normalize("NFC", text.casefold()).replace("’", "'")
    return "".join(f"{word} " for word in TOKEN.findall(_DRAWN_OUT.sub(r"\1", folded)))
