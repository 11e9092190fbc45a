"""Whatever is in a file: a sentence or rows, never anything else."""

import io
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from subscribers.addresses import AddressError, parse
from subscribers.transfer import header, lines, rows
from subscribers.transfer.rows import Refused, Row
from tests.factories import NOW

CELLS = st.text(alphabet="aé@.;,\t\"\n\r= '", max_size=40)
# How long an example takes says nothing on a busy machine.
ANY_TIME = settings(deadline=None)


def read_all(raw: bytes) -> list[Row | Refused]:
    texts = lines.text_lines(io.BytesIO(raw))
    head = header.read(texts)
    found = lines.records(texts, delimiter=head.delimiter)
    same = {"places": head.places, "slug": "a", "frequencies": {"every_day"}, "now": NOW}
    return [rows.read(one, **same) for one in found]


@ANY_TIME
@given(st.binary(max_size=300))
def test_bytes_become_rows_or_a_sentence(raw: bytes) -> None:
    with suppress(lines.Unreadable):
        read_all(raw)


@ANY_TIME
@given(st.lists(CELLS, max_size=30), st.sampled_from(["utf-8", "latin-1", "cp1252"]))
def test_lines_become_rows_or_reasons(cells: list[str], encoding: str) -> None:
    body = "\n".join(cells).encode(encoding, errors="replace")
    head = b"address,name,language,time_zone,signed_up,state,reason,paused_until"
    head += b",frequency,own_time\n"
    for one in read_all(head + body + b"\ngood@example.org"):
        assert isinstance(one, Row) or one.reason.endswith((".", "?"))


@ANY_TIME
@given(st.lists(CELLS, max_size=30))
def test_a_stray_quotation_mark_swallows_no_reader(cells: list[str]) -> None:
    before = [cell.replace("\n", " ").replace("\r", " ") for cell in cells]
    good = [f"good{number}@example.org" for number in range(60)]
    found = read_all("\n".join(["address", *before, *good]).encode())
    keys = {one.key for one in found if isinstance(one, Row)}
    assert keys >= set(good)


@ANY_TIME
@given(
    st.from_regex(r"[A-Za-z0-9_+.-]{1,64}", fullmatch=True),
    st.sampled_from(
        ["Example.ORG", "münchen.example", "localhost", "a..b", "x.test", "-a.example"]
    ),
)
def test_the_short_way_reads_addresses_as_the_long_one_does(local: str, domain: str) -> None:
    try:
        expected = parse(f"{local}@{domain}").key
    except AddressError as error:
        expected = str(error)
    (one,) = read_all(f"address\n{local}@{domain}\n".encode())
    assert (one.key if isinstance(one, Row) else one.reason) == expected
