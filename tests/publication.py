"""A small publication: two newsletters, their stories and a person at the desk."""

from datetime import timedelta

from django.utils import timezone

from newsletter.digests import assembly
from newsletter.models import Digest
from newsletter.release import approval
from subscribers.models import Newsletter
from tests.factories import make_article, make_newsletter, make_schedule, make_staff

PASSWORD = "correct horse battery staple"
# As forms offer it, with its zone.
BRIEFING = "Morning Briefing · Europe/London"
HEADLINES = (
    "Harbour reopens after the storm",
    "Bakers share one oven",
    "A bridge gets its second lane",
    "The library lends boats",
    "Night trains come back",
    "Orchard feeds a street",
    "The clock runs again",
    "Swifts return early",
    "A school without a bell",
    "Tide mill turns",
)


def set_up() -> Newsletter:
    """Make it; returns the Morning Briefing. Nothing of it goes out by itself."""
    now = timezone.now()
    briefing = make_newsletter(
        name="Morning Briefing", slug="morning-briefing", tagline="What matters, before breakfast."
    )
    good_news = make_newsletter(
        name="Good News", slug="good-news", tagline="The week's best.", accent="leaf", position=1
    )
    later = now + timedelta(days=30)
    make_schedule(briefing, effective_from=later)
    make_schedule(good_news, layout="good_news", weekdays="6", effective_from=later)
    for number, headline in enumerate(HEADLINES):
        make_article(
            title=headline,
            slug=f"story-{number}",
            dek=f"{headline}, and what it means for the people who live there.",
            body="<p>The first morning was quiet.</p><p>The second was not.</p>" * 3,
            published_at=now - timedelta(hours=number + 1),
        )
    user = make_staff(username="admin", is_superuser=True)
    user.set_password(PASSWORD)
    user.save()
    return briefing


def publish(newsletter: Newsletter) -> Digest:
    """Its first digest, as it is when all of it was sent."""
    now = timezone.now()
    digest = assembly.make_digest(
        newsletter=newsletter,
        occurrence=f"{now:%Y-%m-%d}",
        release_at=now - timedelta(hours=1),
        now=now,
    )
    approval.approve(digest_id=digest.pk, by=None, now=now)
    Digest.objects.filter(pk=digest.pk).update(state=Digest.State.SENT, sending_at=now, sent_at=now)
    return digest
