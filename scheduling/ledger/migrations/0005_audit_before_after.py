"""The audit trail tells of hours what stood there before and what after; pages look it up by action."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_runs")]

    operations = [
        migrations.AddField("auditrecord", "before_after", models.JSONField(default=list)),
        migrations.AddIndex("auditrecord", models.Index(fields=["scope", "action"], name="audit_action")),
    ]
