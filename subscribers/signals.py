"""News for later stages, sent once the transaction has committed.

Both carry `subscriber_id`, `newsletter_id` and `now`. A receiver that fails disturbs nobody else.
"""

from django.dispatch import Signal

subscription_confirmed = Signal()
subscription_ended = Signal()
