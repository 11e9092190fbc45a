import pytest

from subscribers import addresses


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna@Example.org", "anna@example.org"),
        ("  anna@example.org ", "anna@example.org"),
        ("anna@bücher.example", "anna@xn--bcher-kva.example"),
        ("anna@BÜCHER.example", "anna@bücher.example"),
        ("anna@XN--BCHER-KVA.example", "anna@bücher.example"),
        ("anna@bu\u0308cher.example", "anna@bücher.example"),
        ("anna@example。org", "anna@example.org"),
        ("anna@\uff45xample.org", "anna@example.org"),
        ("ANNA@Example.ORG", "anna@example.org"),
    ],
)
def test_two_spellings_of_a_mailbox_are_one_reader(one, other):
    assert addresses.normalise(one) == addresses.normalise(other)


@pytest.mark.parametrize(
    "other", ["an.na@example.org", "anna+news@example.org", "anna@example.com"]
)
def test_dots_and_plus_make_another_reader(other):
    assert addresses.normalise(other) != addresses.normalise("anna@example.org")


def test_it_mails_the_address_as_typed_with_the_domain_in_ascii():
    assert addresses.parse("Anna@Bücher.example").mailable == "Anna@xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Anna@Bücher.example", "Anna@bücher.example"),
        ("Anna.B+news@Example.ORG", "Anna.B+news@Example.ORG"),
        ("anna@xn--bcher-kva.example", "anna@bücher.example"),
        ("anna@faß.example", "anna@faß.example"),
    ],
)
def test_it_shows_an_address_as_it_was_typed(typed, shown):
    assert addresses.shown(addresses.parse(typed).mailable) == shown


def test_two_domains_that_only_older_rules_take_for_one_are_two():
    assert addresses.normalise("anna@faß.example") != addresses.normalise("anna@fass.example")


@pytest.mark.parametrize("stored", ["", "nothing", "a@xn--\udcff", "a@xn--zzzzzz99999.example"])
def test_what_cannot_be_read_is_shown_as_it_is(stored):
    assert addresses.shown(stored) == stored


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Type your e-mail address."),
        ("   ", "Type your e-mail address."),
        ("reader.example", "That address has no @."),
        ("reader@localhost", addresses.NOT_AN_ADDRESS),
        ("reader@", addresses.NOT_AN_ADDRESS),
        ("a@b.example, c@d.example", addresses.NOT_AN_ADDRESS),
        ("Anna <a@b.example>", addresses.NOT_AN_ADDRESS),
        ("a@b.example\r\nBcc: c@d.example", addresses.NOT_AN_ADDRESS),
        ("a\x00b@c.example", addresses.NOT_AN_ADDRESS),
        ("a@[127.0.0.1]", addresses.NOT_AN_ADDRESS),
        ("a" * 300 + "@b.example", addresses.NOT_AN_ADDRESS),
        ("ännä@b.example", addresses.OTHER_LETTERS),
    ],
)
def test_it_says_kindly_what_is_wrong(typed, sentence):
    with pytest.raises(addresses.AddressError, match=r".") as caught:
        addresses.parse(typed)
    assert str(caught.value) == sentence


def test_it_shows_only_the_first_letter_of_an_address():
    assert addresses.mask("anna@example.org") == "a•••@example.org"
    assert addresses.mask("anna@xn--bcher-kva.example") == "a•••@bücher.example"


def test_it_guesses_what_was_meant_by_a_common_slip():
    assert addresses.meant("anna@gmial.com") == "anna@gmail.com"
    assert addresses.meant("anna@gmail.com") == ""
