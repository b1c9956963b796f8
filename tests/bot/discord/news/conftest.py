"""A site with a feed, for every test that wants one."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.discord.news import rounds
from tests.bot.discord.news.news_site import NewsSite
from tests.retrieval.web.loopback_site import serve_site

WEB: dict[str, Any] = {"web_private": True, "web_pause": 0}


@pytest.fixture
def chosen() -> dict[str, Any]:
    return dict(WEB)


@pytest.fixture(autouse=True)
def _no_rounds_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the rounds to the tests: the loop would run beside them."""
    monkeypatch.setattr(rounds, "FIRST_TICK", 3_600.0)


@pytest.fixture
def news_site() -> Iterator[NewsSite]:
    with serve_site() as site:
        news = NewsSite(site)
        news.publish("old", "The mill is sold", *MILL)
        yield news


MILL = (
    "The mill of Uppsala was sold to Ann Lee on Monday for 640,000 crowns, the council said.",
    "She paid a tenth of it at once and wants to grind rye there from the spring on.",
    "The former owner, Per Holm, had run the mill for thirty-one years.",
)
