"""The tables of a program that was there before: integer keys, names of its own, and two columns more."""

import re
from datetime import UTC, date, datetime

from sqlalchemy import JSON, BigInteger, DateTime, ForeignKey, String, TypeDecorator, and_, event, insert, or_, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

import leadmodel as lm
from leadmodel.networks import skeleton

ROOM = 40  # characters of an id


class Instant(TypeDecorator):
    """Times stand in UTC, without a zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value, dialect):  # noqa: ARG002  (SQLAlchemy's signature)
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value, dialect):  # noqa: ARG002  (as above)
        return value and value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    type_annotation_map = {datetime: Instant, list: JSON}  # noqa: RUF012  (SQLAlchemy's way)


def key_to(table, ondelete="SET NULL"):
    return mapped_column(ForeignKey(f"{table}.no", ondelete=ondelete), index=True)


class Shared(Base):
    """The number that every table has, and what leadmodel needs besides: the two columns that were added."""

    __abstract__ = True

    no: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str | None] = mapped_column(String(ROOM), unique=True)  # the id that leadmodel gave
    version: Mapped[int] = mapped_column(BigInteger, default=0)

    @classmethod
    def id_of(cls, number, reference):
        """Give the id of a row; one that leadmodel did not make is called after its number, such as "client-7"."""
        return reference or (f"{cls.__tablename__}-{number}" if number else "")

    @classmethod
    def number(cls, record_id):
        """Give the number in an id; None where there is none, or one that no row can have."""
        found = re.fullmatch(rf"{cls.__tablename__}-([1-9][0-9]{{0,8}})", record_id)
        return found and int(found[1])

    @classmethod
    def called(cls, ids):
        """Say which rows have any of some ids."""
        numbers = [number for record_id in ids if (number := cls.number(record_id))]
        return or_(cls.reference.in_(ids), and_(cls.reference.is_(None), cls.no.in_(numbers)))


class Firm(Shared):
    __tablename__ = "firm"

    name: Mapped[str]
    homepage: Mapped[str] = mapped_column(default="")
    headcount: Mapped[int | None] = mapped_column(BigInteger)
    entered: Mapped[datetime | None]
    touched: Mapped[datetime | None]


class Somebody(Shared):
    __abstract__ = True

    given_name: Mapped[str] = mapped_column(default="")
    family_name: Mapped[str] = mapped_column(default="")
    post: Mapped[str] = mapped_column(default="")
    mail: Mapped[str] = mapped_column(default="")
    found_by: Mapped[str] = mapped_column(default="")
    entered: Mapped[datetime | None]
    touched: Mapped[datetime | None]


class Client(Somebody):
    __tablename__ = "client"

    firm_no: Mapped[int | None] = key_to("firm")


class Offer(Shared):
    __tablename__ = "offer"

    subject: Mapped[str] = mapped_column(default="")
    board: Mapped[str] = mapped_column(default="")
    column: Mapped[str]
    cents: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(default="")
    chance: Mapped[int | None]
    lost_to: Mapped[str] = mapped_column(default="")
    expected: Mapped[date | None]
    ended: Mapped[datetime | None]
    moves: Mapped[list] = mapped_column(default=list)
    client_no: Mapped[int | None] = key_to("client")
    firm_no: Mapped[int | None] = key_to("firm")
    entered: Mapped[datetime | None]
    touched: Mapped[datetime | None]


class Prospect(Somebody):
    __tablename__ = "prospect"

    works_at: Mapped[str] = mapped_column(default="")
    homepage: Mapped[str] = mapped_column(default="")
    headcount: Mapped[int | None] = mapped_column(BigInteger)
    mood: Mapped[str | None]
    client_no: Mapped[int | None] = key_to("client")  # who has asked before
    won_over: Mapped[bool] = mapped_column(default=False)
    won_at: Mapped[datetime | None]
    won_how: Mapped[str] = mapped_column(default="")
    new_client_no: Mapped[int | None] = key_to("client")
    new_firm_no: Mapped[int | None] = key_to("firm")
    new_offer_no: Mapped[int | None] = key_to("offer")


class Remark(Shared):
    __tablename__ = "remark"

    about: Mapped[str] = mapped_column(index=True)  # such as "contact:client-7"
    text: Mapped[str] = mapped_column(default="")
    written: Mapped[datetime | None]
    author: Mapped[str] = mapped_column(default="")


class Handle(Base):
    """Somebody's presence on a network, in canonical form; see "Use your own people"."""

    __tablename__ = "handle"

    no: Mapped[int] = mapped_column(primary_key=True)
    network: Mapped[str]
    handle: Mapped[str] = mapped_column(default="")
    uid: Mapped[str] = mapped_column(default="")
    key: Mapped[str] = mapped_column(index=True)  # "x:ada": profile.key
    uid_key: Mapped[str] = mapped_column(default="", index=True)  # "x#12345", where there is a stable id
    look: Mapped[str] = mapped_column(index=True)  # what the two look like, however they are spelt
    uid_look: Mapped[str] = mapped_column(default="", index=True)
    firm_no: Mapped[int | None] = key_to("firm", "CASCADE")
    client_no: Mapped[int | None] = key_to("client", "CASCADE")
    prospect_no: Mapped[int | None] = key_to("prospect", "CASCADE")

    @classmethod
    def owners(cls, model, place, keys):
        """Ask for the numbers of the rows of a model that stand at a place under any of some keys."""
        key, uid_key = {"profile": (cls.key, cls.uid_key), "look-alike": (cls.look, cls.uid_look)}[place]
        return select(owner_of(cls, model)).where(or_(key.in_(keys), uid_key.in_(keys)))

    @classmethod
    def by_owner(cls, session, model, where):
        """Give the profiles of some rows of a model, by their numbers."""
        owner, found = owner_of(cls, model), {}
        asked = select(owner, cls.network, cls.handle, cls.uid).where(owner.in_(select(model.no).where(where)))
        for number, network, handle, uid in session.execute(asked.order_by(cls.no)):
            found.setdefault(number, []).append(lm.Profile(network, handle, uid=uid))
        return found

    @classmethod
    def keep(cls, session, model, pairs):
        """Write the profiles of records beside their rows, in canonical form, so that a look-up is an equality."""
        values = [
            {
                "network": profile.network, "handle": profile.handle, "uid": profile.uid,
                "key": profile.key, "uid_key": profile.keys[0] if profile.uid else "",
                "look": skeleton(profile.key), "uid_look": skeleton(profile.keys[0]) if profile.uid else "",
                owner_of(cls, model).key: number,
            }
            for record, number in pairs for profile in getattr(record, "profiles", ())
        ]  # fmt: skip
        if values:
            session.execute(insert(cls), values)


def owner_of(handle, model):
    return getattr(handle, f"{model.__tablename__}_no")


class Commit(Base):
    """One row for whatever was applied at once: its number is the position (S-18)."""

    __tablename__ = "leadmodel_commit"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012  (SQLAlchemy's way)

    no: Mapped[int] = mapped_column(primary_key=True)


@event.listens_for(Session, "before_flush")
def raise_versions(session, *_):
    """Raise the version of whatever the rest of the program changes, so that leadmodel sees it (S-2)."""
    for row in session.dirty:
        if isinstance(row, Shared) and session.is_modified(row):
            row.version += 1
