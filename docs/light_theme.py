"""Discord's light theme for simcord's previews, which are dark: its style sheet with greys as light as they were dark.

Colours that say something, such as those of buttons, stay. Colours of links and of text on grey buttons are given.
"""

from __future__ import annotations

import colorsys
import json
import re
from importlib import resources
from typing import Any

GREY = 0.3
"""Saturation up to which a colour is a grey."""
OWN = """
:root { color-scheme: light; --link-text: #006ce7; --link-accent: #006ce7; --embed-field-name: #060607;
  --subtle-surface-text: #2f3035; }
.button-style-2, .button-style-5, .button-style-6, .button-secondary, .link-button { color: #2f3035; }
.mention, .command-mention { color: #4149c4; }
"""


class ThemedBrowser:
    """A browser of Playwright's that stays open, and whose pages get the style sheet in its light form if asked."""

    def __init__(self, browser: Any, *, light: bool) -> None:
        self._browser, self._light = browser, light

    def __getattr__(self, name: str) -> Any:
        return getattr(self._browser, name)

    async def close(self) -> None:
        """Stay open: whoever opened it closes it."""

    async def new_context(self, **options: Any) -> Any:
        """Open a context; a light one paints its pages anew when they are ready."""
        # simcord's pages allow no styles but their own.
        context = await self._browser.new_context(**options, bypass_csp=self._light)
        if not self._light:
            return context
        style = turn_light(resources.files("simcord.preview").joinpath("static", "preview.css").read_text("utf-8"))
        await context.add_init_script(
            "document.addEventListener('DOMContentLoaded', () => { const sheet = document.createElement('style');"
            f"sheet.textContent = {json.dumps(style + OWN)}; document.head.append(sheet); }});"
        )
        return context


def turn_light(style: str) -> str:
    """Return a style sheet with its greys the other way round."""
    return re.sub(r"#[0-9a-fA-F]{6}\b", lambda found: _turn(found[0]), style)


def _turn(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    if saturation > GREY:
        return colour
    # The ground of a channel, a lightness of .21, becomes nearly white, and its text, one of .95, nearly black.
    turned = min(max(1.21 - 1.07 * lightness, 0.0), 1.0)
    return "#" + "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue, turned, saturation))
