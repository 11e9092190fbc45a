"""What making a mail costs out of 50,000 new stories, with rules on feeds and topics."""

import statistics
from datetime import date, datetime, timedelta

from django.db import connection

from benchmarks.measuring.one_call import measured
from benchmarks.options import Options
from benchmarks.report import Report
from benchmarks.stage import Stage
from newsletter.digests import assembly, filling, plans
from newsletter.models import Article, Digest, Feed, Image, Item, Schedule, SectionPlan, Topic
from subscribers.clock import database_now
from subscribers.models import Newsletter

FEEDS, TOPICS = 20, 40
PAST = 200
PICTURE = {
    "small": "images/small.jpg",
    "small_width": 600,
    "small_height": 338,
    "large": "images/large.jpg",
    "large_width": 1200,
    "large_height": 675,
}
STATEMENTS = 20
# CPU seconds, by the median, the database's among them.
MOST = 0.5


def run(stage: Stage, options: Options) -> Report:
    """`runs` mails made and filled again out of `readers` stories, in this process."""
    now = database_now()
    newsletter = _newsletter(now)
    _stories(options.readers, now)
    _rules(newsletter)
    _past(newsletter, now)
    _settle()
    report = Report(title=f"Mails made out of {options.readers:,} new stories")
    # Nothing is read for the first time afterwards.
    _make(newsletter, "2030-01-01", now)
    made = [_make(newsletter, f"2031-01-01-{n}", now) for n in range(2, options.runs + 2)]
    again = [_refill(newsletter, now) for _ in range(options.runs)]
    for name, found in (("made", made), ("filled again", again)):
        middle = statistics.median(seconds for seconds, _ in found)
        report.add(f"CPU of one {name}, median", round(middle, 3), "s")
        report.add(f"the slowest {name}", round(max(seconds for seconds, _ in found), 3), "s")
        report.add(f"statements of one {name}", max(number for _, number in found))
        report.holds(f"one is {name} in {MOST} s", middle <= MOST)
        report.holds(
            f"one is {name} in {STATEMENTS} statements", all(n <= STATEMENTS for _, n in found)
        )
    return report


def _newsletter(now: datetime) -> Newsletter:
    values = {"from_name": "Bench", "from_address": "bench@sender.example", "tagline": "All."}
    one, other = (
        Newsletter.objects.create(name=name, slug=name, **values) for name in ("one", "other")
    )
    rule = Schedule.objects.create(
        newsletter=one, local_time="06:30", effective_from=now, max_age_hours=200
    )
    rule.leaves_out.set([other])
    return one


def _stories(number: int, now: datetime) -> None:
    """New ones; every third has a picture, every tenth is good news, each has two topics."""
    feeds = [Feed.objects.create(name=f"F{n}", url=f"https://f{n}.example/") for n in range(FEEDS)]
    topics = [Topic.objects.create(name=f"T{n}", slug=f"t{n}") for n in range(TOPICS)]
    hero = Image.objects.bulk_create([Image(state=Image.State.READY, **PICTURE)])[0]
    Article.objects.bulk_create(
        (
            Article(
                title=f"Harbour reopens after storm number {n}",
                slug=f"story-{n}",
                dek="Boats went out again on Monday.",
                body="<p>The first boat left at six.</p>" * 40,
                published_at=now - timedelta(seconds=10 * n),
                feed=feeds[n % FEEDS],
                good_news=n % 10 == 0,
                hero=hero if n % 3 == 0 else None,
            )
            for n in range(number)
        ),
        batch_size=1_000,
    )
    about = Article.topics.through
    stories = Article.objects.order_by("pk").values_list("pk", flat=True)
    about.objects.bulk_create(
        (
            about(article_id=pk, topic_id=topics[(place * 7 + more) % TOPICS].pk)
            for place, pk in enumerate(stories)
            for more in (0, 1)
        ),
        batch_size=1_000,
    )


def _rules(newsletter: Newsletter) -> None:
    """Each section that fills itself has a rule of its own."""
    plans.plans_of(newsletter=newsletter, layout="morning_briefing")
    rules = SectionPlan.objects.filter(newsletter=newsletter)
    rules.get(key="lead").topics.set(Topic.objects.all()[:3])
    rules.get(key="more").feeds.set(Feed.objects.all()[:3])
    brief = rules.get(key="brief")
    brief.feeds.set(Feed.objects.all()[10:12])
    brief.topics.set(Topic.objects.all()[10:30])
    rules.filter(key="good_thing").update(max_age_hours=150, needs_image=True)


def _past(newsletter: Newsletter, now: datetime) -> None:
    """Mails of both newsletters, in which the newest stories stand already."""
    stories = iter(Article.objects.order_by("-published_at").values_list("pk", flat=True))
    for owner in (newsletter, Newsletter.objects.get(slug="other")):
        for number in range(PAST):
            mail = Digest.objects.create(
                newsletter=owner,
                occurrence=(date(2024, 1, 1) + timedelta(days=number)).isoformat(),
                layout="morning_briefing",
                created_at=now - timedelta(hours=number),
            )
            plans.copy_into(
                digest=mail, plans=plans.plans_of(newsletter=owner, layout="morning_briefing")
            )
            section = mail.sections.all()[0]
            Item.objects.bulk_create(
                Item(section=section, article_id=next(stories)) for _ in range(12)
            )


def _settle() -> None:
    """What a database does by itself in the hours after so much was written."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            # So that all of it is done by the backend that is measured.
            cursor.execute("SET max_parallel_workers_per_gather = 0")


def _make(newsletter: Newsletter, occurrence: str, now: datetime) -> tuple[float, int]:
    return measured(
        lambda: assembly.make_digest(
            newsletter=newsletter,
            occurrence=occurrence,
            release_at=now + timedelta(days=1),
            now=now,
        )
    )


def _refill(newsletter: Newsletter, now: datetime) -> tuple[float, int]:
    draft = Digest.objects.filter(newsletter=newsletter, state=Digest.State.DRAFT).first()
    rule = assembly.rule_of(newsletter)
    return measured(lambda: filling.fill(digest=draft, rule=rule, now=now))
