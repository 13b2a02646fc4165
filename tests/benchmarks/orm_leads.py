"""The same leads over SQLAlchemy's ORM: models as an application has them, and a conversion as its view does it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import ForeignKey, String, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload
from sqlalchemy.pool import StaticPool

import leadmodel as lm

NOON: Final = datetime(2026, 1, 15, 12, tzinfo=UTC)


class Base(DeclarativeBase):
    """The tables of this program."""


class Account(Base):
    """An organisation."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255), index=True)
    industry: Mapped[str] = mapped_column(String(255))
    owner_id: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime]


class Contact(Base):
    """A person with whom a relation exists."""

    __tablename__ = "contact"
    id: Mapped[int] = mapped_column(primary_key=True)
    first_name: Mapped[str] = mapped_column(String(255))
    last_name: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(String(255))
    source: Mapped[str] = mapped_column(String(255))
    owner_id: Mapped[str] = mapped_column(String(255))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    emails: Mapped[list["ContactEmail"]] = relationship()
    tags: Mapped[list["ContactTag"]] = relationship()


class Lead(Base):
    """A prospect."""

    __tablename__ = "lead"
    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    first_name: Mapped[str] = mapped_column(String(255))
    last_name: Mapped[str] = mapped_column(String(255))
    company: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(String(255))
    source: Mapped[str] = mapped_column(String(255))
    industry: Mapped[str] = mapped_column(String(255))
    owner_id: Mapped[str] = mapped_column(String(255))
    status: Mapped[str] = mapped_column(String(255))
    converted_at: Mapped[datetime | None]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    emails: Mapped[list["LeadEmail"]] = relationship()
    tags: Mapped[list["LeadTag"]] = relationship()


class LeadEmail(Base):
    """One of a lead's addresses."""

    __tablename__ = "lead_email"
    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(320), index=True)
    lead_id: Mapped[str] = mapped_column(ForeignKey("lead.id"), index=True)


class LeadTag(Base):
    """One of a lead's tags."""

    __tablename__ = "lead_tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    lead_id: Mapped[str] = mapped_column(ForeignKey("lead.id"), index=True)


class ContactEmail(Base):
    """One of a contact's addresses."""

    __tablename__ = "contact_email"
    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(320), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)


class ContactTag(Base):
    """One of a contact's tags."""

    __tablename__ = "contact_tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)


def new_session(url: str = "sqlite://") -> Session:
    """Open a database, one in memory unless it is named, with the tables."""
    engine = create_engine(url, **({"poolclass": StaticPool} if url == "sqlite://" else {}))
    Base.metadata.create_all(engine)
    return Session(engine)


def rows(leads: Sequence[lm.Lead]) -> list[Lead]:
    """Make the objects of leads, with what hangs on them."""
    return [
        Lead(
            id=lead.id, first_name=lead.first_name, last_name=lead.last_name, company=lead.company, title=lead.title,
            source=lead.source, industry=lead.industry, owner_id=lead.owner_id, status=lead.status,
            emails=[LeadEmail(address=email.address) for email in lead.emails],
            tags=[LeadTag(name=tag) for tag in lead.tags],
        )
        for lead in leads
    ]  # fmt: skip


def add_all(leads: Sequence[lm.Lead]) -> None:
    """Store leads, all at once."""
    with new_session() as session:
        session.add_all(rows(leads))
        session.commit()


def convert(session: Session, lead_id: str) -> None:
    """Convert one lead as a view does it: look up, create, copy, save, in one transaction."""
    lead = session.get(Lead, lead_id, options=[selectinload(Lead.emails), selectinload(Lead.tags)])
    if lead is None or lead.converted_at is not None:
        return
    addresses = [email.address for email in lead.emails]
    by_email = select(Contact).join(ContactEmail).where(ContactEmail.address.in_(addresses)).distinct().limit(2)
    contact = session.scalars(by_email).one_or_none()
    by_name = select(Account).where(func.lower(Account.name) == lead.company.lower()).limit(2)
    account = session.scalars(by_name).one_or_none()
    if account is None:
        account = Account(name=lead.company, industry=lead.industry, owner_id=lead.owner_id, created_at=NOON)
        session.add(account)
        session.flush()
    if contact is None:
        same = select(Contact).where(
            Contact.account_id == account.id, func.lower(Contact.last_name) == lead.last_name.lower()
        )
        contact = session.scalars(same.limit(2)).one_or_none()
    if contact is None:
        contact = Contact(
            first_name=lead.first_name, last_name=lead.last_name, title=lead.title, source=lead.source,
            owner_id=lead.owner_id, account_id=account.id, created_at=NOON,
            emails=[ContactEmail(address=address) for address in addresses],
            tags=[ContactTag(name=tag.name) for tag in lead.tags],
        )  # fmt: skip
        session.add(contact)
        session.flush()
    lead.status, lead.converted_at, lead.contact_id, lead.account_id = "Converted", NOON, contact.id, account.id
    session.commit()
