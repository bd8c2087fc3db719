"""That an outcome assessor learnt an arm is kept, and read by nobody but whoever wrote it; calls can end in answers."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from stegvis.audit.fields import EncryptedTextField
from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import protect

OWN_WORDS = "assessor_id = (SELECT stegvis_account())"


class Migration(migrations.Migration):
    """After the keys of calls and the role."""

    dependencies: ClassVar = [
        ("trial", "0003_a_call_is_kept_once"),
        ("people", "0003_outcome_assessor"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            "Unmasking",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("occasion", models.CharField(max_length=60)),
                ("said", EncryptedTextField(editable=True)),
                ("guessed_arm", EncryptedTextField(editable=True, null=True)),
                ("at", models.DateTimeField()),
                ("key", models.UUIDField(unique=True)),
                (
                    "assessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.participant"
                    ),
                ),
            ],
        ),
        migrations.AlterField(
            "callattempt",
            "outcome",
            models.CharField(
                max_length=20,
                choices=[
                    ("no_answer", "No answer"),
                    ("call_again", "Asked to call again"),
                    ("will_answer", "Will answer"),
                    ("answered", "Answered in the call"),
                    ("declined", "Does not wish to answer"),
                ],
            ),
        ),
        append_only("trial_unmasking"),
        protect("trial_unmasking", using=OWN_WORDS),
    ]
