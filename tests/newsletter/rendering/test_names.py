"""The reader's name in an editor's words."""

import re
from email import message_from_bytes, policy
from html import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.rendering import looking, message, personal
from newsletter.rendering.merging import Names, unknown_placeholders
from newsletter.rendering.personal import Person
from newsletter.rendering.wording import LONGEST_NAME
from subscribers.mailing import mime
from subscribers.mailing.messages import Recipient, defuse, fill
from subscribers.mailing.mime.compiling import compile_mail
from tests.factories import NOW, make_article, make_digest, make_newsletter, make_section
from tests.newsletter.rendering.samples import render

pytestmark = pytest.mark.django_db

HOSTILE = [
    "{{ 7*7 }}",
    "@@unsubscribe_url@@",
    "@@name_a_text@@",
    "{name|x}",
    "%s %(name)s {0}",
    "Eve\r\nBcc: all@x.example",
    "Eve\x00\x1b[31m",
    "\u202eadA\u2066",
    "<b onclick=x>&amp;",
    "*|NAME|* <%= x %> {%x%} {$x}",
    "n" * 500,
    "",
]


def named(**values):
    """A mail that asks for the name wherever an editor may."""
    digest = make_digest(
        **{
            "subject": "{name|Friend}, the harbour reopens",
            "preheader": "What {name} may want to know of the ferries and of the night bus",
            "intro": "Hello {name|there}.\n\nSit down, {name|there}.",
            "sign_off": "Bye, {name|you}.",
            **values,
        }
    )
    make_section(
        digest,
        "lead",
        {"headline": "A seat for {name|Friend}", "blurb": "Take it, {name|Tom & I}."},
    )
    return digest


def recipient(digest, name):
    revision = message.preview(digest=digest, now=NOW)
    revision.pk = 12
    values = personal.values(
        newsletter=digest.newsletter,
        revision=revision,
        digest_id=digest.pk,
        subscriber_id=7,
        name=name,
        confirmed_at=None,
        page="",
        gets_promoted=True,
    )
    return message.mailing(revision=revision), Recipient(
        subscriber_id=7, address="a@x.example", message_id=values["message_id"], values=values
    )


def seen(digest, name):
    person = Person(name=name, confirmed_at=NOW)
    return looking.sample(newsletter=digest.newsletter, words=render(digest), person=person)


def test_a_reader_reads_his_name_in_every_part():
    shown = seen(named(), "Ada")

    assert shown.subject == "Ada, the harbour reopens"
    for part in (shown.html, " ".join(shown.text.split())):
        assert "Hello Ada." in part
        assert "Sit down, Ada." in part
        assert "Bye, Ada." in part
        assert "A seat for Ada" in part
        assert "Take it, Ada." in part
    assert "What Ada may want to know" in shown.html


def test_who_gave_no_name_reads_the_fallback_of_each_place():
    shown = seen(named(), "")

    assert shown.subject == "Friend, the harbour reopens"
    assert "Hello there." in shown.html
    assert "Bye, you." in shown.text
    assert "Take it, Tom &amp; I." in shown.html
    assert "Take it, Tom & I." in shown.text
    assert "What reader may want" in shown.html


def test_the_web_and_what_is_counted_show_the_fallback():
    digest = named()
    digest.newsletter.tracks_clicks = True
    digest.sections.get().items.update(link="https://x.example/")

    rendered = render(digest)

    assert rendered.subject == "Friend, the harbour reopens"
    assert rendered.page["intro"].startswith("Hello there.")
    assert rendered.page["sections"][0]["items"][0]["headline"] == "A seat for Friend"
    assert rendered.links[0]["label"] == "A seat for Friend"
    assert "@@" not in str(rendered.page)


def test_each_fallback_is_one_value_however_often_it_stands():
    names = set(render(named()).fragments) - {"greeting", "promo_html", "promo_text"}

    assert names == {"name_a", "name_b", "name_c", "name_d", "name_e"}


def test_another_fallback_makes_other_approved_words():
    before = message.preview(digest=named(), now=NOW).digest_hash

    assert message.preview(digest=named(sign_off="Bye, {name|friend}."), now=NOW).digest_hash != (
        before
    )


def test_a_feed_cannot_ask_for_the_name():
    digest = make_digest()
    make_section(digest, "lead", {"article": make_article(title="What {name|x} means")})

    rendered = render(digest)

    assert "What {name|x} means" in rendered.html
    assert "name_" not in "".join(rendered.fragments)


def test_the_direction_of_a_headline_is_that_of_its_words():
    digest = make_digest()
    make_section(digest, "lead", {"headline": "{name|ضيف} عاصفة"})

    assert render(digest).page["sections"][0]["items"][0]["dir"] == "rtl"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Hello {nmae|x} and {names}", ["{nmae|x}", "{names}"]),
        ("{{name}} {first_name}", ["{{name}}", "{first_name}"]),
        ("{name} {name|there} { Name | you } {name|}", []),
        ("A set {1, 2} and a smile :-{ or :-}", []),
    ],
)
def test_a_misspelt_placeholder_is_found_and_left_as_typed(typed, found):
    assert unknown_placeholders(typed) == found
    assert all(one in Names().mark(typed) for one in found)


def test_many_fallbacks_have_names_of_letters():
    names = Names()
    marked = [names.mark(f"{{name|{number}}}") for number in range(60)]

    assert len(set(marked)) == 60
    assert all(re.fullmatch(r"@@name_[a-z]+@@", mark) for mark in marked)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_words_and_nothing_else(name):
    holds_to_words(named(), name)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.one_of(st.text(max_size=600), st.text(alphabet="@{}|name_a%<&\r\n", max_size=40)))
def test_any_name_is_words_and_nothing_else(kept, name):
    holds_to_words(kept, name)


@pytest.fixture
def kept():
    return named(newsletter=make_newsletter())


def holds_to_words(digest, name):
    """The name stands in each part as itself; nothing of it is acted on."""
    mailing, reader = recipient(digest, name)
    nobody = recipient(digest, "Q")[1]
    said = reader.values["name_a_text"]
    html, text = (fill(part, reader.values) for part in (mailing.html, mailing.text))
    assert len(said) <= LONGEST_NAME + len("Friend")
    assert "\n" not in said
    assert "\r" not in said
    assert unescape(reader.values["name_a_html"]) == said
    assert "<" not in reader.values["name_a_html"]
    assert defuse(said) == said
    assert f"{reader.values['name_d_html']}." in html
    # As many tags, links and lines as the mail of somebody called Q.
    assert html.count("<") == fill(mailing.html, nobody.values).count("<")
    assert text.count("\n") == fill(mailing.text, nobody.values).count("\n")
    holds_in_the_header(mailing, reader)


def holds_in_the_header(mailing, reader):
    built = mime.build(mailing=mailing, recipient=reader)
    sent = message_from_bytes(compile_mail(mailing).write(reader), policy=policy.default)
    assert sent["Subject"] == built["Subject"]
    assert set(sent.keys()) == set(built.keys())
    assert "Bcc" not in sent
    assert "harbour reopens" in sent["Subject"]
