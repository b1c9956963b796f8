import threading
import time
from collections.abc import Iterator

import pytest

from retrieval.errors import DeadlinePassed
from retrieval.generation.deadline import Deadline, stream_in_background, wait_for


def deadline(seconds: float = 10.0) -> Deadline:
    made = Deadline(seconds)
    made.begin()
    return made


def test_items_come_in_order_from_another_thread() -> None:
    def make() -> Iterator[tuple[int, str]]:
        for number in range(3):
            yield number, threading.current_thread().name

    items = list(wait_for(stream_in_background(make, deadline()), lambda _: True))

    assert [number for number, _ in items] == [0, 1, 2]
    assert {name for _, name in items} == {"chat model"}


def test_an_error_is_raised_where_the_items_are_read() -> None:
    def make() -> Iterator[int]:
        yield 1
        raise KeyError("here")

    items = stream_in_background(make, deadline())

    assert next(items) == 1
    with pytest.raises(KeyError, match="here"):
        next(items)


def test_an_error_before_anything_is_enough_is_raised_while_waiting() -> None:
    def make() -> Iterator[str]:
        yield ""
        raise KeyError("here")

    with pytest.raises(KeyError):
        wait_for(stream_in_background(make, deadline()), bool)


def test_what_came_while_waiting_is_not_lost() -> None:
    assert list(wait_for(stream_in_background(lambda: iter(["", "", "a", "b"]), deadline()), bool)) == [
        "",
        "",
        "a",
        "b",
    ]


def test_an_iterator_that_never_comes_to_enough_ends() -> None:
    assert list(wait_for(stream_in_background(lambda: iter(["", ""]), deadline()), bool)) == ["", ""]


def test_the_deadline_holds_for_an_iterator_that_hangs() -> None:
    released = threading.Event()

    def make() -> Iterator[int]:
        yield 1
        released.wait(30)

    items = stream_in_background(make, deadline(0.1))
    try:
        assert next(items) == 1
        with pytest.raises(DeadlinePassed):
            next(items)
    finally:
        released.set()


def test_the_deadline_holds_for_an_iterator_that_never_ends() -> None:
    def make() -> Iterator[int]:
        while True:
            time.sleep(0.001)
            yield 1

    with pytest.raises(DeadlinePassed):
        list(stream_in_background(make, deadline(0.1)))


def test_a_deadline_that_is_cut_is_noticed_soon() -> None:
    released = threading.Event()
    cut = deadline(60)
    threading.Timer(0.1, cut.cut).start()
    waited = list[bool]()

    def make() -> Iterator[int]:
        waited.append(released.wait(30))
        yield 1

    with pytest.raises(DeadlinePassed):
        list(stream_in_background(make, cut))

    assert waited == []
    released.set()


def test_closing_the_items_ends_the_thread_and_closes_the_iterator() -> None:
    closed = threading.Event()
    going = threading.Event()

    def make() -> Iterator[int]:
        try:
            yield 1
            going.wait(10)
            yield 2
            yield 3
        finally:
            closed.set()

    items = stream_in_background(make, deadline())
    next(items)
    items.close()
    going.set()

    assert closed.wait(10)


def test_a_deadline_begins_once() -> None:
    made = Deadline(5)
    assert made.left == 5

    made.begin()
    time.sleep(0.02)
    made.begin()

    assert made.left < 5
