"""Two people at the same moment: an edit while one approves, and two who approve together."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from config.models import StaffUser
from newsletter.digests import editing
from newsletter.digests.edits import EditConflict
from newsletter.models import Agreement, Digest, Revision, Schedule
from newsletter.release import approval, readiness
from newsletter.release.consent import ChangedMeanwhile, Said, WaitsForSecond
from newsletter.rendering import message
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)

EXPECTED = (WaitsForSecond, ChangedMeanwhile, EditConflict)


def together(*works: Callable[[], object]) -> list[str]:
    """What became of each, in order: "done" or the name of what was raised."""
    start, ends = threading.Barrier(len(works)), [""] * len(works)

    def run(place: int) -> None:
        start.wait(timeout=10)
        try:
            works[place]()
            ends[place] = "done"
        except EXPECTED as refusal:
            ends[place] = type(refusal).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return ends


def test_of_two_who_approve_at_once_the_second_completes_it(
    ready: Digest, ines: StaffUser, jo: StaffUser
) -> None:
    Schedule.objects.update(approvers=2)
    ends = together(
        *(
            lambda person=person: approval.approve(digest_id=ready.pk, by=person, now=NOW)
            for person in (ines, jo)
        )
    )
    assert sorted(ends) == ["WaitsForSecond", "done"]
    assert (Agreement.objects.count(), Revision.objects.count()) == (2, 1)
    assert Digest.objects.get(pk=ready.pk).state == "approved"


def test_one_who_presses_twice_at_once_is_still_one(ready: Digest, ines: StaffUser) -> None:
    Schedule.objects.update(approvers=2)
    ends = together(
        *[lambda: approval.approve(digest_id=ready.pk, by=ines, now=NOW) for _ in range(2)]
    )
    assert ends == ["WaitsForSecond", "WaitsForSecond"]
    assert Agreement.objects.count() == 1


def test_an_edit_at_the_moment_of_approval_is_never_approved_unseen(
    ready: Digest, ines: StaffUser, jo: StaffUser
) -> None:
    seen = readiness.look(digest=ready, now=NOW).digest_hash

    def edit() -> None:
        editing.rewrite(
            digest_id=ready.pk,
            version=1,
            words={"subject": "Harbour stays closed"},
            items=editing.standing(digest=ready),
            by=jo,
            now=NOW,
        )

    ends = together(
        lambda: approval.approve(digest_id=ready.pk, by=ines, now=NOW, said=Said(seen=seen)), edit
    )
    assert ends in (["done", "done"], ["ChangedMeanwhile", "done"])
    digest = Digest.objects.get(pk=ready.pk)
    # Whoever was first: what was edited is a draft, and nothing but what was seen was frozen.
    assert (digest.state, digest.revision) == ("draft", None)
    assert all(revision.digest_hash == seen for revision in Revision.objects.all())
    assert message.preview(digest=digest, now=NOW).digest_hash != seen
