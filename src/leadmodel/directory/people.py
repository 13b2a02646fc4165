"""
The port of whoever can say who is on record, and the keys by which to ask.
"""

from collections.abc import Collection, Iterable
from itertools import chain
from typing import TYPE_CHECKING, Protocol, TypeAlias

from leadmodel.entities import Account, Lead, Person, SocialUpdate
from leadmodel.networks import Profile
from leadmodel.processes.pipelines import Pipeline, Pipelines
from leadmodel.values import Ref

if TYPE_CHECKING:
    from leadmodel.directory.index import Directory


#: Whom a directory is wanted for: leads to be converted, authors, and records that are named outright.
Wanted: TypeAlias = Lead | Profile | SocialUpdate | Ref


class People(Protocol):
    """
    Whoever can say who is on record: the port between the rules and the place where records live.
    """

    def directory_for(
        self, wanted: Collection[Wanted], *, pipelines: Pipeline | Iterable[Pipeline] | Pipelines
    ) -> "Directory":
        """
        Make the directory of everybody whom the wanted could match.

        With them come their accounts and deals. For leads that are to be converted come the leads themselves, the
        contacts that they are linked to or share an e-mail address with, the accounts with the name of the company
        (`name_key`) and their contacts, and the leads' notes, activities and tasks. Records that are named outright,
        by a `Ref`, come as they are, an account with its contacts.

        It is called once per batch, so it can ask for all of them at once. `keys_of` tells the keys to look up;
        a directory that leaves out records which deals refer to is made with `partial=True`.
        """
        ...


def keys_of(record: Profile | SocialUpdate | Person | Account | Ref) -> tuple[str, ...]:
    """
    Give the identity keys by which a record is found, or by which to look for it, each once.

    A profile has the key of its stable id and that of its handle; a person has those of all profiles and e-mail
    addresses; an update has those of its author and of whoever passed it on. A record that is named outright is not
    looked for by keys.
    """
    if isinstance(record, Ref):
        return ()
    if isinstance(record, Profile):
        return record.keys
    if isinstance(record, SocialUpdate):
        whole = (profile.keys for profile in (record.author, record.reposted_by) if profile)
    else:
        whole = (profile.keys for profile in record.profiles)
    mails = (f"email:{email.key}" for email in record.emails) if isinstance(record, Person) else ()
    return tuple(dict.fromkeys((*chain.from_iterable(whole), *mails)))
