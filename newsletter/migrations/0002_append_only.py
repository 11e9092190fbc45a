"""What happened to a mail and its readers can only be added to."""

from django.db import migrations

from subscribers.append_only import forbid


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0001_initial")]
    operations = [
        forbid("newsletter_exceptionchange"),
        # Rows of these go with their mail or batch. Who did it becomes nobody when the account is
        # deleted, and the demo dates its past mails back.
        forbid("newsletter_digestchange", columns=["old", "new", "reason"], deletes=False),
        forbid(
            "newsletter_attempt",
            columns=["token", "provider", "low", "high", "outcome", "answer", "at"],
            deletes=False,
        ),
    ]
