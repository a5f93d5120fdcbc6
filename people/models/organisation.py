"""The one organisation that an installation serves."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models.employee import validate_timezone


class Organisation(models.Model):
    """Name, sender and contacts, as the administrator sets them. There is one row."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name of the organisation"), max_length=120, default="")
    product_name = models.CharField(_("name in the header"), max_length=60, default="Career conversations")
    timezone = models.CharField(_("time zone"), max_length=60, default="UTC", validators=[validate_timezone])
    sender = models.CharField(_("sender of mails"), max_length=254, blank=True)
    help_contact = models.CharField(_("who to ask for help"), max_length=254, blank=True)
    is_demonstration = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_organisation")]
        verbose_name = _("organisation")

    def __str__(self) -> str:
        return self.name or self.product_name

    @classmethod
    def current(cls) -> "Organisation":
        """The row, or an unsaved one with the defaults before first set-up."""
        return cls.objects.filter(id=1).first() or cls()
