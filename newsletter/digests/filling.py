"""Filling: puts stories into the sections of a mail by their rules, and again as news comes in.

Into a weekly mail come those that its newsletter ran (`digests.week`), and their words with them.

What an editor pinned, moved, rewrote or put there stays as it is, and what he took out does not
come back. The rest is chosen anew each time: a newer story may take the place of an older one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from newsletter.digests import held_over, week
from newsletter.digests.choosing import Choice, choose
from newsletter.digests.layouts import WEEKLY_SUBJECT
from newsletter.digests.pools import pools_of
from newsletter.digests.queries import sections_of
from newsletter.digests.retelling import RETOLD, in_rank, retell
from newsletter.digests.week import Missed
from newsletter.digests.wording import words_made_of
from newsletter.models import Article, Digest, Item, Schedule, Section, SectionPlan, TakenOut


@dataclass(slots=True)
class Place:
    """A section while it is being filled: its rule (None: nobody's) and the items as they stand."""

    section: Section
    plan: SectionPlan | None
    items: list[Item]
    # Those that say something else from now on.
    retold: list[Item] = field(default_factory=list)

    @property
    def kept(self) -> list[Item]:
        """Those that the rules leave alone."""
        return [item for item in self.items if item.is_kept]


def fill(*, digest: Digest, rule: Schedule, now: datetime, of_any_age: bool = False) -> int:
    """Fill a draft by its rules; returns how many stories there are for it, chosen or not.

    `rule` is its newsletter's. Belongs into a transaction that keeps others from the draft; counts
    as an edit (`version`) when something changed.
    """
    places = places_of(digest=digest)
    changed = held_over.place(digest=digest, places=places, now=now)
    plans = [place.plan for place in places if place.plan is not None]
    missed = ran_this_week(digest=digest, now=now, again=of_any_age)
    pools = pools_of(
        digest=digest, rule=rule, plans=plans, now=now, missed=missed, of_any_age=of_any_age
    )
    chosen = choose(
        plans=plans,
        pools=pools,
        kept={place.section.key: len(place.kept) for place in places},
        used=_used(digest, places),
        reasons={pk: one.reason for pk, one in (missed or {}).items()},
    )
    for place in places:
        if place.plan is not None and place.plan.is_automatic:
            changed |= _arrange(place, chosen[place.section.key], missed or {})
    _write(digest, places, now, changed=changed)
    return _count(pools, places)


def count_new(*, digest: Digest, rule: Schedule, now: datetime) -> int:
    """How many new stories there are for a draft, as `fill` counts them; nothing is written.

    Where enough stand in it already that is all that is counted.
    """
    found = Item.objects.filter(section__digest=digest).count()
    if found >= fewest(digest=digest, rule=rule):
        return found
    places = places_of(digest=digest)
    plans = [place.plan for place in places if place.plan is not None]
    missed = ran_this_week(digest=digest, now=now)
    pools = pools_of(digest=digest, rule=rule, plans=plans, now=now, missed=missed)
    return _count(pools, places)


def fewest(*, digest: Digest, rule: Schedule) -> int:
    """With fewer stories than these it is skipped."""
    return week.AT_LEAST if digest.is_weekly else rule.min_stories


def ran_this_week(
    *, digest: Digest, now: datetime, again: bool = False
) -> dict[int, Missed] | None:
    """What a weekly mail is made of (`week.missed`); None for one that is made of new stories."""
    return week.missed(digest=digest, now=now, again=again) if digest.is_weekly else None


def places_of(*, digest: Digest) -> list[Place]:
    """The sections of a mail in order, with their rules and items; four statements."""
    sections = sections_of(digest=digest)
    plans = SectionPlan.objects.prefetch_related("feeds", "topics").in_bulk(
        [section.plan_id for section in sections if section.plan_id]
    )
    for section in sections:
        if (plan := plans.get(section.plan_id or 0)) is not None:
            # As it was when the mail was made: it may look different for the next.
            plan.key, plan.at_least, plan.at_most = section.key, section.at_least, section.at_most
    return [
        Place(section, plans.get(section.plan_id or 0), list(section.items.all()))
        for section in sections
    ]


def titles(places: Iterable[Place]) -> list[str]:
    """Of all stories in the sections that fill themselves, in the order of the mail.

    Those of a section that its newsletter has no more stay where they are, and so do its words.
    """
    return [
        (item.headline if item.ran_on else "") or item.article.title
        for place in places
        if place.plan is None or place.plan.is_automatic
        for item in place.items
        if item.article is not None
    ]


@contextmanager
def words_following(*, digest: Digest) -> Iterator[None]:
    """Subject and preheader follow what is done to the items meanwhile, as in `new_words`."""
    yield
    digest.refresh_from_db(fields=["subject", "preheader", "made_subject", "made_preheader"])
    made = _words_made_of(digest, places_of(digest=digest))
    if words := new_words(digest=digest, made=made):
        Digest.objects.filter(pk=digest.pk).update(**words)


def _words_made_of(digest: Digest, places: Iterable[Place]) -> tuple[str, str]:
    return words_made_of(titles(places), before=WEEKLY_SUBJECT if digest.is_weekly else "")


def _used(digest: Digest, places: Sequence[Place]) -> set[int]:
    """Stories that stand where they stay, or that an editor took out."""
    out = TakenOut.objects.filter(section__digest=digest, article__isnull=False)
    used = {pk for pk in out.values_list("article_id", flat=True) if pk is not None}
    for place in places:
        # Where nothing comes in by itself, all stays.
        stays = place.kept if place.plan and place.plan.is_automatic else place.items
        used |= {item.article_id for item in stays if item.article_id is not None}
    return used


def _count(pools: dict[str, list[Article]], places: Sequence[Place]) -> int:
    """Stories, chosen or not, and what somebody wrote without one."""
    found = {story.pk for stories in pools.values() for story in stories}
    items = [item for place in places for item in place.items]
    told = found | {item.article_id for item in items if item.article_id}
    return len(told) + sum(item.article_id is None for item in items)


def _arrange(place: Place, chosen: Sequence[Choice], missed: Mapping[int, Missed]) -> bool:
    """Let `place` hold what stays and what was chosen; whether that changed anything."""
    before = list(place.items)
    wanted = {choice.article.pk for choice in chosen}
    stay = [item for item in place.items if item.is_kept or item.article_id in wanted]
    there = {item.article_id for item in stay}
    new = [_item(place, choice, missed) for choice in chosen if choice.article.pk not in there]
    at_top = place.plan is not None and place.plan.inserts_at == SectionPlan.Side.TOP
    place.items = [*new, *stay] if at_top else [*stay, *new]
    if missed:
        place.retold = retell(items=stay, missed=missed)
        place.items = in_rank(items=place.items, order=list(missed))
    return bool(place.retold) or place.items != before


def _item(place: Place, choice: Choice, missed: Mapping[int, Missed]) -> Item:
    told = missed.get(choice.article.pk)
    words = told.content_in(place.section) if told else {}
    return Item(section=place.section, article=choice.article, reason=choice.reason, **words)


def _write(
    digest: Digest,
    places: Sequence[Place],
    now: datetime,
    *,
    changed: bool,
) -> None:
    fields: dict[str, Any] = {"filled_at": now}
    # Also where no item changed: a source may have given its story another title.
    words = new_words(digest=digest, made=_words_made_of(digest, places))
    fields |= words
    if changed:
        _write_items(digest, places)
    if changed or words:
        # The first time is part of making it.
        fields["version"] = digest.version + (digest.filled_at is not None)
        fields["edited_by"] = None
    for name, value in fields.items():
        setattr(digest, name, value)
    digest.save(update_fields=list(fields))


def new_words(*, digest: Digest, made: tuple[str, str]) -> dict[str, str]:
    """What to write where the words `made` of the headlines are others than were made last.

    Subject and preheader follow as long as they are the ones made last: nobody wrote others.
    """
    found: dict[str, str] = {}
    for name, new in zip(("subject", "preheader"), made, strict=True):
        last = getattr(digest, f"made_{name}")
        if new == last:
            continue
        found[f"made_{name}"] = new
        if getattr(digest, name) == last:
            found[name] = new
    return found


def _write_items(digest: Digest, places: Sequence[Place]) -> None:
    items = [item for place in places for item in place.items]
    if stay := [item.pk for item in items if item.pk]:
        Item.objects.filter(section__digest=digest).exclude(pk__in=stay).delete()
    elif digest.filled_at is not None:
        Item.objects.filter(section__digest=digest).delete()
    moved = []
    for place in places:
        for position, item in enumerate(place.items):
            if item.pk and item.position != position:
                moved.append(item)
            item.position = position
    Item.objects.bulk_update(moved, ["position"])
    Item.objects.bulk_update([item for place in places for item in place.retold], RETOLD)
    Item.objects.bulk_create(item for item in items if not item.pk)
