"""What other stages ask about digests."""

from django.db.models import Prefetch, QuerySet

from newsletter.models import Digest, Item, Section
from subscribers.models import Newsletter

# Readers have it, or are getting it now.
OUT = (Digest.State.SENDING, Digest.State.SENT)


def sections_of(*, digest: Digest) -> list[Section]:
    """Its sections in order with their items and stories, without bodies; two statements."""
    items = Item.objects.select_related("article").defer("article__body")
    return list(digest.sections.prefetch_related(Prefetch("items", queryset=items)))


def latest_sent(*, newsletter: Newsletter) -> Digest | None:
    """The newest digest that readers got, with its revision; None before the first.

    Never a weekly one, which is for those who know the others.
    """
    sent = Digest.objects.filter(newsletter=newsletter, is_weekly=False, revision__isnull=False)
    return (
        sent.filter(state__in=OUT)
        .select_related("newsletter", "revision")
        .defer("revision__html", "revision__text")
        .order_by("-sending_at", "-id")
        .first()
    )


def listed(*, newsletter: Newsletter) -> QuerySet[Digest]:
    """The digests that anybody may read: those on their way or sent, one for each occurrence.

    One that was stopped half-way is not among them: it waits for a correction or was withdrawn.
    """
    # "Not cancelled" adds nothing but the index by occurrence, which leaves cancelled ones out.
    return Digest.objects.filter(
        newsletter=newsletter, state__in=OUT, revision__isnull=False
    ).exclude(state=Digest.State.CANCELLED)


def neighbours(*, digest: Digest) -> tuple[Digest | None, Digest | None]:
    """The mails before and after a digest in its newsletter, None at the ends."""
    others = (
        listed(newsletter=digest.newsletter)
        .select_related("newsletter", "revision")
        .only("occurrence", "newsletter__slug", "revision__subject")
    )
    before = others.filter(occurrence__lt=digest.occurrence).order_by("-occurrence").first()
    after = others.filter(occurrence__gt=digest.occurrence).order_by("occurrence").first()
    return before, after
