from django.db import migrations

from audit.triggers import freeze


class Migration(migrations.Migration):
    dependencies = [("interviews", "0002_links")]
    operations = [
        freeze("interviews_templateversion"),
        freeze("interviews_content"),
        freeze("interviews_changerequest"),
        freeze("interviews_signature"),
    ]
