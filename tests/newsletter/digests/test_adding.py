"""A story made for a mail is put into it, whoever else writes there."""

from typing import Any

import pytest

from newsletter.digests import adding
from newsletter.digests.adding import add_story
from newsletter.digests.editing import rewrite
from newsletter.digests.edits import EditConflict, NotEditable
from newsletter.models import Article, Digest, Item, Section
from tests.factories import NOW, make_article, make_digest, make_section, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def section() -> Section:
    digest = make_digest()
    make_section(digest, "lead", {"headline": "Harbour reopens"})
    return make_section(digest, "more", {"headline": "Fares rise"}, {"headline": "A night bus"})


def put(section: Section, story: Article) -> bool:
    return add_story(section=section, article_id=story.pk, by=make_staff(), now=NOW)


def test_it_stands_at_the_end_and_the_rest_as_before(section: Section) -> None:
    story = make_article()
    before = list(Item.objects.values_list("pk", "section", "position", "is_kept"))
    assert put(section, story)
    added = Item.objects.get(article=story)
    assert (added.section, added.position, added.is_kept) == (section, 2, True)
    others = Item.objects.exclude(pk=added.pk)
    assert list(others.values_list("pk", "section", "position", "is_kept")) == before


def test_a_second_time_changes_nothing(section: Section) -> None:
    story = make_article()
    put(section, story)
    version = Digest.objects.get().version
    assert not put(section, story)
    assert Digest.objects.get().version == version


def test_a_story_that_stands_in_another_section_is_not_put_in_again(section: Section) -> None:
    story = make_article()
    put(section, story)
    lead = section.digest.sections.get(key="lead")
    assert not put(lead, story)
    assert Item.objects.filter(article=story).count() == 1


def test_somebody_who_saves_at_the_same_moment_loses_nothing(
    section: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = ["Theirs"]

    def after_another(**arguments: Any) -> int:
        if others:
            subject = {"subject": others.pop()}
            rewrite(**{**arguments, "words": subject, "items": arguments["items"][:-1]})
        return rewrite(**arguments)

    monkeypatch.setattr(adding, "rewrite", after_another)
    assert put(section, make_article())
    digest = Digest.objects.get()
    assert (digest.subject, Item.objects.filter(section=section).count()) == ("Theirs", 3)


def test_it_gives_up_on_a_mail_that_changes_each_time(
    section: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    def conflict(**_: Any) -> int:
        raise EditConflict

    monkeypatch.setattr(adding, "rewrite", conflict)
    with pytest.raises(EditConflict):
        put(section, make_article())


def test_a_mail_that_has_gone_takes_none(section: Section) -> None:
    Digest.objects.update(state=Digest.State.CANCELLED)
    with pytest.raises(NotEditable):
        put(section, make_article())
