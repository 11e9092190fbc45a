"""Making a digest: which stories are new, its sections and items, and the words it starts with."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from newsletter.digests import lifecycle
from newsletter.digests.choosing import choose
from newsletter.digests.layouts import LAYOUTS, SUBJECT_AT_MOST, Layout, SectionPlan
from newsletter.digests.story_ledger import new_stories
from newsletter.digests.wording import cut_kindly, preheader
from newsletter.models import Article, Digest, Item, Schedule, Section
from subscribers.models import Newsletter

# Enough to fill every section and still find a picture and good news among them.
CANDIDATES = 60


def make_digest(
    *, newsletter: Newsletter, occurrence: str, release_at: datetime | None, now: datetime
) -> Digest:
    """The digest of an occurrence: a new draft, skipped when too little is new, or the one there.

    Safe to call many times and at once: a cancelled digest apart, an occurrence has one digest.
    """
    return open_occurrence(
        newsletter=newsletter, occurrence=occurrence, release_at=release_at, now=now
    )[0]


def open_occurrence(
    *, newsletter: Newsletter, occurrence: str, release_at: datetime | None, now: datetime
) -> tuple[Digest, bool]:
    """As `make_digest`; the second value says whether this call made it."""
    digests = Digest.objects.filter(newsletter=newsletter, occurrence=occurrence)
    standing = digests.exclude(state=Digest.State.CANCELLED)
    if (existing := standing.first()) is not None:
        return existing, False
    try:
        with transaction.atomic():
            return _make(newsletter, occurrence, release_at, now), True
    except IntegrityError:
        # Somebody made it between the look and the insert.
        return standing.get(), False


def next_occurrence(*, newsletter: Newsletter, day: date) -> str:
    """A free occurrence on a date: the date itself, else "2026-11-24-2" and so on."""
    taken = set(
        Digest.objects.filter(newsletter=newsletter, occurrence__startswith=day.isoformat())
        .exclude(state=Digest.State.CANCELLED)
        .values_list("occurrence", flat=True)
    )
    return free_occurrence(day=day, taken=taken)


def free_occurrence(*, day: date, taken: set[str]) -> str:
    """The first of "2026-11-24", "2026-11-24-2", ... that is not `taken`."""
    key, number = day.isoformat(), 1
    while key in taken:
        number += 1
        key = f"{day.isoformat()}-{number}"
    return key


def rule_of(newsletter: Newsletter) -> Schedule:
    """The newsletter's schedule, or one with the defaults for a newsletter without."""
    try:
        return newsletter.schedule
    except Schedule.DoesNotExist:
        return Schedule(newsletter=newsletter)


def _make(
    newsletter: Newsletter, occurrence: str, release_at: datetime | None, now: datetime
) -> Digest:
    rule = rule_of(newsletter)
    layout = LAYOUTS[rule.layout]
    digest = Digest.objects.create(
        newsletter=newsletter,
        occurrence=occurrence,
        layout=layout.key,
        intro=layout.intro,
        sign_off=layout.sign_off,
        release_at=release_at,
        created_at=now,
    )
    _make_sections(digest, layout)
    stories = list(new_stories(newsletter=newsletter, rule=rule, now=now)[:CANDIDATES])
    if len(stories) < rule.min_stories:
        reason = too_little(found=len(stories), rule=rule)
        lifecycle.skip(digest_id=digest.pk, reason=reason, now=now)
        digest.refresh_from_db(fields=["state", "reason"])
    else:
        _place(digest, layout, stories)
    return digest


def _make_sections(digest: Digest, layout: Layout) -> None:
    Section.objects.bulk_create(
        Section(
            digest=digest,
            key=plan.key,
            style=plan.style,
            heading=plan.heading,
            position=n,
            at_least=plan.at_least,
            at_most=plan.at_most,
            words_at_most=120,
            shows_pictures=plan.picture,
        )
        for n, plan in enumerate(layout.sections)
    )


def make_correction(*, corrected: Digest, occurrence: str, now: datetime) -> Digest:
    """A draft without stories or a time, for those whom `corrected` reached."""
    layout = LAYOUTS[corrected.layout]
    digest = Digest.objects.create(
        newsletter=corrected.newsletter,
        occurrence=occurrence,
        layout=layout.key,
        corrects=corrected,
        subject=cut_kindly(f"Correction: {corrected.subject}", SUBJECT_AT_MOST),
        sign_off=layout.sign_off,
        created_at=now,
    )
    _make_sections(digest, layout)
    return digest


def too_little(*, found: int, rule: Schedule) -> str:
    """Why a digest is skipped, in words for staff."""
    stories = "No new story" if not found else f"Only {found} new"
    days, hours = divmod(rule.max_age_hours, 24)
    span = f"{days} days" if days > 1 and not hours else f"{rule.max_age_hours} hours"
    return f"{stories} in the last {span}; at least {rule.min_stories} needed."


def fill(*, digest: Digest, now: datetime) -> None:
    """Put new stories into an empty digest whatever their age and number ("make it anyway")."""
    stories = new_stories(
        newsletter=digest.newsletter, rule=rule_of(digest.newsletter), now=now, of_any_age=True
    )
    with transaction.atomic():
        chosen = list(stories[:CANDIDATES])
        _place(digest, LAYOUTS[digest.layout], chosen)


def _place(digest: Digest, layout: Layout, stories: Sequence[Article]) -> None:
    chosen = choose(layout=layout, stories=stories)
    sections = {section.key: section for section in digest.sections.all()}
    Item.objects.bulk_create(
        _item(sections[plan.key], plan, article, position)
        for plan in layout.sections
        for position, article in enumerate(chosen[plan.key])
    )
    headlines = [story.title for plan in layout.sections for story in chosen[plan.key]]
    if headlines:
        digest.subject = cut_kindly(headlines[0], SUBJECT_AT_MOST)
        digest.preheader = preheader(headlines[1:])
        digest.save(update_fields=["subject", "preheader"])


def _item(section: Section, plan: SectionPlan, article: Article, position: int) -> Item:
    # A source seldom describes its pictures; the headline is better than silence.
    silent = plan.picture and article.hero_id and not (article.hero_alt or article.caption)
    alt = article.title[:300] if silent else ""
    return Item(section=section, article=article, position=position, image_alt=alt)
