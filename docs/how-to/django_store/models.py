"""The tables of an app that was there before: integer keys, names of its own, and two columns more."""

import re

from django.db import models
from django.db.models import CASCADE, SET_NULL, Q

import leadmodel as lm
from leadmodel.networks import skeleton

ROOM = 40  # characters of an id


class Shared(models.Model):
    """What leadmodel needs besides, in each table: the two columns that were added."""

    reference = models.CharField(max_length=ROOM, null=True, unique=True)  # the id that leadmodel gave
    version = models.PositiveBigIntegerField(default=0)

    class Meta:
        abstract = True

    @classmethod
    def id_of(cls, number, reference):
        """Give the id of a row; one that leadmodel did not make is called after its number, such as "person-7"."""
        return reference or (f"{cls.__name__.lower()}-{number}" if number else "")

    @classmethod
    def number(cls, record_id):
        """The number in an id; None where there is none, or one that no row can have."""
        found = re.fullmatch(rf"{cls.__name__.lower()}-([1-9][0-9]{{0,17}})", record_id)
        return found and int(found[1])

    @classmethod
    def called(cls, ids, through=""):
        """Say which rows have any of some ids, or point to such rows through a foreign key."""
        numbers = [number for record_id in ids if (number := cls.number(record_id))]
        by_number = {f"{through}reference": None, f"{through}pk__in": numbers}
        return Q(**{f"{through}reference__in": ids}) | Q(**by_number)

    def save(self, **options):
        """Raise the version with every change, so that leadmodel sees what the rest of the app has written."""
        if not self._state.adding:
            self.version += 1
            if options.get("update_fields") is not None:
                options["update_fields"] = {*options["update_fields"], "version"}
        super().save(**options)


class Company(Shared):
    title = models.CharField(max_length=255)
    site = models.CharField(max_length=2048, blank=True)
    staff = models.BigIntegerField(null=True)
    created = models.DateTimeField(null=True)
    changed = models.DateTimeField(null=True)


class Somebody(Shared):
    forename = models.CharField(max_length=255, blank=True)
    surname = models.CharField(max_length=255, blank=True)
    job = models.CharField(max_length=255, blank=True)
    mail = models.CharField(max_length=320, blank=True)
    origin = models.CharField(max_length=255, blank=True)
    created = models.DateTimeField(null=True)
    changed = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Person(Somebody):
    company = models.ForeignKey(Company, SET_NULL, null=True)


class Sale(Shared):
    title = models.CharField(max_length=255, blank=True)
    funnel = models.CharField(max_length=255, blank=True)
    step = models.CharField(max_length=255)
    cents = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    percent = models.SmallIntegerField(null=True)
    why_lost = models.CharField(max_length=255, blank=True)
    due = models.DateField(null=True)
    won_lost = models.DateTimeField(null=True)
    trail = models.JSONField(default=list)  # the steps that it took
    person = models.ForeignKey(Person, SET_NULL, null=True)
    company = models.ForeignKey(Company, SET_NULL, null=True)
    created = models.DateTimeField(null=True)
    changed = models.DateTimeField(null=True)


class Enquiry(Somebody):
    firm = models.CharField(max_length=255, blank=True)
    site = models.CharField(max_length=2048, blank=True)
    staff = models.BigIntegerField(null=True)
    state = models.CharField(max_length=255, null=True)
    person = models.ForeignKey(Person, SET_NULL, null=True, related_name="enquiries")  # who has asked before
    done = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True)
    done_how = models.CharField(max_length=255, blank=True)
    new_person = models.ForeignKey(Person, SET_NULL, null=True, related_name="+")
    new_company = models.ForeignKey(Company, SET_NULL, null=True, related_name="+")
    new_sale = models.ForeignKey(Sale, SET_NULL, null=True, related_name="+")


class Memo(Shared):
    about = models.CharField(max_length=80, db_index=True)  # such as "contact:person-7"
    text = models.TextField(blank=True)
    written = models.DateTimeField(null=True)
    author = models.CharField(max_length=255, blank=True)


class Handle(models.Model):
    """Somebody's presence on a network, in canonical form; see "Use your own people"."""

    network = models.CharField(max_length=40)
    handle = models.CharField(max_length=320, blank=True)
    uid = models.CharField(max_length=2048, blank=True)
    key = models.CharField(max_length=400, db_index=True)  # "x:ada": profile.key
    uid_key = models.CharField(max_length=2100, blank=True, db_index=True)  # "x#12345", where there is a stable id
    look = models.CharField(max_length=400, db_index=True)  # what the two look like, however they are spelt
    uid_look = models.CharField(max_length=2100, blank=True, db_index=True)
    company = models.ForeignKey(Company, CASCADE, null=True, related_name="handles")
    person = models.ForeignKey(Person, CASCADE, null=True, related_name="handles")
    enquiry = models.ForeignKey(Enquiry, CASCADE, null=True, related_name="handles")

    class Meta:
        ordering = ("pk",)

    @classmethod
    def owners(cls, rows, model, place, keys):
        """Ask for the numbers of the rows of a model that stand at a place under any of some keys."""
        column = {"profile": "key", "look-alike": "look"}[place]
        either = Q(**{f"{column}__in": keys}) | Q(**{f"uid_{column}__in": keys})
        return rows.filter(either).values(model.__name__.lower())

    @classmethod
    def by_owner(cls, rows, model, owners):
        """Give the profiles of some rows of a model, by their numbers."""
        owner, found = model.__name__.lower(), {}
        for row in rows.filter(**{f"{owner}__in": owners.values("pk")}).values():
            profile = lm.Profile(row["network"], row["handle"], uid=row["uid"])
            found.setdefault(row[f"{owner}_id"], []).append(profile)
        return found

    @classmethod
    def keep(cls, rows, pairs):
        """Write the profiles of records beside their rows, in canonical form, so that a look-up is an equality."""
        rows.bulk_create(
            cls(
                network=profile.network, handle=profile.handle, uid=profile.uid,
                key=profile.key, uid_key=profile.keys[0] if profile.uid else "",
                look=skeleton(profile.key), uid_look=skeleton(profile.keys[0]) if profile.uid else "",
                **{type(owner).__name__.lower(): owner},
            )
            for record, owner in pairs for profile in getattr(record, "profiles", ())
        )  # fmt: skip


class Commit(models.Model):
    """One row for whatever was applied at once: its key is the position (S-18)."""
