import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_places_and_terms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StaffSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.CharField(max_length=200)),
                ("name", models.CharField(max_length=80)),
                ("key", models.CharField(max_length=40, unique=True)),
                ("shared", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                ("people", models.ManyToManyField(blank=True, related_name="+", to="directory.staffmember")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("scope", "owner", "name"), name="one_set_a_name_and_owner")
                ],
            },
        ),
    ]
