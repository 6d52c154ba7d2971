from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_board_look"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="board_visits",
            field=models.BooleanField(default=True, verbose_name="visits in the week of a team"),
        ),
    ]
