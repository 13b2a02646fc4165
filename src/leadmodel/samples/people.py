"""
The people and organisations of the samples: rows, and the makers that read them.
"""
# ruff: noqa: RUF001  (names and texts in many languages, with letters that English does not have)

from collections.abc import Iterator
from typing import Final

from leadmodel.entities import Account, Activity, ActivityKind, Contact, Converted, Lead, Note, Rating, Task
from leadmodel.samples.making import instant, money, profiles
from leadmodel.values import Address, EmailAddress, PhoneNumber, Ref

# fmt: off
_ACCOUNTS: Final = (
    # id, name, industry, city, country, domain, employees, annual revenue, parent, profiles
    ("a01", "Kestrel Freight", "Logistics", "Rotterdam", "NL", "kestrel.example", 410, "38000000 EUR", "",
     "x:kestrel_freight#101 linkedin:company/kestrel-freight-sample"),
    ("a02", "Lumen Orchard Foods", "Food", "Valencia", "ES", "lumenorchard.example", 95, "12500000 EUR", "",
     "bluesky:lumenorchard.example#102"),
    ("a03", "Ito Precision Works", "Manufacturing", "Osaka", "JP", "itoprecision.example", 230, "4100000000 JPY", "",
     "linkedin:company/ito-precision-sample"),
    ("a04", "Baobab Health", "Healthcare", "Nairobi", "KE", "baobab.example", 60, "3900000 USD", "",
     "mastodon:baobab@health.example#104"),
    ("a05", "Fjordlys Energi", "Energy", "Bergen", "NO", "fjordlys.example", 740, "96000000 EUR", "", ""),
    ("a06", "Quill & Cobalt Press", "Publishing", "Dublin", "IE", "quillcobalt.example", 18, "1700000 EUR", "", ""),
    ("a07", "Saffron Street Kitchens", "Hospitality", "Pune", "IN", "saffronstreet.example", 320, "8800000 USD", "",
     "x:saffronstreet_k#107"),
    ("a08", "Marisol Textiles", "Textiles", "Puebla", "MX", "marisol.example", 150, "6400000 USD", "", ""),
    ("a09", "Tidepool Robotics", "Robotics", "Halifax", "CA", "tidepool.example", 44, "5200000 USD", "", ""),
    ("a10", "Atelier Brumaire", "Design", "Lyon", "FR", "brumaire.example", 7, "640000 EUR", "",
     "mastodon:atelier@brumaire.example#110"),
    ("a11", "Kestrel Cold Chain", "Logistics", "Venlo", "NL", "cold.kestrel.example", 85, "9100000 EUR", "a01", ""),
)

_CONTACTS: Final = (
    # id, first name, last name, title, account, language, since, profiles
    ("c01", "Nadia", "van der Heide", "Head of Dispatch", "a01", "nl", "2024-02-12",
     "x:nadia_haulage#1 linkedin:nadia-van-der-heide-sample"),
    ("c02", "Kwame", "Asante-Boateng", "CFO", "a01", "en", "2025-11-03", "x:kwame_counts#2"),
    ("c03", "Inés", "Ferrandis", "Operations Director", "a02", "es", "2024-06-20", "mastodon:ines@plaza.example#3"),
    ("c04", "春香", "伊藤", "Managing Director", "a03", "ja", "2023-10-02", "x:haruka_ito_works#4"),
    ("c05", "健", "佐久間", "Plant Engineer", "a03", "ja", "2025-01-15", "mastodon:sakuma@koujou.example#5"),
    ("c06", "Wanjiru", "Kamande", "Procurement Lead", "a04", "sw", "2025-03-14", "bluesky:wanjiru.baobab.example#6"),
    ("c07", "Otieno", "Okello", "Pharmacist", "a04", "en", "2025-03-14", "mastodon:otieno@health.example#7"),
    ("c08", "Sigrid", "Åsheim", "Chief Engineer", "a05", "nb", "2025-08-26", "mastodon:sigrid@fjord.example#8"),
    ("c09", "Tormod", "Nygård", "Site Manager", "a05", "nb", "2025-09-01", "bluesky:tormod.fjordlys.example#9"),
    ("c10", "Aoife", "Ní Bhriain", "Editor", "a06", "en", "2026-01-19", "mastodon:aoife@bookish.example#10"),
    ("c11", "Ravi", "Deshpande", "Founder", "a07", "mr", "2023-04-11",
     "x:ravi_saffron#11 bluesky:ravi.saffronstreet.example#11"),
    ("c12", "Meera", "Kulkarni", "Supply Manager", "a07", "hi", "2025-05-05", "linkedin:meera-kulkarni-sample"),
    ("c13", "Lucía", "Montaño", "Owner", "a08", "es", "2024-12-01", "x:lucia_marisol#13"),
    ("c14", "Xiadani", "Cruz", "Buyer", "a08", "es", "2026-02-02", "bluesky:xiadani.marisol.example#14"),
    ("c15", "Desmond", "Whynot", "COO", "a09", "en", "2025-10-10", "x:whynot_desmond#15"),
    ("c16", "Priya", "Raghunathan", "VP Hardware", "a09", "ta", "2025-10-10", "mastodon:priya@makers.example#16"),
    ("c17", "Éloïse", "Garnier", "Partner", "a10", "fr", "2025-06-30", "x:garnier_atelier"),
    ("c18", "Baptiste", "Garnier", "Partner", "a10", "fr", "2025-06-30", "x:garnier_atelier"),
    ("c19", "Yusuf", "Demirel", "Fleet Owner", "", "tr", "2026-05-05", ""),
    ("c20", "Zofia", "Wiśniewska", "Analyst", "", "pl", "2024-09-09", "x:zofia_stocks"),
    ("c21", "Marek", "Dąbrowski", "Warehouse Lead", "a11", "pl", "2025-02-17", "x:marek_d_regal#21"),
    ("c22", "Leila", "Haddad", "Importer", "", "ar", "2024-11-24", "x:leila_imports#22 email:leila@haddad.example"),
    ("c23", "Tomás", "Oliveira", "Marketing", "a02", "pt", "2025-07-07",
     "bluesky:lumenorchard.example#102 linkedin:tomas-oliveira-sample"),
    ("c24", "Hina", "Malik", "Planner", "a11", "ur", "2026-05-18", "mastodon:hina@plaza.example#24"),
)

_LEADS: Final = (
    # id, first name, last name, company, status, rating, source, language, since, e-mail, profiles
    ("l01", "", "", "Bluebottle Ferries", "Not Contacted", None, "Trade Show", "en", "2026-05-28",
     "hello@bluebottle.example", "x:bluebottle_ferry#201"),
    ("l02", "Chidi", "Nwosu", "Palmgrove Market", "Contacted", "warm", "Web", "en", "2026-05-11",
     "chidi@palmgrove.example", "x:chidi_palmgrove#202"),
    ("l03", "Mei-Ling", "Chuang", "Jade Lantern Tea", "Attempted to Contact", "cold", "Web", "zh", "2026-04-22",
     "mlchuang@jadelantern.example", "mastodon:meiling@teahouse.example#203"),
    ("l04", "Andrés", "Quispe", "", "Contact in Future", None, "Referral", "es", "2026-02-14",
     "andres@quispe.example", "bluesky:andres.quispe.example#204"),
    ("l05", "Fatoumata", "Diarra", "Sahel Solaire", "Contacted", "hot", "mastodon", "fr", "2026-06-02",
     "fdiarra@sahelsolaire.example", "mastodon:fatou@soleil.example#205"),
    ("l06", "Jonas", "Lindqvist", "Björk & Brott", "Pre-Qualified", "hot", "linkedin", "sv", "2026-03-30",
     "jonas@bjorkbrott.example", "linkedin:jonas-lindqvist-sample"),
    ("l07", "Noor", "Rahman", "Delta Pulses", "Not Contacted", "warm", "Web", "bn", "2026-06-15",
     "noor@deltapulses.example", "x:noor_pulses#207"),
    ("l08", "Greta", "Aumüller", "Alpenrad", "Contacted", "warm", "Newsletter", "de", "2026-05-02",
     "greta@alpenrad.example", "mastodon:greta@alpen.example#208"),
    ("l09", "Seung-woo", "Baek", "", "Junk Lead", "cold", "x", "ko", "2026-01-08", "baek@nabi.example",
     "x:baek_nabi_store#209"),
    ("l10", "Giulia", "Ferrante", "Vicolo Nove", "Lost Lead", "cold", "Trade Show", "it", "2025-12-12",
     "giulia@vicolonove.example", "bluesky:giulia.vicolonove.example#210"),
    ("l11", "Tamsin", "Oduya", "Copperleaf Vets", "Not Qualified", None, "Web", "en", "2026-02-27",
     "tamsin@copperleaf.example", "email:tamsin@copperleaf.example"),
    ("l12", "Xiadani", "Cruz", "Marisol Textiles", "Contacted", "warm", "bluesky", "es", "2025-12-20",
     "xiadani@marisol.example", "bluesky:xiadani.marisol.example#14"),
    ("l13", "Yusuf", "Demirel", "", "Converted", "hot", "x", "tr", "2026-01-12", "yusuf@demirel.example",
     "x:yusuf_filo#213"),
    ("l14", "Nadia", "van der Heide", "Heide Barges", "Not Contacted", "hot", "Referral", "nl", "2026-06-10",
     "nadia@heidebarges.example", "mastodon:nadia@canal.example#214"),
    ("l15", "Rangi", "Tamihana", "Kowhai Trails", "Converted", "warm", "Web", "mi", "2025-10-21",
     "rangi@kowhai.example", "mastodon:rangi@kowhai.example#215"),
    ("l16", "Elif", "Yıldız", "Yıldız Paper", "Pre-Qualified", "hot", "email", "tr", "2026-05-20",
     "elif@yildizpaper.example", "email:elif@yildizpaper.example"),
)

#: lead → when it was converted, and to which contact and deal; the contact of the second is no longer on record
_CONVERSIONS: Final = {"l13": ("05-05 09:30", "c19", "d44"), "l15": ("02-20 15:00", "c99", "")}
#: lead → the contact that is already on record: a returning customer (LEAD-6)
_RETURNING: Final = {"l14": "c01"}
#: contact → mailbox, where it is not the first name
_MAILBOXES: Final = {
    "c03": "ines", "c04": "haruka", "c05": "ken", "c13": "lucia", "c17": "eloise", "c23": "tomas",
}

_NOTES: Final = (
    # id, about, when, text
    ("n01", "lead l05", "06-02 11:00", "Wants solar depots in three towns by autumn."),
    ("n02", "lead l14", "06-10 09:15", "Nadia's own barge business; knows us from Kestrel."),
    ("n03", "contact c06", "04-30 16:40", "Lost on price twice; asked us to call in September."),
)
_ACTIVITIES: Final = (
    # id, about, when, kind
    ("v01", "lead l06", "06-03 13:05", "demo_signed_up"),
    ("v02", "lead l08", "06-05 08:20", "email_opened"),
    ("v03", "contact c09", "04-20 10:00", "meeting"),
)
_TASKS: Final = (
    # id, about, due, subject
    ("t01", "lead l02", "07-01 09:00", "Send the price list"),
    ("t02", "contact c12", "07-03 14:00", "Prepare the second quote"),
)
# fmt: on

_OWNERS: Final = ("dana", "milo", "suki")


def accounts() -> Iterator[Account]:
    """
    Make the organisations.
    """
    for number, row in enumerate(_ACCOUNTS):
        record_id, name, industry, city, country, domain, employees, revenue, parent, their_profiles = row
        yield Account(
            id=record_id, name=name, industry=industry, website=f"https://{domain}/", employees=employees,
            annual_revenue=money(revenue), parent_id=parent, profiles=profiles(their_profiles),
            address=Address(city=city, country=country), owner_id=_OWNERS[number % len(_OWNERS)],
            created_at=instant("2023-01-09"),
        )  # fmt: skip


def contacts() -> Iterator[Contact]:
    """
    Make the people with whom a relation exists.
    """
    domains = {row[0]: row[5] for row in _ACCOUNTS}
    for number, row in enumerate(_CONTACTS):
        record_id, first, last, title, account, language, since, their_profiles = row
        yield Contact(
            id=record_id, first_name=first, last_name=last, title=title, account_id=account, language=language,
            emails=[EmailAddress(f"{_MAILBOXES.get(record_id, first.lower())}@{domains.get(account, 'post.example')}")],
            phones=[PhoneNumber(f"+00 555 01{number:02}")], profiles=profiles(their_profiles),
            owner_id=_OWNERS[number % len(_OWNERS)], created_at=instant(since),
        )  # fmt: skip


def leads() -> Iterator[Lead]:
    """
    Make the prospects.
    """
    for number, row in enumerate(_LEADS):
        record_id, first, last, company, status, rating, source, language, since, email, their_profiles = row
        yield Lead(
            id=record_id, first_name=first, last_name=last, company=company, status=status,
            rating=Rating(rating) if rating else None, source=source, language=language, emails=[EmailAddress(email)],
            profiles=profiles(their_profiles), contact_id=_RETURNING.get(record_id, ""),
            conversion=_conversion(record_id), owner_id=_OWNERS[number % len(_OWNERS)],
            created_at=instant(since),
        )  # fmt: skip


def children() -> Iterator[Note | Activity | Task]:
    """
    Make what hangs on them: notes, activities, tasks.
    """
    for record_id, about, when, text in _NOTES:
        yield Note(id=record_id, about=_ref(about), at=instant(when), text=text, by="dana")
    for record_id, about, when, kind in _ACTIVITIES:
        yield Activity(id=record_id, about=_ref(about), at=instant(when), kind=ActivityKind(kind))
    for record_id, about, when, subject in _TASKS:
        yield Task(id=record_id, about=_ref(about), due_at=instant(when), subject=subject, owner_id="milo")


def _ref(text: str) -> Ref:
    kind, _, record_id = text.partition(" ")
    return Ref({"lead": Lead, "contact": Contact}[kind], record_id)


def _conversion(lead: str) -> Converted | None:
    if lead not in _CONVERSIONS:
        return None
    at, contact, deal = _CONVERSIONS[lead]
    return Converted(at=instant(at), contact_id=contact, deal_id=deal)
