"""A call can end in another: the person wants to answer by telephone, and an outcome assessor takes the answers."""

from typing import ClassVar

from django.db import migrations, models

OUTCOMES = [
    ("no_answer", "No answer"),
    ("call_again", "Asked to call again"),
    ("will_answer", "Will answer"),
    ("answered", "Answered in the call"),
    ("to_assessor", "Wants to answer by telephone: an assessor calls"),
    ("declined", "Does not wish to answer"),
]


class Migration(migrations.Migration):
    """One more choice."""

    dependencies: ClassVar = [("trial", "0010_scheduling")]

    operations: ClassVar = [
        migrations.AlterField("callattempt", "outcome", models.CharField(max_length=20, choices=OUTCOMES)),
    ]
