"""The sentences that people agree to. A changed sentence gets a new version; old ones stay."""

from django.utils.translation import gettext_lazy as _

CONSENTS = {
    "2026-11": _(
        "We send what you choose and nothing else. Every mail has a link to leave. "
        "You are in once you press the button in our mail."
    ),
    # On pages behind a link in a mail, where nothing is left to press.
    "2026-11-switch": _(
        "We send what you switch on and nothing else. Every mail has a link to leave."
    ),
}
CURRENT = "2026-11"
SWITCH = "2026-11-switch"


def consent_sentence() -> str:
    """What stands beside the button today; `CURRENT` is kept with the consent."""
    return str(CONSENTS[CURRENT])


def switch_sentence() -> str:
    """What stands beside a button that switches something on; `SWITCH` is kept with it."""
    return str(CONSENTS[SWITCH])
