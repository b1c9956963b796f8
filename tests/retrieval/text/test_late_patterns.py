import re

import pytest

from retrieval.text.late_patterns import compile_later


def test_it_finds_what_the_pattern_finds() -> None:
    late, now = compile_later(r"(?P<word>b\w+)", re.IGNORECASE), re.compile(r"(?P<word>b\w+)", re.IGNORECASE)

    assert [each.span("word") for each in late.finditer("a Boat, a bell")] == [(2, 6), (10, 14)]
    assert (late.pattern, late.flags, late.groupindex) == (now.pattern, now.flags, now.groupindex)


def test_a_wrong_pattern_is_found_at_its_first_use() -> None:
    late = compile_later("(")

    with pytest.raises(re.error, match="unterminated"):
        late.search("anything")
