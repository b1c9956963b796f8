from __future__ import annotations

import io
import mailbox
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest

from retrieval.domain import Article, LeftOutFiles, Rejection
from retrieval.errors import UnreadableError
from retrieval.reading import read_articles
from retrieval.reading.mail import parse_mail, parse_mhtml, split_mailbox

EXAMPLES = Path(__file__).parent / "documents"
QUAY = "The quay was paved with granite on Monday."
CRANE = "The crane was sold to Norway for 90,000 euros."


def write_message(text: str = QUAY, *, subject: str = "Briefing", page: str = "", number: int = 1) -> EmailMessage:
    message = EmailMessage()
    message["From"] = '"Büro, Nachrichten" <news@example.org>'
    message["Subject"] = subject
    message["Date"] = "Tue, 3 Mar 2026 23:30:00 -0500"
    message["Message-ID"] = f"<{number}@example.org>"
    message.set_content(text)
    if page:
        message.add_alternative(page, subtype="html")
    return message


def read_folder(folder: Path) -> list[Article]:
    return [found for found in read_articles([folder]) if isinstance(found, Article)]


def test_a_message_is_an_article(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(write_message(subject="Größe des Kais: „Granit“").as_bytes())
    (article,) = read_folder(tmp_path)

    assert (article.title, article.author, article.published) == (
        "Größe des Kais: „Granit“",
        "Büro, Nachrichten",
        date(2026, 3, 3),
    )
    assert article.text == QUAY


def test_a_newsletter_is_read_as_its_readers_see_it() -> None:
    page = f"""<html><head><title>Briefing</title><style>p {{color: red}}</style></head><body>
    <div style="display:none">Hidden preview &zwnj;&nbsp;</div><table><tr><td><table><tr><td>
    <h2>Harbour</h2><p>{QUAY}</p></td></tr></table></td><td><p>{CRANE}</p><p>It is gone.</p></td></tr></table>
    <table><tr><th>Boat</th><th>Seats</th></tr><tr><td>Gudrun</td><td>80</td></tr></table></body></html>"""
    (entry,) = parse_mail(write_message("See our web page.", page=page).as_bytes())

    assert entry.article.text.split("\n") == [
        *("Harbour", "", QUAY, "", CRANE, "", "It is gone.", ""),
        *("| Boat | Seats |", "|---|---|", "| Gudrun | 80 |"),
    ]


def test_a_page_without_words_gives_way_to_the_plain_text() -> None:
    (entry,) = parse_mail(write_message(page="<html><body><img src='cid:x'></body></html>").as_bytes())

    assert entry.article.text == QUAY


def test_attachments_are_named_and_not_read() -> None:
    message = write_message()
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="report.pdf")
    message.add_attachment("secret,1", subtype="csv", filename="numbers.csv")
    (entry,) = parse_mail(message.as_bytes())

    assert entry.article.text == QUAY
    assert entry.article.metadata["attachments"] == ["report.pdf", "numbers.csv"]


def test_each_message_of_a_digest_is_an_article(tmp_path: Path) -> None:
    digest = EmailMessage()
    digest["From"], digest["Subject"] = "list@example.org", "Digest"
    digest.make_mixed()
    for number, text in enumerate((QUAY, CRANE)):
        digest.add_attachment(write_message(text, subject=f"Letter {number}", number=number))
    (tmp_path / "a.eml").write_bytes(digest.as_bytes())

    assert [(each.title, each.text) for each in read_folder(tmp_path)] == [("Letter 0", QUAY), ("Letter 1", CRANE)]


def test_each_message_of_a_mailbox_is_an_article_and_keeps_its_id(tmp_path: Path) -> None:
    path = tmp_path / "letters.mbox"
    box = mailbox.mbox(path)
    box.add(write_message(f"{QUAY}\n\nFrom the quay one sees the crane.", number=1))
    box.add(write_message(CRANE, number=2))
    box.close()
    first = read_folder(tmp_path)
    assert [each.text for each in first] == [f"{QUAY}\n\nFrom the quay one sees the crane.", CRANE]

    box = mailbox.mbox(path)
    box.remove(box.keys()[0])
    box.close()
    assert [each.id for each in read_folder(tmp_path)] == [first[1].id]


def test_a_message_over_the_limit_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "letters.mbox"
    box = mailbox.mbox(path)
    for number, text in enumerate((QUAY, "word " * 2_000, CRANE)):
        box.add(write_message(text, number=number))
    box.close()
    first, second, third = read_articles([path], limit_bytes=2_000)

    assert isinstance(first, Article)
    assert second == Rejection(f"{path}#2", "is over the limit of 2,000 bytes; split it or raise the limit")
    assert isinstance(third, Article)


def test_a_line_that_only_looks_like_a_separator_splits_nothing() -> None:
    data = b"From a@b Tue Mar  3 07:00:00 2026\nSubject: x\n\nFrom 7:00 on\nit rains.\n\n>From 8:00 on, too.\n"

    assert list(split_mailbox(io.BytesIO(data), 1_000)) == [
        b"Subject: x\n\nFrom 7:00 on\nit rains.\n\nFrom 8:00 on, too.\n"
    ]


def test_mail_says_what_it_is_written_in() -> None:
    message = EmailMessage()
    message["Subject"] = "a"
    message.set_content("会談は北京で行われた。", charset="iso-2022-jp")
    (entry,) = parse_mail(message.as_bytes())

    assert entry.article.text == "会談は北京で行われた。"


def test_flowed_lines_are_joined() -> None:
    head = b"Subject: a\nContent-Type: text/plain; format=flowed\n\n"
    (entry,) = parse_mail(head + b"The quay was paved \nwith granite.\nIt rains.\n")

    assert entry.article.text == "The quay was paved with granite.\nIt rains."


def test_a_page_saved_by_a_browser_in_one_file_is_read() -> None:
    (article,) = read_articles([EXAMPLES / "ferry.mhtml"])

    assert isinstance(article, Article)
    assert (article.title, article.author, article.published) == (
        "The ferry returns to Lindholm",
        "Ida Borg",
        date(2026, 3, 3),
    )
    assert article.url == "http://127.0.0.1:8931/ferry.html"
    assert "children pay “nothing”." in article.text


@pytest.mark.parametrize("name", ["letter", "page", "box"])
def test_mail_is_told_by_its_first_bytes(tmp_path: Path, name: str) -> None:
    letter = write_message().as_bytes()
    contents = {
        "letter": letter,
        "page": (EXAMPLES / "ferry.mhtml").read_bytes(),
        "box": b"From a@b Tue Mar  3 07:00:00 2026\n" + letter,
    }
    (tmp_path / name).write_bytes(contents[name])
    (article,) = read_folder(tmp_path)

    assert article.title == ("The ferry returns to Lindholm" if name == "page" else "Briefing")


@pytest.mark.parametrize("data", [b"no mail at all", b"\xff\xfe\0", b"\n\nSubject: late"])
def test_what_is_no_mail_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="is no mail"):
        parse_mail(data)


def test_parts_within_parts_have_an_end() -> None:
    nested = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3_000))

    with pytest.raises(UnreadableError):
        parse_mail(f"Subject: a\n{nested}Content-Type: text/plain\n\nText.\n".encode())


def test_a_saved_page_without_a_page_is_refused() -> None:
    with pytest.raises(UnreadableError, match="holds no web page"):
        parse_mhtml(b"Subject: a\n\nText.")


def test_a_text_that_begins_with_from_is_no_mailbox(tmp_path: Path) -> None:
    (tmp_path / "story").write_text(f"From the quay\n\n{QUAY}")
    found = list(read_articles([tmp_path]))

    assert [type(each) for each in found] == [Article]
    assert not any(isinstance(each, LeftOutFiles) for each in found)
