"""Since when a manager leads. Empty for everybody here: who leads today may read what they could read yesterday."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="employee",
            name="led_since",
            field=models.DateField(blank=True, null=True, verbose_name="led by this manager since"),
        ),
    ]
