from django.db import migrations

from audit.triggers import freeze


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [freeze("audit_entry")]
