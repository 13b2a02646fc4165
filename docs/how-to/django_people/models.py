"""The tables of a small CRM in Django; yours will have more columns."""

from django.db import models
from django.db.models import CASCADE, SET_NULL

import leadmodel as lm


class Account(models.Model):
    name = models.CharField(max_length=255)


class Contact(models.Model):
    last_name = models.CharField(max_length=255, blank=True)
    account = models.ForeignKey(Account, SET_NULL, null=True, blank=True, related_name="contacts")
    created_at = models.DateTimeField(null=True, blank=True)


class Lead(models.Model):
    last_name = models.CharField(max_length=255)
    contact = models.ForeignKey(Contact, SET_NULL, null=True, blank=True, related_name="leads")  # whom it became
    converted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(null=True, blank=True)


class Deal(models.Model):
    stage = models.CharField(max_length=255)
    contact = models.ForeignKey(Contact, SET_NULL, null=True, blank=True, related_name="deals")
    account = models.ForeignKey(Account, SET_NULL, null=True, blank=True, related_name="deals")
    created_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)


class Handle(models.Model):
    """Somebody's presence on a network, stored in canonical form and found by its keys."""

    network = models.CharField(max_length=40)
    handle = models.CharField(max_length=320, blank=True)
    uid = models.CharField(max_length=2048, blank=True)
    key = models.CharField(max_length=400, db_index=True)  # "x:ada": profile.key
    uid_key = models.CharField(max_length=2100, blank=True, db_index=True)  # "x#12345", where there is a stable id
    contact = models.ForeignKey(Contact, CASCADE, null=True, related_name="handles")
    lead = models.ForeignKey(Lead, CASCADE, null=True, related_name="handles")
    account = models.ForeignKey(Account, CASCADE, null=True, related_name="handles")

    @classmethod
    def of(cls, profile: lm.Profile, **owner: models.Model) -> "Handle":
        """Make a row of a profile: everything in canonical form, so that a look-up is an equality."""
        uid_key = profile.keys[0] if profile.uid else ""
        return cls(
            network=profile.network, handle=profile.handle, uid=profile.uid,
            key=profile.key, uid_key=uid_key, **owner,
        )  # fmt: skip
