"""Golden questions answered in a process of their own: a line of JSON in, a line of JSON out.

The plugin starts it where a project's packages hide those of Clippings. It ends when its input does.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.evaluation.plugin.golden_questions import GoldenQuestions
from bot.evaluation.run.archive_cache import ArchiveCache

if TYPE_CHECKING:
    from collections.abc import Mapping


def serve() -> None:
    """Answer requests from stdin on stdout; what is printed meanwhile goes to stderr."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with closing(ArchiveCache()) as archives:
        questions = GoldenQuestions(Path.cwd(), archives)
        for request in sys.stdin:
            replies.write(json.dumps(answer_request(questions, json.loads(request))) + "\n")
            replies.flush()


def answer_request(questions: GoldenQuestions, request: Mapping[str, Any]) -> dict[str, Any]:
    """Call the method that a request names; return its result and the warnings that came up."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = getattr(questions, request["call"])(*request["arguments"])
    messages = [str(each.message) for each in caught if issubclass(each.category, UserWarning)]
    return {"result": result, "warnings": messages}
