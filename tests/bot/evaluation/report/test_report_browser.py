"""The report of a run in a real browser: what is shown, what filters do, and that nothing is asked of the network."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from bot.evaluation.report import render_page as report
from tests.bot.evaluation import sample_runs as made

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PHONE = {"width": 360, "height": 800}
DESKTOP = {"width": 1280, "height": 900}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `make browser` installs it")


@dataclass
class Opened:
    """A page, with all that it asked for and complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def shown(self) -> str:
        return self.page.inner_text("#shown")

    def visible(self) -> list[str]:
        """The ids of the questions that are shown."""
        return [each.get_attribute("id") or "" for each in self.page.locator(".question:not([hidden])").all()]

    def fits(self) -> bool:
        """Whether the page needs no scrolling to the side."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(report(made.make_run(), made.make_comparison(), baseline=made.make_earlier_run()), "utf-8")
    return path


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(
            executable_path=CHROMIUM,
            # Chromium's sandbox refuses to run as root, which containers are.
            args=["--no-sandbox"] if root else [],
            downloads_path=tmp_path_factory.mktemp("downloads"),
            env={**os.environ, "HOME": str(tmp_path_factory.mktemp("home"))},
        )
        yield opened
        opened.close()


@pytest.fixture
def opened(browser: Browser, file: Path, request: pytest.FixtureRequest) -> Iterator[Opened]:
    """The report on a desktop, or as the test's parameter says; what went wrong in it fails the test."""
    options = {"viewport": DESKTOP, **getattr(request, "param", {})}
    context = browser.new_context(**options)
    found = Opened(context.new_page())
    found.page.on("request", lambda each: found.requests.append(each.url))
    found.page.on("console", lambda each: found.complaints.append(each.text))
    found.page.on("pageerror", lambda each: found.complaints.append(str(each)))
    found.page.goto(file.as_uri())
    yield found
    context.close()
    assert found.complaints == []
    assert {url.partition("#")[0] for url in found.requests} <= {file.as_uri()}


def test_a_click_on_a_filter_shows_those_questions_alone(opened: Opened, tmp_path: Path) -> None:
    opened.page.click("button[data-state=error]")

    assert opened.visible() == ["q-question-58"]
    assert opened.shown() == "1 of 60 shown"
    assert opened.page.url.endswith("#error")
    assert opened.page.get_attribute("button[data-state=error]", "aria-pressed") == "true"
    assert opened.page.screenshot(path=tmp_path / "report.png").startswith(b"\x89PNG")


def test_typing_after_a_slash_searches_questions_answers_ids_and_tags(opened: Opened) -> None:
    opened.page.keyboard.press("/")
    opened.page.keyboard.type("DAY 31")

    assert opened.visible() == ["q-question-31"]
    assert opened.shown() == "1 of 60 shown"

    opened.page.keyboard.press("Escape")

    assert opened.shown() == "60 of 60 shown"


def test_a_search_without_a_result_says_so_and_is_undone(opened: Opened) -> None:
    opened.page.fill("#find", "zeppelin")

    assert opened.shown() == "0 of 60 shown"
    assert opened.page.is_visible("text=No question matches.")

    opened.page.click("#reset")

    assert opened.shown() == "60 of 60 shown"
    assert not opened.page.is_visible("text=No question matches.")


def test_filters_tags_and_order_come_together_and_into_the_address(opened: Opened) -> None:
    opened.page.click("button[data-state=refused]")
    opened.page.select_option("#tag", "near-miss")
    opened.page.select_option("#sort", "unsure")

    assert opened.shown() == "12 of 60 shown"
    assert opened.page.url.endswith("#refused&tag=near-miss&sort=unsure")
    assert opened.visible()[:3] == ["q-question-40", "q-question-45", "q-question-50"]


@pytest.mark.parametrize(
    ("link", "shown"),
    [("#failed", 18), ("#flipped", 4), ("#tag=candidates", 3), ("#passed&q=day%205", 7), ("#no-such-thing", 60)],
)
def test_a_link_contains_filters(opened: Opened, file: Path, link: str, shown: int) -> None:
    opened.page.goto(file.as_uri() + link)

    assert opened.shown() == f"{shown} of 60 shown"


@pytest.mark.parametrize("link", ["#q-question-27", "#question-27"])
def test_a_link_to_a_question_opens_it_though_it_is_filtered_out(opened: Opened, file: Path, link: str) -> None:
    opened.page.click("button[data-state=error]")

    opened.page.goto(file.as_uri() + link)

    assert opened.page.is_visible("#q-question-27 >> text=Instead: It was said on another day")


def test_a_flipped_question_is_one_click_away(opened: Opened) -> None:
    opened.page.click(".flips a >> text=What was said on day 1?")

    assert opened.page.is_visible("#q-question-1 >> text=Nobody knows.")
    assert opened.page.locator("#q-question-1").bounding_box()["y"] < DESKTOP["height"]  # type: ignore[index]


def test_what_strangers_wrote_does_nothing_but_show(opened: Opened) -> None:
    question = opened.page.locator(".question").last
    question.locator("summary").first.click()

    assert opened.page.evaluate("window.hacked") is None
    assert made.HOSTILE in question.inner_text()


@pytest.mark.parametrize(
    "opened", [{"viewport": PHONE}, {"viewport": DESKTOP}], indirect=True, ids=["phone", "desktop"]
)
def test_nothing_is_wider_than_the_screen(opened: Opened) -> None:
    assert opened.fits()

    opened.page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")

    assert opened.fits()


@pytest.mark.parametrize("opened", [{"color_scheme": "dark"}], indirect=True, ids=["dark"])
def test_it_is_dark_where_the_system_is_and_light_on_request(opened: Opened) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"

    assert opened.page.evaluate(paper) == "rgb(20, 21, 23)"

    opened.page.click("#theme")

    assert opened.page.evaluate(paper) == "rgb(253, 253, 252)"


@pytest.mark.parametrize("opened", [{"java_script_enabled": False}], indirect=True, ids=["no-script"])
def test_without_scripts_every_question_is_there(opened: Opened) -> None:
    assert opened.page.locator(".question").count() == 60
    assert opened.page.is_visible(".question >> nth=59")
    assert not opened.page.is_visible("#find")


CONTRASTS = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const luminance = (name) => {
    const probe = document.createElement("i");
    probe.style.color = `var(--${name})`;
    document.body.append(probe);
    canvas.fillStyle = getComputedStyle(probe).color;
    probe.remove();
    canvas.fillRect(0, 0, 1, 1);
    const linear = [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const contrast = (one, two) => {
    const [low, high] = [luminance(one), luminance(two)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const found = {};
  for (const text of ["ink", "muted", "accent", "second", "good", "bad"])
    for (const behind of ["paper", "panel"]) found[`${text} on ${behind}`] = contrast(text, behind);
  found["ink on mark"] = contrast("ink", "mark");
  return found;
}"""


@pytest.mark.parametrize(
    "opened", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True, ids=["light", "dark"]
)
def test_every_colour_of_text_stands_out_from_what_is_behind_it(opened: Opened) -> None:
    """WCAG 2.2, 1.4.3: a contrast of 4.5 at least."""
    contrasts = opened.page.evaluate(CONTRASTS)

    assert len(contrasts) == 13
    assert {pair: value for pair, value in contrasts.items() if value < 4.5} == {}


def test_on_paper_answers_are_unfolded_and_tools_left_out(opened: Opened) -> None:
    opened.page.emulate_media(media="print")

    assert not opened.page.is_visible("#tools")
    assert opened.page.locator("#q-question-5 .answer").bounding_box()["height"] > 0  # type: ignore[index]
