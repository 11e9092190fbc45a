"""Where a mail's links lead: asked beforehand by a task, kept, and only read by requests.

A request never waits for somebody else's server, and no transaction is open while one is asked.
"""

import re
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from hashlib import sha256
from html import unescape
from urllib.parse import urlsplit

from newsletter.content.fetching import FetchError, knock
from newsletter.models import LinkCheck, Revision
from newsletter.release import own_pages
from newsletter.rendering.counted_links import direct_html

Outcome = LinkCheck.Outcome

AT_ONCE = 8
# For all links of a mail together; what is not reached by then is asked the next time.
SECONDS = 45
# What is well is asked rarely, what is not often: somebody may be mending it.
GOOD_FOR, BAD_FOR = timedelta(hours=6), timedelta(minutes=10)
# A page that a second look so much later finds gone too is gone; one look may be mistaken.
SURE_AFTER = timedelta(minutes=4)
KEPT_FOR = timedelta(days=30)
# Names that never lead anywhere (RFC 2606), as in examples and the demo.
RESERVED = (".example", ".test", ".localhost")
_HREF = re.compile(r'<a\b[^>]*?\shref="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")


def targets(revision: Revision) -> dict[str, str]:
    """The addresses that a rendered mail leads to, each with the words of its first link."""
    found: dict[str, str] = {}
    for href, inner in _HREF.findall(direct_html(revision.html, revision.links)):
        url = unescape(href).strip()
        if _is_asked(url) and not own_pages.is_of(digest=revision.digest, url=url):
            words = " ".join(unescape(_TAG.sub(" ", inner)).split())
            found[url] = found.get(url) or words[:60] or "a picture"
    return found


def _is_asked(url: str) -> bool:
    if "@@" in url or not url.startswith(("http://", "https://")):
        return False
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return True
    return own_pages.is_own(url) or not f".{host}".endswith(RESERVED)


def results(*, urls: Iterable[str]) -> dict[str, LinkCheck]:
    """What is known of `urls`; those not asked yet are missing. A fixed number of statements.

    What was found gone only once is still a trouble.
    """
    wanted = list(urls)
    outside = [url for url in wanted if not own_pages.is_own(url)]
    kept = LinkCheck.objects.in_bulk([_key(url) for url in outside])
    found = {url: _as_known(kept[_key(url)]) for url in outside if _key(url) in kept}
    for url in own_pages.missing(urls=[url for url in wanted if own_pages.is_own(url)]):
        found[url] = LinkCheck(outcome=Outcome.GONE, detail="There is no such page here.")
    return {url: found[url] for url in wanted if url in found}


def stale(*, urls: Iterable[str], now: datetime) -> list[str]:
    """Those of `urls` that have to be asked (again); one statement."""
    return list(_due(urls, now))


def _due(urls: Iterable[str], now: datetime) -> dict[str, LinkCheck | None]:
    """Those to ask, each with what was found there the last time."""
    outside = {_key(url): url for url in urls if not own_pages.is_own(url)}
    kept = LinkCheck.objects.in_bulk(list(outside))
    found = {url: kept.get(key) for key, url in outside.items()}
    return {url: last for url, last in found.items() if last is None or _is_old(last, now)}


def check(*, urls: Iterable[str], now: datetime) -> int:
    """Ask for those that are due, a few at once, and keep the answers; returns how many."""
    due = _due(urls, now)
    answers = _ask_all(list(due))
    rows = [
        LinkCheck(
            url_hash=_key(url),
            outcome=outcome,
            detail=detail[:300],
            checked_at=now,
            gone_since=_gone_since(outcome, due[url], now),
        )
        for url, (outcome, detail) in answers.items()
    ]
    LinkCheck.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["url_hash"],
        update_fields=["outcome", "detail", "checked_at", "gone_since"],
    )
    LinkCheck.objects.filter(checked_at__lt=now - KEPT_FOR).delete()
    return len(rows)


def _ask_all(urls: list[str]) -> Mapping[str, tuple[Outcome, str]]:
    """Within SECONDS in all, whatever the servers do."""
    if not urls:
        return {}
    pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="links")
    try:
        asked: dict[Future[tuple[Outcome, str]], str] = {pool.submit(ask, url): url for url in urls}
        done, _ = wait(asked, timeout=SECONDS)
        return {asked[one]: one.result() for one in done}
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def ask(url: str) -> tuple[Outcome, str]:
    """What is at `url`: HEAD first; GET where that is refused, as many servers know no HEAD."""
    try:
        try:
            answer = knock(url, method="HEAD")
        except FetchError as refusal:
            if refusal.status is None:
                raise
            answer = knock(url, method="GET")
    except FetchError as fault:
        gone = fault.status in {404, 410}
        return (Outcome.GONE if gone else Outcome.TROUBLE), fault.message
    if _same(url, answer.url):
        return Outcome.GOOD, ""
    return Outcome.MOVED, answer.url


def _same(asked: str, reached: str) -> bool:
    """But for what people do not mean when they write an address."""
    first, last = urlsplit(asked), urlsplit(reached)
    return (
        (first.hostname or "") == (last.hostname or "")
        and (first.path or "/") == (last.path or "/")
        and first.query == last.query
        and first.scheme == last.scheme
    )


def _gone_since(outcome: Outcome, last: LinkCheck | None, now: datetime) -> datetime | None:
    if outcome != Outcome.GONE:
        return None
    return (last.gone_since if last else None) or now


def _is_doubtful(kept: LinkCheck) -> bool:
    """Whether it was found gone by one look, or by two that were too near each other."""
    since = kept.gone_since or kept.checked_at
    return kept.outcome == Outcome.GONE and kept.checked_at - since < SURE_AFTER


def _as_known(kept: LinkCheck) -> LinkCheck:
    if _is_doubtful(kept):
        kept.outcome = Outcome.TROUBLE
    return kept


def _is_old(kept: LinkCheck, now: datetime) -> bool:
    good = kept.outcome in {Outcome.GOOD, Outcome.MOVED}
    bad_for = SURE_AFTER if _is_doubtful(kept) else BAD_FOR
    return now - kept.checked_at >= (GOOD_FOR if good else bad_for)


def _key(url: str) -> str:
    return sha256(url.encode()).hexdigest()
