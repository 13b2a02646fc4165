"""
The command and its parts, and what every part does when something is wrong.
"""

import io
import os
import sys
from importlib.metadata import version

import click

from leadmodel.cli.check import check
from leadmodel.cli.convert import convert
from leadmodel.cli.demo import demo
from leadmodel.cli.edit import edit
from leadmodel.cli.feed import feed
from leadmodel.cli.find import find
from leadmodel.cli.forget import forget
from leadmodel.cli.history import history, log
from leadmodel.cli.init import init
from leadmodel.cli.load import load
from leadmodel.cli.move import move
from leadmodel.cli.printing import complain
from leadmodel.cli.rules import rules
from leadmodel.cli.undo import undo
from leadmodel.errors import LeadmodelError

#: Exit codes, as shells know them; wrong usage is click's 2.
INPUT_IS_WRONG, INTERRUPTED, NOBODY_READS = 1, 130, 141


class Careful(click.Group):
    """
    A command that ends with a sentence and an exit code, never with a traceback, whatever the user does.
    """

    def invoke(self, ctx: click.Context) -> None:
        """
        Run the part that was asked for.
        """
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # a terminal may not know every script
        try:
            super().invoke(ctx)
            sys.stdout.flush()
        except (LeadmodelError, ExceptionGroup) as error:
            sys.stdout.flush()
            for one in error.exceptions if isinstance(error, ExceptionGroup) else (error,):
                complain(one)
            ctx.exit(INPUT_IS_WRONG)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except OSError as error:
            # What is still buffered has nowhere to go; Python would try once more when it ends, and complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if isinstance(error, BrokenPipeError):
                ctx.exit(NOBODY_READS)
            complain(error)
            ctx.exit(INPUT_IS_WRONG)


@click.group(
    cls=Careful,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  leadmodel demo                                     the whole job, on sample data
  leadmodel demo --write my-crm                      the same data as files: a template for your own
  leadmodel feed --people people.csv --deals deals.csv --updates feed.jsonl
  leadmodel feed --people tree.json --updates - --json < timeline.json
  leadmodel convert --people people.csv --lead l07 --dry-run
  leadmodel rules hubspot                            the tables by which authors are judged
  leadmodel rules pipelines                          the stages, who may move where, and diagrams
  leadmodel check pipelines.toml                     the same for your own, and what is wrong with it
\b
With a database, which --store or the environment variable LEADMODEL_STORE names:
  leadmodel init crm.db && export LEADMODEL_STORE=crm.db
  leadmodel load --people people.csv --deals deals.csv
  leadmodel find lead "status is Contacted" --order-by -created_at
  leadmodel move d1 "Closed Won" --by ada            leadmodel edit lead l1 title=CTO
  leadmodel history deal d1                          who changed what, and when
  leadmodel log && leadmodel undo 2                  what was written last, and taking it back
  leadmodel forget lead l1                           a person, and all that was ever known of them
""",
)
@click.version_option(version("leadmodel"), message="%(prog)s %(version)s")
def leadmodel() -> None:
    """
    The rules of a CRM, at the command line.

    Who is behind a social update; which moves deals and leads may make; what becomes of a lead that is converted.
    """


for _part in (init, load, find, feed, convert, move, edit, history, log, undo, forget, demo, rules, check):
    leadmodel.add_command(_part)
