"""
A program that is killed in the middle of writing loses nothing that was acknowledged, and leaves nothing half done.
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from leadmodel import Account, Lead, Ref
from leadmodel.stores import SqlStore

WRITING: Final = """
import sys
from leadmodel import Account, Changes, Effect, Lead, Updated
from leadmodel.stores import SqlStore
store = SqlStore.open("sqlite:///" + sys.argv[1])
number = 0
while True:
    number += 1
    lead = Lead(id=f"l{number}", last_name="Byron", tags=["a", "b"], custom={"n": number})
    account = Account(id=f"a{number}", name=f"Acme {number}")
    effect = Effect(key=f"k{number}", kind="email")
    position = store.apply(Changes(created=[lead, account], effects=[effect]), key=f"step {number}")
    print(position, flush=True)
"""


@pytest.mark.parametrize("lines", [1, 2, 7, 20, 45])
def test_killed_program_loses_nothing_that_was_acknowledged(lines: int, tmp_path: Path) -> None:
    """Every position that was given back is there whole; at most one more is, and that is whole too."""
    path = tmp_path / "crm.db"
    program = subprocess.Popen([sys.executable, "-c", WRITING, str(path)], stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    told = [int(program.stdout.readline()) for _ in range(lines)]
    program.kill()
    told += [int(line) for line in program.stdout.read().splitlines()]
    program.communicate()

    with SqlStore.open(f"sqlite:///{path}") as store:
        positions = [commit.position for commit in store.log()]
        there = len(positions)
        assert told == list(range(1, len(told) + 1))
        assert positions == list(range(1, there + 1))
        assert there - len(told) in {0, 1}
        for kind in (Lead, Account):
            assert store.count(kind) == there
        for number in positions:
            assert [entry.position for entry in store.history(Ref(Lead, f"l{number}"))] == [number]
            assert [each.id for each in store.standing(Account, "name", [f"acme {number}"])] == [f"a{number}"]
        assert [waiting.position for waiting in store.outbox()] == positions
