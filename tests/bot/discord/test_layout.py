import re
import time
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discord import escaping, layout
from bot.discord.entities import GuildSettings
from bot.discord.layout.splitting import pack, split_units
from bot.discord.lookups import QuoteContext
from retrieval.domain import (
    Answer,
    ArticleInfo,
    Citation,
    Hit,
    IngestReport,
    Passage,
    Rejection,
    ScoredSentence,
    Sentence,
)
from tests.bot.discord.discord_markup import find_foreign_markup, find_markup, render_plain
from tests.bot.discord.message_fits import count_embed, find_misfits
from tests.bot.discord.test_escaping import SNARES, strange

LONG = "The talks were candid. " * 400
HEBREW = "שיחות גלויות התקיימו בבייג׳ינג. " * 130
ZALGO = ("t\u0301\u0302\u0303\u0304\u0305\u0306" * 20 + " ") * 40
FAMILIES = "👩\u200d👩\u200d👧\u200d👦🏽 " * 900
SNARED = " ".join(SNARES) * 4
AWKWARD = ["", " ", LONG, HEBREW, ZALGO, FAMILIES, SNARED, "x" * 4_000, "*" * 4_000, "\n" * 500, "a\n\n" * 900]
texts = st.sampled_from(AWKWARD) | strange
urls = st.sampled_from(["", "javascript:alert(1)", "https://a.example/A_(b)", "https://a.example/" + "y" * 450])
dates = st.none() | st.dates()
infos = st.builds(ArticleInfo, id=texts, title=texts, author=texts, published=dates, url=urls, source=texts)


def citation(number: int = 1, **known: object) -> Citation:
    """Return a citation of the talks."""
    value: Citation = Citation(
        number, f"a{number}", f"Talks {number}", "An Author", date(2023, 6, 27), "", "talks.txt", "", 0, 0
    )
    return replace(value, **{"quote": "The talks were “candid”.", **known})  # type: ignore[arg-type]


def answered(text: str, *citations: Citation, **known: object) -> Answer:
    """Return an answer."""
    value = Answer("What were the talks?", text, citations, False, 0.9, "extractive", 0.1)
    return replace(value, **known)  # type: ignore[arg-type]


def everything(message: layout.Message) -> str:
    """Return all that a message shows and Discord formats."""
    parts = [message.content]
    for embed in message.embeds:
        parts += [embed.title or "", embed.description or ""]
    return "\n".join(parts)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """Draw an answer made of strange texts, of up to 50 citations."""
    count = draw(st.sampled_from([0, 1, 2, 5, 6, 50]))
    title, author, quote, url = draw(texts), draw(texts), draw(texts), draw(urls)
    ids = draw(st.sampled_from(["a", "a{}"]))
    cited = tuple(
        citation(n, article_id=ids.format(n), title=title, author=author, quote=quote, url=url)
        for n in range(1, count + 1)
    )
    return answered(
        draw(texts) + "".join(f" [{each.number}]" for each in cited),
        *cited,
        question=draw(texts),
        refused=draw(st.booleans()),
        nearest=tuple(draw(st.lists(infos, max_size=3))),
        standalone=draw(texts),
        notice=draw(texts),
        left_out=tuple(draw(st.lists(texts, max_size=3))),
        model=draw(st.sampled_from(["", "some-model"])),
    )


@given(answers(), st.integers(min_value=0, max_value=4_000), st.booleans())
@settings(max_examples=60, deadline=None)
def test_every_answer_is_within_every_limit_and_obeys_nobody(value: Answer, length: int, asked: bool) -> None:
    messages = layout.format_answer(value, length=length, asked=asked)

    assert [problem for message in messages for problem in find_misfits(message)] == []
    sources = [*(each.url for each in value.citations), *(each.url for each in value.nearest)]
    for message in messages:
        shown = everything(message)
        if value.model:
            shown = re.sub(r"(?s)^```\n.*?\n```$", "", shown, flags=re.MULTILINE)
        assert find_foreign_markup(shown, *map(escaping.sanitize_url, sources)) == []


@given(texts, urls, texts, texts, texts)
@settings(max_examples=60, deadline=None)
def test_every_passage_is_within_every_limit_and_obeys_nobody(
    title: str, url: str, quote: str, near: str, beside: str
) -> None:
    cited = citation(title=title, author=title, url=url, quote=quote)

    for around in (None, QuoteContext(cited, near, near, beside, beside)):
        message = layout.format_passage(cited, around)

        assert find_misfits(message) == []
        assert find_foreign_markup(everything(message)) == []


@pytest.mark.parametrize("lines", ["a\n\n" * 900, "a\n" * 900, "> a\n" * 900])
def test_a_passage_of_a_hundred_short_lines_fits_beside_its_neighbours(lines: str) -> None:
    cited = citation(quote=LONG)

    message = layout.format_passage(cited, QuoteContext(cited, LONG, LONG, lines, lines))

    assert find_misfits(message) == []


@given(st.lists(infos, max_size=25), st.integers(min_value=-1, max_value=9))
@settings(max_examples=40, deadline=None)
def test_every_list_is_within_every_limit_and_obeys_nobody(listed: list[ArticleInfo], page: int) -> None:
    message = layout.format_articles(listed, page)

    assert find_misfits(message) == []
    assert find_foreign_markup(everything(message), *(escaping.sanitize_url(each.url) for each in listed)) == []


@given(texts, st.lists(infos, max_size=10), texts)
@settings(max_examples=40, deadline=None)
def test_every_search_is_within_every_limit_and_obeys_nobody(
    question: str, found: list[ArticleInfo], text: str
) -> None:
    message = layout.format_hits(question, [hit(n, info, text) for n, info in enumerate(found, 1)])

    assert find_misfits(message) == []
    assert find_foreign_markup(everything(message), *(escaping.sanitize_url(each.url) for each in found)) == []


@given(texts, texts)
@settings(max_examples=40, deadline=None)
def test_reports_and_notices_are_within_every_limit(title: str, text: str) -> None:
    skipped = tuple(Rejection(title, text) for _ in range(40))
    messages = [
        layout.format_report(IngestReport(1, 2, 3, 4, skipped, 5, 6.0)),
        layout.format_status({f"fact {n}": text for n in range(40)}),
        layout.format_guide({"/ask": text}, name=title),
        layout.format_settings(GuildSettings(library=text, allowed_channels=tuple(range(10**17, 10**17 + 200)))),
        *map(
            layout.Message,
            (layout.format_reply(text), layout.format_error(text, title), layout.format_progress(text, 1, 2)),
        ),
        layout.Message(layout.format_draft(text)),
    ]

    assert [problem for message in messages for problem in find_misfits(message)] == []


def hit(rank: int, info: ArticleInfo, text: str) -> Hit:
    """Return a passage that was found."""
    scored = ScoredSentence(Sentence(0, len(text), text), 0.5, 0.5, 0.5, 0.5)
    passage = Passage("p", info.id, 0, len(text), text, (scored.sentence,))
    return Hit(rank, 0.5, passage, info, 0.5, 1.0, 0.5, 0.5, 0.5, (scored,))


@given(texts, st.integers(min_value=200, max_value=2_000), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_text_in_pieces_is_whole_and_safe(text: str, limit: int, code: bool) -> None:
    found = pack(split_units(text, limit, markers=True), limit)

    assert all(escaping.count_units(piece) <= limit for piece in found)
    assert [name for piece in found for name in find_markup(piece)] == []
    assert "".join("".join(map(render_plain, found)).split()) == "".join(escaping.strip_hidden(text).split())


def test_a_long_answer_is_cut_at_ends_of_sentences() -> None:
    value = answered(
        "The talks, said Mr. Li, were candid [1]. Nothing came of them. [2] " * 60, citation(1), citation(2)
    )

    *first, last = layout.format_answer(value, length=1_000)

    assert len(first) >= 4
    assert all(message.content.endswith(("[1].", "[2]")) for message in first)
    assert all(not message.embeds for message in first)
    assert last.embeds


def test_a_sentence_that_no_message_holds_is_cut_between_words() -> None:
    found = pack(split_units("candid talks and " * 200, 300), 300)

    assert all(piece.split(" ")[-1] in {"candid", "talks", "and"} for piece in found)


@pytest.mark.parametrize("snare", ["[" * 1_900, "[1" * 950, "e" + "\u0301" * 1_900])
def test_no_text_takes_much_longer_to_cut_than_another_of_its_length(snare: str) -> None:
    def seconds(text: str) -> float:
        began = time.process_time()
        layout.format_draft(text)
        return time.process_time() - began

    assert min(seconds(snare) for _ in range(3)) < 30 * min(seconds("*" * 1_900) for _ in range(3))


def test_no_marker_is_cut_in_two() -> None:
    found = pack(split_units("x" * 297 + "[12]" + "y" * 300, 300, markers=True), 300)

    assert sum(piece.count("[12]") for piece in found) == 1


CODE = "So:\n\n```python\n# talk\nprint('*candid*')\n```\n\nThat is *all* [1]."


def test_a_models_code_is_kept_whole() -> None:
    value = answered("Talks. " * 60 + CODE, citation(), model="some-model")

    shown = [message.content for message in layout.format_answer(value, length=400)]

    assert [text.count("```") for text in shown if "```" in text] == [2]
    assert "print('*candid*')" in "".join(shown)
    assert r"That is \*all\* [1]." in shown[-1]


def test_code_that_no_message_holds_is_fenced_in_each() -> None:
    value = answered("```\n" + "print('candid')\n" * 100 + "```", citation(), model="some-model")

    shown = [message.content for message in layout.format_answer(value, length=400)]

    assert len(shown) > 3
    assert all(text.startswith("```\n") and text.endswith("\n```") for text in shown)


def test_an_articles_code_is_no_code() -> None:
    (message,) = layout.format_answer(answered(CODE, citation()))

    assert find_foreign_markup(message.content) == []


def test_a_source_names_title_author_and_date_and_links_the_title() -> None:
    (message,) = layout.format_answer(answered("Candid [1].", citation(url="https://a.example/x")))

    assert message.content == "Candid [1]."
    assert message.embeds[0].description == (
        "[1] **[Talks 1](https://a.example/x)**\nAn Author · 27 June 2023\n> The talks were “candid”."
    )


def test_a_quote_that_the_text_holds_already_is_not_repeated() -> None:
    (message,) = layout.format_answer(answered("“The talks were ‘candid’.” [1]", citation()))

    assert ">" not in (message.embeds[0].description or "")


def test_where_an_article_lies_on_our_disk_is_nobodys_matter() -> None:
    cited = citation(title="", author="", source="/home/op/talks.txt")
    (message,) = layout.format_answer(answered("Candid [1].", cited))

    assert "/home" not in everything(message) + everything(layout.format_passage(cited, None))


def test_two_quotes_of_an_article_are_under_one_title() -> None:
    cited = [citation(n, article_id="a", title="Talks") for n in (1, 2)]

    (message,) = layout.format_answer(answered("Candid [1][2].", *cited))

    assert (message.embeds[0].description or "").startswith("[1] [2] **Talks**\n")


def test_fifty_sources_go_on_in_further_messages() -> None:
    cited = [citation(n, title="T" * 4_000, url=f"https://a.example/{n}") for n in range(1, 51)]

    messages = layout.format_answer(answered("Candid.", *cited))

    shown = "".join(everything(message) for message in messages)
    assert all(f"[{n}] **[TTT" in shown for n in range(1, 51))


def test_a_refusal_names_the_nearest_articles() -> None:
    near = ArticleInfo("a", "Talks", "An Author", date(2023, 6, 27))
    (message,) = layout.format_answer(answered("The articles do not say.", refused=True, nearest=(near,)))

    assert message.content == "The articles do not say."
    assert message.embeds[0].description == "**Talks**\nAn Author · 27 June 2023"


def test_a_refusal_without_any_article_says_why() -> None:
    (message,) = layout.format_answer(answered("The articles do not say.", refused=True))

    assert message.content.endswith("\n-# No article matches the given dates and author.")


def test_people_do_not_see_where_the_chat_model_runs() -> None:
    notice = "The chat model x:y can't be reached at http://10.0.0.7:9/v1 (is its server running?): these are quotes."

    (message,) = layout.format_answer(answered("Candid [1].", citation(), notice=notice))

    assert "can't be reached (is its server running?)" in message.content
    assert "10.0.0.7" not in message.content


def test_how_an_answer_came_about_is_in_small_print() -> None:
    value = answered("Candid [1].", citation(), standalone="Were they?", notice="Quoted.", left_out=("no support",) * 2)
    (message,) = layout.format_answer(value, asked=True)

    assert message.content.split("\n") == [
        "> What were the talks?",
        "-# Understood as: Were they?",
        "-# Quoted.",
        "Candid [1].",
        "-# 2 claims of the model could not be verified and were left out (no support).",
    ]


def test_a_quote_is_bold_in_its_passage_between_its_neighbours() -> None:
    cited = citation(quote="Candid talks.\n\nTwo days.", url="https://a.example/x")
    message = layout.format_passage(cited, QuoteContext(cited, "They met. ", " They left.", "Before.", "After."))

    embed = message.embeds[0]
    assert (embed.title, embed.url) == ("[1] Talks 1", "https://a.example/x")
    assert embed.description == "> Before.\n\nThey met. **Candid talks.**\n\n**Two days.** They left.\n\n> After."
    assert embed.footer.text == "An Author · 27 June 2023"


def test_of_an_article_that_is_cited_as_a_whole_the_beginning_is_shown() -> None:
    cited = citation(quote="", start=0, end=0)

    opened = layout.format_passage(cited, QuoteContext(cited, "", "", "", "They met."))
    gone = layout.format_passage(cited, None)
    (sources,) = layout.format_answer(answered("1 article:\nTalks [1]", cited))

    assert opened.embeds[0].description == "> They met."
    assert gone.embeds[0].description == "The article is no longer in the archive."
    assert sources.embeds[0].description == "[1] **Talks 1**\nAn Author · 27 June 2023"


def test_a_sentence_that_its_file_breaks_into_lines_is_one_line_again() -> None:
    cited = citation(quote="The two sides have agreed that\nthey talk.")
    message = layout.format_passage(cited, QuoteContext(cited, "Title\nHere,\nthen: ", "\n- a point", "", ""))

    assert message.embeds[0].description == (
        "Title\nHere, then: **The two sides have agreed that they talk.**\n\\- a point"
    )


def test_a_quote_whose_article_has_changed_is_shown_without_context() -> None:
    message = layout.format_passage(citation(), None)

    assert (message.embeds[0].description or "").endswith("**The talks were “candid”.**")


def test_a_list_says_which_page_it_is() -> None:
    listed = [ArticleInfo(f"a{n}", f"Talks {n}") for n in range(1, 24)]

    embed = layout.format_articles(listed, 3).embeds[0]

    assert embed.description == "21\\. **Talks 21**\n\n22\\. **Talks 22**\n\n23\\. **Talks 23**"
    assert embed.footer.text == "page 3 of 3 · 23 articles"


def test_what_did_not_go_in_is_named_without_its_folder() -> None:
    message = layout.format_report(IngestReport(3, skipped=(Rejection("/tmp/x/talks.exe", "is no text"),), passages=9))

    assert message.embeds[0].description == (
        "3 added, 0 updated, 0 unchanged, 0 removed\n9 passages in 0.0 s\n\n**1 skipped**\n\ntalks.exe: is no text"
    )


def test_a_report_names_what_may_have_been_read_wrongly() -> None:
    message = layout.format_report(IngestReport(1, doubtful=(Rejection("/tmp/x/talks.html", "may be read in part"),)))

    assert (message.embeds[0].description or "").split("\n\n")[1:] == [
        "**1 to look at**",
        "talks.html: may be read in part",
    ]


def test_settings_are_shown_as_people_say_them() -> None:
    shown = (
        layout.format_settings(GuildSettings(allowed_channels=(5,), daily_budget=1), library="news")
        .embeds[0]
        .description
    )

    assert shown
    assert "**Library:** news\n" in shown
    assert "**Answers in:** <#5>\n" in shown
    assert "**Daily budget:** 1 question a person" in shown


def test_waiting_is_counted_down_by_discord() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)

    assert layout.format_wait(11.2, now).endswith(f"Try again <t:{int(now.timestamp()) + 12}:R>.")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (layout.format_position(0), "-# searching the articles"),
        (layout.format_position(1), "-# 1 question before yours: the answer comes here"),
        (layout.format_progress("Reading", 5), "Reading … 5"),
        (layout.format_progress("Reading", 5, 10), "Reading ▰▰▰▰▰▰▰▰▰▰▱▱▱▱▱▱▱▱▱▱ 5 of 10"),
        (layout.format_error("It broke: *so*.", "4F2A"), "It broke: \\*so\\*.\n-# Reference: 4F2A"),
        (layout.format_error("Empty: `/ingest` adds, `*x*` not."), r"Empty: `/ingest` adds, \`\*x\*\` not."),
        (layout.format_forgotten(2), "Forgotten: 2 questions, with the answers and votes."),
        (layout.format_removed(1), "1 article removed."),
        (layout.format_draft(""), "-# a draft, being checked against the articles"),
        (layout.format_draft("Candid [1]"), "Candid [1]\n-# a draft, being checked against the articles"),
    ],
)
def test_a_notice_is_short(text: str, shown: str) -> None:
    assert text == shown


def test_what_does_not_fit_is_named() -> None:
    import discord

    embed = discord.Embed(title="x" * 257, description="y" * 4_097)
    embed.add_field(name="n", value="")

    found = find_misfits(layout.Message("z" * 2_001, (embed, discord.Embed(), embed)))

    assert find_misfits(layout.Message(""))
    for problem in ("content: 2001", "title: 257", "description: 4097", "without text", "an empty embed", "all embeds"):
        assert any(problem in each for each in found), problem
    assert count_embed(embed) == 257 + 4_097 + 1


def test_quotes_that_may_answer_are_introduced_as_such() -> None:
    values = [answered("Talks were held. [1]", citation(), confidence=confidence) for confidence in (0.9, 0.7)]

    shown = [layout.format_answer(value)[0].content for value in values]

    assert ["may answer" in content for content in shown] == [False, True]
