"""Saving from a page: never twice, never over others, never an approval lost by itself."""

from dataclasses import replace

import pytest

from newsletter.digests.editing import ItemWords
from newsletter.digests.edits import IsApproved
from newsletter.digests.saving import Collides, Saved, save
from newsletter.digests.snapshots import Snapshot, snapshot
from newsletter.models import Digest, Item, TakenOut
from tests.factories import NOW, make_article, make_digest, make_revision, make_section, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail() -> Digest:
    digest = make_digest()
    make_section(digest, "lead", {"headline": "Harbour reopens"})
    make_section(digest, "more", {"headline": "Ferry fares"}, {"headline": "A night bus"})
    return digest


def opened(mail: Digest) -> Snapshot:
    return snapshot(digest=Digest.objects.get(pk=mail.pk))


def saved(
    mail: Digest, mine: Snapshot, *, base: Snapshot, version: int = 1, by_itself: bool = True
) -> Saved:
    return save(
        digest_id=mail.pk,
        version=version,
        base=base,
        mine=mine,
        by=make_staff(first_name="Ines"),
        now=NOW,
        by_itself=by_itself,
    )


def with_words(base: Snapshot, **words: str) -> Snapshot:
    return replace(base, words={**base.words, **words})


def test_saving_what_stands_there_touches_nothing(mail: Digest) -> None:
    base = opened(mail)
    assert saved(mail, base, base=base).version == 1
    mail.refresh_from_db()
    assert (mail.version, mail.touched_at) == (1, None)


def test_the_same_save_twice_makes_one_item(mail: Digest) -> None:
    base = opened(mail)
    story = make_article()
    section = mail.sections.get(key="more").pk
    new = ItemWords(section_id=section, article_id=story.pk, key="7f3a")
    mine = replace(base, items=[*base.items, new])
    first, second = saved(mail, mine, base=base), saved(mail, mine, base=base)
    assert (first.is_changed, second.is_changed) == (True, False)
    assert second.version == first.version == 2
    assert Item.objects.filter(article=story).count() == 1


def test_a_new_item_that_went_on_being_written_is_the_same_item(mail: Digest) -> None:
    base = opened(mail)
    section = mail.sections.get(key="more").pk
    for words in ("Ne", "New", "News"):
        new = ItemWords(section_id=section, headline=words, key="7f3a")
        version = Digest.objects.get(pk=mail.pk).version
        saved(mail, replace(base, items=[*base.items, new]), base=base, version=version)
    assert Item.objects.filter(section=section).count() == 3
    assert Item.objects.get(key="7f3a").headline == "News"


def test_two_saves_from_one_version_are_merged(mail: Digest) -> None:
    base = opened(mail)
    saved(mail, with_words(base, subject="Ferries sail"), base=base)
    items = [base.items[0], *reversed(base.items[1:])]
    second = saved(mail, replace(base, items=items), base=base)
    assert second.met.by == "Ines"
    assert [change.what for change in second.met.changes] == [("subject",)]
    mail.refresh_from_db()
    assert (mail.subject, mail.version) == ("Ferries sail", 3)
    there = Item.objects.filter(section__key="more").order_by("position")
    assert [item.headline for item in there] == ["A night bus", "Ferry fares"]


def test_a_pin_is_taken_out_only_by_who_saw_it(mail: Digest) -> None:
    base = opened(mail)
    Item.objects.filter(headline="Ferry fares").update(is_kept=True)
    saved(mail, with_words(base, subject="Ferries sail"), base=base)
    assert Item.objects.get(headline="Ferry fares").is_kept
    saved(mail, with_words(base, subject="Fares"), base=opened(mail), version=2)
    assert not Item.objects.get(headline="Ferry fares").is_kept


def test_where_both_wrote_nothing_is_saved_and_both_are_told(mail: Digest) -> None:
    base = opened(mail)
    saved(mail, with_words(base, subject="Theirs"), base=base)
    with pytest.raises(Collides) as raised:
        saved(mail, with_words(base, subject="Mine"), base=base)
    found = raised.value.met.merged.collisions
    assert [(one.mine, one.theirs) for one in found] == [("Mine", "Theirs")]
    mail.refresh_from_db()
    assert mail.subject == "Theirs"


@pytest.mark.parametrize("state", [Digest.State.APPROVED, Digest.State.SCHEDULED])
def test_what_is_approved_is_changed_by_a_person_only(mail: Digest, state: Digest.State) -> None:
    Digest.objects.update(state=state, revision=make_revision(mail))
    base = opened(mail)
    mine = with_words(base, subject="Ferries sail")
    with pytest.raises(IsApproved, match="approved anew"):
        saved(mail, mine, base=base)
    mail.refresh_from_db()
    assert (mail.state, mail.version, mail.subject) == (state, 1, "Harbour reopens after the storm")
    assert saved(mail, mine, base=base, by_itself=False).is_changed


def test_an_item_held_for_tomorrow_is_remembered_so(mail: Digest) -> None:
    base = opened(mail)
    out = base.items[2]
    save(
        digest_id=mail.pk,
        version=1,
        base=base,
        mine=replace(base, items=base.items[:2]),
        for_tomorrow={out.item_id or 0},
        by=make_staff(),
        now=NOW,
    )
    assert TakenOut.objects.get(for_tomorrow=True).headline == "A night bus"
