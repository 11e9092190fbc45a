"""Editor, Sender, Audience and Administrator, with what each may do."""

from django.db import migrations

from config.rights import GROUPS, making


class Migration(migrations.Migration):
    dependencies = [
        ("config", "0001_initial"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        # The first ones make all the models whose permissions are given here.
        ("newsletter", "__first__"),
        ("subscribers", "__first__"),
    ]
    operations = [making(GROUPS)]
