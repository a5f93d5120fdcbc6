"""Goals and actions that ended get the day of it from the history."""

from django.db import migrations
from django.db.models import F

ENDED = {"goal": ["reached", "dropped"], "action": ["done", "dropped"]}
BATCH = 1000


def fill(apps, schema_editor):
    change = apps.get_model("plans", "Change")
    days = {"goal": {}, "action": {}}
    endings = change.objects.filter(item_kind__in=days, field="state", after__in=["reached", "dropped", "done"])
    for kind, item, at in endings.order_by("at").values_list("item_kind", "item_id", "at").iterator():
        days[kind][item] = at.date()
    apps.get_model("plans", "Action").objects.filter(state="done").update(settled_on=F("done_on"))
    for kind, name in (("goal", "closed_on"), ("action", "settled_on")):
        model = apps.get_model("plans", kind.title())
        rows = []
        for row in model.objects.filter(**{"state__in": ENDED[kind], f"{name}__isnull": True}).iterator():
            if day := days[kind].get(row.pk):
                setattr(row, name, day)
                rows.append(row)
        model.objects.bulk_update(rows, [name], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("plans", "0004_everyday")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
