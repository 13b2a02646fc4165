"""
Forgetting: what the log and the outbox keep of records, taken out; ids, positions, instants and causes stay.

It is the one thing that rewrites the log. What a database keeps of rows that are gone, in pages that are free or in a
file beside it, is for the database to clean: see `sqlite` and `postgres`.

Rule:
    LIFE-2.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import ClauseElement, ColumnElement, Connection, Select, bindparam, select, update

from leadmodel.changes import Changes, Effect
from leadmodel.codec import CONVERTER, record_type_of
from leadmodel.stores.applying import tells_of
from leadmodel.stores.sql.among import Position, in_keys, listed, own
from leadmodel.stores.sql.body import plain_from, text_of
from leadmodel.stores.sql.logbook import FORGOTTEN, Logbook
from leadmodel.stores.sql.prepared import Statements, Writes
from leadmodel.stores.sql.tables import COMMITS, EFFECTS, ENTRIES, MERGED
from leadmodel.values import Ref, type_name


class Eraser:
    """
    What takes records out of the past of one tenant, over one connection that is in a transaction.
    """

    def __init__(self, connection: Connection, tenant: str, statements: Statements) -> None:
        self._connection = connection
        self._tenant = tenant
        self._statements = statements
        self._log = Logbook(connection, tenant, statements)

    def merged_into(self, refs: Collection[Ref]) -> Iterator[Ref]:
        """
        Give the records that were merged into any of some records.
        """
        for kind, ids in ids_by_type(refs).items():
            for gone, record_id in self._run("merged into", _merged_into, type=kind, keys=ids):
                yield Ref(record_type_of(gone), record_id)

    def forget(self, changes: Changes, position: int) -> None:
        """
        Take the records that changes forget out of all that was written down before a position, and write that down.
        """
        born = {record.ref for record in changes.created}
        touched: dict[int, str] = {}
        for kind, ids in ids_by_type(changes.erased).items():
            touched |= {place: content for place, content in self._run("touched", _touched, type=kind, keys=ids)}
            last = self._log.last_versions(kind, ids)
            self._run("forget entries", _forget_entries, type=kind, keys=ids)
            rows = [
                (self._tenant, kind, record_id, position, version, None, FORGOTTEN)
                for record_id, version in last
                if Ref(record_type_of(kind), record_id) not in born
            ]
            self._statements.insert(self._connection, ENTRIES, rows)
        self._forget_effects(set(changes.erased), touched, position)

    def _forget_effects(self, refs: Collection[Ref], touched: dict[int, str], position: int) -> None:
        """
        Take what effects say about records out of the log, and those effects out of the outbox.

        Args:
            refs: The records.
            touched: The commits in which they changed, with their content.
            position: The commit that forgets: its own effects are there to tell of that, and stay.
        """
        named = {place: content for place, content in self._run("naming", _naming, position=position)}
        keys: set[str] = set()
        for place, content in (named | touched).items():
            plain = plain_from(content)
            told = {each.key for each in _effects(plain) if tells_of(each, refs, touched=place in touched)}
            if told:
                plain["effects"] = [_said(each.forgotten() if each.key in told else each) for each in _effects(plain)]
                self._run("content", _set_content, place=place, said=text_of(plain))
                keys |= told
        for place, key, content in self._run("effects", _effects_by_key, keys=listed(keys)).all():
            effect = CONVERTER.structure(plain_from(content), Effect)
            if tells_of(effect, refs, touched=place in touched):
                self._run("sent", _set_sent, named=key, said=text_of(_said(effect.forgotten())))

    def _run(self, name: str, write: Writes, **given: Any) -> Any:  # noqa: ANN401  (as in `Statements`)
        return self._statements.run(self._connection, ("forgetting", name), write, tenant=self._tenant, **given)


def ids_by_type(refs: Iterable[Ref]) -> dict[str, str]:
    """
    Give the ids of references, listed as a statement takes them, by the word for their type.
    """
    ids: dict[str, list[str]] = {}
    for ref in refs:
        ids.setdefault(type_name(ref.type), []).append(ref.id)
    return {kind: listed(several) for kind, several in ids.items()}


def _effects(plain: Mapping[str, Any]) -> tuple[Effect, ...]:
    return CONVERTER.structure(plain.get("effects", ()), tuple[Effect, ...])


def _said(effect: Effect) -> Any:  # noqa: ANN401  (plain data)
    return CONVERTER.unstructure(effect)


# The statements


def _merged_into() -> ClauseElement:
    into = own(MERGED), MERGED.c.into_type == bindparam("type"), in_keys(MERGED.c.into_id)
    return select(MERGED.c.type, MERGED.c.id).where(*into)


def _of_records() -> tuple[ColumnElement[bool], ...]:
    return own(ENTRIES), ENTRIES.c.type == bindparam("type"), in_keys(ENTRIES.c.id)


def _touched() -> ClauseElement:
    places = select(ENTRIES.c.position).where(*_of_records())
    return select(COMMITS.c.position, COMMITS.c.content).where(own(COMMITS), COMMITS.c.position.in_(places))


def _forget_entries() -> ClauseElement:
    return update(ENTRIES).where(*_of_records()).values(difference=None, whole=FORGOTTEN)


def _naming() -> Select[Any]:
    """
    Find the commits before a position with effects that name records.
    """
    named = Position(COMMITS.c.content, '"about":') > 0
    return select(COMMITS.c.position, COMMITS.c.content).where(
        own(COMMITS), COMMITS.c.position < bindparam("position"), named
    )


def _set_content() -> ClauseElement:
    place = own(COMMITS), COMMITS.c.position == bindparam("place")
    return update(COMMITS).where(*place).values(content=bindparam("said"))


def _effects_by_key() -> ClauseElement:
    return select(EFFECTS.c.position, EFFECTS.c.key, EFFECTS.c.content).where(own(EFFECTS), in_keys(EFFECTS.c.key))


def _set_sent() -> ClauseElement:
    key = own(EFFECTS), EFFECTS.c.key == bindparam("named")
    return update(EFFECTS).where(*key).values(content=bindparam("said"), sent=1)
