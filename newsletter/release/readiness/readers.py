"""Whether about as many people get it as usual."""

from collections.abc import Iterator
from statistics import median

from newsletter.models import Digest
from newsletter.release.readiness.material import Material
from newsletter.release.readiness.problem import Problem, note
from subscribers import audience

LAST = 8
# With fewer there is no "usual".
AT_LEAST = 3
OFF = 0.3


def problems(found: Material) -> Iterator[Problem]:
    """Nobody, or many more or fewer than lately."""
    digest = found.digest
    getting = audience.deliverable(
        newsletter_id=digest.newsletter_id, at=found.now, frequencies=digest.frequencies
    )
    if not audience.deliverable(newsletter_id=digest.newsletter_id).exists():
        yield note("nobody", "Nobody gets this newsletter yet.", "Nothing, if you know why.")
        return
    if digest.is_weekly and not getting.exists():
        yield note("nobody", "Nobody chose to get it once a week.", "Nothing, if you know why.")
        return
    usual = _usual(digest) if digest.corrects_id is None else None
    if usual is None:
        return
    number = getting.count()
    if abs(number - usual) > OFF * usual:
        yield note(
            "audience",
            f"{number:,} readers would get it; the last {LAST} mails went to about {usual:,}.",
            "Find out why before it goes: an import, a break, the wrong newsletter?",
        )


def _usual(digest: Digest) -> int | None:
    """Of mails that go to as many: weekly ones are for those who chose them."""
    sizes = (
        Digest.objects.filter(
            newsletter=digest.newsletter_id,
            state=Digest.State.SENT,
            corrects__isnull=True,
            is_weekly=digest.is_weekly,
        )
        .exclude(pk=digest.pk)
        .order_by("-sent_at", "-pk")
        .values_list("audience_size", flat=True)[:LAST]
    )
    return int(median(sizes)) if len(sizes) >= AT_LEAST else None
