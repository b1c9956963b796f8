"""Tells what a site sends in an article's place, a page to log in or an error page, from the article.

Pure. What is held back for it, and where that is said, is left to syncing.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.domain import Article

LEAST_SHARE = 0.5
"""Of the stored text; an article that loses more at once was probably not sent as a whole."""
MANY = 3
"""Addresses with one and the same text from which it is no article; two may be one article under two addresses."""

_NO_ARTICLE = re.compile(
    r"(?i)(?:please )?(?:log ?in|sign ?in|log ?on)(?: (?:required|to [\w ]{1,40}))?|(?:please )?register"
    r"|(?:subscribe|sign up)(?: now| to (?:read|continue)[\w ]{0,40})?|members only|paywall"
    r"|(?:(?:error|http) )?[45]\d\d(?:\s*[-–—:|].*| (?:not found|error|forbidden|bad gateway|internal).*)?"
    r"|error(?: page)?|(?:oops|sorry|whoops)\b.{0,60}|something went wrong.{0,30}"
    r"|(?:the )?(?:page|article|file|content) (?:is )?(?:not|no longer) (?:found|available)|not found"
    r"|access (?:to this page )?(?:has been )?denied|forbidden|unauthori[sz]ed|service unavailable|bad gateway"
    r"|(?:site )?(?:is )?(?:down for |under )?maintenance|just a moment\W*|attention required\W*"
    r"|checking your browser.{0,40}|are you (?:a )?(?:robot|human)\W*|captcha|before you continue.{0,40}"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human.{0,40}"
)
_SITE_NAME = re.compile(r"\s+[|·–—-]\s+[^|·–—]{1,60}$")


def looks_like_no_article(title: str) -> bool:
    """Return whether a page's own title is that of a page to log in or of an error page."""
    return any(_NO_ARTICLE.fullmatch(each.strip()) for each in (title, _SITE_NAME.sub("", title)))


def find_suspicion(found: Article, title: str, *, before: Article | None, title_before: str, shared: int) -> str:
    """Return why a page is not to be taken for the article that it should be, or "".

    `title` and `title_before` are the page's own, `before` is the article that is stored. `shared` counts the other
    pages of its site that have this title now.
    """
    if looks_like_no_article(title) and title != title_before:
        return f"looks like a page to log in or an error page (“{title}”)"
    if before is None:
        return ""
    if shared and title and title != title_before:
        return f"has the title that other pages of its site have now (“{title}”)"
    share = len(found.prose) / max(1, len(before.prose))
    if share < LEAST_SHARE:
        return f"has only {share:.0%} of the text that is stored"
    return ""
