"""
Converting the leads of a database, and printing what becomes of leads.
"""

import json
import sys
from collections.abc import Iterable, Sequence

import attrs

from leadmodel.changes import Changes
from leadmodel.cli.printing import note, on_terminal, say, table
from leadmodel.cli.progress import Progress
from leadmodel.cli.stores import Act, Place, opened
from leadmodel.cli.telling import print_changes, written_at
from leadmodel.criteria import Criterion
from leadmodel.crm import BatchDone, BulkDone
from leadmodel.crm.lookups import named, today
from leadmodel.display import counted, one_line
from leadmodel.entities import Lead
from leadmodel.errors import NotOnRecord
from leadmodel.ports import Reader
from leadmodel.rules.conversion import ConversionPlan, Request
from leadmodel.rules.conversion.reporting import remarks, tables
from leadmodel.values import Ref


@attrs.frozen
class Converting:
    """
    Conversions in a database, printed as they are made.
    """

    act: Act
    place: Place
    request: Request
    as_json: bool = attrs.field(kw_only=True)

    def run(self, which: Criterion | type[Lead] | Sequence[str]) -> BulkDone:
        """
        Convert leads, batch by batch.

        Args:
            which: A criterion, all leads, or ids.

        Raises:
            ExceptionGroup: Ids are not on record; nothing is converted then.
        """
        asked = self.request
        with opened(self.place, read_only=self.act.dry_run) as store, Progress(quiet=on_terminal()) as progress:
            if isinstance(which, Sequence):
                _check(store, which)

            def printed(done: BatchDone) -> None:
                self._print(done)
                progress.say(f"{counted(len(done.batch.results), 'lead')} more")

            done = self.act.crm(store).convert_all(
                which, account=asked.account, contact=asked.contact, deal=asked.deal, on_progress=printed,
                dry_run=self.act.dry_run,
            )  # fmt: skip
        if done.positions:
            note(written_at(done.positions, self.place))
        return done

    def _print(self, done: BatchDone) -> None:
        if self.act.dry_run:
            for plan in done.batch.results:
                report(plan, as_json=self.as_json)
            return
        if self.as_json:
            print_records(done.changes)
        elif done.changes:
            print_changes(done.changes)
        complain_of(done.batch.failed)


def _check(reader: Reader, ids: Sequence[str]) -> None:
    """
    See that leads are on record.

    Raises:
        ExceptionGroup: Some are not.
    """
    found = today(reader, (Ref(Lead, lead_id) for lead_id in ids))
    wrong = []
    for lead_id in ids:
        if Ref(Lead, lead_id) not in found:
            try:
                named(reader, Lead, lead_id)
            except NotOnRecord as error:
                wrong.append(error)
    if wrong:
        raise ExceptionGroup("wrong input", wrong)


def print_records(changes: Changes) -> None:
    """
    Print what is made or changed as JSON lines.
    """
    from leadmodel.codec import to_plain

    for record in (*changes.created, *(update.after for update in changes.updated)):
        say(json.dumps(to_plain(record)))  # in ASCII: no text of a file steers a terminal


def complain_of(failed: Iterable[ConversionPlan]) -> None:
    """
    Say on standard error why leads cannot be converted.
    """
    for plan in failed:
        for problem in plan.problems:
            sys.stderr.write(f"{one_line(f'{plan.before.ref}: {problem}')}\n")


def summary(done: BulkDone, *, dry_run: bool) -> str:
    """
    Say how many leads were converted, and how many cannot be.
    """
    if not done.leads:
        return "there is no lead to convert"
    told = [f"{counted(done.converted, 'lead')} {'would be converted' if dry_run else 'converted'}"]
    told += [f"{done.replayed:,} had been before"] if done.replayed else []
    told += [f"{len(done.failed):,} cannot be"] if done.failed else []
    return ", ".join(told)


def report(plan: ConversionPlan, *, as_json: bool) -> None:
    """
    Print a plan: as text in a pipe, with tables on a terminal, or as JSON.
    """
    if as_json:
        say(json.dumps(plan.to_plain()))
        return
    if not on_terminal():
        say(f"{plan}\n")
        return
    say(f"Convert {one_line(plan.before.label())}")
    for title, lines in remarks(plan):
        say(f"\n{title}:")
        for line in lines:
            say(f"  {one_line(line)}")
    say()
    for title, headers, rows in tables(plan):
        table(title, headers, rows)
