"""
`leadmodel feed`: sort one's own feed by one's own records.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import click
from click.core import ParameterSource

from leadmodel.cli.adding import Added, Adder
from leadmodel.cli.answers import print_answers
from leadmodel.cli.files import with_files, with_reading
from leadmodel.cli.following import Following, together
from leadmodel.cli.options import Form, Settings, sorting
from leadmodel.cli.printing import complain, on_terminal
from leadmodel.cli.progress import Progress
from leadmodel.cli.reading import STANDARD_INPUT, Inputs, pipelines_in, records_of, stages_of
from leadmodel.cli.sorting import Sorting
from leadmodel.cli.stores import Act, Place, acting, is_meant, opened, perhaps_stored
from leadmodel.cli.summary import Summary, SummaryForm
from leadmodel.cli.tabs import Known
from leadmodel.cli.updates import NAMES, PerFile, Updates, per_file
from leadmodel.errors import InvalidInput, LeadmodelError
from leadmodel.processes import Pipeline


@attrs.frozen(kw_only=True)
class Job:
    """
    A feed that is sorted and printed, from whomever is asked.
    """

    updates: Updates
    inputs: Inputs
    settings: Settings
    follow: bool
    #: In which form the summary is printed; None where it is not.
    summary: SummaryForm | None
    counts: Summary = attrs.field(factory=Summary)

    def progress(self) -> Progress:
        """
        Give what tells how far things are, where that does not stand in the way of what is printed.
        """
        return Progress(quiet=self.follow or (self.settings.form.streams and on_terminal()))

    def run(
        self, people: Known, progress: Progress, stages: Sequence[Pipeline] = (), adder: Adder | None = None
    ) -> None:
        """
        Sort the feed and print it.

        Args:
            people: Who is on record.
            progress: Is told how far it is.
            stages: The stages of the deals, for people that have none of their own.
            adder: Puts unknown authors on record.
        """
        sorting = Sorting(people, self.settings, stages, adder, self.counts if self.summary else None)
        if self.follow:
            pairs = sorting.pairs(Following(self.updates.paths, self.updates.how, self._complain))
        else:
            pairs = sorting.pairs(together(progress.counting(self.updates)))
        added = adder.here if adder else None
        print_answers(pairs, people, self.settings, progress, added=added, live=self.follow)

    def _complain(self, error: InvalidInput) -> None:
        self.counts.count_problems([error])
        complain(error)

    def finish(self) -> None:
        """
        Print the summary.
        """
        self.counts.count_problems(self.updates.wrong.errors)
        if self.summary is not None:
            self.counts.print(self.summary)


@click.command(
    short_help="Sort your own feed by your own records.",
    epilog="""\b
Every FILE may be given several times. What a file is, is told from its content.
Instead of files of records, --store names a database that holds them.
Exit codes: 0 done, 1 the input is wrong, 2 wrongly used, 130 interrupted.
\b
Examples:
  leadmodel feed --people people.csv --deals deals.csv --updates feed.jsonl --only customer
  leadmodel feed --contacts contacts.csv --column "Twitter handle=profiles.x" --updates timeline.json
  leadmodel feed --people tree.json --pipeline salesforce --count-deals account --updates - --csv < statuses.json
  leadmodel feed --store crm.db --updates pages/ --updates blog.xml --format pages/tweets.js=x
  leadmodel feed --store crm.db --updates stream.jsonl --follow --json
  leadmodel feed --store crm.db --updates feed.jsonl --add lead --by ada --dry-run
""",
)
@with_files
@click.option(
    "--updates",
    metavar="FILE|FOLDER",
    multiple=True,
    required=True,
    help="The feed, of Mastodon, Bluesky, X, RSS, Atom or ActivityStreams 2.0, or JSON lines or CSV of our own; of a "
    "folder, all files in it; - is standard input.",
)
@click.option(
    "--format",
    "formats",
    metavar="[FILE=]NAME",
    multiple=True,
    callback=per_file(NAMES),
    help=f"What the updates of all files, or of one, are, where that cannot be told: {', '.join(NAMES)}.",
)
@click.option(
    "--server",
    "servers",
    metavar="[FILE=]HOST",
    multiple=True,
    callback=per_file(),
    help="The server that sent the Mastodon statuses of all files, or of one: handles without one are of it.",
)
@click.option("--follow", is_flag=True, help="Go on with what is written to the file later: JSON lines, until Ctrl-C.")
@click.option(
    "--add",
    type=click.Choice([kind.value for kind in Added]),
    help="Put unknown authors on record in the database, each once.",
)
@click.option(
    "--summary",
    type=click.Choice([form.value for form in SummaryForm]),
    is_flag=False,
    flag_value=SummaryForm.TEXT.value,
    help="Say at the end how many updates there were of each tab and network, on standard error.",
)
@perhaps_stored
@with_reading
@acting
@sorting
def feed(
    settings: Settings,
    act: Act,
    place: Place | None,
    updates: tuple[str, ...],
    *,
    formats: PerFile,
    servers: PerFile,
    follow: bool,
    add: str | None,
    summary: str | None,
    **given: Any,  # noqa: ANN401  (the files and options of Inputs)
) -> None:
    """
    Say who is behind each update of a feed, and sort it: Customers, Potential Contacts, Leads/Contacts, Unknown.

    On a terminal the tabs are tables, in a pipe plain text.
    """
    inputs = Inputs(**given, stages=stages_of(act.playbook))
    stored = place is not None and is_meant(place, files=any(inputs.files()))
    _check(settings, updates, follow=follow, add=add, stored=stored)
    shown = follow or (settings.form is Form.TABS and on_terminal())
    job = Job(
        updates=Updates(updates, formats=formats, servers=servers, zone=inputs.zone), inputs=inputs, settings=settings,
        follow=follow, summary=SummaryForm(summary) if summary else SummaryForm.TEXT if shown else None,
    )  # fmt: skip
    try:
        if place is not None and stored:
            _from_store(job, act, place, Added(add) if add else None)
        else:
            _from_files(job)
    except (KeyboardInterrupt, LeadmodelError, ExceptionGroup) as error:
        if summary or isinstance(error, KeyboardInterrupt):
            job.finish()
        raise
    job.finish()
    job.updates.wrong.check()
    if job.counts.problems:  # those of a file that was followed have been told
        click.get_current_context().exit(1)


def _check(settings: Settings, updates: tuple[str, ...], *, follow: bool, add: str | None, stored: bool) -> None:
    """
    Refuse what cannot be meant.

    Raises:
        click.UsageError: Options contradict each other.
    """
    if add and not stored:
        raise click.UsageError(
            "--add puts people into a database: name it with --store crm.db (leadmodel init makes one, leadmodel load "
            "puts the records of files into it)"
        )
    if add and settings.as_of:
        raise click.UsageError("--add and --as-of exclude each other: who was unknown then may be on record by now")
    typed = click.get_current_context().get_parameter_source
    for option in () if add else ("at", "by", "dry_run"):
        if typed(option) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{option.replace('_', '-')} is of what is written; it goes with --add lead")
    if follow and typed("limit") is ParameterSource.COMMANDLINE:
        raise click.UsageError("--limit is of the tabs; --follow prints every update as it comes")
    if follow and STANDARD_INPUT in updates and len(updates) > 1:
        raise click.UsageError("--follow: standard input is followed alone; name files, or -")
    if follow and (folder := next((name for name in updates if Path(name).is_dir()), "")):
        raise click.UsageError(f"--follow: {folder} is a folder; name the files in it that grow")


def _from_store(job: Job, act: Act, place: Place, add: Added | None) -> None:
    stages = job.inputs.stages or pipelines_in(job.inputs.pipeline, job.inputs.encoding)
    with job.progress() as progress, opened(place, read_only=add is None or act.dry_run) as store:
        if add is None:
            job.run(store, progress, stages)
            return
        adder = Adder(act.crm(store), add, dry_run=act.dry_run)
        try:
            job.run(store, progress, stages, adder)
        finally:
            progress.stop()
            job.counts.added = adder.number
            adder.tell(place, whole=job.settings.form is Form.TABS)


def _from_files(job: Job) -> None:
    with job.progress() as progress:
        try:
            directory = records_of(job.inputs, progress)
        except ExceptionGroup as wrong:
            raise ExceptionGroup("wrong input", [*wrong.exceptions, *job.updates.wrong_alone()]) from None
        job.run(directory, progress)
