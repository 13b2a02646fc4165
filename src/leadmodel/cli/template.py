"""
The sample data as files: a template of the formats that `leadmodel feed` reads.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from leadmodel.entities import Account, Contact, Deal, Lead, SocialUpdate
from leadmodel.errors import InvalidInput, Problem
from leadmodel.networks import Profile
from leadmodel.samples import World
from leadmodel.values import type_name

#: The files by the option that reads them.
FILES: Final = {"people": "people.csv", "deals": "deals.csv", "updates": "updates.jsonl"}


def write_template(world: World, folder: Path) -> dict[str, Path]:
    """
    Write the sample data as files into a folder, which is made where it is not there.

    Returns:
        The files, by the option that reads them.

    Raises:
        InvalidInput: A file is there already, or cannot be written.
    """
    paths = {option: folder / name for option, name in FILES.items()}
    people = [*map(_person, world.leads), *map(_person, world.contacts), *map(_organisation, world.accounts)]
    contents = {
        "people": _table(people),
        "deals": _table([_deal(deal) for deal in world.deals]),
        "updates": "".join(f"{json.dumps(_update(u), ensure_ascii=False)}\n" for u in world.updates),
    }
    present = [path for path in paths.values() if path.exists()]
    if present:
        _refuse(
            folder,
            (Problem(what="it is there already", hint="name another folder", where=str(path)) for path in present),
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for option, path in paths.items():
            path.write_text(contents[option], encoding="utf-8", newline="")
    except OSError as error:
        what = f"the files cannot be written: {error.strerror}"
        _refuse(folder, [Problem(what=what, hint="name another folder", value=str(folder))])
    return paths


def _refuse(folder: Path, problems: Iterable[Problem]) -> None:
    raise InvalidInput(subject=str(folder), problems=tuple(problems))


def _table(rows: Iterable[Mapping[str, str]]) -> str:
    """
    Write rows as CSV; a column is there if any row has something in it.
    """
    filled = [{column: cell for column, cell in row.items() if cell} for row in rows]
    columns = list(dict.fromkeys(column for row in rows for column in row if any(column in other for other in filled)))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(filled)
    return text.getvalue()


def _person(person: Lead | Contact) -> dict[str, str]:
    """
    Give the cells of a person; the columns are called as their targets are.
    """
    own = _lead(person) if isinstance(person, Lead) else {"account_id": person.account_id, "title": person.title}
    return {
        "type": type_name(type(person)),
        "id": person.id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "emails": "; ".join(map(str, person.emails)),
        "language": person.language,
        **own,
        **_profiles(person.profiles),
        "created_at": _instant(person.created_at),
    }


def _organisation(account: Account) -> dict[str, str]:
    return {
        "type": "account",
        "id": account.id,
        "name": account.name,
        "parent_id": account.parent_id,
        "industry": account.industry,
        "employees": str(account.employees or ""),
        **_profiles(account.profiles),
        "created_at": _instant(account.created_at),
    }


def _lead(lead: Lead) -> dict[str, str]:
    row = {
        "company": lead.company,
        "status": lead.status or "",
        "rating": lead.rating or "",
        "source": lead.source,
        "contact_id": lead.contact_id,
    }
    if lead.conversion:
        row |= {
            "conversion.contact_id": lead.conversion.contact_id,
            "conversion.deal_id": lead.conversion.deal_id,
            "conversion.at": _instant(lead.conversion.at),
        }
    return row


def _profiles(profiles: Iterable[Profile]) -> dict[str, str]:
    """
    Give the handles in one column, and the stable ids in one for each network that gives them.
    """
    uids = {f"profile_uids.{profile.network}": profile.uid for profile in profiles if profile.uid}
    return {"profiles": "; ".join(profile.key for profile in profiles), **uids}


def _deal(deal: Deal) -> dict[str, str]:
    others = {f"contacts.{other.role}": other.contact_id for other in deal.contacts}
    return {
        "id": deal.id,
        "name": deal.name,
        "pipeline": deal.pipeline,
        "stage": deal.stage,
        "contact_id": deal.contact_id,
        "account_id": deal.account_id,
        "amount": str(deal.amount.amount) if deal.amount else "",
        "currency": deal.amount.currency if deal.amount else "",
        "probability": "" if deal.probability is None else str(deal.probability),
        "closes_on": str(deal.closes_on or ""),
        "created_at": _instant(deal.created_at),
        "closed_at": _instant(deal.closed_at),
        "loss_reason": deal.loss_reason,
        **others,
    }


def _update(update: SocialUpdate) -> dict[str, Any]:
    """
    Give an update in leadmodel's plain form, without what is not known of it.
    """
    facts = {
        "id": update.id,
        **_named(update.author),
        "name": update.author_name,
        "text": update.text,
        "posted_at": _instant(update.posted_at),
        "url": update.url,
        "reposted_by": _named(update.reposted_by),
    }
    return {key: value for key, value in facts.items() if value}


def _named(profile: Profile | None) -> dict[str, str]:
    if profile is None:
        return {}
    known = {"network": profile.network, "handle": profile.handle, "uid": profile.uid}
    return {key: value for key, value in known.items() if value}


def _instant(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
