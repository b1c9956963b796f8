"""The words and phrases that tell questions from talk: how people ask for what articles say, and speak of each other.

What they decide is talk.py's.
"""

from __future__ import annotations

import re

from retrieval.text.english import ASKED_NOUNS, AUXILIARIES, FIRST_PERSON, QUANTITY_NOUNS, QUESTION_WORDS


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _compile(*alternatives: str, before: str = "^(?:", after: str = ")") -> re.Pattern[str]:
    return re.compile(f"{before}{'|'.join(alternatives)}{after}", re.IGNORECASE)


FILLERS = _set(
    "and but so or then ok okay well oh ah um also anyway now hey yo yes no lol just btw hmm plus question q"
)
"""What only leads to a question."""
OPENING_PREPOSITIONS = _set("in at for on by from under since until to with of about into after before against")
ASKING_WORDS = QUESTION_WORDS | _set("whos whats wheres whens hows")
VERBS = AUXILIARIES | {"should", "shall", "must", "am"}
"""Verbs that stand before the subject in a question."""
THIRD_PERSON_VERBS = _set("did does is are were has")
"""Verbs that open no order and no clipped statement: "do it", "can't wait", "was great"."""
DEGREES = _set("come many much few often long")
"""What "how" asks with where no verb need follow."""

MEMBERS = _set("you u ya yall y'all your yours urs yourself yourselves guys folks everyone everybody dude bro mate")
MAYBE_ANYBODY = _set("you your u")
"""Of those, what may mean people in general."""
ANYBODY = _set("anyone anybody someone somebody")
ABOUT_US = FIRST_PERSON | _set("i'm i'd i've i'll we're we'll")
SEVERAL_OF_US = _set("we us our ours ourselves we're we'll")

LAUGHTER = re.compile(
    r"\b(?:a*ha(?:ha)+h?|lo+l|lmf?ao|rofl|ro?tfl|xd|jk|smh|jaja\w*)\W*$|[😂🤣😭💀]\W*$", re.IGNORECASE
)
"""Who laughs at the end of a sentence does not ask by it."""
NEGATED_VERB = re.compile(r"^(?:is|are|was|were|do|does|did|has|have|had|ca|wo|could|would|should)n['’]?t$")
CONTRACTED = re.compile(rf"^(?:{'|'.join(sorted(QUESTION_WORDS))})['’]?(?:s|re|d|ll|ve)$")
TAG = re.compile(
    r",\s*(?:right|correct|yes|no|am i right"
    r"|(?:is|was|were|are|do|does|did|has|have|had|would|will|ca|wo)n['’]?t (?:it|he|she|they))\s*\?+$",
    re.IGNORECASE,
)
KNOWS = re.compile(r",?\s*(?:do(?:es)? )?any(?:one|body) (?:know|say|remember|tell)s?\s*(?=\W*$)", re.IGNORECASE)
OF_SOMETHING = re.compile(r"^(?:the |an? )?(?:[\w’'-]+ ){1,3}of (?:the |an? )?[\w’' -]+\??$", re.IGNORECASE)
"""A noun with what it is of, as people type into a search: "inventor of the folding kayak"."""

PLACE = re.compile(
    r"\b(?:bots?|this (?:channel|chat|server|thread|forum|group)|mods?|moderators?|admins?|emojis?|memes?|gifs?|dms?|vc"
    r"|voice chat)\b",
    re.IGNORECASE,
)
"""What people in a chat call the chat."""
SOON = re.compile(
    r"\b(?:tonight|tomorrow|later|rn|right now|this (?:evening|weekend|afternoon)"
    r"|(?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.IGNORECASE,
)
"""Times for which people arrange something."""

IDIOM = _compile(
    r"who (?:cares|knows|knew|asked|does (?:that|this)|wants (?:to|in|some|a)|else wants)",
    r"who would (?:have|['’]?ve) (?:thought|guessed|known)",
    r"who(?:['’]?s| is) (?:(?:in|up|down|game|ready|around|there)\W*$|(?:up|down) for|with me|your)\b",
    r"what(?:['’]?s| is| are)? (?:up with|the point|not to|wrong with (?:you|people|him|her|them))",
    r"what (?:could possibly|the (?:hell|heck|fuck|f|actual)|on earth|(?:if|gives|next|now|else)\W*$)",
    r"what an? (?!\w+ \w+\?)(?=.*[^?]$)",
    r"wh(?:at|o|y|ere) tf|wtf",
    r"is this (?:thing )?on\b|(?:how|what) about (?!the )|how dare",
    r"how (?:cool|cute|funny|nice|lovely|sad|weird|rude|awesome|crazy|hard) (?:is|was|are|can|could)",
    r"why (?:not|bother|though|tho|would any(?:one|body)|are people|do people)|which (?:is|was) why",
    r"is (?:it|that|this) (?:just|only|even)\b|is what it is|tell me about it$|you ok",
)
"""What has the form of a question and asks nothing."""

_THING = "(?:something|anything|everything|info|information|news|updates?|word|articles?|pieces?|stor(?:y|ies)|details)"
_ON = "(?:on|of|about|for|regarding|concerning|from|by|between|in|why|how|who|when|where|what)"
_NOUNS = "|".join(sorted(ASKED_NOUNS | {"tldr", "info", "information", "details"}))
_FIGURES = "|".join(sorted(QUANTITY_NOUNS))
_ASKS = "what|who|how|when|where|why"
REQUEST = _compile(
    rf"(?:tell|give|show|send|get|find|bring) (?:me|us) (?:more )?"
    rf"(?:about|everything|all|the|an?|some|any|{_ASKS}|\w+ \w+s)\b"
    rf"(?=.*\b(?:on|of|about|for|{_ASKS}|that|which|in|from|by)\b)",
    r"(?:explain|describe|outline|summari[sz]e|recap|define|trace|compare|list|name)"
    r" (?!(?:it|that|this|him|her|them|me|is|was|are|of)\b)",
    rf"(?:find|search|look|show|pull) (?:for |up |out )?(?:all |any |the )*"
    rf"(?:articles?|pieces?|stor(?:y|ies)|anything|something|everything|reports?|mentions?|{_ASKS})\b",
    rf"(?:a |an |the |any |quick |short |brief |full )*(?:{_NOUNS}) (?:on|of|about|for|regarding)\b",
    r"tl;?,? ?dr\b|eli5\b",
    rf"(?:(?:do|have) (?:you|we) (?:guys )?(?:have |got )?|is there |are there |got |have |there )?"
    rf"(?:a |an |any )*{_THING} (?:new |else |more )?{_ON}\b",
    r"(?:do|have) (?:you|we) (?:have|got) (?:any|an?|the) [\w ]+ (?:on|about)\b",
    rf"(?:i(?:['’]?m| am) |we(?:['’]?re| are) |i |still )?"
    rf"(?:need|want|looking for|searching for|look for|after) (?:the |an? |any |all |every|some )*"
    rf"[\w’'-]+ (?:[\w’'-]+ )?{_ON}\b",
    rf"(?:the |an? )?(?:{_FIGURES}|names?|dates?|year|place|location|address|causes?|reasons?|meaning|definition)"
    r" (?:of|for|behind)\b",
    r"help (?:me|us) (?:to )?(?:find|understand)\b|how to\b",
    before=r"^(?:(?:can|could|would|will) (?:you|u|someone|somebody|anyone|anybody) (?:please )?)?(?:",
)
"""A request for what articles say."""

GENERIC = _compile(
    r"(?:how|where|when|what|which|until when|who)\b[\w ’'-]*? (?:do|can|must|should|could|may) (?:i|we|you|one)\b",
    before=r"^(?:\w+ )?(?:",
)
"""I, we and you as anybody: how something is done."""
AMONG_US = _compile(
    r"did i|am i(?! allowed)|are we(?! allowed)|(?:shall|should) we|why me|where (?:did|have) (?:i|we)|what am i",
    r"(?:can|could) we \w+ (?:this|that|it)",
    after=r")\b",
)
"""Questions of one's own that nobody's rules or reports answer."""
CONDITION = re.compile(r"\b(?:if|when|once|unless|while|after|before) (?:you|your|i|my)\b", re.IGNORECASE)
"""You and I as anybody, too: "what happens if you pay late"."""
OPINION_ASKED = re.compile(
    r"\b(?:do|did|would|are|have|can) (?:you|u|ya|y'all|we)(?: (?:all|guys|two|folks))* (?:even|really|ever|think|feel"
    r"|like|mean|say|want|prefer|see|meet|up|from|doing|going|sleep|know me)\b",
    re.IGNORECASE,
)

FOREIGN_QUESTION = _compile(
    r"wer|wann|wo|wohin|woher|warum|wieso|weshalb|wie ?viele?|welche[rsmn]?|wessen",
    r"wie (?:hoch|lange?|alt|oft|teuer|groß|heißt|ist|war|wurde|wird)",
    r"qui|quand|combien|pourquoi|quel(?:le)?s?|où|comment|est-ce que|qu['’]est-ce|que (?:dit|s['’]est)",
    r"quién(?:es)?|cuándo|cuánt[oa]s?|cómo|dónde|por qué|qué|cuál(?:es)?",
    r"quem|quando|quant[oa]s?|onde|por que|porque é que|como|qual|quais|o que",
    r"chi|quanto|quanti|perché|dove|cosa|che cosa|quale",
    before=r"^\W*(?:",
    after=r")\b",
)
"""How questions begin in German, French, Spanish, Portuguese and Italian."""
FOREIGN_MEMBERS = re.compile(
    r"\b(?:ihr|euch|euer|eure|du|dich|dir|dein|deine|jemand|vous|vos|tu|toi|ton|quelqu['’]un|vosotros|ustedes|alguien"
    r"|te|tú|você|vocês|alguém|heute abend|morgen|ce soir|demain|esta noche|mañana|hoje à noite|amanhã)\b",
    re.IGNORECASE,
)
FOREIGN_KNOWS = re.compile(
    r"^\W*(?:weiß|kennt|sait|connaît|sabe|conoce)\b\W*(?:jemand|wer|einer|quelqu['’]un|alguien|alguém|qui)?\W*",
    re.IGNORECASE,
)
