from django.db import migrations

from audit.triggers import freeze


class Migration(migrations.Migration):
    dependencies = [("skills", "0001_initial")]
    operations = [freeze("skills_rating")]
