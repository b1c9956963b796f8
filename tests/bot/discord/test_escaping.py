import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.discord import escaping
from retrieval.text.sanitizing import strip_invisible
from tests.bot.discord.discord_markup import HIDDEN, find_markup, render_plain

SNARES = [
    "@everyone",
    "@here",
    "@silent ",
    "<@123456789012345678>",
    "<@!123456789012345678>",
    "<@&123456789012345678>",
    "<#123456789012345678>",
    "</ask:123456789012345678>",
    "<t:1700000000:R>",
    "<:ok:123456789012345678>",
    "<a:ok:123456789012345678>",
    "<id:customize>",
    "<mailto:a@b.cd>",
    "<+12345678>",
    ":smile:",
    "# big",
    "### big",
    "-# small",
    "- point",
    "* point",
    "1. point",
    "> said",
    ">>> said",
    "**bold**",
    "__under__",
    "_leaning_",
    "~~gone~~",
    "||hidden||",
    "`code`",
    "```py\ncode\n```",
    "[here](https://evil.example/x)",
    "[here](<https://evil.example/x>)",
    "[1](https://evil.example/x)",
    "https://evil.example/x",
    "<https://evil.example/x>",
    "discord.gg/abcdef",
    "https://discord.com/invite/abcdef",
    "¯\\_(ツ)_/¯",
    "\\",
    "\\\\",
    "@\u2060everyone",
    "@\u202eeveryone",
    "\u200d",
    "\U000e0041",
    "\n",
    " ",
    "[1]",
    "[2][3]",
    "(",
    ")",
    "👩‍👩‍👧",
    "मित्र",
    "שלום",
    "é" + "\u0301" * 9,
]
strange = st.lists(st.sampled_from(SNARES) | st.text(max_size=8), max_size=12).map("".join) | st.text(max_size=200)


@pytest.mark.parametrize("snare", SNARES)
def test_a_snare_is_shown_as_it_is_written_and_does_nothing(snare: str) -> None:
    shown = escaping.escape_block(snare)

    assert find_markup(shown) == []
    assert render_plain(shown) == escaping.strip_hidden(snare).strip()


@given(strange)
@example("[1](x)")
@example("[1](")
@example("](https://a.b)")
def test_nothing_in_a_strange_text_is_obeyed_and_everything_is_readable(text: str) -> None:
    shown = escaping.escape(strip_invisible(text), markers=True)

    assert find_markup(shown) == []
    ours = str.maketrans("", "", f"{escaping.APART}\u200c\u200d")
    assert not HIDDEN.search(shown.translate(ours))
    assert render_plain(shown) == strip_invisible(text)


@given(strange, st.integers(min_value=1, max_value=120), st.booleans())
def test_a_cut_text_fits_and_is_as_safe_as_a_whole_one(text: str, limit: int, markers: bool) -> None:
    for form in (escaping.escape_line, escaping.escape_block):
        shown, whole = form(text, limit, markers=markers), form(text, markers=markers)

        assert escaping.count_units(shown) <= limit
        assert find_markup(shown) == []
        assert shown == whole or (shown.endswith("…") and render_plain(whole).startswith(render_plain(shown)[:-1]))


@given(strange)
def test_texts_stay_safe_beside_each_other(text: str) -> None:
    shown = escaping.escape_line(text)

    assert find_markup(f"[1] {shown} ({shown})") == []
    assert find_markup(shown + escaping.escape_line("(https://a.b)")) == []


@given(strange, st.integers(min_value=1, max_value=100))
def test_a_label_fits_and_names_nobody(text: str, limit: int) -> None:
    shown = escaping.format_label(text, limit)

    assert escaping.count_units(shown) <= limit
    assert "@everyone" not in shown
    assert "\n" not in shown


@given(strange)
@example("`" * 6)
@example("`" * 7)
def test_no_text_closes_its_own_code_block(text: str) -> None:
    shown = escaping.format_code(text)

    assert shown.startswith("```\n")
    assert shown.endswith("\n```")
    assert "```" not in shown[3:-3]


@pytest.mark.parametrize("marked", ["Said [1].", "Said [1][2] (so they say).", "[12] says"])
def test_markers_of_an_answer_survive(marked: str) -> None:
    assert escaping.escape_block(marked, markers=True) == marked


def test_a_marker_makes_no_link_with_what_follows_it() -> None:
    assert find_markup(escaping.escape_block("so [1](https://evil.example) it is", markers=True)) == []


def test_elsewhere_a_marker_is_a_bracket_like_any_other() -> None:
    assert escaping.escape_line("so [1] it is") == r"so \[1\] it is"


def test_plain_prose_stays_as_it_is() -> None:
    prose = "On 27 June 2023, at 10 p.m. – “a candid talk” (as he said): 5% up, that's all; €3/$4 & more!"

    assert escaping.escape_block(prose) == prose


def test_a_text_is_cut_at_a_space_where_one_is_near() -> None:
    assert escaping.escape_line("candid and constructive talks", 20) == "candid and…"


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://a.example/b?c=d&e=f#g", "https://a.example/b?c=d&e=f#g"),
        ("http://a.example/A_(b)", "http://a.example/A_%28b%29"),
        ("https://a.example/é", "https://a.example/%C3%A9"),
        ("https://a.example/%20x", "https://a.example/%20x"),
        ("https://müller.example/x", "https://xn--mller-kva.example/x"),
        (" https://a.example/ ", "https://a.example/"),
        ("HTTPS://A.example:443/X", "https://a.example:443/X"),
    ],
)
def test_an_address_has_everything_encoded_that_could_end_a_link(url: str, target: str) -> None:
    assert escaping.sanitize_url(url) == target


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "ftp://a.example/",
        "discord://a.example/",
        "file:///etc/passwd",
        "//a.example/",
        "a.example",
        "https://",
        "https://user@a.example/",
        "https://a.example/x y",
        "https://a.example/\u202ex",
        "https://a.example/<x>",
        "https://a.example/`x`",
        "https://[::1",
        "https://[::1]/",
        "https://intranet/x",
        "https://a..example/x",
        "https://a.example:99999/",
        "https://a.example/" + "x" * 600,
        "https://" + "ü" * 80 + ".example/",
    ],
)
def test_any_other_address_is_no_link(url: str) -> None:
    assert escaping.sanitize_url(url) == ""
    assert escaping.format_link("Title", url) == "Title"


@given(st.text(max_size=60) | st.text(max_size=30).map("https://a.example/{}".format))
def test_an_address_never_ends_its_link(url: str) -> None:
    target = escaping.sanitize_url(url)

    assert not set(target) & set("()<>[]*`|\\ \n")
    assert target.isascii()


def test_a_title_is_a_link_to_its_article() -> None:
    assert (
        escaping.format_link("Talks [in](Beijing)", "https://a.example/x")
        == r"[Talks \[in\]\(Beijing)](https://a.example/x)"
    )


@pytest.mark.parametrize(
    ("name", "isolated"), [("Ann Lee", False), ("שלום", True), ("Ann (مريم)", True), ("Łukasz", False), ("", False)]
)
def test_a_name_from_right_to_left_is_isolated_from_what_stands_beside_it(name: str, isolated: bool) -> None:
    assert escaping.isolate(name) == (f"\u2068{name}\u2069" if isolated else name)


def test_no_line_is_broken_within_a_mention_that_was_taken_apart() -> None:
    assert escaping.escape_line("@here") == "@\u2060here"  # a word joiner; after a zero-width space lines are broken
