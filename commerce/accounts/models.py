"""People and programs that use the shop: customers, staff, their addresses and tokens, and apps."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower

from commerce.accounts.email import normalised
from commerce.channels.models import Channel
from commerce.core.ids import uuid7
from commerce.core.model import MetadataMixin, Row, VersionedRow
from commerce.core.permission import Permission
from commerce.permissions.models import StaffGroup


class Users(BaseUserManager["User"]):
    """Makes users with a normalised e-mail and a hashed password."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A customer, unless `fields` say otherwise."""
        user = self.model(email=normalised(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A staff user who may do everything; used by `manage.py createsuperuser`."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, is_confirmed=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """The user with this e-mail, however it is written; the sign-in of the Django admin asks for it."""
        return self.get(email=normalised(username or ""))


class User(AbstractBaseUser, MetadataMixin, VersionedRow):
    """A customer or a staff user. The e-mail is kept normalised and is unique without regard to case."""

    email = models.EmailField(unique=True)
    first_name = models.CharField(max_length=256, blank=True)
    last_name = models.CharField(max_length=256, blank=True)
    is_staff = models.BooleanField(default=False)
    is_superuser = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_confirmed = models.BooleanField(default=False)
    language_code = models.CharField(max_length=35, default="en")
    groups = models.ManyToManyField(StaffGroup, blank=True, related_name="users")
    token_epoch = models.PositiveIntegerField(default=0, help_text="Tokens of an older epoch are no longer accepted.")
    default_shipping_address = models.ForeignKey(
        "Address", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    default_billing_address = models.ForeignKey(
        "Address", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
    objects = Users()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique_without_case")]

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new password, whoever sets it and by whatever way, ends the tokens that the old one opened."""
        is_new_password = getattr(self, "_password", None) is not None and not self._state.adding
        with transaction.atomic():
            super().save(*args, **kwargs)
            if is_new_password:
                User.objects.filter(pk=self.pk).update(token_epoch=models.F("token_epoch") + 1)
                self.refresh_from_db(fields=["token_epoch"])

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """The Django admin is for superusers: groups of staff work through the API, where channels count."""
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        """See has_perm."""
        return self.is_active and self.is_superuser


class Address(MetadataMixin, Row):
    """A postal address. One of a customer's address book, or (without `user`) the copy kept by a checkout or order."""

    user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.CASCADE, related_name="addresses", db_index=False
    )
    first_name = models.CharField(max_length=256, blank=True)
    last_name = models.CharField(max_length=256, blank=True)
    company_name = models.CharField(max_length=256, blank=True)
    street_address_1 = models.CharField(max_length=256, blank=True)
    street_address_2 = models.CharField(max_length=256, blank=True)
    city = models.CharField(max_length=256, blank=True)
    city_area = models.CharField(max_length=128, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2)
    country_area = models.CharField(max_length=128, blank=True)
    phone = models.CharField(max_length=32, blank=True)

    class Meta:
        verbose_name_plural = "addresses"
        indexes = [models.Index(fields=["user"], condition=Q(user__isnull=False), name="address_of_user")]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}, {self.city}"


class CustomerGroup(VersionedRow):
    """Customers who are treated alike, e.g. wholesale: price lists and promotions can be for some groups only."""

    name = models.CharField(max_length=150, unique=True)
    customers = models.ManyToManyField(User, through="CustomerGroupMember", related_name="customer_groups")

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class CustomerGroupMember(models.Model):
    """A customer is in a group."""

    id = models.BigAutoField(primary_key=True)
    group = models.ForeignKey(CustomerGroup, on_delete=models.CASCADE, related_name="members", db_index=False)
    customer = models.ForeignKey(User, on_delete=models.CASCADE, related_name="group_memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "customer"], name="customer_group_member_unique")]

    def __str__(self) -> str:
        return f"{self.customer} in {self.group}"


class RefreshToken(models.Model):
    """One refresh token of a sign-in. Using it makes the next; using it twice revokes the whole family."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    family = models.UUIDField(db_index=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="refresh_tokens")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.id)


class App(MetadataMixin, Row):
    """A program with its own token, e.g. a partner's integration. Only a hash of the token is kept."""

    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    token_last_4 = models.CharField(max_length=4, editable=False)
    permissions = ArrayField(models.CharField(max_length=50, choices=Permission.choices()), default=list, blank=True)
    restricted_to_channels = models.BooleanField(default=False)
    channels = models.ManyToManyField(Channel, blank=True, related_name="apps")

    def __str__(self) -> str:
        return self.name
