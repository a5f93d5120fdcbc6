from django.apps import apps

from careerconv.data_protection import MAP, WITHOUT

OURS = {"audit", "outbox", "people", "skills", "plans", "interviews", "records", "insights", "careerconv", "mfa"}


def test_every_model_is_on_the_map_or_says_why_not() -> None:
    models = {m._meta.label for m in apps.get_models() if m._meta.app_label in OURS}
    assert models == set(MAP) | set(WITHOUT)
    assert not set(MAP) & set(WITHOUT)


def test_what_is_called_without_personal_data_points_at_nobody() -> None:
    person = apps.get_model("people", "Employee")
    for label in WITHOUT:
        pointing = [f.name for f in apps.get_model(label)._meta.get_fields() if f.is_relation and f.concrete]
        assert person not in [apps.get_model(label)._meta.get_field(name).related_model for name in pointing], label
