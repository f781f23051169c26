"""Groups of staff: what their members may do, and in which channels."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from commerce.channels.models import Channel
from commerce.core.model import Row
from commerce.core.permission import Permission


class StaffGroup(Row):
    """Members hold every permission of the group, in the group's channels only when it is restricted."""

    name = models.CharField(max_length=150, unique=True)
    permissions = ArrayField(models.CharField(max_length=50, choices=Permission.choices()), default=list, blank=True)
    restricted_to_channels = models.BooleanField(default=False)
    channels = models.ManyToManyField(Channel, blank=True, related_name="staff_groups")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
