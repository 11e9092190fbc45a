"""A digest as mail: rendered once, with placeholders for what differs from reader to reader."""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import Max
from django.template.loader import render_to_string

from config.models import StaffUser
from newsletter.digests.layouts import layout_of
from newsletter.models import Digest, Revision
from newsletter.rendering.context import page_of_digest
from newsletter.rendering.counted_links import CountedLink, Ledger
from newsletter.rendering.drawing import drawing
from newsletter.rendering.headers import digest_headers
from newsletter.rendering.merging import Names
from newsletter.rendering.mjml import to_html
from newsletter.rendering.page import Page
from newsletter.rendering.placeholders import check
from newsletter.rendering.promo import promo_fragments
from newsletter.rendering.text import to_text
from subscribers.mailing.messages import Mailing
from subscribers.models import Newsletter

# Why somebody gets a weekly mail and not the others.
CHOSEN = "You chose to get it once a week."
# Of a mail outside the rule, at whatever hour.
HELLO = "Hello"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A digest drawn: what `Revision` keeps of it, under the same names.

    `subject`, `preheader` and `page` are what the web shows. A subject that asks for the reader's
    name is among the headers too, with placeholders.
    """

    subject: str
    preheader: str
    html: str
    text: str
    headers: dict[str, str]
    # The first words, and what only some readers get, by placeholder.
    fragments: dict[str, str]
    page: Page
    # Where its counted links lead, by number.
    links: list[CountedLink]


def render(*, digest: Digest, now: datetime) -> Rendered:
    """Draw a digest as it stands, with placeholders; nothing is written.

    The same rows give the same bytes whatever `now` is: a mail shows its own date, not the time it
    was drawn. Raises MjmlError or RenderError when a template is at fault.
    """
    newsletter = digest.newsletter
    names = Names()
    page = page_of_digest(digest=digest, names=names)
    ledger = Ledger(counts=newsletter.tracks_clicks)
    context = drawing(digest=digest, page=page, ledger=ledger)
    html = names.in_html(to_html(render_to_string(f"emails/digests/{digest.layout}.mjml", context)))
    text = names.in_text(to_text(layout=digest.layout, context=context))
    headers = digest_headers(newsletter=newsletter)
    shown: Page = names.plain(page)
    if shown["title"] != page["title"]:
        headers["Subject"] = names.in_text(page["title"])
    check([html, *headers.values()], names=names.placeholders)
    check([text], names=names.placeholders)
    return Rendered(
        subject=shown["title"],
        preheader=shown["preheader"],
        html=html,
        text=text,
        headers=headers,
        fragments={
            **({"chosen": CHOSEN} if digest.is_weekly else {}),
            "greeting": HELLO if digest.is_single else layout_of(digest.layout).greeting,
            **promo_fragments(newsletter=newsletter),
            **names.fragments,
        },
        page=shown,
        links=names.plain(ledger.links),
    )


def newest(*, digest: Digest, now: datetime) -> Revision | Rendered:
    """What there is to look at: the frozen words where there are some, else those that stand there.

    Of a paused mail those that stand there: they are looked at before they are approved. Raises
    MjmlError or RenderError.
    """
    frozen = None if digest.state == Digest.State.PAUSED else digest.revision
    return frozen or render(digest=digest, now=now)


@transaction.atomic
def freeze(*, digest: Digest, approved_by: StaffUser | None, now: datetime) -> Revision:
    """Render a digest into its next revision. The digest's own row is left as it is.

    The row is locked meanwhile, so that numbers do not repeat and no edit slips in between.
    """
    locked = Digest.objects.select_for_update(of=("self",)).select_related("newsletter__promotes")
    current = locked.get(pk=digest.pk)
    newest = current.revisions.aggregate(newest=Max("number"))["newest"] or 0
    revision = preview(digest=current, now=now)
    revision.number = newest + 1
    revision.approved_by = approved_by
    revision.save()
    return revision


def preview(*, digest: Digest, now: datetime) -> Revision:
    """A digest as it would be frozen now: a revision that is not saved, numbered 0."""
    rendered = render(digest=digest, now=now)
    newsletter = digest.newsletter
    return Revision(
        digest=digest,
        number=0,
        subject=rendered.subject[:150],
        preheader=rendered.preheader[:150],
        html=rendered.html,
        text=rendered.text,
        headers=rendered.headers,
        from_name=newsletter.from_name,
        from_address=newsletter.from_address,
        reply_to=newsletter.reply_to,
        fragments=rendered.fragments,
        page=rendered.page,
        links=rendered.links,
        digest_hash=_hash(rendered, newsletter),
        created_at=now,
    )


def mailing(*, revision: Revision) -> Mailing:
    """What is handed to a provider. The Message-ID travels with each recipient instead."""
    headers = dict(revision.headers)
    headers.pop("Message-ID", None)
    return Mailing(
        subject=headers.pop("Subject", revision.subject),
        html=revision.html,
        text=revision.text,
        from_name=revision.from_name,
        from_address=revision.from_address,
        reply_to=revision.reply_to,
        headers=headers,
        source=f"digest:{revision.digest_id}",
    )


def _hash(rendered: Rendered, newsletter: Newsletter) -> str:
    """Of all that a reader may see: the words, what only some get, who it comes from, its links."""
    parts = [
        rendered.subject,
        rendered.preheader,
        rendered.html,
        rendered.text,
        rendered.headers,
        rendered.fragments,
        rendered.links,
        [newsletter.from_name, newsletter.from_address, newsletter.reply_to],
    ]
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
