"""Who is on record, out of Django's tables: eight queries for each batch, whatever its size."""

from django.db.models import Q

import leadmodel as lm

from .models import Account, Contact, Deal, Handle, Lead


class DjangoPeople:
    def directory_for(self, wanted, *, pipelines):
        keys = {key for one in wanted if not isinstance(one, lm.Ref) for key in lm.keys_of(one)}
        found = list(Handle.objects.filter(Q(key__in=keys) | Q(uid_key__in=keys)))
        leads = Lead.objects.filter(pk__in={row.lead_id for row in found} - {None} | named(wanted, lm.Lead))
        leads = list(leads.prefetch_related("handles"))
        ids = {row.contact_id for row in found} | {row.contact_id for row in leads} | named(wanted, lm.Contact)
        contacts = Contact.objects.filter(Q(pk__in=ids - {None}) | Q(account__in=named(wanted, lm.Account)))
        contacts = list(contacts.prefetch_related("handles"))
        ids = {row.account_id for row in found} | {row.account_id for row in contacts} | named(wanted, lm.Account)
        accounts = Account.objects.filter(pk__in=ids - {None}).prefetch_related("handles")
        several = Q(contact__in=contacts) | Q(account__in=ids - {None}) | Q(pk__in=named(wanted, lm.Deal))
        return lm.Directory.of(
            leads=map(lead, leads), contacts=map(contact, contacts), accounts=map(account, accounts),
            deals=map(deal, Deal.objects.filter(several)), pipelines=pipelines, partial=True,
        )  # fmt: skip


def named(wanted, kind):  # by a `Ref`, or as a lead that is to be converted
    refs = (one.ref if isinstance(one, lm.Lead) else one for one in wanted if isinstance(one, (lm.Lead, lm.Ref)))
    return {int(ref.id) for ref in refs if ref.type is kind and ref.id.isdecimal()}


def lead(row):
    converted = lm.Converted(contact_id=key(row.contact_id), at=row.converted_at) if row.converted_at else None
    return lm.Lead(id=key(row.pk), last_name=row.last_name, conversion=converted, **facts(row))


def contact(row):
    return lm.Contact(id=key(row.pk), last_name=row.last_name, account_id=key(row.account_id), **facts(row))


def account(row):
    return lm.Account(id=key(row.pk), name=row.name, profiles=profiles(row))


def deal(row):
    return lm.Deal(
        id=key(row.pk), stage=row.stage, contact_id=key(row.contact_id), account_id=key(row.account_id),
        created_at=row.created_at, closed_at=row.closed_at,
    )  # fmt: skip


def facts(row):
    return {"profiles": profiles(row), "created_at": row.created_at}


def profiles(row):
    return [lm.Profile(h.network, h.handle, uid=h.uid) for h in row.handles.all()]


def key(number):
    return "" if number is None else str(number)
