"""Some alerts are closed by two people, and the database itself refuses that they be the same."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

ANOTHER_CONFIRMS = """
CREATE FUNCTION safety_alertstep_closing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.step = 'closed' AND EXISTS (SELECT FROM safety_alert a WHERE a.id = NEW.alert_id AND a.closed_by_two)
       AND NOT EXISTS (
            SELECT FROM safety_alertstep s
            WHERE s.id = NEW.confirms_id AND s.alert_id = NEW.alert_id AND s.step = 'to_close'
              AND s.account_id <> NEW.account_id
       ) THEN
        RAISE EXCEPTION 'This alert is closed by two people: a closing confirms what another one wrote.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER safety_alertstep_closed_by_two BEFORE INSERT ON safety_alertstep
    FOR EACH ROW EXECUTE FUNCTION safety_alertstep_closing();
"""
NO_MORE = """
DROP TRIGGER safety_alertstep_closed_by_two ON safety_alertstep;
DROP FUNCTION safety_alertstep_closing();
"""


class Migration(migrations.Migration):
    """Alerts from before are closed by one person, as they were raised to be."""

    dependencies: ClassVar = [("safety", "0004_deadlines")]

    operations: ClassVar = [
        migrations.AddField("alert", "closed_by_two", models.BooleanField(default=False)),
        migrations.AddField(
            "alertstep",
            "confirms",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="safety.alertstep"
            ),
        ),
        migrations.AlterField(
            "alertstep",
            "step",
            models.CharField(
                max_length=20,
                choices=[
                    ("acknowledged", "I have it"),
                    ("called", "Called, no answer"),
                    ("reached", "Spoke with the person"),
                    ("assessed", "Assessed by a licensed clinician"),
                    ("handed_over", "Handed over"),
                    ("to_close", "Can be closed, to be confirmed"),
                    ("closed", "Closed"),
                ],
            ),
        ),
        migrations.AddConstraint(
            "alertstep",
            models.CheckConstraint(
                condition=models.Q(("confirms", None), ("step", "closed"), _connector="OR"),
                name="only_a_closing_confirms",
            ),
        ),
        migrations.RunSQL(ANOTHER_CONFIRMS, NO_MORE),
    ]
