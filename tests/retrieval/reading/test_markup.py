from __future__ import annotations

import pytest

from retrieval.errors import UnreadableError
from retrieval.reading.markup import read_html


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("", ""),
        ("<p>One\n  two.<p>Three &amp; four.", "One two.\n\nThree & four."),
        ("One<br>two<br/>three", "One\ntwo\nthree"),
        ("<ul><li>One</li><li><p>Two</p></li></ul>After.", "- One\n- Two\n\nAfter."),
        ("<p>Seen<span style='display:none'> hidden</span>.<script>x</script><style>y</style></p>", "Seen."),
        ("<p>It rained.<a href='#n1'><sup>1</sup></a> Then not.</p>", "It rained.[1] Then not."),
        ("<p>Call <a href='/a'>112</a>.</p>", "Call 112."),
        ("<pre>One\ntwo</pre>", "One\ntwo"),
        ("<table><tr><th>A<th>B<tr><td>1<td>2</table>", "| A | B |\n|---|---|\n| 1 | 2 |"),
        ("<table><tr><td><p>One.</p><p>Two.</p><td>Three.</table>", "One.\n\nTwo.\n\nThree."),
        (f"<table><tr><td>{'Long. ' * 60}<td>Short.</table>", f"{('Long. ' * 60).strip()}\n\nShort."),
    ],
)
def test_html_that_is_all_article_becomes_the_text_that_is_seen(page: str, text: str) -> None:
    assert read_html(page) == text


def test_tags_nested_too_deeply_are_refused_rather_than_cut_off() -> None:
    assert read_html("<div>" * 1_000 + "A text.") == "A text."
    with pytest.raises(UnreadableError, match="too deeply"):
        read_html("<div>" * 3_000 + "A text.")
