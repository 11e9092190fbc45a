"""The first of two approvals: on record, and counted while the person may still approve."""

import pytest

from config.models import StaffUser
from newsletter.digests import edits
from newsletter.models import Agreement, Digest, Schedule
from newsletter.release import approval, consent
from newsletter.release.consent import WaitsForSecond
from subscribers.models import StaffAct
from tests.factories import NOW, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreed(ready: Digest, ines: StaffUser) -> Digest:
    """Two people are needed, and the first has approved it."""
    Schedule.objects.update(approvers=2)
    ready.newsletter.schedule.refresh_from_db()
    with pytest.raises(WaitsForSecond):
        approval.approve(digest_id=ready.pk, by=ines, now=NOW)
    return ready


def second(digest: Digest, by: StaffUser) -> str:
    try:
        approval.approve(digest_id=digest.pk, by=by, now=NOW)
    except WaitsForSecond:
        return "waits"
    return "approved"


def shown(digest: Digest) -> list[Agreement]:
    digest_hash = digest.agreements.values_list("digest_hash", flat=True)[0]
    return consent.agreed(digest=digest, digest_hash=digest_hash)


def test_it_is_on_record_once(agreed: Digest, ines: StaffUser, jo: StaffUser) -> None:
    assert second(agreed, ines) == "waits"
    assert second(agreed, jo) == "approved"
    rows = StaffAct.objects.filter(act=StaffAct.Act.APPROVED).order_by("pk")
    assert [(row.actor_name, row.detail) for row in rows] == [
        ("ines", "The first of two people."),
        ("jo", "Version 1 of its words."),
    ]


def test_it_counts_no_more_once_the_account_is_off(
    agreed: Digest, ines: StaffUser, jo: StaffUser
) -> None:
    assert [one.person for one in shown(agreed)] == [ines]
    StaffUser.objects.filter(pk=ines.pk).update(is_active=False)
    assert shown(agreed) == []
    assert second(agreed, jo) == "waits"


def test_it_counts_no_more_once_the_right_is_taken(
    agreed: Digest, ines: StaffUser, jo: StaffUser
) -> None:
    ines.user_permissions.clear()
    assert second(agreed, jo) == "waits"


def test_one_who_may_do_everything_counts(agreed: Digest, ines: StaffUser, jo: StaffUser) -> None:
    ines.user_permissions.clear()
    StaffUser.objects.filter(pk=ines.pk).update(is_superuser=True)
    assert second(agreed, jo) == "approved"


def test_it_outlives_the_account_and_counts_no_more(
    agreed: Digest, ines: StaffUser, jo: StaffUser
) -> None:
    ines.delete()
    assert Agreement.objects.get().person is None
    assert second(agreed, jo) == "waits"
    assert StaffAct.objects.filter(actor_name="ines").exists()


def test_a_save_by_itself_does_not_void_it(agreed: Digest) -> None:
    with pytest.raises(edits.IsApproved, match=r"One person approved it. Save to change it"):
        edits.begin(digest_id=agreed.pk, version=1, by=make_staff(), now=NOW, by_itself=True)
    agreed.refresh_from_db()
    assert (agreed.version, agreed.touched_at, agreed.edited_by) == (1, None, None)
    assert Agreement.objects.exists()
    edits.begin(digest_id=agreed.pk, version=1, by=make_staff(), now=NOW)
    assert not Agreement.objects.exists()
