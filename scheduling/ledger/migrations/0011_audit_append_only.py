"""Lines of the audit trail and their seals are only ever added (scheduling/ledger/append_only.py)."""

from django.db import migrations

from scheduling.ledger import append_only


class Migration(migrations.Migration):
    dependencies = [("ledger", "0010_audit_seal")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: append_only.guard(editor), lambda apps, editor: append_only.unguard(editor)
        )
    ]
