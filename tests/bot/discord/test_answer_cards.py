"""Answers drawn with components: what stands where, for each kind of answer, within every limit of Discord's."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discord import card_views, escaping, layout, views
from retrieval.domain import Answer, ArticleInfo, Citation, Kind, Understanding
from tests.bot.discord import openapi
from tests.bot.discord.discord_markup import find_foreign_markup, render_plain
from tests.bot.discord.message_content import walk_parts
from tests.bot.discord.test_layout import LONG, answered, answers, citation

ENTRY, TEXT, BUTTON, MENU, BOX = 9, 10, 2, 3, 17


def drawn(value: Answer, *, length: int = 1_800, asked: bool = False) -> list[list[dict[str, Any]]]:
    """Return the components of each message, in the order in which they are read."""
    messages = views.build_answer_messages(7, value, length=length, asked=asked)
    return [list(walk_parts(components_of(message))) for message in messages]


def components_of(message: layout.Message) -> Any:
    view: Any = message.view
    return view.to_components()


def texts(value: Answer, **given: Any) -> list[str]:
    return [part["content"] for message in drawn(value, **given) for part in message if part["type"] == TEXT]


def kinds(value: Answer, kind: Kind, sides: tuple[str, ...] = ()) -> Answer:
    return replace(value, understanding=Understanding(value.question, kind=kind, sides=sides))


def dated(number: int, day: int, quote: str, **known: Any) -> Citation:
    return citation(
        number, article_id=f"a{day}", title=f"Day {day}", published=date(2026, 3, day), quote=quote, **known
    )


@given(answers(), st.integers(min_value=0, max_value=4_000), st.booleans())
@settings(max_examples=60, deadline=None)
def test_every_answer_is_within_every_limit_and_obeys_nobody(value: Answer, length: int, asked: bool) -> None:
    messages = views.build_answer_messages(7, value, length=length, asked=asked)

    given_urls = [*(each.url for each in value.citations), *(each.url for each in value.nearest)]
    urls = set(map(escaping.sanitize_url, given_urls)) - {""}
    for message in messages:
        components = components_of(message)
        body = {"components": components, "flags": openapi.LAYOUT, "allowed_mentions": {"parse": []}}
        assert openapi.faults(openapi.Request("POST", "/channels/1/messages", body)) == []
        for part in walk_parts(components):
            shown = re.sub(
                r"(?s)^```\n.*?\n```$", "", part.get("content", ""), flags=re.MULTILINE if value.model else 0
            )
            assert find_foreign_markup(re.sub(r"(?m)^- ", "", shown), *urls) == []


def test_an_answer_comes_first_in_bold_and_its_source_has_a_button_of_its_own() -> None:
    value = answered("Talks 1 (27 June 2023): “The talks were “candid”.” [1]", citation(url="https://a.example/x"))

    answer, source = texts(value)

    assert answer == "**“The talks were “candid”.”** [[1]](https://a.example/x)"
    assert source == "[1] **[Talks 1](https://a.example/x)**\n-# An Author · 27 June 2023"
    assert next(part["custom_id"] for part in drawn(value)[0] if part["type"] == BUTTON) == "c:passage:7:1"


def test_a_title_stands_once_and_two_quotes_of_an_article_share_a_button() -> None:
    cited = (citation(quote="One."), citation(2, article_id="a1", title="Talks 1", quote="Two."))
    value = answered("Talks 1 (27 June 2023): “One.” [1] “Two.” [2]", *cited)

    assert "\n".join(texts(value)).count("Talks 1") == 1
    assert texts(value)[-1].startswith("[1][2] **Talks 1**")
    assert [p["custom_id"] for p in drawn(value)[0] if "passage" in p.get("custom_id", "")] == ["c:passage:7:1"]


def test_what_is_older_keeps_its_day() -> None:
    cited = (citation(quote="Shut."), citation(2, published=date(2023, 6, 1), quote="Open."))
    value = answered("Talks 1 (27 June 2023): “Shut.” [1]\nEarlier, on 1 June 2023, Talks 2: “Open.” [2]", *cited)

    assert texts(value)[0] == "**“Shut.”** [1]\n\n-# Earlier, on 1 June 2023\n“Open.” [2]"


@pytest.mark.parametrize("kind", ["timeline", "headlines", "summary"])
def test_what_happened_is_an_entry_for_each_day_in_order(kind: Kind) -> None:
    cited = (dated(1, 4, "Shut."), dated(2, 4, "Crowds."), dated(3, 9, "Open."))
    text = "4 March 2026, Day 4: “Shut.” [1] “Crowds.” [2]\n9 March 2026, Day 9: “Open.” [3]"
    value = kinds(answered(text, *cited), kind)

    assert texts(value) == [
        "**4 March 2026** · Day 4\n-# An Author\n- “Shut.” [1]\n- “Crowds.” [2]",
        "**9 March 2026** · Day 9\n-# An Author\n- “Open.” [3]",
    ]
    assert [part["type"] for part in drawn(value)[0]].count(ENTRY) == 2


def test_a_summary_says_what_is_latest_and_what_was_before() -> None:
    cited = (dated(1, 9, "Open."), dated(2, 4, "Shut."))
    text = "Latest: 9 March 2026, Day 9: “Open.” [1]\nBefore that:\n4 March 2026, Day 4: “Shut.” [2]"

    latest, before, first = texts(kinds(answered(text, *cited), "summary"))

    assert latest.startswith("**Latest: 9 March 2026** · Day 9")
    assert before == "**Before that:**"
    assert first.startswith("**4 March 2026** · Day 4")


def test_the_items_of_a_list_are_items() -> None:
    cited = citation(quote="The candidates are:\n- Ann Lee\n- Ben *Ode*")
    value = kinds(answered("Talks 1 (27 June 2023): “The candidates are: - Ann Lee - Ben *Ode*” [1]", cited), "list")

    assert texts(value)[0] == "“The candidates are:\n- Ann Lee\n- Ben \\*Ode\\*” [1]"


def test_each_side_stands_under_its_name() -> None:
    cited = (citation(quote="Holm wants four."), citation(2, quote="Aas wants six."))
    text = "Talks 1 (27 June 2023): “Holm wants four.” [1]\nTalks 2 (27 June 2023): “Aas wants six.” [2]"

    named = texts(kinds(answered(text, *cited), "comparison", ("Holm", "Aas")))[0]
    unnamed = texts(kinds(answered(text, *cited), "comparison"))[0]

    assert named == "**Holm**\n“Holm wants four.” [1]\n\n**Aas**\n“Aas wants six.” [2]"
    assert unnamed.startswith("**Talks 1 (27 June 2023)**\n“Holm wants four.” [1]")


def test_what_may_answer_is_marked_and_not_in_bold() -> None:
    value = replace(answered("Talks 1 (27 June 2023): “Candid.” [1]", citation(quote="Candid.")), confidence=0.7)

    (card,) = layout.format_cards(value)

    assert [block.text for block in card.blocks[:2]] == ["*This may answer it:*", "“Candid.” [1]"]
    assert card.colour != layout.format_cards(answered("Candid [1].", citation()))[0].colour


def test_a_refusal_shows_the_nearest_articles() -> None:
    near = ArticleInfo("a", title="Near", published=date(2023, 6, 27), url="https://a.example/near")
    value = answered("The articles do not say.", refused=True, nearest=(near,))

    shown = "\n".join(texts(value))

    assert shown.startswith("**The articles do not say.**")
    assert "**[Near](https://a.example/near)**\n-# 27 June 2023" in shown


def test_a_list_of_articles_has_a_button_beside_each() -> None:
    cited = (citation(quote=""), citation(2, quote="They were brief."))
    value = kinds(answered("2 articles:\nTalks 1 (27 June 2023) [1]\nTalks 2 (27 June 2023) [2]", *cited), "archive")

    head, first, second = texts(value)

    assert head == "2 articles:"
    assert first.startswith("[1] **Talks 1**")
    assert second.endswith("> They were brief.")


@given(st.integers(min_value=400, max_value=2_000))
@settings(max_examples=10, deadline=None)
def test_a_long_quote_is_split_over_messages_without_losing_a_word(length: int) -> None:
    words = " ".join(f"word{n} and *{n}*." for n in range(600))
    value = answered(f"Talks 1 (27 June 2023): “{words}” [1]", citation(quote=words))

    shown = "".join(f"{text}\n" for text in texts(value, length=length))

    assert render_plain(re.sub(r"(?<!\\)\*\*", "", shown)).split()[: len(words.split())] == f"“{words}”".split()


def test_fifty_sources_are_shown_by_menus() -> None:
    cited = tuple(citation(n, title=f"Talks {n}", quote=LONG[:300]) for n in range(1, 51))
    value = answered(" ".join(f"Candid [{n}]." for n in range(1, 51)), *cited, model="some-model")

    parts = [part for message in drawn(value) for part in message]

    assert [part["custom_id"] for part in parts if part["type"] == MENU] == ["c:passages:7:0", "c:passages:7:1"]
    assert all(f"**Talks {n}**" in "\n".join(texts(value)) for n in range(1, 51))


def test_the_code_of_a_chat_model_stays_code() -> None:
    (text, _) = texts(answered("See [1]:\n```\na [1] b\n```\n", citation(), model="some-model"))

    assert "```\na [1] b\n```" in text


def test_discord_py_keeps_nothing_of_the_buttons() -> None:
    value = answered("Candid [1].", citation())
    (message,) = views.build_answer_messages(7, value, length=1_800, asked=False)

    assert message.view is not None
    assert not message.view.is_dispatchable()
    assert not views.build_answer_view(7, value).is_dispatchable()
    assert isinstance(message.view, card_views.StatelessLayout)


def test_what_several_articles_say_of_a_side_stands_under_its_name_once() -> None:
    first = (
        citation(quote="The union wants more.", article_id="a"),
        citation(2, quote="The company can't.", article_id="a"),
    )
    second = (
        citation(3, quote="The union is tired.", article_id="b"),
        citation(4, quote="The company waits.", article_id="b"),
    )
    rows = [" ".join(f"“{each.quote}” [{each.number}]" for each in quotes) for quotes in (first, second)]
    value = kinds(answered("\n".join(rows), *first, *second), "comparison", ("the union", "the company"))

    shown = texts(value)[0]

    assert [shown.count(f"**{side}**") for side in ("the union", "the company")] == [1, 1]
    assert [int(number) for number in re.findall(r"\[(\d)\]", shown)] == [1, 3, 2, 4]


def test_the_title_of_an_article_that_words_name_stands_once_beside_its_number() -> None:
    cited = citation(quote="By Ida Renn", title="Ferries", published=date(2026, 2, 14))
    text = "2 articles:\nIda Renn: 2 articles, the newest: Ferries (14 February 2026) [1]"
    value = kinds(answered(text, cited), "archive")

    shown = "\n".join(texts(value))

    assert "Ida Renn: 2 articles, the newest: [1]" in shown
    assert shown.count("Ferries") == 1


def test_each_article_near_a_refusal_has_a_button_beside_its_title_and_none_below() -> None:
    near = tuple(ArticleInfo(f"a{n}", title=f"Near {n}") for n in range(3))
    value = answered("The articles do not say.", refused=True, nearest=near)

    ids = [part["custom_id"] for message in drawn(value) for part in message if "custom_id" in part]

    assert [each for each in ids if each.startswith("c:near")] == ["c:near:7:0", "c:near:7:1", "c:near:7:2"]
