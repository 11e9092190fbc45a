"""Writing a mail: words and items saved at once, never over somebody else's work."""

from typing import Any

import pytest
from django.test import Client

from newsletter.digests.editing import ITEM_WORDS, rewrite, standing
from newsletter.models import Digest, Item, Section
from tests.factories import NOW, make_article, make_digest, make_revision, make_section
from tests.newsletter.admin.conftest import page_of


def typed(digest: Digest, **words: Any) -> dict[str, Any]:
    """What the page sends when nothing was touched but `words`."""
    digest.refresh_from_db()
    rows = standing(digest=digest)
    data: dict[str, Any] = {
        "version": digest.version,
        "subject": digest.subject,
        "preheader": digest.preheader,
        "intro": digest.intro.replace("\n", "\r\n"),
        "sign_off": digest.sign_off,
        "items-TOTAL_FORMS": len(rows),
        "items-INITIAL_FORMS": len(rows),
    }
    for number, row in enumerate(rows):
        data |= {
            f"items-{number}-item_id": row.item_id,
            f"items-{number}-place": number,
            f"items-{number}-section": row.section_id,
            f"items-{number}-article": row.article_id or "",
        }
        data |= {f"items-{number}-{name}": getattr(row, name) or "" for name in ITEM_WORDS}
    return data | words


def headlines(digest: Digest) -> list[tuple[str, str]]:
    items = Item.objects.filter(section__digest=digest).order_by("section__position", "position")
    return [(item.section.key, item.headline) for item in items]


def test_it_saves_words_and_counts_the_edit(desk: Client, mail: Digest) -> None:
    response = desk.post(page_of(mail), typed(mail, subject="Ferries sail"), follow=True)
    mail.refresh_from_db()
    assert (mail.subject, mail.version) == ("Ferries sail", 2)
    assert "Saved." in response.text


def test_an_untouched_item_shows_the_words_of_its_story(desk: Client, mail: Digest) -> None:
    story = make_article(title="Lamps on the pier", dek="Forty of them.")
    Item.objects.filter(headline="A night bus").update(headline="", blurb="", article=story)
    page = desk.get(page_of(mail)).text
    assert 'placeholder="Lamps on the pier"' in page
    assert 'placeholder="Forty of them."' in page


def test_it_saves_nothing_when_nothing_was_changed(desk: Client, mail: Digest) -> None:
    Digest.objects.update(intro="One line.\nAnother line.")
    response = desk.post(page_of(mail), typed(mail), follow=True)
    mail.refresh_from_db()
    assert mail.version == 1
    assert "Nothing was changed." in response.text


def test_items_follow_the_order_of_the_page_and_move_between_sections(
    desk: Client, mail: Digest
) -> None:
    more = Section.objects.get(digest=mail, key="more")
    moved = {"items-0-section": more.pk, "items-0-place": 9}
    desk.post(page_of(mail), typed(mail) | moved)
    assert headlines(mail) == [
        ("more", "Ferry fares rise"),
        ("more", "A night bus"),
        ("more", "Harbour reopens"),
    ]


def test_items_are_added_and_taken_out(desk: Client, mail: Digest) -> None:
    story = make_article(title="The bridge")
    lead = Section.objects.get(digest=mail, key="lead")
    data = typed(mail) | {
        "items-1-DELETE": "on",
        "items-TOTAL_FORMS": 4,
        "items-3-section": lead.pk,
        "items-3-place": 3,
        "items-3-article": story.pk,
    }
    desk.post(page_of(mail), data)
    assert headlines(mail) == [("lead", "Harbour reopens"), ("lead", ""), ("more", "A night bus")]
    assert Item.objects.get(article=story).section == lead


@pytest.mark.parametrize("state", [Digest.State.APPROVED, Digest.State.SCHEDULED])
def test_an_edit_takes_what_was_approved_back_to_draft_and_says_so(
    desk: Client, mail: Digest, state: Digest.State
) -> None:
    Digest.objects.update(state=state, revision=make_revision(mail))
    assert "makes it a draft again" in desk.get(page_of(mail)).text
    response = desk.post(page_of(mail), typed(mail, subject="Ferries sail"), follow=True)
    mail.refresh_from_db()
    assert (mail.state, mail.revision) == (Digest.State.DRAFT, None)
    assert "it is a draft again" in response.text


def test_saving_an_approved_mail_unchanged_keeps_the_approval(desk: Client, mail: Digest) -> None:
    Digest.objects.update(state=Digest.State.APPROVED, revision=make_revision(mail))
    desk.post(page_of(mail), typed(mail))
    mail.refresh_from_db()
    assert mail.state == Digest.State.APPROVED


def somebody_else_saves(mail: Digest, **words: str) -> None:
    items = standing(digest=mail)
    rewrite(digest_id=mail.pk, version=1, words=words, items=items, by=None, now=NOW)


def test_two_editors_do_not_overwrite_each_other(desk: Client, mail: Digest) -> None:
    mine = typed(mail, subject="My subject")
    somebody_else_saves(mail, subject="Their subject")
    response = desk.post(page_of(mail), mine)
    mail.refresh_from_db()
    assert mail.subject == "Their subject"
    assert "This changed meanwhile" in response.text
    assert 'value="My subject"' in response.text


def test_saving_again_after_a_conflict_is_a_decision(desk: Client, mail: Digest) -> None:
    mine = typed(mail, subject="My subject")
    somebody_else_saves(mail, subject="Their subject")
    words = desk.post(page_of(mail), mine).context["words"]
    shown = {field.name: field.value() for field in words}
    desk.post(page_of(mail), mine | shown)
    mail.refresh_from_db()
    assert mail.subject == "My subject"


def test_a_sent_mail_is_only_shown(desk: Client, mail: Digest) -> None:
    Digest.objects.update(state=Digest.State.SENT, revision=make_revision(mail))
    assert 'id="mail-form"' not in desk.get(page_of(mail)).text
    response = desk.post(page_of(mail), typed(mail, subject="Too late"))
    mail.refresh_from_db()
    assert mail.subject == "Harbour reopens"
    assert "it cannot be changed" in response.text


def test_a_section_of_another_mail_is_refused(desk: Client, mail: Digest) -> None:
    other = Digest.objects.create(
        newsletter=mail.newsletter, occurrence="2026-11-25", layout=mail.layout, created_at=NOW
    )
    foreign = make_section(other, "lead")
    response = desk.post(page_of(mail), typed(mail) | {"items-0-section": foreign.pk})
    assert "Not saved yet" in response.text
    assert not foreign.items.exists()


def test_wrong_input_keeps_what_was_typed(desk: Client, mail: Digest) -> None:
    response = desk.post(
        page_of(mail), typed(mail, subject="New words") | {"items-0-link": "no address"}
    )
    assert "Not saved yet" in response.text
    assert "New words" in response.text
    assert "no address" in response.text


def test_where_a_story_ran_before_is_said_beside_it(desk: Client, mail: Digest) -> None:
    story = make_article(title="Lamps on the pier")
    Item.objects.filter(headline="A night bus").update(article=story)
    assert "ran before" not in desk.get(page_of(mail)).text
    earlier = make_digest(mail.newsletter, occurrence="2026-11-20")
    Item.objects.create(section=make_section(earlier, "lead"), article=story)
    page = desk.get(page_of(mail)).text
    assert f"{mail.newsletter.name} of 2026-11-20" in page
    assert page_of(earlier) in page
    assert page.count("ran before") == 1


def test_in_a_weekly_mail_it_goes_without_saying_that_all_of_it_ran(
    desk: Client, mail: Digest
) -> None:
    story = make_article(title="Lamps on the pier")
    Item.objects.filter(headline="A night bus").update(article=story)
    earlier = make_digest(mail.newsletter, occurrence="2026-11-20")
    Item.objects.create(section=make_section(earlier, "lead"), article=story)
    Digest.objects.filter(pk=mail.pk).update(is_weekly=True)
    page = desk.get(page_of(mail)).text
    assert "ran before" not in page
    assert f"{mail.newsletter.name} of 2026-11-20" in page
    assert "Hold for next week" in page
    assert "tomorrow" not in page
