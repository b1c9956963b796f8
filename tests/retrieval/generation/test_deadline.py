import threading
import time
from collections.abc import Iterator

import pytest

from retrieval.generation.deadline import BackgroundStream, Deadline, DeadlineError


def deadline(seconds: float = 10.0) -> Deadline:
    made = Deadline(seconds)
    made.begin()
    return made


def test_items_come_in_order_from_another_thread() -> None:
    def make() -> Iterator[tuple[int, str]]:
        for number in range(3):
            yield number, threading.current_thread().name

    items = list(BackgroundStream(make, deadline()).wait_for(lambda _: True).iterate())

    assert [number for number, _ in items] == [0, 1, 2]
    assert {name for _, name in items} == {"chat model"}


def test_an_error_is_raised_where_the_items_are_read() -> None:
    def make() -> Iterator[int]:
        yield 1
        raise KeyError("here")

    items = BackgroundStream(make, deadline()).iterate()

    assert next(items) == 1
    with pytest.raises(KeyError, match="here"):
        next(items)


def test_an_error_before_anything_is_enough_is_raised_while_waiting() -> None:
    def make() -> Iterator[str]:
        yield ""
        raise KeyError("here")

    with pytest.raises(KeyError):
        BackgroundStream(make, deadline()).wait_for(bool)


def test_what_came_while_waiting_is_not_lost() -> None:
    assert list(BackgroundStream(lambda: iter(["", "", "a", "b"]), deadline()).wait_for(bool).iterate()) == [
        "",
        "",
        "a",
        "b",
    ]


def test_an_iterator_that_never_comes_to_enough_ends() -> None:
    assert list(BackgroundStream(lambda: iter(["", ""]), deadline()).wait_for(bool).iterate()) == ["", ""]


def test_the_deadline_holds_for_an_iterator_that_hangs() -> None:
    released = threading.Event()

    def make() -> Iterator[int]:
        yield 1
        released.wait(30)

    items = BackgroundStream(make, deadline(0.1)).iterate()
    try:
        assert next(items) == 1
        with pytest.raises(DeadlineError):
            next(items)
    finally:
        released.set()


def test_the_deadline_holds_for_an_iterator_that_never_ends() -> None:
    def make() -> Iterator[int]:
        while True:
            time.sleep(0.001)
            yield 1

    with pytest.raises(DeadlineError):
        list(BackgroundStream(make, deadline(0.1)).iterate())


def test_a_deadline_that_is_cut_is_noticed_soon() -> None:
    released = threading.Event()
    cut = deadline(60)
    threading.Timer(0.1, cut.cut).start()
    waited = list[bool]()

    def make() -> Iterator[int]:
        waited.append(released.wait(30))
        yield 1

    with pytest.raises(DeadlineError):
        list(BackgroundStream(make, cut).iterate())

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

    items = BackgroundStream(make, deadline()).iterate()
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
