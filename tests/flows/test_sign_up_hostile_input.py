"""Whatever is typed or forged: a kind answer, or it is kept and shown as the plain text it is."""

from urllib.parse import urlencode

import pytest

from subscribers import notices
from subscribers.models import Consent, Notice, Subscriber, Subscription
from tests.factories import make_newsletter
from tests.sign_up_forms import filled_in

pytestmark = pytest.mark.django_db

HOSTILE = {
    "null byte": "a\x00b",
    "control characters": "".join(chr(number) for number in range(1, 32)) + "\x7f\x9f",
    "bidi": "\u202e\u2066abc\u2069\u200f",
    "zero width": "a\u200b\u200d\ufeffb",
    "header injection": "a\r\nBcc: victim@c.example\r\n\r\nbody",
    "markup": "\"'><script>alert(1)</script><img src=x onerror=alert(1)>",
    "django template": "{{ settings.SECRET_KEY }}{% include 'x' %}{# x #}",
    "placeholder of ours": "@@unsubscribe_url@@",
    "sendgrid": "-greeting_html- <%asm_group_unsubscribe_url%> {{{unsubscribe}}}",
    "mailgun": "%recipient.name% %unsubscribe_url%",
    "mandrill": "*|EMAIL|* *|UNSUB:https://x.example|*",
    "mailjet": "[[EMAIL_TO]] {{var:name}}",
    "sparkpost": "{{ if address.email }}{{render_snippet('x')}}{{ end }}",
    "percent": "%s %(x)s %00 %0d%0a",
    "sql": "'; DROP TABLE subscribers_subscriber; --",
    "no characters": "\ud800\udfff\ufffe\uffff",
    "private use": "\U0010fffd\ue000",
    "combining": "e" + "\u0301" * 2_000,
    "large": "x" * 900_000,
    "larger than allowed": "x" * 1_100_000,
}
FIELDS = ("email", "local part", "domain", "newsletters", "page", "website", "form_time", "other")
# Each is a good address: what stands before the @ is anybody's choice.
ODD_ADDRESSES = [
    "{{7*7}}@b.example",
    "{{{unsubscribe}}}@b.example",
    "{%debug%}@b.example",
    "%recipient%@b.example",
    "*|EMAIL|*@b.example",
    "-name-@b.example",
    "'or'1'='1@b.example",
    "&amp;&lt;@b.example".replace(";", ""),
    "$(id)`id`@b.example".replace("(", "").replace(")", ""),
]


def _text(value):
    """As a form carries it: a browser cannot send what UTF-8 cannot say."""
    return value.encode(errors="replace").decode()


def _data(newsletter, field, value):
    data = filled_in(email="anna@b.example", newsletters=newsletter.slug, page="/")
    if field == "local part":
        return data | {"email": f"{value}@b.example"}
    if field == "domain":
        return data | {"email": f"a@{value}.example"}
    return data | {field: value}


def _send(client, path, data):
    """In both ways that a form can be sent."""
    if path == "/subscribe/":
        return client.post(path, data)
    kind = "application/x-www-form-urlencoded"
    return client.post(path, urlencode(data), content_type=kind)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("path", ["/subscribe/", "/embed/it/"])
def test_every_field_takes_anything(client, settings, path, field, name):
    settings.SIGNUP_LIMITS = False
    client.raise_request_exception = False
    newsletter = make_newsletter(slug="it")
    value = _text(HOSTILE[name])
    response = _send(client, path, _data(newsletter, field, value))
    page = response.content.decode()
    assert response.status_code in {200, 400, 413, 422}
    for sign in ("<script>alert", "<img src=x", "\x00", "\u202e", "\r\nBcc"):
        assert sign not in page
    assert "<h1" in page
    assert len(page) < 20_000
    for reader in Subscriber.objects.all():
        assert reader.address.isascii()
        assert reader.address.isprintable()
    assert set(Subscription.objects.values_list("page", flat=True)) <= {
        "127.0.0.1:8000",
        "127.0.0.1:8000/embed/it",
    }
    assert {one.detail for one in Consent.objects.all()} <= {""}


@pytest.mark.parametrize("address", ODD_ADDRESSES)
def test_an_odd_address_is_kept_and_shown_as_it_is_and_is_not_in_the_mail(client, address):
    newsletter = make_newsletter()
    response = client.post("/subscribe/", filled_in(email=address, newsletters=newsletter.slug))
    assert response.status_code == 200
    assert Subscriber.objects.get().address == address
    mailing, recipient = notices.compose(
        notice=Notice.objects.get(), now=Notice.objects.get().created_at
    )
    assert recipient.address == address
    local = address.partition("@")[0]
    for words in (mailing.subject, mailing.html, mailing.text, str(mailing.headers)):
        assert local not in words


@pytest.mark.parametrize(
    "query", ["newsletters=%00", "newsletters=%ff", "newsletters=" + "x" * 9999]
)
@pytest.mark.parametrize("path", ["/", "/subscribe/", "/embed/it/"])
def test_addresses_of_forms_take_any_query(client, path, query):
    make_newsletter(slug="it")
    assert client.get(f"{path}?{query}").status_code == 200


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"email=%ff%fe&newsletters=it", "application/x-www-form-urlencoded"),
        (b"email=\xff\xfe", "application/x-www-form-urlencoded"),
        (b"email=a", "application/x-www-form-urlencoded; charset=utf-7"),
        (b"email=a", "application/x-www-form-urlencoded; charset=no-such"),
        (b'{"email": "a@b.example"}', "application/json"),
        (b"no boundary", "multipart/form-data"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"&".join(b"a=1" for _ in range(5_000)), "application/x-www-form-urlencoded"),
        (b"", ""),
    ],
)
@pytest.mark.parametrize("path", ["/subscribe/", "/embed/it/"])
def test_a_garbled_body_is_answered_kindly(client, path, body, kind):
    client.raise_request_exception = False
    make_newsletter(slug="it")
    response = client.generic("POST", path, body, content_type=kind)
    assert 400 <= response.status_code < 500
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://[broken"},
        {"Origin": "\x00"},
        {"Sec-Fetch-Site": "x" * 9_000},
        {"X-Forwarded-For": "\x00,,,:::[[]]"},
        {"Referer": "{{ x }}"},
        {"User-Agent": "\r\nX: y"},
    ],
)
def test_forged_headers_are_answered_kindly(client, settings, headers):
    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    client.raise_request_exception = False
    data = filled_in(email="a@b.example", newsletters=make_newsletter().slug)
    assert client.post("/subscribe/", data, headers=headers).status_code == 200
