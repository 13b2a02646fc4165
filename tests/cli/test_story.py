"""A week with a CRM in one file: from nothing to a deal that was won, and back."""

import json
from pathlib import Path

import pytest

from tests.cli.command import Done, in_a_pipe

STORE = {"LEADMODEL_STORE": "crm.db"}
LEADS = """\
id,first name,last name,company,email,x,status
l1,Ada,Lovelace,Analytical Engines,ada@engines.example,ada,Not Contacted
l2,Charles,Babbage,Analytical Engines,charles@engines.example,babbage,Not Contacted
"""
FEED = '{"id": "u1", "network": "x", "handle": "ada", "text": "Signed!"}\n'
OURS = ("--namespace", "7f9f2f58-0c55-4b86-9d5a-3f0e6a1c2b77")


def run(*arguments: str, given: str = "") -> Done:
    """Run the real command on the database that the environment names."""
    done = in_a_pipe(*arguments, given=given, **STORE)
    assert done.code == 0, done.err
    return done


def tab() -> str:
    """Say on which tab Ada's update stands."""
    category: str = json.loads(run("feed", "--updates", "-", "--json", given=FEED).out)["category"]
    return category


@pytest.mark.usefixtures("folder")
def test_lead_becomes_a_customer_and_is_one_no_more() -> None:
    """Loaded, found, contacted, converted, won; then all of it is seen, and taken back."""
    Path("leads.csv").write_text(LEADS, encoding="utf-8")
    run("init")
    run("load", "--leads", "leads.csv", "--by", "ann")
    stood = [tab()]
    assert run("find", "lead", "company contains engines", "--count").out == "2\n"

    run("move", "lead", "l1", "Contacted", "--by", "ann")
    run("edit", "lead", "l1", "title=Countess", "phones.mobile=+44 20 7946 0000", "--by", "bob")
    run("convert", "--lead", "l1", "--deal", "--name", "12 engines", "--amount", "1200 EUR", "--by", "ann", *OURS)
    stood.append(tab())
    deal = json.loads(run("find", "deal", "--json").out)
    run("move", deal["id"], "Closed Won", "--by", "ann")
    stood.append(tab())
    told = [json.loads(line) for line in run("history", "lead", "l1", "--json").out.splitlines()]

    assert stood == ["lead_or_contact", "potential_contact", "customer"]
    assert [(entry["position"], entry["verb"], entry["by"]) for entry in told] == [
        (1, "created", "ann"), (2, "updated", "ann"), (3, "updated", "bob"), (4, "updated", "ann"),
    ]  # fmt: skip

    back = [run("undo", str(position)) for position in (5, 4, 3, 2, 1)]
    log = [json.loads(line) for line in run("log", "--json").out.splitlines()]

    assert back[0].out.splitlines()[1] == f"~ 12 engines (deal {deal['id']})"
    assert run("find", "lead").out == "no lead is found\n"
    assert tab() == "unknown"
    assert [(entry["position"], entry["created"], entry["deleted"]) for entry in log[:5]] == [
        (10, 0, 2), (9, 0, 0), (8, 0, 0), (7, 0, 3), (6, 0, 0),
    ]  # fmt: skip
