"""The last line under every check in code: the database itself refuses two live claims that overlap (design 5.2).

Same tenant, same person, overlapping half-open time, different visit, both live and neither overridden. On SQLite the
single writer's triggers do what PostgreSQL's exclusion constraint does. A later migration that makes Django rebuild
the table on SQLite has to run this again: a rebuilt table has lost its triggers (a test looks for them).
"""

from django.db import migrations

LIVE = "('reserved', 'sent', 'unknown', 'confirmed')"
NAME = "claim_overlap"

POSTGRES = f"""
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE ledger_claim ADD CONSTRAINT {NAME} EXCLUDE USING gist (
    scope WITH =, resource WITH =, visit WITH <>, tstzrange(starts_at, ends_at, '[)') WITH &&
) WHERE (state IN {LIVE} AND NOT overridden);
"""

SQLITE = f"""
CREATE TRIGGER {NAME}_%(when)s BEFORE %(when)s ON ledger_claim
WHEN NEW.state IN {LIVE} AND NOT NEW.overridden AND EXISTS (
    SELECT 1 FROM ledger_claim AS other
    WHERE other.scope = NEW.scope AND other.resource = NEW.resource AND other.visit <> NEW.visit
      AND other.state IN {LIVE} AND NOT other.overridden
      AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at
      AND other.id IS NOT NEW.id
)
BEGIN
    SELECT RAISE(ABORT, '{NAME}');
END
"""


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES)
        return
    for when in ("INSERT", "UPDATE"):
        schema_editor.execute(SQLITE % {"when": when})


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE ledger_claim DROP CONSTRAINT {NAME}")
        return
    for when in ("INSERT", "UPDATE"):
        schema_editor.execute(f"DROP TRIGGER {NAME}_{when}")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_claims_reads_drafts")]

    operations = [migrations.RunPython(guard, unguard)]
