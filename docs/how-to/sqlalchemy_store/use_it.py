"""Take a prospect, as the rest of the program has saved it, and convert it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

import leadmodel as lm

from .engines import engine_of
from .models import Base, Client, Prospect
from .store import OrmStore

engine = engine_of("crm.db")
Base.metadata.create_all(engine)
with Session(engine) as session, session.begin():
    session.add(Prospect(family_name="Lovelace", given_name="Ada", mail="ada@engines.example"))

crm = lm.Crm(OrmStore(engine), playbook=lm.playbooks.ZOHO, by="ines")
(ada,) = crm.find(lm.parse_criterion(lm.Lead, "last_name is lovelace"))
print(ada)
done = crm.convert(ada.id)
print(len(done.contact.id), "characters")

with Session(engine) as session:
    for client in session.scalars(select(Client)):
        print(client.no, client.family_name, client.mail, client.reference == done.contact.id)
    for prospect in session.scalars(select(Prospect)):
        print(prospect.no, prospect.family_name, prospect.reference, prospect.new_client_no, prospect.version)
