"""A confirmation mail while a large digest goes out; then two digests at the same time."""

import statistics
import time

from benchmarks import sending
from benchmarks.data import digest as mail
from benchmarks.data.readers import DOMAIN, room
from benchmarks.jobs.first_mail import is_quiet
from benchmarks.options import Options
from benchmarks.report import Report
from benchmarks.servers.processes import say, wait_for
from benchmarks.sinks.tally import Tally
from benchmarks.stage import Stage
from newsletter import wake
from newsletter.digests import lifecycle
from subscribers import addresses, signup
from subscribers.clock import database_now
from subscribers.models import Newsletter

# Sign-ups in all, and seconds between two.
SIGN_UPS = 60
EVERY = 0.5
ALLOWED = 2.0
# Readers of each of the two digests, at most.
SHARED = 50_000
QUARTERS = 4


def run(stage: Stage, options: Options) -> Report:
    """Both, with the same workers."""
    report = Report(title=f"Priority, {options.readers:,} readers, {options.shape}")
    large = sending.audience(name="Large", first=1, how_many=options.readers)
    first = room(options.readers) + 1
    shared = min(SHARED, options.readers // 2)
    pair = []
    for name in ("One", "Two"):
        pair.append((sending.audience(name=name, first=first, how_many=shared), first))
        first += room(shared)
    stage.fleet.start()
    sending.warm_up(stage, first=first)
    _confirmations(stage, report, large, first + 1_000, options)
    _fairness(stage, report, pair, shared, options)
    return report


def _confirmations(
    stage: Stage, report: Report, large: Newsletter, first: int, options: Options
) -> None:
    tally = stage.sink.tally
    tally.clear()
    digest = mail.draft(of=large)
    say("the large digest goes out")
    sending.press(digest)
    wait_for(lambda: tally.mails > 0, seconds=60, what="the first mail")
    asked: dict[int, int] = {}
    while len(asked) < SIGN_UPS and not sending.is_sent(digest):
        number = first + len(asked)
        asked[number] = time.monotonic_ns()
        _sign_up(number, large)
        time.sleep(EVERY)
    during, mails = len(asked), tally.mails
    wait_for(
        lambda: all(tally.times[number] for number in asked),
        seconds=60,
        what="the confirmation mails",
    )
    late = [(tally.times[number] - at) / 1e9 for number, at in asked.items()]
    report.add("confirmation mails", during, f"while {mails:,} mails went out")
    report.add("median", statistics.median(late), "s from the form to the provider")
    report.add("95 of 100", sorted(late)[int(len(late) * 0.95)], "s")
    report.add("at most", max(late), "s")
    report.holds(f"each confirmation leaves within {ALLOWED:g} s", max(late) <= ALLOWED)
    lifecycle.cancel(digest_id=digest.pk, by=mail.sender(), now=database_now())
    wake.send(wake.SWEEP)
    wait_for(lambda: is_quiet(stage), seconds=options.limit, what="the large digest to end")


def _sign_up(number: int, newsletter: Newsletter) -> None:
    """What the form does."""
    signup.sign_up(
        address=addresses.parse(f"r{number}@{DOMAIN}"),
        newsletter_ids=[newsletter.pk],
        page="the front page",
        network="127.0.0.0/24",
        now=database_now(),
    )


def _fairness(
    stage: Stage,
    report: Report,
    pair: list[tuple[Newsletter, int]],
    readers: int,
    options: Options,
) -> None:
    tally = stage.sink.tally
    tally.clear()
    say("two digests go out")
    digests = [mail.draft(of=newsletter) for newsletter, _ in pair]
    for digest in digests:
        sending.press(digest)
    wait_for(
        lambda: all(map(sending.is_sent, digests)), seconds=options.limit, what="both", every=0.1
    )
    one, two = (times(tally, first, readers) for _, first in pair)
    share = share_of_first(one, two)
    report.add("share of the first of two", share * 100, "% while both had mail waiting")
    parts = " ".join(f"{part * 100:.0f}" for part in shares_by_time(one, two, QUARTERS))
    report.notes.append(f"that share in each quarter of that time, in %: {parts}")
    report.add("first mail of the second", (two[0] - one[0]) / 1e9, "s after that of the first")


def times(tally: Tally, first: int, readers: int) -> list[int]:
    """When each of these readers was mailed, in order."""
    return sorted(time for time in tally.times[first : first + readers] if time)


def share_of_first(one: list[int], two: list[int]) -> float:
    """Of all mails until one of the two was through, the share of `one` (0.5 is fair)."""
    end = min(one[-1], two[-1])
    ones, twos = (sum(moment <= end for moment in each) for each in (one, two))
    return ones / (ones + twos)


def shares_by_time(one: list[int], two: list[int], parts: int) -> list[float]:
    """The same for each of so many equally long parts of that time; 0 where nothing went out."""
    start, end = min(one[0], two[0]), min(one[-1], two[-1])
    counted = [[0, 0] for _ in range(parts)]
    for which, each in enumerate((one, two)):
        for moment in each:
            if moment <= end:
                part = (moment - start) * parts // max(end - start, 1)
                counted[min(part, parts - 1)][which] += 1
    return [ones / max(ones + twos, 1) for ones, twos in counted]
