"""The fetcher reaches public web servers only, and takes no more than it should."""

import gzip
import time
import zlib

import pytest

from newsletter.content import addresses, fetching
from newsletter.content.fetching import FetchError, fetch

PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fd00::1",
    "fec0::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "::ffff:93.184.215.14",
    "::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001:0:1::1",
    "2001:db8::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_it_knows_addresses_that_are_not_public(address):
    assert not addresses.is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "1.1.1.1"])
def test_it_knows_public_addresses(address):
    assert addresses.is_public(address)


def test_it_lets_loopback_through_only_where_the_setting_says_so(settings):
    settings.FETCH_PRIVATE = False
    assert not addresses.is_allowed("127.0.0.1")
    settings.FETCH_PRIVATE = True
    assert addresses.is_allowed("127.0.0.1")
    assert not addresses.is_allowed("10.0.0.1")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://[::1]/", "http://localhost/", "http://2130706433/"]
)
def test_it_refuses_loopback_however_it_is_spelt(settings, url):
    settings.FETCH_PRIVATE = False
    with pytest.raises(FetchError, match="not on the public internet"):
        fetch(url)


def test_it_refuses_a_name_whose_dns_answer_is_private(monkeypatch):
    monkeypatch.setattr(addresses, "resolve", lambda host, port: ["10.0.0.7", "fd00::7"])
    with pytest.raises(FetchError, match=r"^inside\.example was not fetched: it is not on the"):
        fetch("https://inside.example/feed")


def test_it_resolves_once_and_connects_to_what_it_checked(site, monkeypatch):
    port = int(site.url.rsplit(":", 1)[1])
    site.serve("/feed", b"hello")
    answers = iter([["127.0.0.1"], ["10.0.0.7"]])
    monkeypatch.setattr(addresses, "resolve", lambda host, port: next(answers))
    assert fetch(f"http://gazette.example:{port}/feed").body == b"hello"
    assert site.seen[0][1]["host"] == f"gazette.example:{port}"


def test_it_checks_every_redirect(site, monkeypatch):
    known = {"127.0.0.1": ["127.0.0.1"], "inside.example": ["192.168.0.1"]}
    monkeypatch.setattr(addresses, "resolve", lambda host, port: known[host])
    url = site.serve("/feed", status=302, Location="http://inside.example/secret")
    with pytest.raises(FetchError, match=r"^inside\.example was not fetched"):
        fetch(url)


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("file:///etc/passwd", "Only addresses that begin with"),
        ("gopher://gazette.example/", "Only addresses that begin with"),
        ("http://user:secret@gazette.example/", "name or password"),
    ],
)
def test_it_refuses_redirects_to_addresses_of_another_form(site, location, said):
    url = site.serve("/feed", status=301, Location=location)
    with pytest.raises(FetchError, match=said):
        fetch(url)


def test_it_follows_three_redirects_and_says_where_it_ended(site):
    for step in range(3):
        site.serve(f"/{step}", status=302, Location=f"/{step + 1}")
    site.serve("/3", b"here")
    fetched = fetch(site.url + "/0")
    assert (fetched.body, fetched.url) == (b"here", site.url + "/3")


def test_it_does_not_follow_a_fourth_redirect(site):
    url = site.serve("/feed", status=302, Location="/feed")
    with pytest.raises(FetchError, match="sends us on more than 3 times"):
        fetch(url)
    assert len(site.seen) == 4


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://gazette.example/", "Only addresses that begin with"),
        ("no address", "Only addresses that begin with"),
        ("http://[::1/", "not a web address"),
        ("http://", "Only addresses that begin with"),
        ("https://name:secret@gazette.example/", "name or password"),
        ("https://gazette.example:8080/", "only 80 and 443"),
    ],
)
def test_it_refuses_addresses_that_it_does_not_fetch(settings, url, said):
    settings.FETCH_PRIVATE = False
    with pytest.raises(FetchError, match=said):
        fetch(url)


def test_it_takes_five_megabytes_and_not_more(site):
    fits = site.serve("/fits", b"x" * 5_000_000)
    assert len(fetch(fits).body) == 5_000_000
    too_big = site.serve("/big", b"x" * 5_000_001)
    with pytest.raises(FetchError, match=r"^127\.0\.0\.1 sent more than 5 MB\.$"):
        fetch(too_big)


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_it_counts_a_packed_answer_unpacked(site, pack):
    name = "gzip" if pack is gzip.compress else "deflate"
    url = site.serve("/bomb", pack(b"\0" * 60_000_000), Content_Encoding=name)
    with pytest.raises(FetchError, match="more than 5 MB"):
        fetch(url)


def test_it_unpacks_what_fits(site):
    raw = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    headerless = raw.compress(b"hello") + raw.flush()
    assert (
        fetch(site.serve("/a", gzip.compress(b"hello", mtime=0), Content_Encoding="gzip")).body
        == b"hello"
    )
    assert fetch(site.serve("/b", headerless, Content_Encoding="deflate")).body == b"hello"


@pytest.mark.parametrize(
    ("body", "encoding"),
    [(b"not gzip", "gzip"), (gzip.compress(b"hello" * 99, mtime=0)[:-9], "gzip"), (b"x", "br")],
)
def test_it_says_when_an_answer_cannot_be_unpacked(site, body, encoding):
    with pytest.raises(FetchError, match="cannot be unpacked"):
        fetch(site.serve("/feed", body, Content_Encoding=encoding))


def test_it_gives_up_on_a_server_that_drips(site, monkeypatch):
    monkeypatch.setattr(fetching, "SECONDS", 0.4)

    def drip(handler):
        for _ in range(100):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n"[:1])
            time.sleep(0.05)

    site.answers["/slow"] = drip
    with pytest.raises(FetchError, match=r"did not answer within 0\.4 seconds") as caught:
        fetch(site.url + "/slow")
    assert caught.value.temporary


def test_it_says_when_nobody_listens(settings):
    settings.FETCH_PRIVATE = True
    with pytest.raises(FetchError, match="does not accept connections") as caught:
        fetch("http://127.0.0.1:9/feed")
    assert caught.value.temporary


def test_it_says_when_there_is_no_such_name(monkeypatch):
    def nobody(host, port):
        raise OSError(-2, "Name or service not known")

    monkeypatch.setattr(addresses, "resolve", nobody)
    with pytest.raises(FetchError, match=r"^We could not find lost\.example: no server"):
        fetch("https://lost.example/")


@pytest.mark.parametrize(
    ("status", "said", "temporary"),
    [
        (403, "does not let us read this", False),
        (404, "has nothing at this address", False),
        (410, "gone for good", False),
        (418, "refused the request", False),
        (429, "come less often", True),
        (503, "fault of its own", True),
    ],
)
def test_it_says_what_a_status_means(site, status, said, temporary):
    with pytest.raises(FetchError, match=said) as caught:
        fetch(site.serve("/feed", status=status))
    assert caught.value.temporary is temporary


def test_it_says_when_the_answer_makes_no_sense(site):
    site.answers["/feed"] = lambda handler: handler.wfile.write(b"garbage\r\n\r\n")
    with pytest.raises(FetchError, match="makes no sense"):
        fetch(site.url + "/feed")


def test_it_uses_no_proxy_from_the_environment(site, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert fetch(site.serve("/feed", b"direct")).body == b"direct"


def test_it_tries_the_next_address_when_the_first_does_not_answer(site, monkeypatch):
    port = int(site.url.rsplit(":", 1)[1])
    site.serve("/feed", b"second")
    monkeypatch.setattr(addresses, "resolve", lambda host, port: ["127.0.0.2", "127.0.0.1"])
    assert fetch(f"http://gazette.example:{port}/feed").body == b"second"
