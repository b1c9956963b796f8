from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from wordfreq import top_n_list, zipf_frequency

from retrieval.text import keywords
from retrieval.text.keywords import get_zipf_frequency

ROOT = Path(__file__).parents[3]
COMMON = top_n_list("en", 20_000, wordlist="small")
WORDS = [
    *random.Random(7).sample(COMMON, 300),
    "minister",
    "cannot",
    "xqzv",
    "don't",
    "42",
    "2023",
    "café",
    "naïve",
    "",
]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_as_frequent_as_wordfreq_says(word: str) -> None:
    assert get_zipf_frequency(word) == zipf_frequency(word, "en", wordlist="small")


def test_where_the_list_has_moved_wordfreq_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keywords, "_read_word_list", dict)

    assert get_zipf_frequency.__wrapped__("harbour") == zipf_frequency("harbour", "en", wordlist="small")


def test_plain_words_do_not_import_wordfreq() -> None:
    probe = (
        "import sys; from retrieval.text.keywords import get_zipf_frequency; get_zipf_frequency('harbour'); "
        "sys.exit('wordfreq' in sys.modules)"
    )

    subprocess.run([sys.executable, "-c", probe], cwd=ROOT, check=True)
