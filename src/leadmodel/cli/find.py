"""
`leadmodel find`: records for which a criterion holds, as a table or as JSON lines.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

import attrs
import click

from leadmodel.cli.kinds import with_type
from leadmodel.cli.options import instant_of, moment_in, with_zone
from leadmodel.cli.printing import note, say, table
from leadmodel.cli.stores import Place, opened, stored
from leadmodel.cli.telling import instant_text, value_text
from leadmodel.criteria import Criterion, CustomField, FieldKind, parse_criterion
from leadmodel.display import counted, plural
from leadmodel.entities import Account, Activity, Contact, Deal, Entity, Lead, Note, SocialUpdate, Task
from leadmodel.errors import InvalidCriterion, suggestion
from leadmodel.ports import Page, Reader
from leadmodel.values import type_name

#: Records of a table, where nobody says how many.
_SHOWN: Final = 20
#: Records that are read at a time.
_BATCH: Final = 1_000
# fmt: off
#: What a table shows of a type of record besides its id and its name.
_COLUMNS: Final[Mapping[type[Entity], tuple[str, ...]]] = {
    Lead:         ("status", "emails", "owner_id", "created_at"),
    Contact:      ("account_id", "title", "emails", "owner_id", "created_at"),
    Account:      ("industry", "website", "owner_id", "created_at"),
    Deal:         ("stage", "amount", "contact_id", "account_id", "closes_on"),
    SocialUpdate: ("author", "posted_at", "text"),
    Activity:     ("about", "kind", "at", "by"),
    Task:         ("about", "subject", "due_at", "done_at", "owner_id"),
    Note:         ("about", "text", "at", "by"),
}
# fmt: on


@attrs.frozen(kw_only=True)
class Question:
    """
    What is asked for, and in which order and part it is given.
    """

    what: type[Entity] | Criterion
    now: datetime
    zone: tzinfo
    order_by: tuple[str, ...]
    limit: int | None
    after: str | None

    def count(self, reader: Reader) -> int:
        """
        Count all that is found, whatever part was asked for.
        """
        return reader.count(self.what, now=self.now, zone=self.zone)

    def pages(self, reader: Reader) -> Iterator[Page[Any]]:
        """
        Give what is found, page by page.
        """
        left, after = self.limit, self.after
        while True:
            limit = _BATCH if left is None else min(left, _BATCH)
            page = reader.find(
                self.what, now=self.now, zone=self.zone, order_by=self.order_by, limit=limit, after=after
            )
            yield page
            after, left = page.after, None if left is None else left - len(page)
            if after is None or left == 0:
                return


def _fields(_: click.Context, __: click.Parameter, pairs: Iterable[str]) -> tuple[CustomField, ...]:
    return tuple(map(_field, pairs))


def _field(pair: str) -> CustomField:
    name, sign, kind = pair.rpartition("=")
    try:
        return CustomField(name.removeprefix("custom."), FieldKind(kind))
    except (ValueError, InvalidCriterion):
        kinds = suggestion(kind, FieldKind) if sign else 'write it as NAME=KIND, such as "shoe size=number"'
        raise click.BadParameter(f"{pair!r} declares no field; {kinds}") from None


@click.command(
    short_help="Find records in a database.",
    epilog="""\b
TYPE is lead, contact, account, deal, social-update, activity, task or note.
A criterion is written as `leadmodel convert --where` takes it: conditions joined by and, or; not (…); brackets.
It may ask about related records, such as account.industry, and about fields of your own: custom.size with --field.
\b
Examples:
  leadmodel find lead "status is Contacted and company contains acme" --store crm.db
  leadmodel find deals "account.industry is Retail" --order-by -amount --store crm.db
  leadmodel find lead "created_at older_than_days 30" --count --store crm.db
  leadmodel find contact --json --store crm.db > contacts.jsonl
  leadmodel find account "custom.region is North" --field region=text --store crm.db
""",
)
@with_type
@click.argument("text", metavar="[CRITERION]", default="")
@click.option("--order-by", metavar="FIELD", multiple=True,
              help="What to order by: created_at, or -created_at for the newest first; may be repeated.")  # fmt: skip
@click.option("--limit", type=click.IntRange(min=1), metavar="N",
              help=f"The most records to print: {_SHOWN} in a table and all as JSON, unless given.")  # fmt: skip
@click.option("--after", metavar="CURSOR", help="Where to go on: what was said at the end of the page before.")
@click.option("--count", is_flag=True, help="Print only how many there are.")
@click.option("--json", "as_json", is_flag=True, help="Print each record as a JSON object, whole.")
@click.option("--field", "fields", metavar="NAME=KIND", multiple=True, callback=_fields,
              help=f"A field of your own that the criterion asks about; kinds: {', '.join(FieldKind)}.")  # fmt: skip
@click.option("--at", metavar="INSTANT", callback=instant_of, help="What counts as now in the criterion.")
@with_zone
@stored
def find(
    place: Place, which: type[Entity], text: str, *, limit: int | None, count: bool, as_json: bool,
    fields: tuple[CustomField, ...], at: datetime | None, zone: tzinfo | None, order_by: tuple[str, ...],
    after: str | None,
) -> None:  # fmt: skip
    """
    Find records of a TYPE: all of them, or those for which a CRITERION holds.
    """
    if count and (as_json or limit or after or order_by):
        raise click.UsageError("--count prints a number; it goes with no option about the records")
    now = moment_in(at, zone) or datetime.now(UTC)
    if limit is None and not as_json:
        limit = _SHOWN
    try:
        what = parse_criterion(which, text, fields) if text.strip() else which
        question = Question(what=what, now=now, zone=zone or UTC, order_by=order_by, limit=limit, after=after)
        with opened(place, read_only=True) as store:
            if count:
                say(str(question.count(store)))
            elif as_json:
                _print_json(question.pages(store))
            else:
                _print_table(which, question, store)
    except InvalidCriterion as error:
        raise click.UsageError(str(error)) from None


def _print_json(pages: Iterable[Page[Any]]) -> None:
    from leadmodel.codec import to_plain

    after = None
    for page in pages:
        after = page.after
        for record in page:
            say(json.dumps(to_plain(record)))  # in ASCII: no text of a record steers a terminal
    if after is not None:
        note(f"there are more; go on with --after {after}")


def _print_table(which: type[Entity], question: Question, reader: Reader) -> None:
    pages = list(question.pages(reader))
    records = [record for page in pages for record in page]
    columns = [*dict.fromkeys((*_COLUMNS[which], *_asked(which, question.order_by)))]
    word = type_name(which)
    if not records:
        say(f"no {word} is found")
        return
    headers = ("id", word, *(column.removesuffix("_id").replace("_", " ") for column in columns))
    rows = ((record.id, record.label(), *(_cell(record, column) for column in columns)) for record in records)
    table(counted(len(records), word, plural(word)), headers, rows)
    if pages[-1].after is not None:
        note(f"there are {question.count(reader):,} in all; go on with --after {pages[-1].after}")


def _asked(which: type[Entity], order_by: Sequence[str]) -> Iterator[str]:
    """
    Give the fields that the order is by, as far as they stand in the record itself.
    """
    names = (field.removeprefix("-") for field in order_by)
    return (name for name in names if name in attrs.fields_dict(which) and name != "id")


def _cell(record: Entity, column: str) -> str:
    value = getattr(record, column)
    return instant_text(value) if isinstance(value, datetime) else value_text(value)
