import pytest
from django.test import RequestFactory

from subscribers.abuse import network


def _network(remote, forwarded=None):
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return network.of_request(RequestFactory().get("/", REMOTE_ADDR=remote, **headers))


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_it_keeps_only_the_network_of_an_address(remote, expected):
    assert _network(remote) == expected


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("nonsense", ""),
    ],
)
def test_limits_count_by_what_one_customer_has(remote, expected):
    assert network.counted(RequestFactory().get("/", REMOTE_ADDR=remote)) == expected


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("198.51.100.1:4711", "198.51.100.0/24"),
        ("[2001:db8:1::7]:4711", "2001:db8:1::/48"),
        ("[2001:db8:1::7]", "2001:db8:1::/48"),
        ("2001:db8:1::7", "2001:db8:1::/48"),
        ("192.0.2.66:1, 198.51.100.1:4711, 10.0.0.9:80", "198.51.100.0/24"),
        ("198.51.100.1:port", "10.0.0.0/24"),
        ("[198.51.100.1", "10.0.0.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("9" * 10_000, "10.0.0.0/24"),
        ("[" * 10_000, "10.0.0.0/24"),
    ],
)
def test_it_reads_what_proxies_write_with_a_port(settings, entry, expected):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert _network("10.0.0.1", entry) == expected


def test_it_does_not_believe_what_a_stranger_says_of_himself(settings):
    settings.TRUSTED_PROXIES = []
    assert _network("203.0.113.7", "198.51.100.1") == "203.0.113.0/24"


def test_it_reads_the_client_from_a_proxy_of_ours(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert _network("10.0.0.1", "198.51.100.1") == "198.51.100.0/24"
    assert _network("10.0.0.1", "192.0.2.66, 198.51.100.1, 10.0.0.9") == "198.51.100.0/24"
    assert _network("10.0.0.1", "garbage") == "10.0.0.0/24"
    assert _network("10.0.0.1") == "10.0.0.0/24"


def test_it_knows_a_proxy_of_ours_on_a_socket_for_both_families(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert _network("::ffff:10.0.0.1", "198.51.100.1") == "198.51.100.0/24"
    assert _network("10.0.0.1", "198.51.100.1, ::ffff:10.0.0.9") == "198.51.100.0/24"


def test_it_takes_who_speaks_through_a_unix_socket_for_a_proxy_where_there_are_some(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert _network("", "192.0.2.66, 198.51.100.1") == "198.51.100.0/24"
    settings.TRUSTED_PROXIES = []
    assert _network("", "198.51.100.1") == ""
