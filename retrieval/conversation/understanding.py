"""Question, conversation and limits -> an Understanding: the one straight step before anything is searched for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.conversation.context_dependence import asks_for_more, may_stand_alone
from retrieval.conversation.known_offices import names_known_office
from retrieval.conversation.language import remark_on_language
from retrieval.conversation.question_kind import classify_question
from retrieval.conversation.question_parts import split_questions
from retrieval.conversation.rewriting import add_words, ask_of_last_source, find_topic, rewrite_question
from retrieval.conversation.sides import asks_each_article, find_sides, opposes_sides
from retrieval.conversation.spelling import correct_spelling
from retrieval.conversation.subject import find_subject
from retrieval.conversation.time_limits import checks_claim, find_time_limits
from retrieval.conversation.whole_archive import asks_to_sum_up_all
from retrieval.domain import Understanding
from retrieval.search.query import find_answer_type
from retrieval.text.courtesies import classify_courtesy
from retrieval.text.english import ASKING_VERBS, AUXILIARIES, QUESTION_WORDS, STOP_WORDS
from retrieval.text.keywords import find_topic_words
from retrieval.text.late_patterns import compile_later
from retrieval.text.passages import split_prose
from retrieval.text.politeness import strip_courtesies
from retrieval.text.prompt_injection import is_prompt_injection

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from retrieval.domain import Filter, Kind, Turn
    from retrieval.encoder import Encoder
    from retrieval.index import Snapshot

NEEDING_TOPIC = frozenset({"fact", "list", "comparison", "summary"})
"""Kinds that can't be searched for where no word tells the topic: no question of two public sets is without one."""
SINGLE_KINDS = frozenset({"fact", "list", "summary", "timeline", "archive"})
"""Kinds as which a question may be read that holds sides against each other."""
COMPARED_CLAUSES = 2
"""Clauses of a question that compares: "how many did the police count, and how many did the union"."""
OF_ONE_MOMENT = frozenset({"place", "percentage", "amount", "age", "count", "quantity"})
"""Types of answers that no timeline gives: of 358 questions for timelines one seems to ask for such a thing."""

ALL = frozenset({"all", "each", "every", "everybody", "everyone", "everything"})
LISTING = frozenset({"list", "name", "enumerate"})
"""Orders to leave nothing out."""
FEW_WORDS = 6
"""Words of a clause that may only demand all: "Everything you've mentioned." """
BESIDE_ALL = ALL | (STOP_WORDS - AUXILIARIES) | ASKING_VERBS | {"one"}
"""Words of a clause that demands no more than that nothing be left out: "All of it, please." """

_CLAUSE = compile_later(r"[.?!,;:–—]+\s+")
_WOULD = compile_later(r"(?:what|who|which \w+) (?:would|will|can|could|may|might|should|must)\s+", re.IGNORECASE)
"""What asks for a verb's subject where the verb comes next."""
_WORD = compile_later(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_ASKS_ONE = compile_later(r"(?:who|whose|whom|which|where|how (?:many|much|old|big|far))\b", re.IGNORECASE)
"""What asks for one thing, and no story."""
_BEGINS = r"first(?:ly)?|initially|originally|at the (?:start|beginning|outset)"
_ENDS = (
    r"then|later|finally|eventually|afterwards?|in the end|at (?:last|the end)|(?:to|until|till) the (?:last|final|end)"
)
_COURSE = compile_later(
    rf"\b(?:{_BEGINS})\b.*?\b(?:{_ENDS})\b|\bthen\b.*\bthen\b|\bbefore and after\b|"
    r"\bfrom (?:the )?(?:\w+ )?(?:first|start|beginning|outset)\b.*\b(?:to|until|till)\b",
    re.IGNORECASE,
)
"""How something began and went on: "what was suspected at first, and what was it in the end?". Of 3,828 questions for
facts four say so, of 638 for timelines 53; of 1,440 of three public sets none does."""
_QUOTATION = compile_later(r"[\"“«]\s*\w[^\"”»]+[\"”»]")


def understand_question(
    question: str,
    history: Sequence[Turn],
    snapshot: Snapshot,
    encoder: Encoder,
    *,
    where: Filter,
    today: date,
    rewritten: str | None = None,
) -> Understanding:
    """Return what a question asks, given the conversation before it, oldest turn first, and the limits given with it.

    `rewritten` is the question completed from the conversation, where a chat model has done that; otherwise rules do.
    """
    core = strip_courtesies(question)
    if classify_courtesy(core):
        return Understanding(question, "smalltalk")
    if not any(map(str.isalnum, core)):
        return Understanding(question, "unclear")  # "?!", or a face
    asked = rewritten or core
    if remark := remark_on_language(asked, snapshot, encoder):
        limits = find_time_limits(asked, where, today=today, snapshot=snapshot, kind="fact")
        literal = core if asked != core else ""
        return Understanding(asked, literal=literal, where=limits.where, remarks=(remark, *limits.remarks))
    literal, spelled = correct_spelling(core, snapshot, encoder)

    completed, of_source = _complete(core, history, rewritten, snapshot, encoder)
    standalone, remarks = (literal, spelled) if completed == core else correct_spelling(completed, snapshot, encoder)
    kind = _tell_kind(standalone, encoder, instead_of="" if of_source or completed == core else core)
    limits = find_time_limits(standalone, where, today=today, snapshot=snapshot, kind=kind)
    if limits.text != standalone and (checks_claim(standalone) or _dates_sides_apart(standalone, limits.text, kind)):
        limits = limits.keep_given(standalone)
    searched, parts = limits.text, () if kind == "list" and _orders_list(limits.text) else _split(limits.text, kind)
    if parts and kind == "comparison":
        kind = _classify(parts[0], encoder)  # what looks like sides are the parts
    if kind == "fact" and not of_source and core != completed == rewrite_question(core, history):
        words, _ = correct_spelling(add_words(core, history), snapshot, encoder)
        searched = find_time_limits(words, where, today=today, snapshot=snapshot, kind=kind).text
    return Understanding(
        standalone,
        kind,
        literal=literal if standalone != literal else "",
        subject=find_subject(limits.text),
        where=limits.where,
        searched=searched if searched != standalone else "",
        given=limits.given if limits.text != standalone else None,
        sides=(find_sides(limits.text) or find_sides(standalone)) if kind == "comparison" else (),
        parts=parts,
        remarks=(*remarks, *limits.remarks),
        already_quoted=history[-1].answer if history and (completed != core or asks_for_more(question)) else "",
    )


def _complete(
    core: str, history: Sequence[Turn], rewritten: str | None, snapshot: Snapshot, encoder: Encoder
) -> tuple[str, bool]:
    """Return a question completed from the conversation, and whether it asks of the article that was quoted last.

    One that stands alone is completed only where it asks for a fact, and of nobody whom the articles know by an office.
    """
    if of_source := ask_of_last_source(core, history):
        return of_source, True
    completed = rewrite_question(core, history) if rewritten is None else rewritten
    if completed == core or not may_stand_alone(core):
        return completed, False
    is_own = _classify(core, encoder) != "fact" or names_known_office(core, find_topic(history).text, snapshot)
    return core if is_own else completed, False


def _tell_kind(text: str, encoder: Encoder, *, instead_of: str) -> Kind:
    """Return the kind of a question, or "unclear" where a kind that is searched for has no word to search for.

    `instead_of` is what was written where that was completed; "": it was not.
    """
    if asks_to_sum_up_all(text):
        return "summary"
    beside = instead_of and text.startswith("About ") and not instead_of.startswith("About ")
    kind, expected = _classify(_drop_orders(instead_of if beside else text), encoder), find_answer_type(text)
    if kind == "timeline" and expected and expected.name in OF_ONE_MOMENT:
        kind = "fact"
    if kind == "comparison" and _joins_objects(text):
        kind = "fact"
    if (kind in ("fact", "archive", "comparison") and _demands_all(text)) or (kind == "summary" and _orders_list(text)):
        kind = "list"
    if kind == "fact" and _COURSE.search(text):
        kind = "timeline"
    follows = instead_of and find_answer_type(instead_of)
    if follows and (kind == "timeline" or _classify(instead_of, encoder) in ("fact", "unclear")):
        kind = "fact"  # "And when was that?", "Why so late?"
    says_topic = find_topic_words(text) or _QUOTATION.search(text)
    if kind in NEEDING_TOPIC and not says_topic:
        return "unclear"
    return "comparison" if kind in SINGLE_KINDS and (opposes_sides(text) or asks_each_article(text)) else kind


def _joins_objects(text: str) -> bool:
    """Say whether what seem to be sides are objects of one verb: "What would reduce the risk of war and famine?"."""
    opening, sides = _WOULD.match(text), find_sides(text)
    return opening is not None and text[opening.end() :].rstrip("?!. ") == " and ".join(sides)


def _demands_all(text: str) -> bool:
    """Say whether a clause beside the question demands all of it: "Did she mind? All of it, please."."""
    for words in _list_clauses(text):
        few = len(words) <= FEW_WORDS and (QUESTION_WORDS | AUXILIARIES).isdisjoint(words)
        if not ALL.isdisjoint(words) and (few or BESIDE_ALL.issuperset(words)):
            return True
    return _orders_list(text)


def _orders_list(text: str) -> bool:
    """Say whether a clause beside the question is an order to list: "What does she want? List her demands."."""
    return any(words[0] in LISTING for words in _list_clauses(text))


def _list_clauses(text: str) -> list[list[str]]:
    """Return the words of the clauses after the first one."""
    clauses = ([word.lower() for word in _WORD.findall(each)] for each in _CLAUSE.split(text)[1:])
    return [words for words in clauses if words]


def _classify(text: str, encoder: Encoder) -> Kind:
    return classify_question(text, encoder.encode_question(text), fingerprint=encoder.fingerprint)


def _dates_sides_apart(text: str, undated: str, kind: Kind) -> bool:
    """Say whether the sides that a question compares are of different times, or only some of them of one."""
    sides = find_sides(text) if kind == "comparison" else ()
    times = {frozenset(side.split()) - frozenset(undated.split()) for side in sides}
    return len(times) > 1


def _split(text: str, kind: Kind) -> tuple[str, ...]:
    """Return the single questions of a text; two clauses that compare are one question, three or more are none.

    Clauses that share no word, not even what they ask with, compare nothing.
    """
    parts = split_questions(text)
    if kind == "timeline" and not any(_ASKS_ONE.match(part) for part in parts[1:]):
        return split_questions(text, clauses=False)  # "how did it begin and how did it go on"
    if kind != "comparison" or len(parts) > COMPARED_CLAUSES:
        return parts
    words = [{word.text.lower() for word in find_topic_words(part)} | {part.split()[0].lower()} for part in parts]
    return parts if words and not set.intersection(*words) else split_questions(text, clauses=False)


def _drop_orders(text: str) -> str:
    """Return a text without the sentences that give orders to whoever answers, unless there are no others."""
    if not is_prompt_injection(text):
        return text
    sentences = [text[span.start : span.end] for span in split_prose(text)]
    return " ".join(each for each in sentences if not is_prompt_injection(each)) or text
