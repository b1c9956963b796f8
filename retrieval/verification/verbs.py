"""Which words of a sentence are its verbs, told by their form and by what stands before them. Pure; knows English.

What a claim says was done may not rest on nothing: overlap.py asks here which words say it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.verification.features import Word, Wording

_PASTS = """
    ate eat; became become; began begin; bent bend; bit bite; blew blow; bore bear; bought buy; bound bind; broke
    break; broken break; brought bring; built build; caught catch; chose choose; chosen choose; came come; dealt deal;
    drank drink; drew draw; drawn draw; driven drive; drove drive; fallen fall; fed feed; fell fall; felt feel; fled
    flee; flew fly; flown fly; forbade forbid; forgot forget; fought fight; found find; froze freeze; gave give;
    given give; grew grow; grown grow; heard hear; held hold; hid hide; hidden hide; hung hang; kept keep; knew know;
    known know; laid lay; led lead; left leave; lent lend; lost lose; meant mean; met meet; paid pay; ran run; rose
    rise; risen rise; sang sing; sank sink; sunk sink; sat sit; saw see; seen see; sent send; shook shake; shot shoot;
    shown show; shrank shrink; slept sleep; sold sell; sought seek; spent spend; stole steal; stolen steal; stood
    stand; struck strike; stuck stick; swore swear; sworn swear; taken take; taught teach; threw throw; thrown throw;
    took take; told tell; understood understand; went go; gone go; withdrew withdraw; withdrawn withdraw; woke wake;
    won win; wore wear; worn wear; written write; wrote write; spoke speak; spoken speak
"""
_IRREGULAR = dict(pair.split() for pair in _PASTS.split(";"))
_AUXILIARIES = frozenset(re.findall(r"\w+", "has have had having will would did does do to can could must"))
_PRONOUNS = frozenset({"he", "she", "they", "it", "who", "which"})
_BETWEEN = frozenset(re.findall(r"\w+", "not never also already only still just even both all now long"))
_BEFORE_NOUN = frozenset(
    re.findall(r"\w+", "the a an its his her their this that these those in at on from of for with by")
)
_SLIGHT = frozenset(
    re.findall(
        r"\w+",
        """
        say says said saying state states stated stating tell tells told add adds added adding note notes noted noting
        report reports reported reporting describe describes described describing mention mentioned mentions explain
        explains explained explaining speak speaks spoke call calls called calling express expressed expressing make
        makes made making take takes took taken taking hold held holding happen happens happened happening occur
        occurred occurs give gave given giving go goes went going come came coming become became becoming get got
        getting regard regarded regarding concern concerned concerning follow followed following include includes
        included including involve involved involving consider considered remain remains remained use used using
        accord according base based see seen name named titled entitled publish published write wrote written relate
        related during morning evening meeting building wing hundred need ahead able there due
        """,
    )
)
_ALIKE = """
    cancel call-off scrap abandon drop; postpone delay defer put-off; lower reduce cut decrease; ask urge call-on
    demand request appeal press; reject turn-down decline refuse; choose prefer select pick; sign agree conclude
    strike reach seal; open inaugurate; criticise criticize call denounce condemn attack; praise commend laud applaud
    hail; enter fly cross; mean aim intend goal; receive host welcome greet; plan schedule intend; shut close; start
    begin launch kick; end finish conclude stop halt; rise increase climb grow gain; fall drop decrease decline; buy
    purchase acquire; sell dispose; build construct erect; kill die; injure hurt wound burn; hit strike; help aid
    assist support; show demonstrate reveal indicate find suggest; win beat defeat; lose; approve pass adopt back;
    support back endorse; say claim argue declare announce warn admit acknowledge concede insist respond reply answer;
    pledge promise vow commit; pay fund finance spend; fund sponsor; forecast predict expect anticipate; ban prohibit
    forbid outlaw; restrict limit curb; respond react retaliate answer; evacuate flee leave; locate situate base lie
    stand; destroy burn wreck; work cooperate collaborate; talk speak communicate discuss; continue keep go maintain;
    restore re-establish reopen revive renew; improve mend; appoint name elect choose; employ hire; create establish
    set-up found form; discover find; arrest detain; release free; protect defend shield; try test examine study;
    investigate probe; require need demand; cause lead trigger bring prompt; contain include hold; produce make
    manufacture; develop create; own have possess; travel visit go come; arrive come; meet talk; accuse allege charge
    blame; confirm verify; deny dispute; achieve reach accomplish meet; aim seek want hope intend; worsen deteriorate;
    happen occur take-place; remain stay; earn make; move relocate transfer; raise lift increase; replace succeed;
    resign step-down quit leave; serve work act; live reside; marry wed; educate study attend; write author compose;
    publish release issue; perform play act; compete play participate; rename name call; collapse break fail; know
    call name; comprise consist include; surround enclose; split divide; join enter
"""
"""Verbs that may stand for each other, some in one of their meanings only; those of one group are no opposites."""
_ENDING = re.compile(r".{2,}(?:ed|ing)$")


def verbal(text: Wording, place: int) -> bool:
    """Say whether a word says what was done or is so, and is more than a slight verb such as "said" or "took"."""
    word = text.words[place]
    if not word.weight or word.key in _SLIGHT or _capital(word):
        return False
    before = _before(text, place)
    if before in _BEFORE_NOUN or word.key.endswith("ly"):
        return False
    if word.key in _IRREGULAR or before in _AUXILIARIES | _PRONOUNS:
        return True
    if _ENDING.match(word.key):
        return "-" not in text.text[max(word.start - 1, 0) : word.end + 1]
    return _told_of_a_name(text, place)


def lemma(word: Word) -> str:
    """Return the stem of a word's present form."""
    base = _IRREGULAR.get(word.key)
    return _stem(base) if base else word.stem


def meanings(text: Wording, without: str = "") -> frozenset[str]:
    """Return the words of a text by their present forms, and the verbs that may stand for one of them."""
    found = [lemma(word) for word in text.words]
    pairs = {f"{one}-{other.key}" for one, other in zip(found, text.words[1:], strict=False)}
    every = {*found, *pairs} - {without}
    return frozenset().union(every, *(_alike().get(each, frozenset()) for each in every))


def names(text: Wording, place: int) -> frozenset[str]:
    """Return what a verb is looked up by: its present form, and that with the word after it, as "turn-down"."""
    found = lemma(text.words[place])
    after = text.words[place + 1].key if place + 1 < len(text.words) else ""
    return frozenset({found, *_alike().get(f"{found}-{after}", ())})


def _before(text: Wording, place: int) -> str:
    """Return the word before, adverbs left aside."""
    place -= 1
    while place >= 0 and (text.words[place].key in _BETWEEN or text.words[place].key.endswith("ly")):
        place -= 1
    return text.words[place].key if place >= 0 else ""


def _told_of_a_name(text: Wording, place: int) -> bool:
    """Say whether a word in -s stands between a name and what it does something to: "China supports the"."""
    word = text.words[place]
    if not word.key.endswith("s") or word.key.endswith("ss") or not any(f.last == place for f in text.facts):
        return False
    after = text.words[place + 1] if place + 1 < len(text.words) else None
    if after is None or text.text[word.end : after.start] != " ":
        return False
    return _capital(after) or after.key in _BEFORE_NOUN


def _capital(word: Word) -> bool:
    return word.text[0].isupper()


@cache
def _alike() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for group in _ALIKE.split(";"):
        verbs = [_phrase(verb) for verb in group.split()]
        for verb in verbs:
            found[verb] = found.get(verb, frozenset()).union(verbs)
    return found


def _phrase(verb: str) -> str:
    first, *rest = verb.split("-")
    return "-".join([_stem(first), *rest])


@cache
def _stem(word: str) -> str:
    from retrieval.index.lexical import extract_terms

    return extract_terms(word)[-1]
