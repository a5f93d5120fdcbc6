from django.db import migrations

from audit.triggers import freeze


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [
        freeze("records_record"),
        freeze("records_addendum"),
        freeze("records_recordfile"),
    ]
