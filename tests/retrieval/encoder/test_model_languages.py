from pathlib import Path

import pytest

from retrieval.encoder.model_languages import UNKNOWN, describe_languages, read_languages


@pytest.mark.parametrize(
    ("card", "codes"),
    [
        ("---\nlanguage: en\nlicense: mit\n---\n# A model\n", ("en",)),
        ("---\nlicense: mit\nlanguage:\n- en\n- de\n- pt-BR\ntags:\n- no\n---\n", ("en", "de", "pt-br")),
        ("---\nlanguage: [fi, 'sv', fi]\n---\n", ("fi", "sv")),
        ('---\nlanguage:\n  - multilingual\n  - "en"\npipeline_tag: x\n---\n', ("multilingual", "en")),
        ("---\ntags:\n- language\n---\nlanguage: en\n", ()),
        ("# A model\nlanguage: en\n", ()),
        ("", ()),
    ],
)
def test_the_languages_of_a_card_are_those_of_its_front_matter(card: str, codes: tuple[str, ...]) -> None:
    assert read_languages(card) == codes


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ("---\nlanguage: en\n---\n", "English"),
        ("---\nlanguage: da\n---\n", "da"),
        ("---\nlanguage: [multilingual, en]\n---\n", "several languages, English among them"),
        ("---\nlanguage: multilingual\n---\n", "several languages"),
        (f"---\nlanguage: [{', '.join('abcdefghijk'[i] * 2 for i in range(11))}]\n---\n", "hh and 3 more"),
    ],
)
def test_a_card_comes_before_the_table(card: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(card, "utf-8")

    assert describe_languages("owner/multilingual-e5-base", tmp_path).endswith(words)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("all-mpnet-base-v2", "English"),
        ("intfloat/multilingual-e5-small", "some 100 languages"),
        ("intfloat/e5-base-v2", "English"),
        ("BAAI/bge-m3", "more than 100 languages"),
        ("BAAI/bge-small-en-v1.5", "English"),
        ("BAAI/bge-small-zh", UNKNOWN),
        ("somebody/their-own-model", UNKNOWN),
    ],
)
def test_a_model_without_a_card_is_looked_up_by_its_name(model: str, words: str, tmp_path: Path) -> None:
    assert describe_languages(model, None) == words
    assert describe_languages(model, tmp_path / "gone") == words
