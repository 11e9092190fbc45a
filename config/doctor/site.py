"""The site as the world sees it, by SITE_URL: whether it is there, is ours, and takes one-click."""

import socket
import ssl
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings

from config.doctor import asking_site, reporting, served
from config.doctor.asking_site import SECONDS, Answer, trusted
from config.doctor.findings import failed, not_looked, ok, warning
from config.watching.readiness import Check, Status
from subscribers import links

DAY = 86_400
SOON, TOO_SOON = 14, 3
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
AWAY = "SITE_URL does not lead here"
STRANGER = "the site is not known as ours, so it is not given our password"


def look() -> Iterator[Check]:
    """Everything that is asked over SITE_URL; little is left where nothing answers there."""
    healthz = asking_site.get("/healthz")
    first = _reached(healthz)
    yield first
    yield from _certificate()
    if first.remedy:
        names = ("one-click unsubscribe", "style sheets", "pictures", "/metrics")
        yield from (not_looked(name, AWAY) for name in (*names, *reporting.names()))
        return
    clicks = list(_one_click())
    yield from (*clicks, *served.look())
    if clicks[0].status is Status.OK:
        yield from reporting.look()
    else:
        # Whoever answers there must not be given our password.
        yield from (not_looked(name, STRANGER) for name in reporting.names())


def _reached(answer: Answer) -> Check:
    site = settings.SITE_URL
    if answer.status == 200 and answer.text.strip() == "ok":
        return ok("SITE_URL", f"{site} answers")
    if not answer.status:
        return failed(
            "SITE_URL",
            f"{site} does not answer: {answer.why}",
            "Start the site and the proxy in front, and look at the name's address. Where only this"
            " machine cannot reach it by that name, let its /etc/hosts lead there.",
        )
    if 300 <= answer.status < 400:
        return failed(
            "SITE_URL",
            f"{site} leads on to {answer.header('location')}",
            "Set SITE_URL to where it leads, and start all anew: mails must lead straight there.",
        )
    return failed(
        "SITE_URL",
        f"{site}/healthz answers {answer.status}, and not as this service does",
        "Look where the proxy in front passes requests on to.",
    )


def _one_click() -> Iterator[Check]:
    """A mail client's POST (RFC 8058 section 3.2), with a link that is nobody's."""
    path = links.nobodys_unsubscribe_url().removeprefix(settings.SITE_URL)
    taken = asking_site.post(path, form=ONE_CLICK)
    name = "one-click unsubscribe"
    if taken.status != 200 or taken.text.strip() != "Done.":
        yield failed(name, *_why_not(taken))
        return
    altered = path[:-3] + ("A" if path[-3] != "A" else "B") + path[-2:]
    if asking_site.post(altered, form=ONE_CLICK).status != 404:
        yield failed(
            name,
            "a link that was altered is taken too",
            "Look whether something in front answers POSTs by itself.",
        )
        return
    yield ok(name, "a mail client's POST comes through and is known as ours; nobody left")
    yield from _secure(taken)


def _why_not(answer: Answer) -> tuple[str, str]:
    said = f"a mail client's POST is answered {answer.status or answer.why}"
    if answer.status == 404:
        return (
            f"{said}: the site does not know our links",
            "Give the site the SECRET_KEY of this command, or let SITE_URL lead to this site.",
        )
    if 300 <= answer.status < 400:
        return f"{said}, which RFC 8058 forbids", "Let the proxy pass POSTs on without redirect."
    if answer.status == 400:
        return said, "Add the host of SITE_URL to ALLOWED_HOSTS, and let the proxy keep Host."
    return said, "Let the proxy pass POSTs to /unsubscribe/ on, without log-in or other questions."


def _secure(answer: Answer) -> Iterator[Check]:
    """Only what came over https is answered with this header (SecurityMiddleware)."""
    if not settings.SITE_URL.startswith("https://"):
        return
    if answer.header("strict-transport-security"):
        yield ok("https", "the site knows that it is asked over https")
    else:
        yield failed(
            "https",
            "the site takes https for http, so log-in and sign-up are refused",
            "Let the proxy set X-Forwarded-Proto, and name it in TRUSTED_PROXIES.",
        )


def _certificate() -> Iterator[Check]:
    parts = urlsplit(settings.SITE_URL)
    if parts.scheme != "https":
        yield not_looked("certificate", "SITE_URL is http, as only development may be")
        return
    host, port = str(parts.hostname), parts.port or 443
    try:
        with (
            socket.create_connection((host, port), timeout=SECONDS) as plain,
            trusted().wrap_socket(plain, server_hostname=host) as secure,
        ):
            found = secure.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        yield failed(
            "certificate",
            f"is not believed: {error.verify_message}",
            "Get one that browsers know, with all between it and its root, for this very name.",
        )
        return
    except OSError as error:
        yield not_looked("certificate", f"no connection: {error}")
        return
    yield _days_left(str(found["notAfter"]))


def _days_left(until: str) -> Check:
    days = int((ssl.cert_time_to_seconds(until) - time.time()) // DAY)
    detail = f"good for {days} days"
    remedy = "Renew it, and look why that does not happen by itself."
    if days < TOO_SOON:
        return failed("certificate", detail, remedy)
    return warning("certificate", detail, remedy) if days < SOON else ok("certificate", detail)
