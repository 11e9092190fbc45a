"""What drawing a mail costs: its rows read, both parts drawn, lint and checks included."""

import statistics
import time

from benchmarks.data import digest as mail
from benchmarks.options import Options
from benchmarks.report import Report
from benchmarks.stage import Stage
from newsletter.models import Digest, Item
from newsletter.rendering import message
from subscribers.clock import database_now

ITEMS = 10
# Templates and styles are read once a process.
FIRST = 20
# CPU milliseconds, by the median.
MOST = 10.0


def run(stage: Stage, options: Options) -> Report:
    """`runs` times the mail of the other jobs, cut to ten items, in this process."""
    digest = mail.draft(of=mail.newsletter(name="Drawn"))
    _cut(digest)
    for _ in range(FIRST):
        _draw(digest)
    found = sorted(_draw(digest) for _ in range(options.runs))
    drawn = message.render(digest=_anew(digest), now=database_now())
    report = Report(title=f"A mail of {ITEMS} items drawn, {options.runs} times")
    middle = statistics.median(found)
    report.add("CPU of one, median", round(middle, 2), "ms")
    report.add("nine of ten within", round(found[len(found) * 9 // 10], 2), "ms")
    report.add("HTML", len(drawn.html.encode()), "bytes")
    report.add("text", len(drawn.text.encode()), "bytes")
    report.holds(f"it takes at most {MOST:.0f} ms", middle <= MOST)
    return report


def _cut(digest: Digest) -> None:
    items = Item.objects.filter(section__digest=digest).order_by("section__position", "position")
    kept = list(items.values_list("pk", flat=True)[:ITEMS])
    items.exclude(pk__in=kept).delete()


def _draw(digest: Digest) -> float:
    """CPU milliseconds of one."""
    fresh, now = _anew(digest), database_now()
    start = time.process_time()
    message.render(digest=fresh, now=now)
    return (time.process_time() - start) * 1000


def _anew(digest: Digest) -> Digest:
    """Nothing of it read before but its own row."""
    return Digest.objects.select_related("newsletter__promotes").get(pk=digest.pk)
