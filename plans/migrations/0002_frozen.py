from django.db import migrations

from audit.triggers import freeze


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial")]
    operations = [freeze("plans_change")]
