"""The report of a run: everything is on the page, nothing on it is taken for markup, and it needs no other file."""

from __future__ import annotations

import base64
import hashlib
import re
import warnings
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

import pytest

from bot.evaluation.metrics.curves import ConfidenceBin, TradeoffPoint
from bot.evaluation.metrics.measures import Figure, Measure
from bot.evaluation.report import number_format, plots, render_page
from bot.evaluation.report.question_cards import (
    LONGEST_ALL_PASSAGES,
    MarkedText,
    build_question_cards,
    name_anchors,
    split_evidence,
)
from bot.evaluation.results import EvidenceSpan, Gold, Golden, Outcome, Retrieved
from tests.bot.evaluation import sample_runs as made


@dataclass
class Seen(HTMLParser):
    """What a browser would see: elements with their attributes, and the text that is shown."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).replace("\N{NO-BREAK SPACE}", " ").split())

    def having(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.elements if name in attributes]


def seen(html: str) -> Seen:
    parser = Seen()
    parser.feed(html)
    return parser


@pytest.fixture(scope="module")
def html() -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return render_page(made.make_run(), made.make_comparison(), baseline=made.make_earlier_run())


@pytest.fixture(scope="module")
def shown(html: str) -> Seen:
    return seen(html)


def test_every_question_is_there_with_its_answer(shown: Seen) -> None:
    for outcome in made.make_sixty_outcomes()[:58]:
        assert outcome.golden.question in shown.text
        assert outcome.answer is None or outcome.answer.text in shown.text.replace(" [1] .", " [1].")


@pytest.mark.parametrize(
    "words",
    [
        "39 of 57 questions passed",
        "22 November 2026, 01:12 UTC · ".replace(" · ", ""),
        "1 could not be asked",
        "68.4 %",
        "better in 1 measure and worse in 1 measure",
        "1 question that passed fails now, 3 the other way.",
        "Asked only before?",
        "Asked in other words now?",
        "Nobody knows.",
        "Instead: It was said on another day",
        "Nothing cited says “another day”.",
        "the evidence first at rank 2",
        "none holds the evidence",
        "It leaves out the place.",
        "Nothing was written down: this question is asked and never judged.",
        "No model.",
        "made.golden.yaml:4",
    ],
)
def test_what_came_of_the_run_is_said(shown: Seen, words: str) -> None:
    assert words in shown.text


def test_what_strangers_wrote_is_never_markup(shown: Seen) -> None:
    tags = [tag for tag, _ in shown.elements]
    handlers = [name for _, attributes in shown.elements for name in attributes if name.startswith("on")]

    assert tags.count("script") == 1
    assert tags.count("style") == 1
    assert tags.count("svg") == 4
    assert "img" not in tags
    assert handlers == []
    assert made.HOSTILE in "".join(shown.texts)


def test_templates_in_what_strangers_wrote_are_not_filled_in(shown: Seen) -> None:
    assert "{{ 7 * 7 }} {% raw %}" in shown.text


def test_control_characters_and_half_characters_are_taken_out(html: str) -> None:
    assert not re.search("[\x00-\x08\x1b\u202e\ud800-\udfff]", html)


def test_the_page_refers_to_nothing_outside_but_what_is_cited(html: str, shown: Seen) -> None:
    sources = {*shown.having("src"), *shown.having("srcset"), *shown.having("action")}
    links = {link for link in shown.having("href") if not link.startswith("#")}
    style = html[html.index("<style>") : html.index("</style>")]

    assert sources == set()
    assert links == {"data:,", "https://example.org/talks"}
    assert "url(" not in style
    assert "@import" not in style
    assert "xlink" not in html


def test_links_to_citations_send_no_referrer(shown: Seen) -> None:
    rels = {each.get("rel") for tag, each in shown.elements if tag == "a" and each["href"].startswith("http")}

    assert rels == {"noopener noreferrer"}


def test_an_address_that_is_no_web_address_is_no_link(html: str) -> None:
    assert 'href="javascript' not in html


def test_the_policy_lets_the_page_run_its_own_script_and_load_nothing(html: str, shown: Seen) -> None:
    script = html[html.rindex("<script>") + len("<script>") : html.rindex("</script>")]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = next(each["content"] for tag, each in shown.elements if tag == "meta" and "http-equiv" in each)

    assert policy.startswith("default-src 'none';")
    assert f"script-src 'sha256-{digest}'" in policy


def test_ids_are_unique_and_every_inner_link_and_reference_finds_one(html: str, shown: Seen) -> None:
    ids = shown.having("id")
    links = {link[1:] for link in shown.having("href") if link.startswith("#") and not link.startswith("#tag=")}
    clips = set(re.findall(r"url\(#([^)]+)\)", html))

    assert len(ids) == len(set(ids))
    assert links | clips <= set(ids)


def test_plots_say_in_words_what_they_show(shown: Seen) -> None:
    labels = [each["aria-label"] for tag, each in shown.elements if tag == "svg" and each.get("role") == "img"]

    assert len(labels) == 4
    assert all(len(label) > 40 for label in labels)


def test_plots_take_their_colours_from_the_page(html: str) -> None:
    drawn = html[html.index('<svg class="plot"') : html.rindex("</svg>")]

    assert "var(--accent)" in drawn
    assert not re.search(r"(fill|stroke): #", drawn)


def test_the_same_run_gives_the_same_page(html: str) -> None:
    assert render_page(made.make_run(), made.make_comparison(), baseline=made.make_earlier_run()) == html


def test_without_a_comparison_nothing_is_said_of_flips() -> None:
    text = seen(render_page(made.make_run(made.make_sixty_outcomes()[:3]))).text

    assert "All 3 questions passed" in text
    assert "Against the run before" not in text
    assert "Flipped" not in text


def test_a_run_without_questions_is_a_page_as_well() -> None:
    assert "No question was asked" in seen(render_page(made.make_run(()))).text


def test_a_run_in_which_nothing_is_expected_passes_nothing() -> None:
    assert "No question says what is expected" in seen(render_page(made.make_run((made.make_candidate(1),)))).text


def test_a_thousand_questions_stay_below_fifteen_megabytes() -> None:
    long = tuple(Retrieved(rank, 0.5, "a1", "Talks", 0, 2_000, "w" * 2_000) for rank in range(1, 11))
    thousand = [made.make_passed(number, retrieved=long, gold=Gold(True)) for number in range(1_000)]
    bare = [replace(each, retrieved=tuple(replace(one, text="") for one in long)) for each in thousand[:40]]

    texts = sum(
        len(piece.text) for each in build_question_cards(thousand) for found in each.passages for piece in found.pieces
    )
    markup = (len(render_page(made.make_run(tuple(bare)))) - len(render_page(made.make_run(tuple(bare[:20]))))) / 20

    assert texts < LONGEST_ALL_PASSAGES * 1.01
    assert markup * 1_000 < 7_000_000


def test_evidence_is_marked_in_a_passage() -> None:
    found = Retrieved(1, 0.5, "a1", "", 100, 116, "before gold past")

    assert [*split_evidence(found, [EvidenceSpan("a1", 107, 111)], 50)] == [
        MarkedText("before "),
        MarkedText("gold", marked=True),
        MarkedText(" past"),
    ]


def test_a_long_passage_is_cut_around_its_evidence() -> None:
    found = Retrieved(1, 0.5, "a1", "", 0, 304, "x" * 200 + "gold" + "y" * 100)

    cut = [*split_evidence(found, [EvidenceSpan("a1", 200, 204)], 40)]

    assert cut == [
        MarkedText("… "),
        MarkedText("x" * 10),
        MarkedText("gold", marked=True),
        MarkedText("y" * 26),
        MarkedText(" …"),
    ]


def test_evidence_that_overlaps_is_marked_once() -> None:
    found = Retrieved(1, 0.5, "a1", "", 0, 6, "abcdef")

    cut = [*split_evidence(found, [EvidenceSpan("a1", 1, 4), EvidenceSpan("a1", 2, 5)], 50)]

    assert "".join(piece.text for piece in cut) == "abcdef"
    assert "".join(piece.text for piece in cut if piece.marked) == "bcde"


def test_ids_that_look_alike_in_plain_letters_keep_places_of_their_own() -> None:
    outcomes = [Outcome(Golden(name, "?"), Gold(None), None) for name in ("Où?", "o!", "o", "???")]

    assert [*name_anchors(outcomes)] == ["q-o", "q-o-2", "q-o-3", "q-question"]


@pytest.mark.parametrize(
    ("value", "text"), [(0.00002, "20 µs"), (0.0008, "0.8 ms"), (0.0481, "48 ms"), (0.99996, "1.0 s"), (210, "210 s")]
)
def test_times_are_written_with_what_matters(value: float, text: str) -> None:
    assert number_format.format_seconds(value).replace(number_format.SPACE, " ") == text


@pytest.mark.parametrize(
    ("unit", "low", "high", "text"),
    [
        ("share", 0.881, 1, "88.1–100 %"),
        ("score", 0.5, 0.75, "0.50–0.75"),
        ("seconds", 0.9, 1.2, "900 ms–1.2 s"),
        ("seconds", 0.01, 0.02, "10–20 ms"),
        ("share", float("nan"), 1, ""),
    ],
)
def test_intervals_name_their_unit_once(unit: str, low: float, high: float, text: str) -> None:
    measure = Measure("m", "M", "answers", True, unit, "")

    assert number_format.format_interval(measure, low, high).replace(number_format.SPACE, " ") == text


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [("share", 0.05, "+5 pp"), ("share", -0.051, "−5.1 pp"), ("score", 0.012, "+0.012"), ("seconds", 0.0, "0")],
)
def test_differences_have_a_sign(unit: str, value: float, text: str) -> None:
    measure = Measure("m", "M", "answers", True, unit, "")

    assert number_format.format_difference(measure, value).replace(number_format.SPACE, " ") == text


def test_a_date_that_is_none_is_shown_as_it_is() -> None:
    assert number_format.format_time("yesterday") == "yesterday"


def test_plots_of_nothing_are_left_out() -> None:
    assert [plots.plot_hits({}), plots.plot_reliability([]), plots.plot_tradeoff([]), plots.plot_times([])] == [
        None
    ] * 4


def test_the_threshold_with_fewest_errors_is_named() -> None:
    drawn = plots.plot_tradeoff(
        [TradeoffPoint(0.0, 0.0, 1.0), TradeoffPoint(0.4, 0.1, 0.2), TradeoffPoint(0.8, 0.9, 0.0)], 0.5
    )

    assert drawn is not None
    assert "below 40 %: 10 % wrongly refused, 20 % wrongly answered" in drawn.caption.replace(number_format.SPACE, " ")


@pytest.mark.parametrize("names", [["answer", "search"], ["a step with a very long name"] * 4])
def test_a_legend_stays_inside_its_drawing(names: list[str]) -> None:
    drawing, axes = plots._create_axes()
    for name in names:
        axes.plot([1, 2], label=name)

    plots._add_legend(axes)

    (legend,) = drawing.legends
    assert legend.get_window_extent().width <= drawing.bbox.width


def test_the_words_of_a_plot_are_escaped() -> None:
    step = replace(made.make_passed(1), seconds={'answer: <b>"$x$"': 0.5})

    drawn = plots.plot_times([step])

    assert drawn is not None
    assert "<b>" not in drawn.svg
    assert "&lt;b&gt;" in drawn.svg


def test_one_bin_and_one_figure_are_enough_to_draw() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = (
            plots.plot_reliability([ConfidenceBin(0.9, 1.0, 1, 1.0, 1.0)]),
            plots.plot_hits({"hit@5": Figure("hit@5", 1.0, 1.0, 1.0, 1)}),
        )

    assert all(drawn)
