"""Getting started: what leads from an empty installation to the first mail that readers get.

It stands on Today until the first mail has gone out, and knows what is done.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from newsletter.models import Article, Digest, Feed, Schedule
from subscribers.models import Newsletter, Subscription


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One step: what it is for, and the page where it is taken."""

    title: str
    words: str
    is_done: bool
    link: str = ""
    link_words: str = ""
    # The right that it needs; "" for none.
    right: str = ""
    # Of those that are not done the first one.
    is_next: bool = False


def first_steps(*, request: HttpRequest) -> list[FirstStep]:
    """All of them, in order; none once a mail has gone out. Seven statements at most."""
    if Digest.objects.filter(state=Digest.State.SENT).exists():
        return []
    found, is_first = [], True
    for step in _steps():
        is_next = is_first and not step.is_done
        found.append(replace(_for(request, step), is_next=is_next))
        is_first = is_first and step.is_done
    return found


def _for(request: HttpRequest, step: FirstStep) -> FirstStep:
    """Without its link, and with who takes it, where somebody may not."""
    if not step.right or request.user.has_perm(step.right):
        return step
    return replace(step, link="", words=f"{step.words} Somebody with the right to it does this.")


def _steps() -> Iterator[FirstStep]:
    newsletter = Newsletter.objects.order_by("position", "pk").first()
    yield FirstStep(
        title="Make a newsletter",
        words="Its name, who it comes from, and the clock it goes by.",
        is_done=newsletter is not None,
        link=reverse("admin:subscribers_newsletter_add"),
        link_words="Make the first one",
        right="subscribers.add_newsletter",
    )
    yield FirstStep(
        title="Bring in stories",
        words="A source is a feed of your site: its stories come in by themselves.",
        is_done=Feed.objects.exists() or Article.objects.exists(),
        link=reverse("admin:newsletter_feed_add"),
        link_words="Add a source",
        right="newsletter.add_feed",
    )
    yield _schedule(newsletter)
    yield FirstStep(
        title="Be the first reader",
        words="Sign up as your readers do, and press the button in the mail that comes.",
        is_done=Subscription.objects.filter(state=Subscription.State.ACTIVE).exists(),
        link=reverse("front") if newsletter else "",
        link_words="Open the sign-up page",
    )
    newest = Digest.objects.order_by("-pk").values_list("pk", flat=True).first()
    yield FirstStep(
        title="Send the first mail",
        words="It fills itself with new stories. Send yourself a test of it, then approve it.",
        is_done=False,
        link=_first_mail(newest) if newsletter else "",
        link_words="Make a mail" if newest is None else "Open it",
        right="newsletter.add_digest",
    )
    yield _going_live()


def _schedule(newsletter: Newsletter | None) -> FirstStep:
    return FirstStep(
        title="Say when it goes out",
        words="Its days and time. Without a schedule mails are made by hand.",
        is_done=Schedule.objects.filter(is_active=True).exists(),
        link=(
            reverse("admin:subscribers_newsletter_change", args=[newsletter.pk])
            if newsletter
            else ""
        ),
        link_words="Give it a schedule",
        right="newsletter.change_schedule",
    )


def _first_mail(newest: int | None) -> str:
    if newest is None:
        return reverse("admin:newsletter_digest_new")
    return reverse("admin:newsletter_digest_change", args=[newest])


def _going_live() -> FirstStep:
    is_live = "outbox" not in settings.EMAIL_PROVIDERS
    return FirstStep(
        title="Go live",
        words="Mail goes out through your provider."
        if is_live
        else "Until then every mail stays in the outbox here and reaches nobody. "
        "Whoever runs the service connects a provider, as docs/production.md says.",
        is_done=is_live,
        link="" if is_live else reverse("outbox"),
        link_words="Look into the outbox",
    )
