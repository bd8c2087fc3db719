"""An occasion that only some arms have is shown to its participant and to therapists at the site, and so is all it holds."""

from typing import ClassVar

from django.db import migrations, models

from stegvis.audit.rowsecurity import protect

SEEN = """
    NOT tells_arm
    OR participant_id = (SELECT stegvis_participant())
    OR ((SELECT stegvis_role()) = 'therapist' AND stegvis_participant_at_site(participant_id))
"""
OF_AN_ASSESSMENT = "EXISTS (SELECT FROM assessments_assessment a WHERE a.id = assessment_id)"
OF_A_RESPONSE = "EXISTS (SELECT FROM assessments_response r WHERE r.id = response_id)"


class Migration(migrations.Migration):
    """A column and walls; what stands in the tables already belongs to every arm."""

    dependencies: ClassVar = [("assessments", "0006_paper_settled_otherwise"), ("people", "0003_outcome_assessor")]

    operations: ClassVar = [
        migrations.AddField("assessment", "tells_arm", models.BooleanField(default=False)),
        protect("assessments_assessment", using=SEEN),
        protect("assessments_response", using=OF_AN_ASSESSMENT),
        *(protect(f"assessments_{table}", using=OF_A_RESPONSE) for table in ("answer", "score")),
    ]
