import copy
import gc
import importlib
import pickle
import pkgutil
import re

import pytest

import retrieval
from retrieval.text.late_patterns import LatePattern, compile_later


def test_it_finds_what_the_pattern_finds() -> None:
    late, now = compile_later(r"(?P<word>b\w+)", re.IGNORECASE), re.compile(r"(?P<word>b\w+)", re.IGNORECASE)

    assert [each.span("word") for each in late.finditer("a Boat, a bell")] == [(2, 6), (10, 14)]
    assert (late.pattern, late.flags, late.groupindex) == (now.pattern, now.flags, now.groupindex)


def test_a_wrong_pattern_is_found_at_its_first_use() -> None:
    late = compile_later("(")

    with pytest.raises(re.error, match="unterminated"):
        late.search("anything")


def test_all_that_are_compiled_later_can_be() -> None:
    for module in pkgutil.walk_packages(retrieval.__path__, "retrieval."):
        importlib.import_module(module.name)

    # By type: isinstance asks an object for its class, which some of torch's answer with a warning.
    found = [each for each in gc.get_objects() if type(each) is LatePattern and each._given != ("(", 0)]

    assert len(found) > 100
    assert all(re.compile(*each._given) for each in found)


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_a_copy_finds_the_same(make: object) -> None:
    late = make(compile_later("b.d"))  # type: ignore[operator]

    assert late.fullmatch("bed")
