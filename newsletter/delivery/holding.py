"""Which batch holds a reader, in SQL: shared by everything that asks for a reader's state."""

# Range batches that count: a split one has children in its place. The words are those of the
# index's own condition, or SQLite would not use it.
STANDING = "low IS NOT NULL AND NOT (state = 'split')"


def of_holder(column: str, *, reader: str, lane: str) -> str:
    """`column` of the batch whose range holds the reader, NULL when none does.

    The range that begins last below the reader is the only one that can: one step in the index.
    """
    return (
        f"(SELECT CASE WHEN holder.high >= {reader} THEN holder.{column} END"  # noqa: S608
        " FROM newsletter_batch holder"
        f" WHERE holder.digest_id = %(digest)s AND holder.lane = {lane}"
        " AND holder.low IS NOT NULL AND NOT (holder.state = 'split')"
        f" AND holder.low < {reader} ORDER BY holder.low DESC LIMIT 1)"
    )


def state_of(*, reader: str, lane: str) -> str:
    """A reader's state: his exception's, else that of the batch that holds him."""
    return (
        "COALESCE((SELECT differs.state FROM newsletter_deliveryexception differs"  # noqa: S608
        f" WHERE differs.digest_id = %(digest)s AND differs.subscriber_id = {reader}),"
        f" {of_holder('state', reader=reader, lane=lane)})"
    )


def carrier_of(*, reader: str, lane: str) -> str:
    """The id of the batch that carried a reader last: his follow-up, else his batch."""
    return (
        "COALESCE((SELECT differs.follow_up_id FROM newsletter_deliveryexception differs"  # noqa: S608
        f" WHERE differs.digest_id = %(digest)s AND differs.subscriber_id = {reader}),"
        f" {of_holder('id', reader=reader, lane=lane)})"
    )
