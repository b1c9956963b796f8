"""A question as a polite person writes it -> the question alone. Pure.

Greetings, thanks, apologies, @names, emoji and quoted lines stand beside a question, and a break or the question's
first word parts them from it; a frame such as "I was wondering who" is taken off by question_frames.py. What may be a
topic stays: "Tell me about the Hello Kitty museum", "Who said please?".
"""

from __future__ import annotations

import re

from retrieval.text.courtesies import (
    COMPANIONS,
    OPENINGS,
    PATTERNS,
    PHRASES,
    TOKEN,
    classify_courtesy,
    join_phrases,
    list_words,
    split_phrases,
)
from retrieval.text.english import AUXILIARIES, PREPOSITIONS, QUESTION_WORDS, STOP_WORDS
from retrieval.text.late_patterns import compile_later
from retrieval.text.question_frames import strip_frame

MAX_WORDS = 16
"""Words of a courtesy beside a question, at most."""
MAX_CHARACTERS_BESIDE = 160
"""And its characters."""

PARTED_PHRASES = (
    "help|help me|help please|please help|please help me|can you help|can you help me|could you help me"
    "|maybe you can help|tell me|please tell me|tell me please|can you tell me|could you tell me|let me know"
    "|please let me know|do you know|do you know that|any idea|any ideas|anyone|anybody|anyone know|does anyone know"
    "|if you know|if you can|if you please|if possible|if you don't mind|if that's ok|if that is ok|if you have time"
    "|when you have time|by any chance|just curious|just wondering|just asking|i'm curious"
    "|asking for a friend|asap|plz|pls|in advance|btw|by the way|fyi|for your information|quick one|one thing"
    "|one more thing|another thing|one last thing|something else|on another note|on another subject|another subject"
    "|new subject|new topic|change of topic|change of subject|different topic|different subject|changing the subject"
    "|unrelated|separate question|i have a question|i have another question|can i ask something"
    "|can i ask you something|may i ask|may i ask something|new here|i'm new here|here is my question"
    "|here's my question|excuse me|pardon me|pardon|listen|look|anyway|anyways|i mean|um|uh|erm|hm|hmm"
)
"""What is only polite, or marks a new subject, where a break parts it from the question."""

_QUESTION_COMES = (
    "(?:a |an |just |one |my |another )*(?:quick |short |small |simple |silly |stupid |dumb |last |more |other "
    "|different |next |new )*question (?:for you |here |please |then )?"
)
_APOLOGY = (
    "(?:sorry|sry|apologies|excuse|pardon|forgive) (?:(?:me|us|i'm|i am|to|for|my|the|if|about|but|in|a|an|another"
    "|many|so|bad|poor|english|spelling|typos|mistakes|ignorance|rush|hurry|questions?|bother|bothering|disturb"
    "|disturbing|trouble|you|again|this|that|is|it's|are|was|late|stupid|silly|dumb|basic|obvious|all|interruption"
    "|delay|please) )*"
)
_WELL_WISH = (
    "(?:i |we )?(?:hope|trust) (?:(?:this|that|you|you're|everyone|it|your|the|message|mail|email|is|are|finds|find|all"
    "|doing|keeping|having|had|day|week|weekend|going|well|fine|good|ok|okay|great|a|in|health|spirits|safe) )+"
)
_REGARDS = (
    "(?:with |and |my |our |many )*(?:(?:best|kind|kindest|warm|warmest) )?(?:regards|wishes|greetings|yours sincerely"
    "|sincerely) (?:(?:to|from|the|whole|entire|everyone|you|all|team|staff|your|colleagues|newsroom|desk|editors?) )*"
)
_APPRECIATED = (
    "(?:any |your |all |every )*(?:help|answer|information|info|pointers?|hints?|reply|response) (?:is |are |would be "
    "|will be )?(?:very |much |greatly |really |highly )*(?:appreciated|welcome) "
    "|(?:i |i'd )?(?:would |do |really )*appreciate (?:it|your help|any help|the help) "
)
_THANKS_GO_ON = "(?:in advance|anyway|again|already) "
_AROUND = "|".join(
    [
        *(PATTERNS[kind] for kind in ("goodbye", "thanks", "wellbeing", "greeting", "assent")),
        *(join_phrases(COMPANIONS), _THANKS_GO_ON, _APOLOGY, _WELL_WISH, _REGARDS, _APPRECIATED),
    ]
)
_POLITE = compile_later(f"(?:{_AROUND})+")
_POLITE_WHERE_PARTED = compile_later(f"(?:{_AROUND}|{join_phrases(PARTED_PHRASES)}|{_QUESTION_COMES})+")
_COMPANIONS_ALONE = compile_later(f"(?:{join_phrases(COMPANIONS)}|{_THANKS_GO_ON})*")
_ADDRESSED = compile_later(
    rf"(?:dear (?:[^\W\d]+ ){{1,4}}|(?:{PATTERNS['greeting']})(?:[^\W\d]+ ){{1,2}}|(?:clippings|bot|guys|folks|team) )"
)
"""A greeting with a name."""
_ADDRESSING = (
    *("dear ", "clippings ", "bot ", "guys ", "folks ", "team "),
    *(f"{phrase} " for phrase in split_phrases(PHRASES["greeting"])),
)
"""How it begins."""
_POLITE_OPENINGS = (
    *(*OPENINGS, "in advance ", "anyway ", "again ", "already "),
    *("sorry ", "sry ", "apologies ", "excuse ", "pardon ", "forgive "),
    *("hope ", "trust ", "i hope ", "i trust ", "we hope ", "we trust "),
    *(
        "with ",
        "and ",
        "my ",
        "our ",
        "many ",
        "best ",
        "kind ",
        "kindest ",
        "warm ",
        "warmest ",
        "regards ",
        "wishes ",
    ),
    *("greetings ", "yours sincerely ", "sincerely ", "any ", "your ", "all ", "every ", "help ", "answer "),
    *("information ", "info ", "pointer", "hint", "reply ", "response ", "i ", "i'd ", "would ", "do ", "appreciate "),
)
"""How courtesies begin, besides those that a break must part from the question."""
_PARTED_OPENINGS = (
    *(f"{phrase} " for phrase in split_phrases(PARTED_PHRASES)),
    *("a ", "an ", "just ", "one ", "my ", "another ", "quick ", "short ", "small ", "simple ", "silly ", "stupid "),
    *("dumb ", "last ", "more ", "other ", "different ", "next ", "new ", "question "),
)
_CONNECTIVES = frozenset({"and", "so", "then", "no", "yes"})
"""Companions that belong to what follows them: "Thanks, and in March?"."""
_OPENS_QUESTION = (
    QUESTION_WORDS
    | AUXILIARIES
    | {"i", "i'm", "i'd", "what's", "who's", "where's", "when's", "how's", "whats"}
    | {"please", "pls", "plz", "kindly", "tell", "give", "show", "any", "just", "quick", "so"}
)

_EMOJI = r"[\u200d\ufe0f\u2190-\u2bff\U0001f000-\U0001faff]"
_SMILEY = r"(?:[:;=]-?[)D(Pp]|<3|\^\^|xD)"
_BREAK = compile_later(rf"[,.!?:;…–—\n]|--|\s-|{_EMOJI}|{_SMILEY}(?:\s|$)")
_END_MARKS = compile_later(r"['\"”’)\]]*[?.!…]*")
_MENTION = compile_later(r"<(?:@[!&]?|a?:\w+:)\d+>[,:;!]?")
_BEFORE = compile_later(rf"(?:\s|{_EMOJI}|{_SMILEY}(?=\s)|@[\w.-]+[,:;!]?(?=\s)|[!?.,;:–-]+(?=\s))+")
_AFTER = compile_later(rf"(?:\s|{_EMOJI}|\s{_SMILEY})+$|(?<=[?.!,])(?:\s|{_EMOJI})*(?:@[\w.-]+|{_SMILEY})$")
_UNPARTED_END = compile_later(
    r"(?P<before>[\w’']+(?P<comma>,)?)\s+(?:please|pls|plz|thx|ty|tysm|thanks(?: (?:a lot|in advance|so much))?"
    r"|thank (?:you|u)(?: (?:very much|so much|in advance))?)(?P<marks>[?.!…]*)$",
    re.IGNORECASE,
)
_MENTIONED = PREPOSITIONS | {
    *("say", "said", "says", "saying", "give", "gave", "given", "giving", "called", "mean", "means"),
    *("word", "words", "the", "no", "and", "or", "to"),
}
"""Words after which "please" and "thanks" are what is asked about."""
_LOOSE_COMMA = compile_later(r"\s*[,;:–—-]+\s*(?=[?.!…]*$)")
_MANY_MARKS = compile_later(r"[?!]*\?[?!]*$")
_NO_APOSTROPHE = compile_later(
    r"(?<![\w'’-])(?:(what|who|where|when|how|that|there)(s)|((?:do|does|did|is|are|was|were|has|have|had|could|should|would)n)(t))"
    r"(?![\w'’-])",
    re.IGNORECASE,
)
"""A contraction as it is typed in a hurry."""


def strip_courtesies(text: str) -> str:
    """Return a question on one line without what is only polite, a shouted one in normal case.

    A text of nothing else stays as it is.
    """
    given = " ".join(text.split())
    if classify_courtesy(given):
        return given
    core = " ".join(_drop_quoted_lines(text).split())
    core = core.lower() if _is_shouted(core) else core
    before = None
    while core != before:
        before = core
        core = strip_frame(_strip_end(_strip_beginning(_strip_names(core))))
    core = _MANY_MARKS.sub("?", _LOOSE_COMMA.sub("", core))
    core = _NO_APOSTROPHE.sub(r"\1\3'\2\4", core)
    if core == given or not re.search(r"\w", core):
        return given
    if core.split()[0].casefold() in QUESTION_WORDS | AUXILIARIES and not core.endswith("?"):
        core = core.rstrip(".!… ") + "?"
    return core[0].upper() + core[1:]


def _drop_quoted_lines(text: str) -> str:
    own = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(">"))
    return own if re.search(r"\w", own) else text


def _is_shouted(text: str) -> bool:
    """Say whether a text is in capitals throughout and more than names: some of its words are no topic."""
    words = [word.strip("?!.,") for word in text.lower().split()]
    return text.isupper() and len(words) > 2 and any(len(word) > 2 and word in STOP_WORDS for word in words)


def _strip_names(text: str) -> str:
    """Return a text without the @names and emoji around it."""
    text = _MENTION.sub(" ", text).strip()
    opening = _BEFORE.match(text)
    return _AFTER.sub("", text[opening.end() :] if opening else text).strip()


def _strip_beginning(text: str) -> str:
    """Return a text without the longest courtesy that it begins with."""
    words = list(TOKEN.finditer(text[:MAX_CHARACTERS_BESIDE]))
    for end in range(min(len(words) - 1, MAX_WORDS), 0, -1):
        last, following = words[end - 1], words[end]
        parted = bool(_BREAK.search(text, last.end(), following.start()))
        ends_here = parted or following.group().casefold() in _OPENS_QUESTION
        if ends_here and last.group().casefold() not in _CONNECTIVES:
            said = list_words(text[: last.end()])
            if _is_polite(said, parted=parted) or (parted and _is_addressed(said)):
                return text[following.start() :]
    return text


def _strip_end(text: str) -> str:
    """Return a text without the longest courtesy that it ends with; thanks and please need no break before them."""
    words = list(TOKEN.finditer(text))
    for start in range(max(1, len(words) - MAX_WORDS), len(words)):
        between = text[words[start - 1].end() : words[start].start()]
        if _BREAK.search(between) and _is_polite(list_words(text[words[start].start() :]), parted=True):
            marks = _END_MARKS.match(between)
            return text[: words[start - 1].end()] + (marks.group() if marks else "")
    closed = _UNPARTED_END.search(text)
    if closed and (closed["comma"] or closed["before"].casefold() not in _MENTIONED):
        return text[: closed.end("before")] + closed["marks"]
    return text


def _is_polite(words: str, *, parted: bool) -> bool:
    """Say whether words are nothing but courtesies; where they are parted from the question, more are."""
    if not words.startswith(_POLITE_OPENINGS) and not (parted and words.startswith(_PARTED_OPENINGS)):
        return False  # the patterns are large, and most questions begin and end otherwise
    pattern = _POLITE_WHERE_PARTED if parted else _POLITE
    return bool(pattern.fullmatch(words)) and not _COMPANIONS_ALONE.fullmatch(words)


def _is_addressed(words: str) -> bool:
    """Say whether words greet somebody by name."""
    return words.startswith(_ADDRESSING) and bool(_ADDRESSED.fullmatch(words))
