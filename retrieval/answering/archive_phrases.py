"""How people ask an archive about its articles: the patterns and words that questions are read with.

What a question asks then is told by archive_request.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from retrieval.text.english import (
    ARCHIVE_REQUEST_WORDS,
    ARTICLE_GENRES,
    ARTICLE_NOUNS,
    AUTHOR_NOUNS,
    AUXILIARIES,
    COLLECTION_NOUNS,
    MENTION_VERBS,
    NUMBERS,
    PUBLISHING_VERBS,
    QUALIFIERS,
    SPEECH_VERBS,
    STOP_WORDS,
    WRITING_VERBS,
)
from retrieval.text.late_patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

Wanted = Literal["articles", "count", "author", "date", "place", "authors", "months", "topics", "period", "source"]
Order = Literal["newest", "oldest", "longest", "shortest"]


def _either(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(sorted(map(re.escape, words), key=len, reverse=True))})"


def _match_any(*patterns: str, needs: Collection[str] = ()) -> re.Pattern[str]:
    """Match any of the patterns, as whole words; of what they need, one stands in every match."""
    return compile_later(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE, needs=needs)


GENRES = {word: genre for genre in ARTICLE_GENRES for word in genre}
GENRES |= dict.fromkeys(["withdraw", "withdrawn", "withdrew", "correct", "corrected"], GENRES["retraction"])
_ARTICLE, _COLLECTION, _AUTHOR = _either(ARTICLE_NOUNS), _either(COLLECTION_NOUNS), _either(AUTHOR_NOUNS)
_NOUN, _MENTION, _SAY = _either(ARTICLE_NOUNS | GENRES.keys()), _either(MENTION_VERBS), _either(SPEECH_VERBS)
_ONE = [noun for noun in (*ARTICLE_NOUNS, *GENRES) if f"{noun}s" in ARTICLE_NOUNS | GENRES.keys()]
_WRITE = _either(WRITING_VERBS)
_WHICH, _IS = "(?:which|what)(?: of (?:the|your|these))?", "(?:is|are|was|were|has|have)"
_MANY = "(?:how many|number of|count(?: up| of)?|total of)(?: of)?"
_SOME = "(?:(?:the|your|all|different|distinct|other) )*"

ASKS: tuple[tuple[Wanted, re.Pattern[str]], ...] = (
    (
        "months",
        _match_any(
            r"(?:per|each|every|by|which|what) months?", rf"{_NOUN} (?:a|per) month", "monthly", needs=("month",)
        ),
    ),
    (
        "authors",
        _match_any(
            rf"(?:{_MANY}|list(?: of)?|names of|who are|name|all|by|per|each|what) {_SOME}{_AUTHOR}",
            rf"people (?:who |that )?{_WRITE}",
            rf"{_WHICH} {_AUTHOR}\b.* most",
            rf"{_WHICH} {_AUTHOR} (?:are|do|has|have|work|write for)",
            rf"who (?:has |have )?{_WRITE} (?:the )?most",
            r"who (?:writes?|reports?|works?) for",
            r"most (?:prolific|productive|active)",
            r"^(?:the |your )?authors$",
            needs=(*AUTHOR_NOUNS, *WRITING_VERBS, "work", "most "),
        ),
    ),
    (
        "topics",
        _match_any(
            r"(?<!on )(?<!on the )(?:topics|subjects|themes)",
            r"(?:what|which|main|most) (?:\w+ ){0,2}(?:topic|subject|theme)",
            rf"(?:kind|sort|type)s? of {_NOUN}",
            r"what do you (?:cover|write about)",
            r"(?:overview|summary|gist|outline) of (?:the |your |its )*(?:contents?|everything)$",
            rf"^(?:(?:tell|show|give) (?:me |us )?)?(?:(?:a bit |something |more )?about|(?:table of )?contents of)"
            rf" (?:this|the|your) {_COLLECTION}$",
            rf"what(?:'s| is| are| does| do) (?:in )?(?:this|the|your|these) (?:{_COLLECTION}|articles)"
            r"(?: all| mostly| mainly)*(?: about| contain| hold| cover| deal with)?(?=$|,)",
            needs=(
                *("topic", "subject", "theme", " of ", "what do you ", "about ", "content"),
                *COLLECTION_NOUNS,
                "articles",
            ),
        ),
    ),
    (
        "period",
        _match_any(
            r"stretch of time|how (?:current|recent) (?:is|are) (?:the|this|your)",
            r"(?:time )?(?:period|span|frame|range)|timespan|timeframe|date range|how far back",
            r"(?:which|what) (?:years|months)|(?:from|until|till) when|last updated|up to date",
            rf"(?:begin|start|end)s? (?:the|this|your) {_COLLECTION}|{_COLLECTION} (?:begin|start|end)s?",
            needs=(
                *(
                    "stretch of ",
                    "how current",
                    "how recent",
                    "how far",
                    "period",
                    "span",
                    "frame",
                    "range",
                    "years",
                    "months",
                    " when",
                    "date",
                ),
                *("begin", "start", "end"),
            ),
        ),
    ),
    (
        "source",
        _match_any(
            rf"{_WHICH} {_NOUN} (?:that )?(?:{_SAY}|reported|reports?|wrote|tells?|told|argue[sd]?)",
            rf"{_WHICH} {_NOUN} {_IS} (?:it|that|this) (?:{_SAY}|from|written|reported)",
            rf"{_WHICH} {_NOUN} (?:did|do) (?:you|i|they|we) (?:{_SAY}|read|see|report|claim)",
            rf"{_WHICH} {_NOUN} (?:has|have|holds?|contains?) the (?:quote|quotation|words|sentence|line|phrase)",
            r"where (?:did|have) (?:i|you|we) (?:read|see|say|report|write|seen|find)",
            r"source (?:for|of) the (?:claim|statement|quote|quotation)",
            rf"where (?:did|does|was|is) (?:the (?:quote|quotation|words|sentence|phrase|claim)|it (?:{_SAY}|written))",
            needs=("which ", "what ", "where ", "source "),
        ),
    ),
    (
        "count",
        _match_any(
            rf"{_MANY} {_SOME}(?:\w+ ){{0,2}}?{_NOUN}",
            rf"(?:how (?:big|large) is|size of) (?:the|this|your) {_COLLECTION}",
            r"how (?:often|many times)|how many (?:are|is|were|do|does|have|did|mention)",
            rf"more than one {_NOUN}",
            needs=("how ", "number of ", "count ", "total of ", "size of ", "more than one "),
        ),
    ),
    (
        "author",
        _match_any(
            rf"who(?:m|se)?\b.*\b(?:{_WRITE}|byline|did the|made it)|by whom|whose",
            rf"{_WHICH} {_AUTHOR}|{_AUTHOR} (?:of|is|was|and)|(?:and|the|name of the) {_AUTHOR}",
            rf"who(?:'s| is| was) (?:(?:it|that|this) by|(?:the )?{_AUTHOR})",
            r"did .{2,60} write (?:the|that|this) .+",
            needs=("who", *AUTHOR_NOUNS, "write "),
        ),
    ),
    (
        "date",
        _match_any(
            r"when|how (?:old|recent) (?:is|are|was)|(?:what|which) (?:day|date|year|month)",
            r"dates? (?:of|and|is|was|has)|and dates?|since when",
        ),
    ),
    (
        "place",
        _match_any(
            r"where (?:was|were|is|are|did|has|can|do|does)",
            rf"{_WHICH} (?:{_COLLECTION}|publications?|website|site|source)",
            r"(?:link|url|address|source) (?:to|of|for)",
            needs=("where ", "which ", "what ", "link", "url", "address", "source"),
        ),
    ),
)
"""What is wanted, and how that is asked for, in order of precedence; what fits none asks for articles."""

_FIRSTS: Mapping[Order, str] = {
    "longest": "longest|lengthiest|biggest",
    "shortest": "shortest|briefest",
    "newest": "newest|latest|most recent(?:ly)?|last",
    "oldest": "oldest|earliest|first|original(?:ly)?",
}
_IN_FIRSTS = ("est", "recent", "last", "first", "original")
ORDERS = {order: _match_any(pattern, needs=_IN_FIRSTS) for order, pattern in _FIRSTS.items()}
_FIRST, _NUMERAL = "|".join(_FIRSTS.values()), rf"\d{{1,3}}|{'|'.join(NUMBERS)}"
NUMBER = _match_any(rf"(?P<before>{_NUMERAL}) (?:{_FIRST})|(?:{_FIRST}) (?P<after>{_NUMERAL})", needs=_IN_FIRSTS)
SORTED = _match_any(
    rf"(?:{_FIRST}) (?:(?:ones?|{_NOUN}) )?first|in (?:the |chronological |reverse )*order(?! to\b)"
    r"|chronological(?:ly)?|(?:sorted|ordered) by (?:date|age|day)",
    needs=("order", "chronological", "sorted", " first"),
)
"""What asks for all articles in an order, not for the first of it."""
NEWEST_FIRST = _match_any(_FIRSTS["newest"], "reverse")
PAPER = _match_any(
    rf"(?:does|did|has|have) the (?P<publishes>(?:(?!{_NOUN} |{_COLLECTION} )\w+ ){{1,3}}?)"
    r"(?:ever |also |recently |since )*(?:publish(?:ed)?|print(?:ed)?|run|carr(?:y|ied)|issued?)",
    r"(?:writ(?:es?|ten|ing)|wrote|work(?:s|ed)?|reports?) for (?:the )?"
    r"(?P<employs>(?-i:[A-Z]\w+)(?: (?-i:[A-Z]\w+))*)",
    needs=("does the ", "did the ", "has the ", "have the ", " for "),
)
"""Where the name of the paper stands, of which the articles are."""
OTHER_THAN = _match_any(
    r"(?:(?:anything|something|articles|pieces|stories|topics|subjects) )?(?:else )?"
    r"(?:other than|besides|except(?: for)?|(?:apart|aside) from)"
)
THE_WORD = compile_later(r"^(?:the )?(?:words?|terms?|names?|phrases?)\s+(?!of\b)(?=\w|[\"“])", re.IGNORECASE)
LACKS = _match_any(
    r"(?:without|no|lack(?:s|ing)?|missing|not|\w+n't)"
    r"(?: (?:have|carry|name|give|bear|show|say|state|an?|any|the|its|their|known|named|given|both))*"
    rf" (?:(?P<author>{_AUTHOR}|signed|credited|attributed)(?:'s)?|dates?|dated|publication dates?)",
    r"(?P<unsigned>unsigned|uncredited|anonymous|(?:all|each|every)(?: \w+){0,4} (?:signed|credited))",
    r"undated|(?:all|each|every)(?: \w+){0,4} dated",
    needs=(*AUTHOR_NOUNS, "sign", "credit", "attributed", "date", "anonymous"),
)
RELATION = _match_any(
    rf"(?P<mention>{_MENTION}|referr?(?:s|ing|ed)? to|with the words?)",
    r"about|on the (?:subject|topic|theme) of|on|regarding|concerning|covering|deal(?:s|ing|t)? with|to do with",
    r"related to|discuss(?:es|ing|ed)?|describ(?:es|ing|ed)",
    rf"{_SAY}(?: that)?|(?:reported|reports|wrote) that",
    r"against|for|with|of|in which|where",
)
PASSIVE = _match_any(
    r"(?:does|do|did|is|are|was|were|has|have)(?: been)? (?P<subject>(?!there |you |it )[^.?!]+?)"
    rf" (?:ever |been |even )*(?:{_MENTION}|discussed|appear(?:ed)?|come up|came up|occur(?:red)?)(?: in)?",
    needs=(*MENTION_VERBS, "discussed", "appear", "come up", "came up", "occur"),
)
_ENDS = _either(
    frozenset[str]().union(
        *(COLLECTION_NOUNS, PUBLISHING_VERBS, WRITING_VERBS, ARTICLE_NOUNS, GENRES, AUXILIARIES),
        [
            "first",
            "last",
            "originally",
            "there",
            "you",
            "it",
            "they",
            "and",
            "or",
            "when",
            "who",
            "that",
            "which",
            "in",
            "from",
            "by",
            "here",
            "total",
            "all",
            "the",
            "this",
        ],
        ["your", "our", "of", "at", "together", "altogether", "yet", "please", "pls"],
        ["for me", "for us", "so far"],
    )
)
END = compile_later(rf"(?:\W+{_ENDS}(?![\w'’]))+\W*$", re.IGNORECASE)
CLAUSE = compile_later(
    r"(?<=[^\W\d_]{4})\. |[;?!] | (?:did|do|does|have|has|had) | (?:is|are|was|were) (?:the|there)\b"
    r"|,? (?:in (?:the |chronological |reverse )?order|sorted|ordered)\b"
    r"|,? (?:so|and|but|or) (?:who|when|where|was|is|did|if|which|what)\b|, (?:who|when|where|please|i|it)\b",
    re.IGNORECASE,
)
"""Where what follows a subject begins."""
QUOTED = compile_later(r"[“\"«][^”\"»]{2,200}[”\"»]|(?<!\w)['‘].{2,200}?['’](?!\w)")
NOUN_WORD = _match_any(_NOUN)
WORD = re.compile(r"[^\W_]+(?:[-'&][^\W_]+)*")
FRAME = frozenset[str]().union(
    *(ARCHIVE_REQUEST_WORDS, ARTICLE_NOUNS, GENRES, COLLECTION_NOUNS, AUTHOR_NOUNS, WRITING_VERBS, PUBLISHING_VERBS),
    *(MENTION_VERBS, SPEECH_VERBS, AUXILIARIES, STOP_WORDS, NUMBERS, QUALIFIERS),
)
LOOSE = frozenset(["of", "for", "with", "against", "where", "in which"])
"""What ties a subject to an article's kind ("review of"), and to much else besides."""
TAKE_BACK = compile_later(r"\b(?:take|took|taken)\b(?=(?: \w+)? back\b)", re.IGNORECASE)
REPORTS = frozenset(GENRES["report"])
"""What any article may be called, and hardly one calls itself."""
SAYS_WHAT = _match_any(rf"what (?:do|does|did)\b.{{2,}} {_SAY}", needs=("what do", "what did"))
"""What an article says is no question about the archive."""
OF_ONE = _match_any(rf"(?:in|from|of|according to) (?:an?|the|that|this|your|one) (?:\w+ ){{0,2}}?{_either(_ONE)}")
"""Articles that something is asked of, and that are not asked for."""
VAGUE = frozenset(
    word for genre in ("report", "letter", "notice", "release", "speech", "feature") for word in GENRES[genre]
)
"""Kinds of articles that articles tell of: a report that is published need not be one of the archive."""
OURS = COLLECTION_NOUNS | {"you", "your", "u", "we", "our", "here"}
