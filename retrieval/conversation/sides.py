"""A question that compares -> the sides that it names. Rules alone, pure.

Sides stand beside a word that joins or opposes them: "between A and B", "A or B", "A versus B", "longer than B", "the
same as B", "do A and B agree". A question that names none ("do the articles agree?") compares the articles.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.conversation.question_parts import split_questions
from retrieval.text.english import (
    AUXILIARIES,
    COMPARING_WORDS,
    CONJUNCTIONS,
    MONTHS,
    ORDINALS,
    POSSESSIVE_DETERMINERS,
    PREPOSITIONS,
    QUESTION_WORDS,
    REPORTING_VERBS,
    STOP_WORDS,
    WEEKDAYS,
)
from retrieval.text.late_patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_SIDES = 4
LONGEST_SIDE = 12
"""Words; what is longer is no side but the question itself."""

BY_AUTHORS = frozenset({"write", "writes", "wrote", "report", "reports", "reported", "name", "names", "named"})
"""What may ask who wrote an article or whom it mentions, which the catalog knows."""
_PARTS_OF_PHRASES = frozenset({"of", "for", "from", "with", "at", "s"})
_BOUNDARIES = (
    AUXILIARIES | PREPOSITIONS | CONJUNCTIONS | QUESTION_WORDS | COMPARING_WORDS | REPORTING_VERBS
) - _PARTS_OF_PHRASES
_ADVERBS = frozenset({"each", "both", "either", "also", "really", "all", "more", "most", "less", "better", "not"})
_SHARED_HEAD = frozenset((*MONTHS, *WEEKDAYS, *ORDINALS)) | frozenset(
    {"old", "new", "earlier", "later", "former", "latter", "morning", "evening", "last", "previous", "current", "other"}
)
"""Words that are half a side: "the March and the April article"."""
_LIST = r"(?P<one>[^?!]+?)(?:,? and |,? & |, )(?P<other>[^?!]+)"
_CAPITALISED = r"[A-Z][\w.’'-]*(?: (?:of |de )?[A-Z][\w.’'-]*)*"
_NAME = compile_later(rf"{_CAPITALISED}(?= [a-z])")
_WORD = compile_later(r"[^\s,;:?!()]+")
_DATE_AFTER = compile_later(rf" (?:the )?(?:\d|{'|'.join((*MONTHS, *WEEKDAYS))})", re.IGNORECASE)
"""What makes "on" a part of the phrase: "what they said on 5 March", and not "what they said on fees"."""
_DATE = compile_later(rf"(?:the )?(?:\d+ )?(?:{'|'.join((*MONTHS, *WEEKDAYS))})(?: \d+)?", re.IGNORECASE)
_KINDS = r"(?:articles?|reports?|stories|story|sources?|accounts?|papers?|newspapers?|pieces?|texts?|versions?)"
_OF_ARTICLES = compile_later(
    rf"\b(?:(?:each|both|either)(?: of the)?(?: two| three)?|the (?:two|three|different|various|several)) {_KINDS}\b"
    rf"|\b(?:do|does|did|are|is) (?:all )?(?:the |these )?{_KINDS}(?! of| by| from) (?:\w+ ){{0,8}}?"
    r"(?:agree|differ|disagree|match|consistent|contradict)",
    re.IGNORECASE,
    needs=("article", "report", "stor", "source", "account", "paper", "piece", "text", "version"),
)
_SAYS = compile_later(rf"\b(?:{'|'.join(sorted(REPORTING_VERBS - BY_AUTHORS))}|according to)\b", re.IGNORECASE)
_ACCORDING = compile_later(
    r"\b(?:according to|going by) (?P<one>[^?!,]+?),?(?: and|,)(?: according| going)?(?: to| by)? (?P<other>[^?!,]+)",
    re.IGNORECASE,
)
_BETWEEN = compile_later(
    rf"\b(?:between|contrast|compar(?:e|es|ed|ing)|distinguish(?:es)?|(?:set|put|hold)) {_LIST}", re.I
)
_COMPARED = compile_later(
    r"\b(?:contrast|compare[sd]?|distinguish(?:es)?|set|put|hold) (?P<one>[^?!,]+?) (?:with|to|against|from|beside) "
    r"(?P<other>[^?!,]+)",
    re.IGNORECASE,
)
_FITS = r"(?:sits?|squares?|fits?|stacks? up|measures? up|tall(?:y|ies)) (?:with|against)"
_BEARS_OUT = (
    r"(?:(?:consistent|in line|at odds|compatible) with|match(?:es|ed)?|contradict(?:s|ed)?|bears? out)"
    r"(?= (?:what|how|the|his|her|its|their|those)\b)"
)
_OPPOSED = compile_later(
    r"(?P<one>[^?!,;:]+?),? (?:vs?\.?|versus|as opposed to|rather than|compare[sd]? (?:to|with)|than|"
    rf"{_FITS}|{_BEARS_OUT}|"
    r"(?:any |much |very )?differ(?:ent|ently|s|ed)?(?: \w+)?? (?:from|to|than|with)) "
    r"(?P<other>[^?!,;:]+?)(?= [–—-] |[?!,;:]|$)",
    re.IGNORECASE,
)
_OPPOSES = compile_later(
    r"^\W*(?:\w+ ){0,2}?(?:compare|contrast)\b|\b(?:vs|versus)\b|\bcompare[sd]? (?:to|with)\b|"
    rf"\b{_FITS}\b|"
    r"(?:^|[.!;:,] )\W*do(?:es)?\b[^?]*\bagree\b(?! to\b)|\bdisagree[sd]?\b|\bdiffer(?:s|ed)?\b|"
    r"\baccording to\b.*\baccording to\b|\bgoing by\b.*\bgoing by\b|\beach\b",
    re.IGNORECASE,
    needs=(
        *("compar", "contrast", "vs", "versus", "sit", "square", "fit", "stack", "measure", "tall", "agree", "differ"),
        *("according to", "going by", "each"),
    ),
)
_SAID = compile_later(
    rf"^(?P<one>.+?)[.!?;–—-] [^.?!]*?\b(?:that|this|it) (?:{_FITS}|compares? (?:with|to)) (?P<other>[^?!]+)",
    re.IGNORECASE,
)
"""What is said before it is compared: "Holm was promised a bridge. Does that square with the plans?"."""
_SUBJECTS = compile_later(
    rf"\b(?i:do|does|did|are|were|have|would|will) (?P<one>{_CAPITALISED}),? and (?P<other>{_CAPITALISED})(?= [a-z])"
)
"""Two names of which a question is asked, whatever else it joins: "Tram or bus? Where do Hale and Vik stand?"."""
_SPEAKERS = compile_later(
    r"(?:^|[,;:.] |\b(?:but|while|whereas|and|yet) )(?!(?:he|she|it|they|we|i|you|who|what|which|how|that|there) )"
    rf"(?P<who>(?:[\w’'-]+ ){{1,4}}?)(?:{'|'.join(sorted(REPORTING_VERBS))}|(?:dis)?agrees?|den(?:y|ies|ied))\b",
    re.IGNORECASE,
)
"""Who says something in a question, before it is asked: "The owner says forty, the town says ten. Who is right?"."""
_ASKS_WITH = rf"(?:{'|'.join(sorted(QUESTION_WORDS))})"
_ASKED_TWICE = compile_later(
    rf"\W*(?P<one>{_ASKS_WITH}\b[^?!.;]+?),? and (?P<other>{_ASKS_WITH}\b[^?!]+)", re.IGNORECASE
)
"""A clause that leaves out what the first one asks: "What did she earn before the sale, and what after it?"."""
_AGAINST = compile_later(r"\W*(?P<one>[^?!,;:–—-]+?) against (?P<other>[^?!,;:–—]+?)(?:[,;:]| [–—-] )", re.IGNORECASE)
_EITHER = compile_later(r"(?P<one>[^?!;:]+?),? or (?P<other>[^?!,;:]+)", re.IGNORECASE)
_SAME_AS = compile_later(
    r"^\W*(?:(?:do|does|did|will|would|can) (?P<one>.+?) \w+ (?:about |to |on )?|(?:is|are|was|were) (?P<first>.+?) )"
    r"the same\b[^?!,]*? as "
    r"(?P<other>[^?!,]+)",
    re.IGNORECASE,
)
_JOINED = compile_later(r"(?P<one>[^?!,;:]+?)(?:, [^?!,;:]+?)*,? (?:and|&) (?P<other>[^?!,;:]+)", re.IGNORECASE)
_ONE = compile_later(r"\bones?\b|^(?:that|those)\b", re.IGNORECASE)
_OWNED = compile_later(r"(?:the )?[\w’'-]+ of (?=\S)", re.IGNORECASE)

_LEADS_UP = compile_later(
    rf"^\W*(?:(?:what|how) do(?:es)? |in (?!(?:{'|'.join(MONTHS)})\b \w+ \w+)|"  # "in May Holm claimed that ..."
    r"by |to |at |for |with |either |both |the views of |that |of |"
    rf"(?:{'|'.join(sorted(AUXILIARIES))}) (?=(?:the|{'|'.join(sorted(POSSESSIVE_DETERMINERS))})\b|(?-i:[A-Z])))+",
    re.IGNORECASE,
)


def find_sides(text: str) -> tuple[str, ...]:
    """Return what a comparison compares, as the question words it; nothing where it names no sides."""
    clauses = [part.rstrip("? ") for part in split_questions(text) if not re.search(r"\bthey\b", part, re.IGNORECASE)]
    if len(clauses) > 1 and not any("(" in clause for clause in clauses):
        return tuple(clauses)
    if _OF_ARTICLES.search(text):
        return ()
    for sides in _propose_sides(" ".join(text.split()).rstrip("?!. ")):
        named = _share_head(_align([_tidy(side) for side in sides]))
        if len(named) > 1 and all(map(_is_side, named)) and len({side.lower() for side in named}) == len(named):
            return tuple(named[:MOST_SIDES])
    return ()


def asks_each_article(text: str) -> bool:
    """Say whether a question asks what each of the articles says: "What does each article say on the weir?"."""
    return bool(_OF_ARTICLES.search(text)) and bool(_SAYS.search(text))


def opposes_sides(text: str) -> bool:
    """Say whether a question opposes named sides in so many words: "compare A with B", "how does A sit with B"."""
    return bool(_OPPOSES.search(text)) and len(find_sides(text)) > 1


def _propose_sides(text: str) -> Iterator[list[str]]:
    if found := _ACCORDING.search(text):
        yield [found["one"], _take_first(found["other"])]
    if found := _SUBJECTS.search(text):
        yield [found["one"], found["other"]]
    if found := _SAID.search(text):
        yield [found["one"], found["other"]]
    speakers = [found["who"].strip() for found in _SPEAKERS.finditer(text)]
    if len(dict.fromkeys(map(str.lower, speakers))) > 1 and not _opens_clause(text):
        yield speakers
    if found := _AGAINST.match(text):
        yield [found["one"], found["other"]]
    if found := _COMPARED.search(text):
        yield [found["one"], _take_first(found["other"], whole=True)]
    if found := _BETWEEN.search(text):
        one, other = found["one"], found["other"]
        if _opens_clause(one) and not _opens_clause(other):
            one = one.partition(" ")[2]  # "compare what the port and the union say"
        yield [one, other if _opens_clause(one) else _take_first(other)]
    if found := _EITHER.search(text):
        asks_whether = text.partition(" ")[0].lower() in AUXILIARIES and (name := _NAME.match(found["other"]))
        if asks_whether and name and _take_last(found["one"])[:1].isupper():
            yield [_take_last(found["one"]), name[0]]  # "did Anna or Berta win"
        *before, one = found["one"].rsplit(",", 1) if ", " in found["one"] else [found["one"]]
        others = [each for each in ", ".join(before).rsplit(",", 1)[1:] if before]
        yield [*others, one if before else _take_last(one), _take_first(found["other"], whole=True)]
        yield [_take_last(one), _take_first(found["other"], whole=True)]
    if found := _SAME_AS.search(text):
        yield [found["one"] or found["first"], _take_first(found["other"], whole=True)]
    if found := _OPPOSED.search(text):
        one = found["one"]
        yield [_take_after_auxiliary(one), _take_first(found["other"], whole=True)]
    if found := _ASKED_TWICE.match(text):
        yield [found["one"], found["other"]]
    if (found := _JOINED.search(text)) and not _opens_clause(found["other"]):
        yield [_take_last(found["one"]), _take_first(found["other"])]


def _opens_clause(phrase: str) -> bool:
    return bool(re.match(rf"(?:{'|'.join(sorted(QUESTION_WORDS))})\b", phrase, re.IGNORECASE))


def _take_first(text: str, *, whole: bool = False) -> str:
    """Return the phrase that a text begins with; to the text's end, but for what it is about, with `whole`."""
    end = 0
    for n, word in enumerate(_WORD.finditer(text)):
        key = word.group().lower()
        is_end = (
            key in {"on", "about", "regarding", "when", "if", "according", "concerning", "over"}
            and not _DATE_AFTER.match(text, word.end())
            if whole
            else (
                key in _BOUNDARIES | _ADVERBS
                and word.group() != "May"
                and not (key in PREPOSITIONS and _DATE_AFTER.match(text, word.end()) and text[:end].strip())
            )
        )
        if n and (is_end or (not whole and text[end : word.start()].strip())):
            break
        end = word.end()
    return text[:end]


def _take_last(text: str) -> str:
    """Return the phrase that a text ends with."""
    start = len(text)
    for word in reversed(list(_WORD.finditer(text))):
        dates = word.group().lower() in PREPOSITIONS and _DATE.fullmatch(text[start:])  # "the club in May"
        if (word.group().lower() in _BOUNDARIES | _ADVERBS and not dates) or text[word.end() : start].strip():
            break
        start = word.start()
    return text[start:]


def _take_after_auxiliary(text: str) -> str:
    """Return the subject of a question's beginning: "the strike of 1984" of "Was the strike of 1984 longer"."""
    words = list(_WORD.finditer(text))
    first = next((n for n, word in enumerate(words) if word.group().lower() in AUXILIARIES), -1)
    if first < 0:
        return text
    last = len(words) - 1
    while last > first + 1 and (
        words[last].group().lower() in _BOUNDARIES | _ADVERBS or _is_comparative(words[last].group())
    ):
        last -= 1
    return text[words[first + 1].start() : words[last].end()] if first + 1 < len(words) else ""


def _is_comparative(word: str) -> bool:
    return word.lower() in {"better", "worse", "more", "less"} or bool(re.fullmatch(r"\w{2,}er", word, re.IGNORECASE))


def _align(sides: list[str]) -> list[str]:
    """Cut what stands before the first side's article where the last one has one: "visit the zoo or the museum"."""
    cut = re.match(r"(?:the|a|an)\b", sides[-1], re.IGNORECASE)
    inner = (
        re.search(r"(?<!\bof)(?<!^)\s(?=(?:the|a|an)\s(?!.*\s(?:the|a|an)\s))", sides[0], re.IGNORECASE)
        if cut
        else None
    )
    return [sides[0][inner.end() :], *sides[1:]] if inner else sides


def _tidy(side: str) -> str:
    """Return a side without what leads up to it or says what it is asked for."""
    side = re.sub(r"\s(?:more|less|most|least) \w+$", "", side, flags=re.IGNORECASE)
    side = _LEADS_UP.sub("", side)
    return re.sub(
        r"(?:[\s,]+(?:each|both|please|pls|for me|side by side))+$", "", side.strip(" ,"), flags=re.IGNORECASE
    )


def _share_head(sides: list[str]) -> list[str]:
    """Complete what is half a side: "the March and the April article", "longer than the one of 1972"."""
    if len(sides) < 2 or not all(side.split() for side in sides):
        return sides
    *firsts, last = sides
    words = firsts[0].split()
    owned = _OWNED.match(firsts[0])
    is_dated = len(words) > 1 and words[-2].lower() in PREPOSITIONS  # "her speech in March" is whole
    is_half = not is_dated and re.sub(r"['’]s$", "", words[-1].lower()) in _SHARED_HEAD
    is_complete = last.split()[-1].lower() not in _SHARED_HEAD and last.split()[0].lower() not in PREPOSITIONS
    if is_half and is_complete and len(last.split()) > 1 and not re.search(r"\d", firsts[0]):
        shared = re.sub(r"^(?:(?:the|a|an|his|her|its|their|your) )?[^ ]+ ", "", last, flags=re.IGNORECASE)
        firsts = [f"{first} {shared}" for first in firsts]
    elif _ONE.search(last) and not _opens_clause(last):
        kept = re.split(r"\s+(?:in|from|at|on|by|for|to|than)\s", firsts[0])[0].split()
        head = [word for word in kept if word.lower() not in STOP_WORDS - {"of"} and not re.search(r"\d", word)]
        is_whole = last.lower().startswith(("the one", "that", "those", "one"))
        noun = " ".join(head).removesuffix(" of") if is_whole else "".join(head[-1:])
        last = _ONE.sub(noun, last) if head else last
    elif owned and " of " not in last:
        last = f"{owned[0]}{last}"
    return [*firsts, last]


def _is_side(side: str) -> bool:
    words = [word.lower() for word in _WORD.findall(side)]
    telling = [word for word in words if word not in STOP_WORDS | COMPARING_WORDS | PREPOSITIONS]
    return bool(telling) and len(words) <= LONGEST_SIDE
