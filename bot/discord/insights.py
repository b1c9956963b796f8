"""What a server's questions tell: asked in vain, voted down, asked most, cited most. Pure.

Nothing says who asked. What was asked privately counts only where at least two people asked it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.discord.question_groups import WordedQuestion, group_questions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    from bot.discord.insight_store import AnsweredQuestion

FEWEST = 2
"""People who must have asked a question privately before its words are shown."""


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """One question, in whatever words: the newest that may be shown, the others, and what became of it."""

    newest: AnsweredQuestion
    others: tuple[str, ...]
    count: int
    people: int
    refused: int
    up: int
    down: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Insights:
    """The questions of some days; each list has what is most frequent first."""

    questions: int
    people: int
    refused: int
    hidden: int
    """Questions that are counted, but not shown, because few people asked them privately."""
    groups: tuple[QuestionGroup, ...]
    cited: tuple[tuple[str, str, int], ...]
    """Id, title and number of answers of each cited article."""

    @property
    def in_vain(self) -> list[QuestionGroup]:
        """What the articles did not say."""
        return sorted((each for each in self.groups if each.refused), key=lambda each: -each.refused)

    @property
    def voted_down(self) -> list[QuestionGroup]:
        """Whose answers somebody found bad."""
        return sorted((each for each in self.groups if each.down), key=lambda each: each.up - each.down)

    @property
    def asked_most(self) -> list[QuestionGroup]:
        """What was asked more than once."""
        return sorted((each for each in self.groups if each.count > 1), key=lambda each: -each.count)


def collect_insights(
    asked: Sequence[AnsweredQuestion], encode: Callable[[str], NDArray[np.float32]] | None = None
) -> Insights:
    """Group questions and count; without vectors, only equal words are one question."""
    numbers = group_questions([WordedQuestion(each.text, each.quoted) for each in asked], encode)
    shown, hidden = [], 0
    for group in ([asked[number] for number in places] for places in numbers):
        if (found := _describe_group(group)) is None:
            hidden += len(group)
        else:
            shown.append(found)
    cited = Counter(article for each in asked for article in each.cited)
    return Insights(
        questions=len(asked),
        people=len({each.person for each in asked}),
        refused=sum(each.refused for each in asked),
        hidden=hidden,
        groups=tuple(shown),
        cited=tuple((article_id, title, count) for (article_id, title), count in cited.most_common()),
    )


def _describe_group(group: Sequence[AnsweredQuestion]) -> QuestionGroup | None:
    people = len({each.person for each in group})
    open_ones = [each for each in group if not each.private]
    if not open_ones and people < FEWEST:
        return None
    newest = (open_ones or group)[-1]
    others = dict.fromkeys(each.text for each in open_ones if each.text != newest.text)
    return QuestionGroup(
        newest=newest,
        others=tuple(others),
        count=len(group),
        people=people,
        refused=sum(each.refused for each in group),
        up=sum(each.up for each in group),
        down=sum(each.down for each in group),
        last=max(each.asked_at for each in group),
    )
