"""Any CSV that people have: encodings, separators, names of columns; and what is none."""

import pytest

from subscribers.addresses import parse
from subscribers.models import Newsletter, Subscriber, Subscription
from subscribers.transfer.lines import Unreadable
from tests.factories import make_newsletter
from tests.subscribers.transfer.files import bring_in, told


@pytest.fixture
def newsletter(db: None) -> Newsletter:
    return make_newsletter(slug="briefing")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encoding_separator_and_line_ends_are_found_out(
    newsletter: Newsletter, encoding: str, separator: str, end: str
) -> None:
    lines = [f"E-Mail{separator}Name", f"zoe@example.org{separator}Zoë Müller", ""]
    report = bring_in(newsletter, end.join(lines).encode(encoding))
    assert told(report) == {"IMPORTED": 1}
    reader = Subscriber.objects.get()
    assert (reader.address, reader.name) == ("zoe@example.org", "Zoë Müller")
    assert reader.domain == "example.org"


def test_every_column_is_kept(newsletter: Newsletter) -> None:
    bring_in(
        newsletter,
        "Full Name;EMAIL ADDRESS;Signed-up date;TimeZone;Language\n"
        '"Okafor, Ines";Ines@Example.ORG;2024-03-01;Europe/London;pt_BR\n',
    )
    reader = Subscriber.objects.get()
    assert (reader.address, reader.address_key) == ("Ines@Example.ORG", "ines@example.org")
    assert reader.name == "Okafor, Ines"
    assert (reader.language, reader.time_zone) == ("pt-br", "Europe/London")
    subscription = Subscription.objects.get()
    assert subscription.confirmed_at
    assert str(subscription.confirmed_at)[:10] == str(subscription.created_at)[:10] == "2024-03-01"


def test_first_and_last_name_are_put_together(newsletter: Newsletter) -> None:
    bring_in(newsletter, "Email Address,First Name,Last Name\na@example.org,Ines,Okafor\n")
    assert Subscriber.objects.get().name == "Ines Okafor"


def test_what_is_odd_about_a_reader_is_left_out_and_named(newsletter: Newsletter) -> None:
    report = bring_in(
        newsletter,
        "address,name,language,time zone,created\n"
        f"a@example.org,{'x' * 81},nonsense words,Nowhere/Land,2999-01-01\n"
        "b@example.org,a\x07b,en,UTC,never\n",
    )
    assert told(report) == {"IMPORTED": 2}
    assert report.noted == 2
    assert [line for line, _ in report.remarks] == [2, 2, 2, 2, 3, 3]
    assert set(Subscriber.objects.values_list("name", "time_zone")) == {("", ""), ("", "UTC")}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b" \n\n", "The file is empty."),
        (b"address,name\n", "There is no reader in this file"),
        (b"name,town\nAna,Turku\n", 'No column holds the addresses. Call it "address"'),
        (b"ana@example.org\nbob@example.org\n", "The first line must name the columns"),
        (b"email,address\na,b\n", "Two columns are called address"),
        (b"PK\x03\x04" + b"\x00" * 500, "This is an Excel workbook."),
        ("address\nana@example.org\n".encode("utf-16"), "This file is saved as UTF-16."),
        (bytes(range(256)) * 40, "This is not a CSV file"),
        (b"x" * 1_000_000, "The first line is too long"),
        (b"\n" * 9_000, "The file is empty."),
        (b"," * 9_000 + b"\n,,,\n", "There is nothing in this file."),
    ],
)
def test_what_is_no_list_of_readers_is_refused_in_a_sentence(
    newsletter: Newsletter, content: bytes, sentence: str
) -> None:
    with pytest.raises(Unreadable, match=sentence.replace("(", r"\(")):
        bring_in(newsletter, content)
    assert not Subscriber.objects.exists()


def test_bad_lines_are_named_and_take_no_other_with_them(newsletter: Newsletter) -> None:
    lines = [
        b"address,name",
        b"first@example.org,Ana",
        b"no-at.example.org,Ana",
        b"two@@example.org,Ana",
        b",Ana",
        b"long@example.org," + b"x" * 1_000_000,
        b"nu\x00ll@example.org,Ana",
        b"bell\x07@example.org,Ana",
        b'open@example.org,"Ana',
        b"behind@example.org,Bob",
        b"x" * 300 + b"@example.org,Ana",
        b"FIRST@example.org,Ana again",
        b"",
        b"last@example.org",
    ]
    report = bring_in(newsletter, b"\n".join(lines))
    assert told(report) == {"IMPORTED": 3, "BAD_ADDRESS": 6, "UNREADABLE": 2, "DUPLICATE": 1}
    assert sum(report.counts.values()) == report.lines == 12
    reasons = dict(report.remarks)
    assert reasons[3] == "That address has no @."
    assert reasons[5] == "There is no address in this line."
    assert reasons[6] == "The line is too long."
    assert reasons[7] == reasons[8] == "There are characters in it that no address has."
    assert reasons[9] == "A quotation mark opens here and does not close."
    assert reasons[11] == "An address has at most 254 characters."
    assert reasons[12] == "The same address as in line 2."
    assert "@example" not in " ".join(reasons.values())


def test_a_quoted_cell_may_go_on_over_lines(newsletter: Newsletter) -> None:
    report = bring_in(newsletter, 'address,name\na@example.org,"Ines\nOkafor"\nnot an address,x\n')
    assert Subscriber.objects.get().name == "Ines Okafor"
    assert report.remarks[0][0] == 4, "lines are those that an editor shows"


def test_only_the_first_thousand_reasons_are_listed(newsletter: Newsletter) -> None:
    bad = "nobody\n" * 1_200 + "a@example.org\n" + "a@example.org\n" * 100
    report = bring_in(newsletter, f"address\n{bad}")
    assert len(report.remarks) == 1_000
    assert report.unlisted == {"without a good address": 200, "twice in the file": 100}
    assert report.counts.total() == report.lines == 1_301


@pytest.mark.parametrize(
    "typed",
    [
        "Ana@EXAMPLE.org",
        "a.b+c@m\u00fcnchen.example",
        "a@\u212bngstr\u00f6m.example",
        "-a@x.example",
    ],
)
def test_addresses_are_read_as_on_the_form(newsletter: Newsletter, typed: str) -> None:
    assert told(bring_in(newsletter, f"address\n{typed}\n")) == {"IMPORTED": 1}
    reader = Subscriber.objects.get()
    assert (reader.address, reader.address_key) == (parse(typed).mailable, parse(typed).key)
