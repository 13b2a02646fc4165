"""Converts, stores and reads leads over Django models; prints the fastest time of each, in seconds."""

import json
import sys
from datetime import UTC, datetime
from time import process_time

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=("tests.benchmarks",),
    USE_TZ=True,
)
django.setup()

from django.db import connection, models, transaction  # noqa: E402  (models need the settings)

from leadmodel import Directory  # noqa: E402  (as above)
from tests.benchmarks import test_conversion as ours  # noqa: E402  (as above)

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
LEADS = 300


class Table(models.Model):
    """A table of this program."""

    class Meta:
        """It is of no installed application."""

        abstract = True
        app_label = "benchmarks"


class Account(Table):
    """An organisation."""

    name = models.CharField(max_length=255, db_index=True)
    industry = models.CharField(max_length=255)
    owner_id = models.CharField(max_length=255)
    created_at = models.DateTimeField()


class Person(Table):
    """What contacts and leads have in common."""

    first_name = models.CharField(max_length=255)
    last_name = models.CharField(max_length=255)
    title = models.CharField(max_length=255)
    source = models.CharField(max_length=255)
    owner_id = models.CharField(max_length=255)
    account = models.ForeignKey(Account, models.SET_NULL, null=True)

    class Meta(Table.Meta):
        """It is of no installed application."""

        abstract = True


class Contact(Person):
    """A person with whom a relation exists."""

    created_at = models.DateTimeField()


class Lead(Person):
    """A prospect."""

    company = models.CharField(max_length=255)
    industry = models.CharField(max_length=255)
    status = models.CharField(max_length=255)
    converted_at = models.DateTimeField(null=True)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True)


class Email(Table):
    """One of somebody's addresses."""

    address = models.CharField(max_length=320, db_index=True)
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="emails")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="emails")


class Tag(Table):
    """One of somebody's tags."""

    name = models.CharField(max_length=255)
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="tags")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="tags")


class Child(Table):
    """A note, an activity or a task."""

    kind = models.CharField(max_length=20)
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="children")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="children")


TABLES = (Account, Contact, Lead, Email, Tag, Child)


class AmbiguousError(Exception):
    """Two records fit equally well."""


def only(found: list[Table]) -> Table | None:
    """Give the one record that fits, if any does; never pick one of two."""
    if len(found) > 1:
        raise AmbiguousError
    return found[0] if found else None


def convert(lead_id: int) -> None:
    """Convert one lead as a view does it: look up, create, copy, save, in one transaction."""
    with transaction.atomic():
        lead = Lead.objects.select_related("contact", "account").get(pk=lead_id)
        if lead.converted_at is not None:
            return
        addresses = [email.address for email in lead.emails.all()]
        contact = lead.contact or only(list(Contact.objects.filter(emails__address__in=addresses).distinct()[:2]))
        account = only(list(Account.objects.filter(name__iexact=lead.company)[:2]))
        if account is None:
            account = Account(name=lead.company, industry=lead.industry, owner_id=lead.owner_id, created_at=NOON)
            account.save()
        if contact is None:
            same = Contact.objects.filter(account=account, first_name__iexact=lead.first_name)
            contact = only(list(same.filter(last_name__iexact=lead.last_name)[:2]))
        if contact is None:
            contact = Contact(
                first_name=lead.first_name, last_name=lead.last_name, title=lead.title, source=lead.source,
                owner_id=lead.owner_id, account=account, created_at=NOON,
            )  # fmt: skip
            contact.save()
            for address in addresses:
                Email.objects.create(address=address, contact=contact)
            for tag in lead.tags.all():
                Tag.objects.create(name=tag.name, contact=contact)
        lead.children.update(contact=contact, lead=None)
        lead.status, lead.converted_at, lead.contact, lead.account = "Converted", NOON, contact, account
        lead.save()


def orm_seconds() -> float:
    """Convert all leads over the models, once."""
    for model in reversed(TABLES):
        model.objects.all().delete()
    for lead in ours.leads(LEADS):
        row = Lead.objects.create(
            first_name=lead.first_name, last_name=lead.last_name, company=lead.company, title=lead.title,
            source=lead.source, owner_id=lead.owner_id, industry=lead.industry, status=lead.status,
        )  # fmt: skip
        Email.objects.create(address=lead.emails[0].address, lead=row)
        Tag.objects.create(name="vip", lead=row)
    ids = list(Lead.objects.values_list("pk", flat=True))
    start = process_time()
    for lead_id in ids:
        convert(lead_id)
    return process_time() - start


def bulk_seconds() -> float:
    """Store all leads at once, with their e-mail addresses and tags."""
    for model in reversed(TABLES):
        model.objects.all().delete()
    several = ours.leads(LEADS)
    start = process_time()
    with transaction.atomic():
        rows = Lead.objects.bulk_create(
            Lead(
                first_name=lead.first_name, last_name=lead.last_name, company=lead.company, title=lead.title,
                source=lead.source, owner_id=lead.owner_id, industry=lead.industry, status=lead.status,
            )
            for lead in several
        )  # fmt: skip
        pairs = list(zip(rows, several, strict=True))
        Email.objects.bulk_create(Email(address=e.address, lead=row) for row, lead in pairs for e in lead.emails)
        Tag.objects.bulk_create(Tag(name=tag, lead=row) for row, lead in pairs for tag in lead.tags)
    return process_time() - start


def get_seconds() -> float:
    """Get every lead by its key, one at a time."""
    ids = list(Lead.objects.values_list("pk", flat=True))
    start = process_time()
    for lead_id in ids:
        Lead.objects.get(pk=lead_id)
    return process_time() - start


def our_seconds() -> float:
    """Convert the same leads, once."""
    several = ours.leads(LEADS)
    directory = Directory.of(leads=several)
    start = process_time()
    ours.converted(several, directory)
    return process_time() - start


if __name__ == "__main__":
    with connection.schema_editor() as editor:
        for model in TABLES:
            editor.create_model(model)
    if "--json" in sys.argv:
        verbs = {"bulk_create": bulk_seconds, "get": get_seconds, "convert": orm_seconds}
        fastest = {name: min(verb() for _ in range(5)) / LEADS for name, verb in verbs.items()}
        print(json.dumps({"leads": LEADS, **fastest}))
        sys.exit()
    times = [(our_seconds(), orm_seconds()) for _ in range(5)]
    print(min(mine for mine, _ in times), min(theirs for _, theirs in times))
