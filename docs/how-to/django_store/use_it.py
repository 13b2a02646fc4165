"""Take an enquiry, as the rest of the app has saved it, and convert it."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django_store.settings")
django.setup()

from django.core.management import call_command  # noqa: E402

import leadmodel as lm  # noqa: E402

from .models import Enquiry, Person  # noqa: E402
from .store import DjangoStore  # noqa: E402

call_command("migrate", run_syncdb=True, verbosity=0)
Enquiry.objects.create(surname="Lovelace", forename="Ada", mail="ada@engines.example")

crm = lm.Crm(DjangoStore(), playbook=lm.playbooks.ZOHO, by="ines")
(ada,) = crm.find(lm.parse_criterion(lm.Lead, "last_name is lovelace"))
print(ada)
done = crm.convert(ada.id)
print(len(done.contact.id), "characters")

for person in Person.objects.all():
    print(person.pk, person.surname, person.mail, person.reference == done.contact.id)
for enquiry in Enquiry.objects.all():
    print(enquiry.pk, enquiry.surname, enquiry.reference, enquiry.new_person_id, enquiry.version)
