"""The consent ledger and the record of what staff decided can only be added to."""

from django.db import migrations

from subscribers.append_only import forbid


class Migration(migrations.Migration):
    dependencies = [("subscribers", "0001_initial")]
    operations = [
        forbid("subscribers_consent"),
        # Who it was becomes nobody when the account is deleted; the name stays.
        forbid(
            "subscribers_staffact",
            columns=["act", "actor_name", "about", "target", "detail", "at"],
        ),
    ]
