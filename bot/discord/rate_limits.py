"""How often people may ask: rates per person and per server.

The messages to people who have to wait are left to layout/notices.py.
"""

from __future__ import annotations

import re
import time
from collections import deque
from typing import NamedTuple

A_MOMENT = 0.01
"""Seconds added to a wait: a question at the very end of a window still counts as within it."""

WINDOWS = 1_000
"""Windows that are kept before the empty ones are dropped."""

_RATE = re.compile(r"(\d+) */ *(\d*) *(second|minute|hour|day)")
_UNIT_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}


class Rate(NamedTuple):
    """So many questions in so many seconds."""

    amount: int
    seconds: int


def parse_rates(text: str) -> list[Rate]:
    """Read rates, in the form that the settings have checked: "6/minute; 100/2 days" is two rates."""
    found = _RATE.findall(text)
    return [Rate(int(amount), int(multiple or 1) * _UNIT_SECONDS[unit]) for amount, multiple, unit in found]


class RateLimits:
    """How often a person, and all people of a server together, may ask; counted in moving windows, in memory."""

    def __init__(self, per_person: str, per_guild: str) -> None:
        """Take the rates, such as "6/minute; 100/day"."""
        self._per_person = parse_rates(per_person)
        self._per_guild = parse_rates(per_guild)
        self._windows: dict[tuple[Rate, str, int], deque[float]] = {}
        self._most_windows = WINDOWS

    def check(self, guild_id: int, person_id: int) -> float:
        """Return 0 and count the question when it is admitted, else the seconds to wait; a refused one is not counted.

        Direct messages, whose guild id is 0, are limited per person only. Not for several threads at once.
        """
        limits = [(limit, "person", person_id) for limit in self._per_person]
        if guild_id:
            limits += [(limit, "guild", guild_id) for limit in self._per_guild]
        now = time.time()
        windows = [(whose[0], self._get_window(whose, now)) for whose in limits]
        full = [window[0] + limit.seconds - now for limit, window in windows if len(window) >= limit.amount]
        if full:
            return max(0.0, *full) + A_MOMENT
        for _, window in windows:
            window.append(now)
        if len(self._windows) > self._most_windows:
            self._sweep(now)
        return 0.0

    def take_back(self, guild_id: int, person_id: int) -> None:
        """Uncount the last question of somebody, which turned out to be none."""
        for whose, window in self._windows.items():
            if window and whose[1:] in {("person", person_id), ("guild", guild_id)}:
                window.pop()

    def _get_window(self, whose: tuple[Rate, str, int], now: float) -> deque[float]:
        """Return the times of the questions that still count, oldest first."""
        window = self._windows.setdefault(whose, deque())
        while window and window[0] + whose[0].seconds < now:
            window.popleft()
        return window

    def _sweep(self, now: float) -> None:
        """Drop the windows that are empty by now."""
        self._windows = {whose: self._get_window(whose, now) for whose in self._windows}
        self._windows = {whose: window for whose, window in self._windows.items() if window}
        self._most_windows = max(WINDOWS, 2 * len(self._windows))


class RepeatGuard:
    """Remembers which notices people got a short while ago, so that none is repeated in a public channel."""

    def __init__(self) -> None:
        self._until: dict[tuple[int, int, str], float] = {}

    def admit(self, guild_id: int, person_id: int, about: str, seconds: float) -> bool:
        """Return whether to send somebody this notice; once sent, it is not repeated for so many seconds."""
        now, key = time.time(), (guild_id, person_id, about)
        self._until = {each: until for each, until in self._until.items() if until > now}
        if key in self._until:
            return False
        self._until[key] = now + seconds
        return True
