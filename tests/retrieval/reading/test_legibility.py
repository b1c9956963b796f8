from __future__ import annotations

import pytest

from retrieval.reading.legibility import is_legible

ENGLISH = (
    "The parish council decided on Monday to buy the field behind the church for use as a car park. The vicar had asked"
    " for it, and nobody spoke against the plan, which is to cost nine thousand pounds in the first year."
)
LANGUAGES = {
    "English": ENGLISH,
    "Welsh": (
        "Mae'r cyngor wedi penderfynu prynu'r cae y tu ôl i'r eglwys fel maes parcio. Dywedodd y maer fod y"
        " penderfyniad yn un anodd ond bod angen lle ar yr ymwelwyr trwy gydol y flwyddyn."
    ),
    "Basque": (
        "Udalak erabaki du elizaren atzeko zelaia erostea aparkaleku gisa erabiltzeko. Alkateak esan zuen erabakia"
        " zaila izan zela, baina bisitariek lekua behar zutela urte osoan zehar."
    ),
    "Vietnamese": (
        "Hội đồng xã đã quyết định mua cánh đồng phía sau nhà thờ để làm bãi đỗ xe. Thị trưởng nói rằng quyết định này"
        " rất khó khăn, nhưng du khách cần chỗ đỗ xe quanh năm."
    ),
    "Russian": "Приходской совет решил в понедельник купить поле за церковью под автостоянку.",
    "Japanese": "村の議会は月曜日に教会の裏の畑を駐車場として買うことを決めた。",
    "code": "def f(x_1, y_2): return [x_1[i]+y_2[j] for i in range(10)] # adds the numbers of two lists",
    "a table": "Tarn 12 31.4 8% 1931-1935\nHolm 9 17.2 6% 1931-1936\nLindholm 4 8.0 2% 1932-1936",
    "contents": "First chapter ........................ 12\nSecond chapter ....................... 37\n" * 5,
}


@pytest.mark.parametrize("text", LANGUAGES.values(), ids=LANGUAGES)
def test_a_text_is_legible(text: str) -> None:
    assert is_legible(text, unmapped=0)


def test_a_text_is_legible_although_its_fonts_do_not_say_so() -> None:
    assert is_legible(ENGLISH, unmapped=1)


def number_glyphs(text: str) -> str:
    """Give letters the numbers of their glyphs in a font that holds those alone that are used."""
    glyphs = {letter: chr(33 + n) for n, letter in enumerate(dict.fromkeys(text.replace(" ", "")))}
    return "".join(glyphs.get(letter, " ") for letter in text)


@pytest.mark.parametrize(
    "text",
    [
        "".join(chr(ord(letter) - 29) for letter in ENGLISH if letter != " "),
        number_glyphs(ENGLISH),
        LANGUAGES["Russian"].encode("cp1251").decode("latin-1"),
        ":.,\nd. .\ni, ..?\n.i '\n»\n14\ne.:..\nr. s%,\n• k\n.,L 1\ns..\n% ,2 g. %.., I ' I .4 i\\...' 4 .n.,—.41" * 2,
    ],
    ids=["shifted", "numbered", "another alphabet", "noise"],
)
def test_what_a_font_without_letters_leaves_is_not_legible(text: str) -> None:
    assert not is_legible(text, unmapped=0)


@pytest.mark.parametrize("text", ["ÐÀÑ×ÒÍÎ-ÏÎßÑÍÈÒÅËÜÍÀß ÇÀÏÈÑÊÀ", "㌀䠀䰀䰀伀", ""])
def test_what_no_language_knows_is_not_legible_where_fonts_do_not_say_their_letters(text: str) -> None:
    assert not is_legible(text, unmapped=1)
