"""Draws docs/report.png: the report of the golden questions on the articles in seeds/, on a desktop and on a phone.

Needs Chromium, the system's own or that of `playwright install chromium`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PIL import Image, ImageDraw
from playwright.sync_api import sync_playwright

from bot.evaluation.run.evaluation_run import EvaluationOptions, evaluate
from bot.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HERE = Path(__file__).parent
ROOT = HERE.parent
QUESTIONS = ROOT / "tests" / "golden" / "seeds.yaml"
DESKTOP, PHONE = (1160, 1112), (360, 780)
MARGIN, GROUND = 28, "#e9eaec"
SCALE = 2


def draw(picture: Path) -> None:
    """Evaluate the golden questions, and take a picture of the report: its beginning, and a question on a phone."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.html"
        settings = Settings(home=Path(folder) / "home", chat_model="extractive")
        results, _ = evaluate(settings, EvaluationOptions((QUESTIONS,), articles=(ROOT / "seeds",), report=report))
        asked = next(each for each in results.run.outcomes if each.passed and each.excerpts)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"] if os.geteuid() == 0 else []
            )
            desktop = take_screenshot(browser, report.as_uri(), DESKTOP, Path(folder) / "desktop.png", "light")
            phone = take_screenshot(
                browser, f"{report.as_uri()}#{asked.golden.id}", PHONE, Path(folder) / "phone.png", "dark"
            )
            browser.close()
        combine_side_by_side(desktop, phone).save(picture, optimize=True)


def take_screenshot(
    browser: Browser, address: str, size: tuple[int, int], file: Path, theme: Literal["light", "dark"]
) -> Image.Image:
    """Take a picture of what a screen of this size shows of a page."""
    page = browser.new_page(
        viewport={"width": size[0], "height": size[1]}, device_scale_factor=SCALE, color_scheme=theme
    )
    page.goto(address)
    page.screenshot(path=file)
    page.close()
    with Image.open(file) as image:
        return image.convert("RGB")


def combine_side_by_side(desktop: Image.Image, phone: Image.Image) -> Image.Image:
    """Put two screens onto one ground, with round corners, and reduce the colours, which halves the file."""
    margin = MARGIN * SCALE
    whole = Image.new("RGB", (desktop.width + phone.width + 3 * margin, desktop.height + 2 * margin), GROUND)
    for image, left, radius in ((desktop, margin, 10), (phone, desktop.width + 2 * margin, 24)):
        mask = Image.new("L", image.size, 0)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, image.width - 1, image.height - 1), radius * SCALE, fill=255)
        whole.paste(image, (left, (whole.height - image.height) // 2), mask)
    return whole.quantize(128, dither=Image.Dither.NONE)


if __name__ == "__main__":
    draw(HERE / "report.png")
