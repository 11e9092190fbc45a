"""The lines that offer more: another newsletter, or this one more often than once a week."""

from django.template.loader import render_to_string

from newsletter.models import Schedule
from newsletter.rendering.styles import inline
from newsletter.rendering.wording import one_line
from subscribers.models import Newsletter

_EVERY = {
    "12345": "every weekday",
    "67": "every weekend",
    "1234567": "every day",
    "1": "every Monday",
    "2": "every Tuesday",
    "3": "every Wednesday",
    "4": "every Thursday",
    "5": "every Friday",
    "6": "every Saturday",
    "7": "every Sunday",
}


def promo_fragments(*, newsletter: Newsletter) -> dict[str, str]:
    """`promo_html` and `promo_text` of a newsletter's mails; empty when it offers nothing."""
    other = newsletter.promotes
    if other is None or not other.is_open:
        return {"promo_html": "", "promo_text": ""}
    words = f"Get the {one_line(other.name)} {_every(other)}".strip()
    context = {
        "words": words,
        # His own page, where one tap adds it; `personal` puts the address in.
        "url": f"@@preferences_url@@?add={other.slug}",
        "accent": other.accent,
        "css": inline(other.accent),
    }
    html = render_to_string("emails/digests/parts/promo.html", context).strip()
    return {"promo_html": html, "promo_text": f"\n\n{words}:\n{context['url']}"}


def more_often(*, newsletter: Newsletter) -> str:
    """What a weekly mail offers: "Get it every weekday instead"."""
    how_often = _every(newsletter)
    return f"Get it {how_often} instead" if how_often else "Get all of its mails instead"


def _every(newsletter: Newsletter) -> str:
    schedule = Schedule.objects.filter(newsletter=newsletter, is_active=True).first()
    return _EVERY.get(schedule.weekdays, "") if schedule else ""
