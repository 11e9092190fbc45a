"""What settings alone tell."""

import pytest

from config.doctor import own_settings
from config.watching.readiness import Status
from tests.config.doctor.looking import by_name

LONG = "kQ8zr2VbXn5Wc7Lp0Ys3Ht6Jm9Fd1GaEu4RiToPqZxCvBnMk-_"


@pytest.fixture
def real(settings):
    """An installation for real readers."""
    settings.DEBUG = False
    settings.SECRET_KEY = LONG
    settings.HASH_KEY = LONG[::-1]
    settings.SITE_URL = "https://news.example.org"
    settings.ALLOWED_HOSTS = ["news.example.org"]
    settings.REDIS_URL = "redis://127.0.0.1:6379/0"
    settings.POSTAL_ADDRESS = "The Paper, 1 Row, Town"
    settings.EMAIL_PROVIDERS = ["smtp"]
    settings.EMAIL_URL = "smtp+tls://u:p@relay.example.org:587"
    settings.DEFAULT_FROM_EMAIL = "News <news@example.org>"
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    return settings


def test_an_installation_for_real_readers_has_nothing_to_mend(real):
    found = by_name(own_settings.look())

    assert {check.status for check in found.values()} == {Status.OK}, found


def test_each_refused_setting_has_a_line_of_its_own(real):
    real.POSTAL_ADDRESS = ""
    real.EMAIL_URL = ""

    found = by_name(own_settings.look())

    assert found["config.E005"].status is found["config.E007"].status is Status.FAILED
    assert "POSTAL_ADDRESS" in found["config.E005"].detail


def test_a_key_of_few_signs_is_weak_however_long_it_is(real):
    real.SECRET_KEY = "ab" * 40

    check = by_name(own_settings.look())["SECRET_KEY"]

    assert check.status is Status.FAILED
    assert "token_urlsafe" in check.remedy
    assert real.SECRET_KEY not in f"{check}"


def test_one_key_for_both_is_warned_of(real):
    real.HASH_KEY = real.SECRET_KEY

    assert by_name(own_settings.look())["keys"].status is Status.WARNING


def test_debug_on_a_public_address_fails_and_on_this_machine_is_fine(settings):
    settings.DEBUG = True
    assert by_name(own_settings.look())["DEBUG"].status is Status.OK

    settings.SITE_URL = "https://news.example.org"
    assert by_name(own_settings.look())["DEBUG"].status is Status.FAILED


def test_a_host_that_the_site_would_refuse_is_named(real):
    real.ALLOWED_HOSTS = ["www.example.org"]

    assert "news.example.org" in by_name(own_settings.look())["ALLOWED_HOSTS"].remedy


def test_no_proxy_and_a_sender_for_examples_are_warned_of(real):
    real.TRUSTED_PROXIES = []
    real.DEFAULT_FROM_EMAIL = "News <news@daymark.example>"

    found = by_name(own_settings.look())

    assert found["TRUSTED_PROXIES"].status is Status.WARNING
    assert found["DEFAULT_FROM_EMAIL"].status is Status.WARNING
