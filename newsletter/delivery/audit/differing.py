"""Whether exceptions, their follow-ups, their log and the attempts agree (I1, I2, I7, I8)."""

from newsletter.delivery.audit.findings import Check, Invariant
from newsletter.delivery.exceptions import SENT_AGAIN

_OPEN = "('pending', 'claimed', 'submitting')"

CHECKS = (
    Check(
        Invariant.ONE_STATE,
        "readers with an exception who are not in the audience",
        """
        SELECT differs.subscriber_id AS id FROM newsletter_deliveryexception differs
        WHERE differs.digest_id = %(digest)s AND NOT EXISTS (
            SELECT 1 FROM newsletter_delivery reader
            WHERE reader.digest_id = %(digest)s AND reader.subscriber_id = differs.subscriber_id
        )
        """,
    ),
    Check(
        Invariant.ONE_STATE,
        "readers to be tried again whom no open follow-up carries",
        f"""
        SELECT differs.subscriber_id AS id FROM newsletter_deliveryexception differs
        WHERE differs.digest_id = %(digest)s AND differs.state = 'retry' AND NOT EXISTS (
            SELECT 1 FROM newsletter_batch carrier
            WHERE carrier.id = differs.follow_up_id AND carrier.digest_id = %(digest)s
                AND carrier.low IS NULL AND carrier.state IN {_OPEN}
        )
        """,  # noqa: S608
    ),
    Check(
        Invariant.ONE_STATE,
        "open follow-ups that carry nobody",
        f"""
        SELECT batch.id FROM newsletter_batch batch
        WHERE batch.digest_id = %(digest)s AND batch.low IS NULL AND batch.state IN {_OPEN}
            AND NOT EXISTS (
                SELECT 1 FROM newsletter_deliveryexception differs
                WHERE differs.follow_up_id = batch.id AND differs.digest_id = %(digest)s
            )
        """,  # noqa: S608
    ),
    Check(
        Invariant.ONE_STATE,
        "readers whose state is not the last one that was logged",
        """
        SELECT differs.subscriber_id AS id FROM newsletter_deliveryexception differs
        WHERE differs.digest_id = %(digest)s AND differs.state <> COALESCE((
            SELECT logged.new FROM newsletter_exceptionchange logged
            WHERE logged.digest_id = %(digest)s AND logged.subscriber_id = differs.subscriber_id
            ORDER BY logged.id DESC LIMIT 1
        ), '')
        """,
    ),
    Check(
        Invariant.ONCE,
        "readers accepted more than once without a word of staff",
        f"""
        SELECT subscriber_id AS id FROM newsletter_exceptionchange
        WHERE digest_id = %(digest)s GROUP BY subscriber_id
        HAVING SUM(CASE WHEN new = 'accepted' THEN 1 ELSE 0 END)
            > 1 + SUM(CASE WHEN reason = '{SENT_AGAIN}' THEN 1 ELSE 0 END)
        """,  # noqa: S608
    ),
    Check(
        Invariant.ONE_REVISION,
        "batches handed over without a revision of their mail",
        """
        SELECT batch.id FROM newsletter_batch batch
        LEFT JOIN newsletter_revision revision ON revision.id = batch.revision_id
        WHERE batch.digest_id = %(digest)s AND batch.state IN ('accepted', 'unknown', 'submitting')
            AND (revision.id IS NULL OR revision.digest_id <> batch.digest_id)
        """,
    ),
    Check(
        Invariant.ONE_REVISION,
        "attempts without a revision of their mail",
        """
        SELECT attempt.id FROM newsletter_batch batch
        JOIN newsletter_attempt attempt ON attempt.batch_id = batch.id
        JOIN newsletter_revision revision ON revision.id = attempt.revision_id
        WHERE batch.digest_id = %(digest)s AND revision.digest_id <> batch.digest_id
        """,
    ),
    Check(
        Invariant.NOTHING_OPEN,
        "open batches of a mail that is called sent",
        f"""
        SELECT batch.id FROM newsletter_batch batch
        JOIN newsletter_digest digest ON digest.id = batch.digest_id
        WHERE batch.digest_id = %(digest)s AND digest.state = 'sent' AND batch.state IN {_OPEN}
        """,  # noqa: S608
    ),
    Check(
        Invariant.NOTHING_OPEN,
        "readers to be tried again in a mail that is called sent",
        """
        SELECT differs.subscriber_id AS id FROM newsletter_deliveryexception differs
        JOIN newsletter_digest digest ON digest.id = differs.digest_id
        WHERE differs.digest_id = %(digest)s AND digest.state = 'sent' AND differs.state = 'retry'
        """,
    ),
    Check(
        Invariant.NOTHING_OPEN,
        "mails called sent before all was prepared",
        "SELECT id FROM newsletter_digest"
        " WHERE id = %(digest)s AND state = 'sent' AND prepared_at IS NULL",
    ),
)
