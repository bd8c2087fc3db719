"""Which form randomised someone, so that its second coming can be told from another's; earlier ones are not known."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trial", "0004_unmasking")]

    operations = [
        migrations.AddField("enrolment", "randomised_key", models.UUIDField(null=True, unique=True)),
    ]
