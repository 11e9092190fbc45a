"""Applying reports: unknowns settled, bounces and complaints kept, dead mailboxes suppressed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import QuerySet

from newsletter.delivery import brake, settling
from newsletter.delivery.settling import Evidence
from newsletter.models import Batch, Digest, ReaderReport
from newsletter.tracking.reports import Report
from newsletter.tracking.severity import Verdict
from subscribers import bounces
from subscribers.bounces import DeadEnd

# Rows of one statement: SQLite takes so many values in one.
PIECE = 500
# Why a report is looked at once more.
TOO_EARLY = "The call that it is of is still being made."

log = structlog.get_logger(__name__)
Key = tuple[str, int | None, str, str]


def apply(*, reports: Sequence[Report], now: datetime) -> dict[Report, str]:
    """Apply what providers reported; what failed, with its error.

    All at once; where that fails by halves, so that one bad report keeps no other from being
    applied. Idempotent in any order: a bounce that is reported again changes nothing.
    """
    failures = _apply_or_halve(list(dict.fromkeys(reports)), now)
    for one in _too_early(reports):
        failures.setdefault(one, TOO_EARLY)
    bad = {one.digest_id for one in reports if one.is_dead_end and one not in failures} - {None}
    for digest_id in sorted(filter(None, bad)):
        _check_brake(digest_id, now)
    return failures


def _too_early(reports: Sequence[Report]) -> list[Report]:
    """Those of a call that has not ended: should its worker die, they settle it then."""
    tokens = {one.token for one in reports} - {None}
    submitting = Batch.objects.filter(state=Batch.State.SUBMITTING, token__in=tokens)
    busy = set(submitting.values_list("token", flat=True))
    return [one for one in reports if one.token in busy]


def _apply_or_halve(reports: list[Report], now: datetime) -> dict[Report, str]:
    try:
        _apply(reports, now)
    except Exception as error:
        if len(reports) == 1:
            log.exception("report_failed", source=reports[0].source)
            return {reports[0]: f"{type(error).__name__}: {error}"}
        half = len(reports) // 2
        return _apply_or_halve(reports[:half], now) | _apply_or_halve(reports[half:], now)
    return {}


def _apply(reports: Sequence[Report], now: datetime) -> None:
    settling.by_evidence(evidence=_evidence(reports), now=now)
    bad = [one for one in reports if one.verdict != Verdict.TAKEN]
    if bad:
        _keep_and_suppress(bad, now)


def _evidence(reports: Iterable[Report]) -> set[Evidence]:
    """That a provider speaks of a reader's mail proves that it took that mail."""
    return {
        Evidence(digest_id=digest_id, subscriber_id=one.subscriber_id, token=one.token)
        for one in reports
        if (digest_id := one.digest_id) is not None and one.subscriber_id is not None
    }


@transaction.atomic
def _keep_and_suppress(reports: Sequence[Report], now: datetime) -> None:
    """Only what is news suppresses: staff who lifted one are not overruled by a repetition."""
    rows = {_key(one): one for one in sorted(reports, key=_in_order)}
    known = _known(rows)
    digests = _digests(rows.values())
    news = [one for key, one in rows.items() if key not in known]
    worse = [one for key, one in rows.items() if one.is_dead_end and known.get(key) is False]
    ReaderReport.objects.bulk_create(
        (_row(one, digests) for one in news), ignore_conflicts=True, batch_size=PIECE
    )
    dead_ends = [one for one in (*news, *worse) if one.is_dead_end]
    # A row of an address is of one moment, so it has no milder one.
    for one in (report for report in dead_ends if report.subscriber_id is not None):
        # Also of news: another worker may have kept a milder one of the same mail just now.
        _milder(one).update(hard=True, reason=one.reason, detail=one.detail, at=one.at)
    bounces.apply(dead_ends=[_dead_end(one) for one in dead_ends], now=now)


def _in_order(report: Report) -> tuple[str, int, bool, datetime]:
    """Reader by reader, so that two workers never wait for each other.

    Of several reports of one mail the last counts: the hard one, else the latest.
    """
    return report.source, report.subscriber_id or 0, report.is_dead_end, report.at


def _kind(report: Report) -> str:
    complained = report.verdict == Verdict.COMPLAINED
    return (ReaderReport.Kind.COMPLAINED if complained else ReaderReport.Kind.BOUNCED).value


def _key(report: Report) -> Key:
    """What a report is one of: a mail's bounce, or its complaint; by address, one moment's."""
    if report.subscriber_id is not None:
        return report.source, report.subscriber_id, _kind(report), ""
    return report.source, None, _kind(report), f"{report.address_hash} {report.at.isoformat()}"


def _known(rows: Mapping[Key, Report]) -> dict[Key, bool]:
    """Those that are kept already, and whether as hard."""
    by_source: defaultdict[str, list[Report]] = defaultdict(list)
    for report in rows.values():
        by_source[report.source].append(report)
    known: dict[Key, bool] = {}
    for source, found in by_source.items():
        for start in range(0, len(found), PIECE):
            known |= _known_of(source, found[start : start + PIECE])
    return known


def _known_of(source: str, reports: Sequence[Report]) -> dict[Key, bool]:
    ids = [one.subscriber_id for one in reports if one.subscriber_id is not None]
    hashes = [one.address_hash for one in reports if one.subscriber_id is None]
    mine = ReaderReport.objects.filter(source=source)
    known: dict[Key, bool] = {}
    for row in mine.filter(subscriber_id__in=ids):
        known[source, row.subscriber_id, row.kind, ""] = row.hard
    if hashes:
        for row in mine.filter(subscriber_id__isnull=True, address_hash__in=hashes):
            known[source, None, row.kind, f"{row.address_hash} {row.at.isoformat()}"] = row.hard
    return known


def _digests(reports: Iterable[Report]) -> set[int]:
    """Those of the digests named that there are: a row hangs on its digest."""
    ids = {digest_id for one in reports if (digest_id := one.digest_id) is not None}
    return set(Digest.objects.filter(pk__in=ids).values_list("pk", flat=True))


def _row(report: Report, digests: set[int]) -> ReaderReport:
    return ReaderReport(
        source=report.source,
        digest_id=report.digest_id if report.digest_id in digests else None,
        subscriber_id=report.subscriber_id,
        address_hash=report.address_hash,
        kind=_kind(report),
        hard=report.is_dead_end,
        reason=report.reason,
        detail=report.detail,
        at=report.at,
    )


def _milder(report: Report) -> QuerySet[ReaderReport]:
    return ReaderReport.objects.filter(
        source=report.source, subscriber_id=report.subscriber_id, kind=_kind(report), hard=False
    )


def _dead_end(report: Report) -> DeadEnd:
    return DeadEnd(
        subscriber_id=report.subscriber_id,
        at=report.at,
        complained=report.verdict == Verdict.COMPLAINED,
        address_hash=report.address_hash,
        detail=report.detail,
    )


def _check_brake(digest_id: int, now: datetime) -> None:
    try:
        brake.check(digest_id=digest_id, now=now)
    except Exception:
        # The reports stand; the next ones ask again.
        log.exception("brake_failed", digest=digest_id)
