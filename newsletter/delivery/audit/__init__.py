"""The invariants of docs/delivery.md, recomputed from the rows alone.

Nothing here trusts what the sender counted or remembered: every figure is counted anew, in SQL that
reads each delivery a few times however many there are.
"""

from newsletter.delivery.audit.checking import audit, audited_digests, repeated_occurrences
from newsletter.delivery.audit.findings import Audit, Invariant, Violation
from newsletter.delivery.audit.record import Record

__all__ = [
    "Audit",
    "Invariant",
    "Record",
    "Violation",
    "audit",
    "audited_digests",
    "repeated_occurrences",
]
