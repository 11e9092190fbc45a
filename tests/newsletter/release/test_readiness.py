"""What keeps a digest from going out, and what is only worth knowing."""

from dataclasses import replace

import pytest
from pytest_django import DjangoAssertNumQueries

from config.publisher import publisher
from newsletter.models import Digest, Image, Item
from newsletter.release import readiness
from newsletter.release.readiness import drawn
from tests.factories import (
    NOW,
    make_article,
    make_digest,
    make_image,
    make_newsletter,
    make_reader,
    make_section,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def digest() -> Digest:
    newsletter = make_newsletter()
    make_reader(newsletter)
    digest = make_digest(newsletter)
    for name in ("lead", "more"):
        make_section(digest, name, at_least=0, words_at_least=0)
    digest.sections.get(key="lead").items.create(article=make_article())
    return digest


def codes(digest: Digest) -> list[str]:
    return [problem.code for problem in readiness.problems(digest=digest, now=NOW)]


def lead(digest: Digest) -> Item:
    return Item.objects.get(section__digest=digest, section__key="lead")


def give_picture(digest: Digest, **fields: str) -> None:
    article = lead(digest).article
    assert article is not None
    article.hero = make_image()
    for name, value in fields.items():
        setattr(article, name, value)
    article.save()


def test_a_finished_digest_has_no_problems(digest: Digest) -> None:
    assert readiness.problems(digest=digest, now=NOW) == []


def test_it_needs_a_subject(digest: Digest) -> None:
    digest.subject = "  "
    assert codes(digest) == ["no_subject"]


def test_it_needs_a_story(digest: Digest) -> None:
    Item.objects.all().delete()
    assert codes(digest) == ["no_items"]


def test_it_needs_a_lead(digest: Digest) -> None:
    Item.objects.update(section=digest.sections.get(key="more"))
    assert codes(digest) == ["empty_lead"]


@pytest.mark.parametrize("field", ["subject", "preheader", "intro", "sign_off"])
def test_words_still_to_come_stop_it(digest: Digest, field: str) -> None:
    setattr(digest, field, "More on this TK, and what else there is to say of it.")
    assert codes(digest) == ["placeholder"]


def test_words_still_to_come_in_an_item_stop_it(digest: Digest) -> None:
    Item.objects.update(blurb="TK")
    assert codes(digest) == ["placeholder"]


def test_a_name_with_those_letters_does_not(digest: Digest) -> None:
    digest.intro = "TKO at the ring; ATKINS wins."
    assert codes(digest) == []


def test_an_item_without_story_and_words_stops_it(digest: Digest) -> None:
    digest.sections.get(key="more").items.create()
    assert codes(digest) == ["empty_item"]


def test_a_story_s_title_serves_its_own_picture(digest: Digest) -> None:
    give_picture(digest)
    assert codes(digest) == []


@pytest.mark.parametrize("field", ["hero_alt", "caption"])
def test_the_story_s_words_describe_its_picture(digest: Digest, field: str) -> None:
    give_picture(digest, **{field: "Boats in the harbour"})
    assert codes(digest) == []


def test_a_picture_put_in_its_place_needs_its_own_description(digest: Digest) -> None:
    give_picture(digest, hero_alt="Boats in the harbour")
    Item.objects.update(image=make_image())
    assert codes(digest) == ["no_alt"]
    Item.objects.update(image_alt="A lamp")
    assert codes(digest) == []


def test_a_picture_that_is_not_there_yet_is_worth_knowing(digest: Digest) -> None:
    give_picture(digest)
    Image.objects.update(state=Image.State.WAITING)
    assert codes(digest) == ["picture_waiting"]
    assert readiness.blocking(digest=digest, now=NOW) == []


def test_it_needs_a_sender(digest: Digest) -> None:
    digest.newsletter.from_address = ""
    assert codes(digest) == ["no_sender"]


def test_it_needs_a_postal_address(digest: Digest, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = replace(publisher(), postal_address="")
    monkeypatch.setattr(drawn, "publisher", lambda: nowhere)
    assert codes(digest) == ["no_postal_address"]


def test_a_long_subject_is_only_worth_knowing(digest: Digest) -> None:
    digest.subject = "x" * 56
    assert codes(digest) == ["long_subject"]
    assert readiness.blocking(digest=digest, now=NOW) == []


def test_nobody_to_get_it_is_only_worth_knowing(digest: Digest) -> None:
    digest.newsletter.subscriptions.all().delete()
    assert codes(digest) == ["nobody"]
    assert readiness.blocking(digest=digest, now=NOW) == []


def test_a_section_with_too_much_is_only_worth_knowing(digest: Digest) -> None:
    digest.sections.get(key="lead").items.create(article=make_article())
    assert codes(digest) == ["long_section"]
    assert readiness.blocking(digest=digest, now=NOW) == []


def test_what_stops_it_comes_first(digest: Digest) -> None:
    digest.newsletter.subscriptions.all().delete()
    digest.intro = "TK"
    assert codes(digest) == ["placeholder", "nobody"]


def test_it_asks_the_same_few_questions_however_many_items_there_are(
    digest: Digest, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        digest.sections.get(key="more").items.create(article=make_article(hero=make_image()))
    with django_assert_max_num_queries(12):
        readiness.problems(digest=digest, now=NOW)
