"""What may be asked of what came back, always counted from the rows themselves."""

from dataclasses import dataclass

from django.db.models import Count

from newsletter.models import LinkClicks, ReaderReport, Revision


@dataclass(frozen=True, slots=True)
class Bounces:
    """Readers of one digest whose mail came back, and who called it spam."""

    hard: int = 0
    soft: int = 0
    complained: int = 0


@dataclass(frozen=True, slots=True)
class LinkCount:
    """One link of a digest and how often it was followed; `number` is its place in `revision`."""

    revision: int
    number: int
    label: str
    url: str
    clicks: int


def bounces(*, digest_id: int) -> Bounces:
    """What providers reported of one digest, each reader once; one statement."""
    rows = ReaderReport.objects.filter(digest_id=digest_id).values_list("kind", "hard")
    found = {(kind, hard): number for kind, hard, number in rows.annotate(Count("pk"))}
    kinds = ReaderReport.Kind
    return Bounces(
        hard=found.get((kinds.BOUNCED, True), 0),
        soft=found.get((kinds.BOUNCED, False), 0),
        complained=found.get((kinds.COMPLAINED, True), 0),
    )


def clicks(*, digest_id: int) -> list[LinkCount]:
    """Every counted link of a digest in the order of the mail, newest frozen words first.

    Links that nobody followed are there with 0; revisions that nobody got are left out unless it
    is the only one. Two statements.
    """
    counts = {
        (row.revision_id, row.number): row.clicks
        for row in LinkClicks.objects.filter(revision__digest_id=digest_id)
    }
    revisions = Revision.objects.filter(digest_id=digest_id).only("number", "links")
    found = list(revisions.order_by("-number"))
    followed = {revision for revision, _ in counts}
    shown = [one for one in found if one.pk in followed] or found[:1]
    return [
        LinkCount(
            revision=one.number,
            number=number,
            label=link["label"],
            url=link["url"],
            clicks=counts.get((one.pk, number), 0),
        )
        for one in shown
        for number, link in enumerate(one.links)
    ]
