import copy
import gc
import importlib
import pickle
import pkgutil
import re
import sys
from functools import cache
from string import ascii_lowercase
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import DataObject, data, from_regex, sampled_from

import retrieval
from retrieval.text.late_patterns import LatePattern, NeedyPattern, compile_later, fold_case


def test_it_finds_what_the_pattern_finds() -> None:
    late, now = compile_later(r"(?P<word>b\w+)", re.IGNORECASE), re.compile(r"(?P<word>b\w+)", re.IGNORECASE)

    assert [each.span("word") for each in late.finditer("a Boat, a bell")] == [(2, 6), (10, 14)]
    assert (late.pattern, late.flags, late.groupindex) == (now.pattern, now.flags, now.groupindex)


def test_a_wrong_pattern_is_found_at_its_first_use() -> None:
    late = compile_later("(")

    with pytest.raises(re.error, match="unterminated"):
        late.search("anything")


@cache
def find_late_patterns() -> list[LatePattern]:
    for module in pkgutil.walk_packages(retrieval.__path__, "retrieval."):
        importlib.import_module(module.name)
    # By type: isinstance asks an object for its class, which some of torch's answer with a warning.
    return [each for each in gc.get_objects() if type(each) in (LatePattern, NeedyPattern) and each._given != ("(", 0)]


def test_all_that_are_compiled_later_can_be() -> None:
    found = find_late_patterns()

    assert len(found) > 100
    assert all(re.compile(*each._given) for each in found)


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_a_copy_finds_the_same(make: object) -> None:
    late = make(compile_later("b.d"))  # type: ignore[operator]

    assert late.fullmatch("bed")


def test_a_text_without_what_a_match_needs_does_not_compile_the_pattern() -> None:
    late: Any = compile_later(r"(?:boat|bell)s?", re.IGNORECASE, needs=("boat", "bell"))

    assert late.search("Nothing of it") is late.match("here") is None
    assert list(late.finditer("at all")) == []
    assert "_compiled" not in vars(late)
    assert late.search("Two BELLS").span() == (4, 9)
    assert late.match("Boats").span() == (0, 5)
    assert [each.group() for each in late.finditer("a boat, a bell")] == ["boat", "bell"]


def test_a_letter_is_small_wherever_patterns_take_it_for_one() -> None:
    alike = re.compile("[a-z]", re.IGNORECASE)
    letters = [chr(each) for each in range(sys.maxunicode + 1) if alike.match(chr(each))]

    assert len(letters) > 2 * len(ascii_lowercase)
    assert all(
        re.match(fold_case(each), each, re.IGNORECASE) and fold_case(each) in ascii_lowercase for each in letters
    )


@given(data())
@settings(max_examples=100, suppress_health_check=list(HealthCheck))
def test_every_match_holds_what_its_pattern_needs(drawn: DataObject) -> None:
    late = drawn.draw(sampled_from([each for each in find_late_patterns() if type(each) is NeedyPattern]))
    pattern = re.compile(*late._given)
    text = drawn.draw(from_regex(pattern))

    assert late._may_match(text) or not pattern.search(text)
