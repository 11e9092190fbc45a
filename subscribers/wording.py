"""The sentences that people agree to. A changed sentence gets a new version; old ones stay."""

from django.utils.translation import gettext_lazy as _

CONSENTS = {
    "2026-11": _(
        "We send what you choose and nothing else. Every mail has a link to leave. "
        "You are in once you press the button in our mail."
    ),
}
CURRENT = "2026-11"


def consent_sentence() -> str:
    """What stands beside the button today; `CURRENT` is kept with the consent."""
    return str(CONSENTS[CURRENT])
