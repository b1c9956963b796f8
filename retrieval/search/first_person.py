"""Who "I" is: the author of a speech, a column or a letter, where a question names them. Pure.

"According to President Hale, what ...?" is answered by sentences of the president's own speech, none of which holds
the name.
"""

from __future__ import annotations

import re

from retrieval.text.english import FIRST_PERSON, STOP_WORDS
from retrieval.text.letters import fold_letters

FIRST_PERSON_SHARE = 0.01
"""Share of the words outside quotation marks that are "I", "my" or "we" in a text that speaks for its author. In an
invented paper, a speech, columns and letters have .06 to .09, and reports at most .006."""
LEAST_FIRST_PERSON = 3
"""Such words, at least."""
SHORTEST_NAME = 3
"""Letters; what is shorter is an initial or a particle."""
SPEAKING_LINES = 2
"""Lines that begin with who speaks ("Q:", "Holm:"), from which on a text is an interview."""

_QUOTED = re.compile(r"[“\"«][^”\"»]*[”\"»]")
_WORD = re.compile(r"[^\W\d_](?:[\w.-]*\w)?")
_SPEAKER = re.compile(r"^\W*\w+(?: \w+)?:", re.MULTILINE)
_BETWEEN_AUTHORS = re.compile(r",|&|\band\b")


def find_author(question: str, author: str) -> str:
    """Return how a question names an author, with a title before: "President Hale"; "" if it does not."""
    words = list(_WORD.finditer(question))
    plain = [fold_letters(word.group()).lower() for word in words]
    for person in _BETWEEN_AUTHORS.split(fold_letters(author).lower()):
        names = _WORD.findall(person)
        if not names or len(names[-1]) < SHORTEST_NAME or names[-1] not in plain:
            continue
        first = last = plain.index(names[-1])
        while first and (plain[first - 1] in names or words[first - 1].group()[0].isupper()):
            if plain[first - 1] in STOP_WORDS:
                break
            first -= 1
        return question[words[first].start() : words[last].end()]
    return ""


def speaks_for_author(text: str) -> bool:
    """Say whether a text is in the first person outside its quotations, and no interview."""
    words = _WORD.findall(_QUOTED.sub(" ", text))
    own = sum(word.lower() in FIRST_PERSON and word != "US" for word in words)
    if own < max(LEAST_FIRST_PERSON, FIRST_PERSON_SHARE * len(words)):
        return False
    return len(_SPEAKER.findall(text)) < SPEAKING_LINES
