"""Names of newsletters: in sentences, and which one is meant."""

from collections.abc import Sequence

from django.utils.translation import gettext

from subscribers.models import Newsletter


def listed(names: Sequence[str]) -> str:
    """ "A", "A and B", "A, B and C"."""
    if len(names) < 2:
        return "".join(names)
    return gettext("%(first)s and %(last)s") % {
        "first": ", ".join(names[:-1]),
        "last": names[-1],
    }


def many(name: str) -> str:
    """ "Morning Briefings": the name for more than one; names that end in s stay as they are."""
    return name if name.endswith(("s", "S")) else gettext("%(name)ss") % {"name": name}


def by_slug(slug: str) -> Newsletter:
    """The newsletter of an address; LookupError with a sentence names those there are."""
    newsletter = Newsletter.objects.filter(slug=slug).first()
    if newsletter is None:
        known = ", ".join(Newsletter.objects.values_list("slug", flat=True)) or "none"
        raise LookupError(f"No newsletter is called {slug!r}; there are: {known}.")
    return newsletter
