"""The consent ledger can only be added to."""

from django.db import migrations

from subscribers.append_only import forbid


class Migration(migrations.Migration):
    dependencies = [("subscribers", "0001_initial")]
    operations = [forbid("subscribers_consent")]
