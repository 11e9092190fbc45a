"""`audit_consents`: does the ledger explain every subscription? Exits 1 if not."""

from typing import Any

from django.core.management.base import CommandError

from subscribers import explaining
from subscribers.command import CommandWithExamples
from subscribers.explaining import Standing


class Command(CommandWithExamples):
    help = "Compares every subscription with what the consent ledger says of it."
    examples = (("", "compare all of them"),)

    def handle(self, *_: Any, **__: Any) -> None:
        found = 0
        for one in explaining.differences():
            found += 1
            self.stdout.write(
                f"reader {one.subscriber_id}, newsletter {one.newsletter_id}:"
                f" it is {_in_words(one.kept)}, the ledger says {_in_words(one.told)}"
            )
        if found:
            raise CommandError(f"The ledger does not explain {found} subscriptions.")
        self.stdout.write("The ledger explains every subscription.")


def _in_words(standing: Standing | None) -> str:
    if standing is None:
        return "nothing"
    words = [
        standing.state,
        standing.reason,
        standing.joined_at and f"since {standing.joined_at:%Y-%m-%d %H:%M:%S}",
        standing.page and f"at {standing.page}",
        standing.on_break and "on a break",
        standing.frequency.replace("_", " "),
        standing.own_time and f"at {standing.own_time}",
    ]
    return ", ".join(word for word in words if word)
