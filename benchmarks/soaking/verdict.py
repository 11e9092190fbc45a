"""What must hold when it is over: nobody lost, nobody doubled, everybody was told the truth."""

from collections import Counter
from dataclasses import dataclass, field

from benchmarks.soaking.book import Book
from benchmarks.soaking.people import Readers
from benchmarks.soaking.reports import Reports
from newsletter.delivery import audit
from newsletter.models import Digest, LinkClicks
from subscribers import audience, explaining, suppression
from subscribers.models import Subscriber, Suppression


@dataclass
class Verdict:
    """Sentences that are not true, and figures."""

    wrong: list[str] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    digests: Counter[str] = field(default_factory=Counter)
    mails: int = 0
    # Followed, counted, and of those that are missing how many an emptied Redis explains.
    followed: int = 0
    counted: int = 0
    excused: int = 0

    def must(self, true: bool, sentence: str) -> None:  # noqa: FBT001  (reads as a sentence)
        if not true:
            self.wrong.append(sentence)


def judge(
    *, book: Book, readers: Readers, reports: Reports, lost_clicks: list[tuple[float, float]]
) -> Verdict:
    """Read everything back and compare it with what was promised."""
    found = Verdict()
    _mails(found, book)
    _asked(found, book, readers)
    _choices(found, readers, reports)
    _clicks(found, readers, lost_clicks)
    _reports(found, reports)
    differing = list(explaining.differences())
    found.must(not differing, f"the ledger does not explain {len(differing)} subscriptions")
    return found


def _mails(found: Verdict, book: Book) -> None:
    ids = dict(Subscriber.objects.exclude(address="").values_list("address", "pk"))
    for digest in Digest.objects.filter(sending_at__isnull=False):
        taken = book.of(f"digest:{digest.pk}")
        found.mails += taken.total()
        twice = [one for one, times in taken.items() if times > 1]
        found.must(not twice, f"{digest}: {len(twice)} readers were mailed twice")
        record = audit.Record(times=Counter({ids[one]: times for one, times in taken.items()}))
        audited = audit.audit(digest_id=digest.pk, record=record)
        found.wrong += [f"{digest}: {one}" for one in audited.violations]
        found.states += audited.states
    found.wrong += [str(one) for one in audit.repeated_occurrences()]
    found.digests = Counter(Digest.objects.values_list("state", flat=True))


def _asked(found: Verdict, book: Book, readers: Readers) -> None:
    told = book.notices()
    missing = [one for one in readers.asked if one not in told]
    found.must(not missing, f"{len(missing)} signed up and got no mail, such as {missing[:3]}")


def _choices(found: Verdict, readers: Readers, reports: Reports) -> None:
    newsletter = readers.newsletter_id
    now = set(
        audience.deliverable(newsletter_id=newsletter).values_list("subscriber__address", flat=True)
    )
    gone = readers.left | reports.suppressed | reports.perhaps
    lost = [one for one in readers.confirmed if one not in now and one not in gone]
    found.must(not lost, f"{len(lost)} confirmed and are not in the audience: {lost[:3]}")
    theirs = set(
        audience.deliverable(newsletter_id=readers.other_id).values_list(
            "subscriber__address", flat=True
        )
    )
    unheard = [one for one in readers.added if one not in theirs and one not in gone]
    found.must(not unheard, f"{len(unheard)} added a newsletter and do not get it: {unheard[:3]}")
    kept = [one for one in readers.told_goodbye if one in now]
    found.must(not kept, f"{len(kept)} left and are in the audience: {kept[:3]}")


def _clicks(found: Verdict, readers: Readers, lost: list[tuple[float, float]]) -> None:
    for source, moments in readers.clicks.items():
        counted = sum(
            LinkClicks.objects.filter(revision__digest=source.partition(":")[2]).values_list(
                "clicks", flat=True
            )
        )
        excused = sum(any(a <= at <= b + 1 for a, b in lost) for at in moments)
        most = len(moments) + readers.unanswered[source]
        found.must(
            len(moments) - excused <= counted <= most,
            f"{source}: {len(moments)} clicks (and {readers.unanswered[source]} without an answer),"
            f" {counted} counted, {excused} may be lost",
        )
        found.followed += len(moments)
        found.counted += counted
        found.excused += excused


def _reports(found: Verdict, reports: Reports) -> None:
    hashes = {suppression.address_hash(one): one for one in reports.suppressed}
    standing = set(
        Suppression.objects.filter(address_hash__in=list(hashes)).values_list(
            "address_hash", flat=True
        )
    )
    missing = [one for each, one in hashes.items() if each not in standing]
    found.must(not missing, f"{len(missing)} bounced for good and are mailed on: {missing[:3]}")
