"""Which texts are in English, and which are surely not."""

from __future__ import annotations

import pytest

from retrieval.text.languages import is_english, is_foreign


@pytest.mark.parametrize(
    "question",
    [
        "Wann wurde die neue Schule eröffnet?",
        "Wer ist der Trainer?",
        "Quand la nouvelle école a-t-elle été ouverte ?",
        "¿Cuándo se abrió la nueva escuela?",
        "cuando se abrio la nueva escuela",
        "Quando è stata aperta la nuova scuola?",
        "Quem é o treinador da equipa?",
        "Wanneer is de nieuwe school geopend?",
        "Kiedy została otwarta nowa szkoła?",
        "Kdy byla otevřena nová škola?",
        "Hvornår blev den nye skole åbnet?",
        "Yeni okul ne zaman açıldı?",
        "Mikor nyitották meg az új iskolát?",
        "Când a fost deschisă noua școală?",
        "Kapan sekolah baru itu dibuka?",
        "Когда открылась новая школа?",
        "新しい学校はいつ開校しましたか",
        "متى افتتحت المدرسة الجديدة؟",
    ],
)
def test_a_question_in_another_language_is_foreign(question: str) -> None:
    assert is_foreign(question)
    assert not is_english(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who directed La vita è bella and Il postino?",
        "What did Der Spiegel say about Die Linke and Die Grünen in the Bundestag?",
        "What does 北京大学 mean?",
        "where is la casa de las flores filmed",
        "Nossa Senhora da Penha church Rio de Janeiro",
        "Lech Wałęsa Solidarność Gdańsk 1980",
        "Was the die cast in die Brücke?",
        "strike harbour crane drivers wages",
        "Ok",
        "",
    ],
)
def test_foreign_names_make_no_foreign_question(question: str) -> None:
    assert not is_foreign(question)


def test_prose_is_english_whatever_names_it_holds() -> None:
    assert is_english("The mayor of São João da Madeira said that the bridge would be open by the end of the week.")
    assert not is_english("Le maire de la ville a dit que le pont serait ouvert avant la fin de la semaine.")
