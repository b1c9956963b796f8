import pytest

from retrieval.text.stated_years import find_stated_year


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("The mill was rebuilt in 1954.", 1954),
        ("It was shut (1933) and forgotten.", 1933),
        ("In the war of 1754-1763 it changed hands.", 1754),
        ("During the 1960s it stood empty.", 1960),
        ("Caesar was killed in 44 BC by senators.", -44),
        ("In AD 79 ash buried the town.", 79),
        ("The town was burnt in 120 CE.", 120),
        ("Walls of the 7th century BC were found.", -650),
        ("In the first century a ball was turned by steam.", 50),
        ("Since the nineteenth-century boom it has grown.", 1850),
    ],
)
def test_the_first_year_is_found(text: str, year: float) -> None:
    assert find_stated_year(text) == year


@pytest.mark.parametrize(
    "text", ["It holds 1500 people.", "It cost $1,954.", "It opened on Monday.", "Room 2010 is shut.", ""]
)
def test_what_is_no_year_is_none(text: str) -> None:
    assert find_stated_year(text) is None


def test_days_of_a_year_are_in_order() -> None:
    days = [
        "in 1919",
        "on January 2, 1919",
        "in May 1919",
        "on 21 June 1919",
        "on June 22nd, 1919",
        "in Dec. 1919",
        "in 1920",
    ]

    found = [find_stated_year(each) for each in days]

    assert None not in found
    assert found == sorted(found, key=float)  # type: ignore[arg-type]
