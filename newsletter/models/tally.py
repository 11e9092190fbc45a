"""Tallies: how providers answered for the readers of a digest, for counters that only grow."""

from django.db import models

from newsletter.models.digest import Digest


class Tally(models.Model):
    """The most readers of one digest that ever stood under one answer of one provider.

    Written by `newsletter.delivery.tally` only, from the rows, by the sweep: sending itself pays
    nothing for it. A highest mark, because a counter must not fall when an unknown is settled.
    """

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="tallies")
    provider = models.CharField(max_length=20)
    # "accepted", "failed", "unknown" or "retry".
    answer = models.CharField(max_length=10)
    mails = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [
            models.UniqueConstraint(
                fields=["digest", "provider", "answer"], name="one_tally_per_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.digest_id}: {self.mails} {self.answer} by {self.provider}"
