"""How often a mail that was asked for is sent, so that nobody is flooded in another's name."""

from datetime import timedelta

from subscribers.models import Notice

ONE_MAIL_IN = timedelta(minutes=10)
MAILS_A_DAY = 3
# Somebody whose mailbox bounced or who called us spam may still come back, seldom.
SUPPRESSED_ONE_MAIL_IN = timedelta(days=30)

# The mails that anybody can have sent to an address by typing it into the sign-up form.
ASKED_FOR = (Notice.Kind.CONFIRMATION, Notice.Kind.ALREADY)
