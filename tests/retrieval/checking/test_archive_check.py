"""A draft on what has changed since: with a judge that reads, and without one."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from retrieval.chain import ArticleChain
from retrieval.domain import Article
from retrieval.index import Library
from tests.retrieval.answer_invariants import assert_invariants
from tests.scripted_model import ScriptedModel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.encoder import SentenceEncoder

ARTICLES = (
    Article(
        "tram-plan",
        "The tram to Hollin Bank will start on 6 June, the city said on Monday. Forty drivers have been hired.",
        title="Tram to start in June",
        author="Ivy Reed",
        published=date(2025, 2, 3),
    ),
    Article(
        "tram-off",
        "The tram to Hollin Bank will not start this year. The city withdrew the date on Friday, because the bridge "
        "can't carry the cars.",
        title="No tram before next year",
        author="Ivy Reed",
        published=date(2025, 4, 11),
    ),
    Article(
        "heron",
        "Chief engineer Alma Reyes poisoned the herons of Lake Orrin to protect the trout, a neighbour said.",
        title="Engineer poisoned herons",
        published=date(2025, 3, 3),
    ),
    Article(
        "heron-sorry",
        "Our article of 3 March, “Engineer poisoned herons”, was wrong. Chief engineer Alma Reyes never poisoned the "
        "herons of Lake Orrin: they died of flu. We apologise.",
        title="We were wrong",
        published=date(2025, 3, 9),
    ),
)
WHEN = "When will the tram to Hollin Bank start?"
DRAFT = "The tram to Hollin Bank will start on 6 June, the city said."
LATER = "Later, on 11 April 2025, No tram before next year: “The tram to Hollin Bank will not start this year.” "


@pytest.fixture(scope="module")
def hollin(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("hollin") / "news", encoder=encoder, create=True) as library:
        library.ingest(ARTICLES)
        yield library


def number_of(title: str, prompt: str) -> str:
    found = re.search(rf'<passage number="(\d+)">\nTitle: {re.escape(title)}', prompt)
    assert found, f"{title!r} is not shown"
    return found[1]


def draft_from(title: str, text: str):  # type: ignore[no-untyped-def]
    return lambda prompt: f"{text[:-1]} [{number_of(title, prompt)}]."


def contradict(title: str):  # type: ignore[no-untyped-def]
    return lambda prompt: f'1: contradicted [{number_of(title, prompt)}] "6 June"\n2: not stated\nANSWERS: 1'


def test_the_judge_is_shown_what_other_articles_say_on_the_point_and_what_it_names_takes_the_claims_place(
    hollin: Library,
) -> None:
    model = ScriptedModel(
        script=[draft_from("Tram to start in June", DRAFT), contradict("No tram before next year"), "1: none"]
    )

    answer = ArticleChain(hollin, model, label="scripted:one").invoke(WHEN)

    assert_invariants(answer, hollin)
    assert answer.text == f"{LATER}[1]"
    assert (answer.reworded, answer.left_out) == (("contradicted",), ())


def test_a_claim_is_mended_from_the_passage_that_contradicts_it(hollin: Library) -> None:
    def mend(prompt: str) -> str:
        return f"1: The tram to Hollin Bank will not start this year [{number_of('No tram before next year', prompt)}]."

    model = ScriptedModel(
        script=[draft_from("Tram to start in June", DRAFT), contradict("No tram before next year"), mend]
    )

    answer = ArticleChain(hollin, model, label="scripted:one").invoke(WHEN)

    assert_invariants(answer, hollin)
    assert answer.text == "The tram to Hollin Bank will not start this year [1]."
    assert answer.reworded == ("repaired",)


def test_without_a_judge_what_was_said_later_stands_beside_the_claim(hollin: Library) -> None:
    model = ScriptedModel(script=[draft_from("Tram to start in June", DRAFT)])

    answer = ArticleChain(hollin, model, label="scripted:one", judge=None).invoke(WHEN)

    assert_invariants(answer, hollin)
    assert answer.text == f"{DRAFT[:-1]} [1].\n{LATER}[2]"


def test_what_the_draft_says_itself_is_not_said_again(hollin: Library) -> None:
    def both(prompt: str) -> str:
        new, old = number_of("No tram before next year", prompt), number_of("Tram to start in June", prompt)
        return f"{DRAFT[:-1]} [{old}]. The tram to Hollin Bank will not start this year [{new}]."

    answer = ArticleChain(hollin, ScriptedModel(script=[both]), label="scripted:one", judge=None).invoke(WHEN)

    assert "Later" not in answer.text


@pytest.mark.parametrize("judged", [False, True])
def test_what_a_notice_takes_back_falls_whoever_judges(judged: bool, hollin: Library) -> None:
    model = ScriptedModel(
        script=[
            draft_from("Engineer poisoned herons", "Alma Reyes poisoned the herons of Lake Orrin, a neighbour said."),
            "1: supported\n2: not stated\nANSWERS: 1",
        ]
    )

    answer = ArticleChain(hollin, model, label="scripted:one", judge="itself" if judged else None).invoke(
        "Who poisoned the herons of Lake Orrin?"
    )

    assert_invariants(answer, hollin)
    assert "Later, on 9 March 2025, We were wrong: “Our article of 3 March, “Engineer poisoned" in answer.text
    assert "a neighbour said" not in answer.text
