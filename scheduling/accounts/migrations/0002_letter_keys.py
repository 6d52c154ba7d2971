from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="letter_keys",
            field=models.BooleanField(
                default=True, help_text="Off for who speaks to the page.", verbose_name="single letters as keys"
            ),
        ),
    ]
