"""Tells a message that asks what articles may say from talk among people, where nobody was addressed. Pure.

A question mark decides little: "who's in?" asks, "when was the last tram run" does without. What counts is the form of
a question or request, that it is about something, and that it isn't about the people who talk: you, us, tonight.
Courtesies are courtesies.py's; whether the articles do answer is found by asking them.
"""

from __future__ import annotations

import re

from retrieval.conversation import talk_wording as wording
from retrieval.conversation.question_kind import estimate_kinds
from retrieval.text.courtesies import classify_courtesy
from retrieval.text.english import DETERMINERS, QUALIFIERS, QUESTION_WORDS, STOP_WORDS, TIME_WORDS, WEEKDAYS
from retrieval.text.keywords import get_zipf_frequency
from retrieval.text.languages import is_foreign
from retrieval.text.politeness import strip_courtesies

LONGEST = 2_000
"""Characters of a message that are looked at."""
COMMONEST = 5.9
"""Zipf frequency from which on a word alone says nothing of what is asked about: thing, people, want."""
FAR = 6
"""Words within which "how" has its verb: "how far from the coast did"."""
FEWEST_WORDS = 2
"""Words that say what is asked about, in a text that has only a question mark to show that it asks."""
SURE = 0.7
"""Probability from which on the kind that a message would have as a question says that it is one: of 133 messages that
are talk none reaches it, of those that ask for a list, a summary and the like nine in ten do."""
SURER, LONG = 0.9, 15
"""The same for what ends like a statement, or has so many words: sentences of articles look like requests as well."""
TELLING_NOTHING = frozenset({"fact", "smalltalk", "unclear"})
"""Kinds that any statement may look like."""

_CODE = re.compile(r"```.*?```|`[^`\n]*`|\|\|.*?\|\|", re.DOTALL)
_LINK = re.compile(r"<?\bhttps?://\S+")
_QUOTED_LINE = re.compile(r"^\s*>.*$", re.MULTILINE)
_ICON = re.compile(r"<a?:\w+:\d+>|:\w+:|[\u2190-\u2bff\U0001f000-\U0001faff\u200d\ufe0f]")
_COMMAND = re.compile(r"[/!$.][a-z]\w*")
_WORD = re.compile(r"\w+(?:['’.&-]\w+)*")
_CLAUSE = re.compile(r"^(?:according to|in|on|as for|regarding|about)\b[^,?]{1,60},\s*", re.IGNORECASE)
_AUX = "is|are|was|were|do|does|did|has|have|had|can|will|would"
_PART_END = re.compile(
    r"(?<=[.!?…])\s+|\n+|\s[-–—]\s"
    rf"|,\s+(?=(?:what|how|when|where|why)(?:['’]?s|\s\w+)?\s(?:{_AUX})\b)|,\s+(?=(?:what|who|how|when|where|why)['’]s\b)"
    r"|,\s+(?=(?:do|does|did|is|are|was|were|can|which|who|what)\b[^,]*\?$)",
    re.IGNORECASE,
)
"""Where a part begins that may ask by itself: "the two versions, what's been altered"."""
_NOT_IN_NOUNS = wording.VERBS | wording.ABOUT_US | wording.MEMBERS | QUALIFIERS
_SUBJECTS = DETERMINERS | wording.ANYBODY | {"he", "she", "it", "they", "there", "i", "we"}
_NO_TOPICS = STOP_WORDS | QUALIFIERS | TIME_WORDS | wording.FILLERS | wording.MEMBERS | {*WEEKDAYS}


def asks_articles(text: str, *, going_on: bool = False, names: bool = True) -> bool:
    """Tell whether a message, with its lines and marks as written, asks something that articles may answer.

    `going_on` is for a conversation about articles: there, "and why?" is about what was said before. `names` says that
    what merely names something asks for it, as in a search: "history of the mill". Headings do without asking.
    """
    said = _QUOTED_LINE.sub("", _LINK.sub("", _CODE.sub("", text[:LONGEST]))).strip()
    if not said or _COMMAND.match(said) or classify_courtesy(said):
        return False
    plain = " ".join(_ICON.sub(" ", said).split())
    parts = _PART_END.split(said)
    if not _count_topic_words(plain):
        return going_on and any(map(_goes_on, parts))
    return (names and _has_telling_kind(said, plain)) or any(_asks(part, names=names) for part in parts)


def _goes_on(part: str) -> bool:
    """Tell whether a sentence asks about what was said before."""
    words = _list_words(_strip_opening(part))
    idle = wording.IDIOM.match(_strip_opening(part)) or wording.LAUGHTER.search(part)
    return bool(words) and part.rstrip().endswith("?") and not idle and not {*words} & wording.MEMBERS


def _has_telling_kind(said: str, plain: str) -> bool:
    """Tell whether a message asks for a list, a summary, the news and the like."""
    if wording.LAUGHTER.search(said) or wording.PLACE.search(plain):
        return False
    kind, probability = max(estimate_kinds(plain).items(), key=lambda each: each[1])
    long = plain.endswith(".") or plain.count(" ") >= LONG
    return probability >= (SURER if long else SURE) and kind not in TELLING_NOTHING


def _asks(part: str, *, names: bool) -> bool:
    """Tell whether a sentence asks."""
    if wording.LAUGHTER.search(part) or wording.PLACE.search(part):
        return False
    given = wording.KNOWS.sub("", _ICON.sub(" ", part).strip())
    opened = _strip_opening(given)
    core = _strip_opening(strip_courtesies(opened))
    marked = given.rstrip("\"'”’) ").endswith("?")
    words = _list_words(core)
    if not words or classify_courtesy(core) or wording.IDIOM.match(core):
        return False
    if is_foreign(core) or wording.FOREIGN_QUESTION.match(core) or wording.FOREIGN_KNOWS.match(core):
        return _asks_in_other_language(core, marked=marked)
    if wording.REQUEST.match(core):
        return not wording.MEMBERS & {*words[3:]}
    if _is_about_people(core, words):
        return False
    framed = words[0] in wording.ASKING_WORDS and not opened.lower().startswith(words[0])
    if wording.OF_SOMETHING.match(core) and not {*words} & _NOT_IN_NOUNS:
        return (names or marked) and _count_topic_words(core) >= FEWEST_WORDS
    return framed or _opens_question(words, marked=marked) or (marked and _states_something(given, words))


def _list_words(text: str) -> list[str]:
    """Return the words in lower case, but for the US, which are not us."""
    return [word if word == "US" else word.lower().replace("’", "'") for word in _WORD.findall(text)]


def _strip_opening(text: str) -> str:
    """Take off what only leads to a question: "ok so", "according to the paper,"."""
    text = text.lstrip(" \"'“”‘(*_~-–—:,.;")
    while (word := _WORD.match(text)) and word.group().lower() in wording.FILLERS and word.end() < len(text):
        text = text[word.end() :].lstrip(" ,:;.!-–—")
    clause = _CLAUSE.match(text)
    return text[clause.end() :] if clause else text


def _opens_question(words: list[str], *, marked: bool) -> bool:
    """Tell whether words have the form of a question: one that asks, or a verb before its subject."""
    if len(words) > 2 and words[0] in wording.OPENING_PREPOSITIONS and words[1] in wording.ASKING_WORDS:
        words = words[1:]
    first, rest = words[0], words[1:]
    if wording.CONTRACTED.match(first) or first in wording.ASKING_WORDS - QUESTION_WORDS:
        return bool(rest)
    if first in QUESTION_WORDS:
        return bool(rest) and _continues_question(first, rest, marked=marked)
    if wording.NEGATED_VERB.match(first):
        return bool(rest) and marked and rest[0] not in {"it", "that", "this", "we"}
    if first in wording.VERBS and rest:
        return _is_subject(first, rest, marked=marked)
    return False


def _continues_question(first: str, rest: list[str], *, marked: bool) -> bool:
    following = rest[0]
    has_verb = any(word in wording.VERBS or wording.NEGATED_VERB.match(word) for word in rest[:FAR])
    if first in {"who", "whom", "whose", "which", "what"}:
        # "What they don't tell you is", "which is why": a clause, whose subject comes before its verb.
        clause = following in {"i", "you", "we", "they", "he", "she", "it", "people", "nobody", "everybody"}
        return not clause and (marked or following not in {"a", "an", "ever"})
    if first == "how":
        if following in wording.DEGREES or following in wording.VERBS:
            return True
        return has_verb and following not in DETERMINERS and following not in wording.ABOUT_US
    # "When I was a kid", "where I live", "why she left": a clause as well.
    return (
        following in wording.VERBS
        or bool(wording.NEGATED_VERB.match(following))
        or (has_verb and following in {"else", "exactly"})
    )


def _is_subject(verb: str, rest: list[str], *, marked: bool) -> bool:
    """Tell whether a subject follows a verb: "did the council", not "did my best", "can do" or "was great"."""
    following = rest[0]
    if len(rest) < FEWEST_WORDS or following in {"be", "not", "been", "it's", "to", "just", "so", "as"}:
        return False
    if marked or (
        verb in wording.THIRD_PERSON_VERBS and len(rest) > FEWEST_WORDS and following not in wording.ABOUT_US
    ):
        return True
    if verb in {"have", "do", "had"} and following in DETERMINERS | {"it", "whatever"}:
        return False
    named = following in _SUBJECTS or following[0].isdigit()
    return named or (following.endswith("s") and not following.endswith("ss"))


def _is_about_people(core: str, words: list[str]) -> bool:
    """Tell whether a question is about those who talk, whom articles don't know."""
    said, soon = {*words}, bool(wording.SOON.search(core))
    members = said & wording.MEMBERS
    if wording.OPINION_ASKED.search(core):
        return True
    if wording.GENERIC.match(core):
        return "even" in said or bool(members - wording.MAYBE_ANYBODY) or (soon and "we" in said)
    if members - wording.MAYBE_ANYBODY or (members and not wording.CONDITION.search(core)):
        return True
    if said & wording.ANYBODY:
        # Of anybody in the past articles may tell, "was anyone hurt?", and of something that has a name.
        named = any(word[0].isupper() for word in _WORD.findall(core)[1:])
        told = words[0] in {"did", "was", "were", "had"} or "been" in said or named
        return soon or bool(said & wording.ABOUT_US) or not told
    if own := said & wording.ABOUT_US:
        fewest = FEWEST_WORDS if own & wording.SEVERAL_OF_US else 1
        return soon or bool(wording.AMONG_US.match(core)) or _count_topic_words(core) < fewest
    # "Who's driving on Saturday?" is about us where nothing else is named.
    return soon and _count_topic_words(wording.SOON.sub("", core)) < FEWEST_WORDS


def _states_something(given: str, words: list[str]) -> bool:
    """Tell whether what has a question mark alone is about something: "mayor's salary?", "the curfew ended, right?"."""
    if wording.NEGATED_VERB.match(words[0]) and words[1:2] != ["the"]:
        return False
    own = _count_topic_words(given)
    if tag := wording.TAG.search(given):
        stated = _WORD.findall(given[: tag.start()].lower())
        told = own > FEWEST_WORDS or any(word in wording.VERBS or word.endswith("ed") for word in stated)
        return own >= FEWEST_WORDS and told
    return own >= FEWEST_WORDS and len(words) >= FEWEST_WORDS and words[0] not in {"wait", "omg", "seriously", "really"}


def _asks_in_other_language(core: str, *, marked: bool) -> bool:
    known = wording.FOREIGN_KNOWS.sub("", core, count=1).lstrip(" ,")
    if wording.FOREIGN_QUESTION.match(known):
        return not wording.FOREIGN_MEMBERS.search(known) and len(_WORD.findall(known)) > 2
    return marked and not wording.FOREIGN_MEMBERS.search(core) and len(_WORD.findall(core)) > 3


def _count_topic_words(text: str) -> int:
    """Return how many words of a text say what it is about."""
    return sum(1 for word in _WORD.findall(text) if _is_topic(word))


def _is_topic(word: str) -> bool:
    lowered = word.lower().replace("’", "'")
    plain = lowered.split("'")[0]
    if wording.NEGATED_VERB.match(lowered) or plain in _NO_TOPICS or len(plain) == 1:
        return False
    return get_zipf_frequency(plain) < COMMONEST
