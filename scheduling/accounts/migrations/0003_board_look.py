from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_letter_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="board_list",
            field=models.BooleanField(default=False, verbose_name="boards as lists"),
        ),
        migrations.AddField(
            model_name="account",
            name="board_density",
            field=models.CharField(
                blank=True,
                choices=[
                    ("comfortable", "Comfortable"),
                    ("", "Usual"),
                    ("compact", "Compact"),
                    ("overview", "Overview"),
                ],
                default="",
                max_length=12,
                verbose_name="density",
            ),
        ),
    ]
