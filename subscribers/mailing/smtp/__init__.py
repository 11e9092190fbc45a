"""Mail to an SMTP relay: many readers over kept connections, with an answer for each.

What each answer means is in the table of answers (docs/delivery.md). The relay may not act on a
mail before it has the final dot (RFC 5321 section 4.1.1.4), so whatever breaks before that is known
not to have been sent.

Read it in this order: `relay` is where EMAIL_URL leads; `opening` makes a connection ready over a
`wire`; `connection` sends letter after letter and reads the replies by `verdicts`; `exchange` gives
the letters out to several connections; `kept` has one exchange for this process.
"""

from subscribers.mailing.smtp.exchange import Exchange
from subscribers.mailing.smtp.kept import connected
from subscribers.mailing.smtp.letters import Fate, Letter

# Then the rest is not begun any more, so that a slow relay does not hold a batch for ever.
MOST_SECONDS = 30.0

__all__ = ["MOST_SECONDS", "Exchange", "Fate", "Letter", "connected"]
