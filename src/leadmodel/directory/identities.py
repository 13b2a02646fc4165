"""
Who has an identity: the index from profiles and e-mail addresses to records.

Rule:
    NET-1, NET-4, NET-6.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from leadmodel.directory.buckets import Buckets
from leadmodel.entities import Account, Contact, Lead, Person
from leadmodel.networks import skeleton

#: What people with an e-mail address are: leads that are open, leads that were converted, contacts.
OPEN_LEAD, CONVERTED_LEAD, CONTACT = STANDINGS = ("open lead", "converted lead", "contact")

#: Whoever has profiles.
Holder = Lead | Contact | Account


@lru_cache(maxsize=1_024)
def skeleton_of(key: str) -> str:
    """
    Give the skeleton of a key; a stranger's is asked for twice: for its look-alikes, and to note who depends on them.
    """
    return skeleton(key)


class Identities:
    """
    Records by the keys of their profiles; by e-mail address and by look-alike too, from the first time that is asked.
    """

    __slots__ = ("_by_email", "_by_key", "_by_skeleton")

    def __init__(self) -> None:
        self._by_key: Buckets[str, Holder] = Buckets()
        self._by_email: Buckets[tuple[str, str], Person] | None = None
        self._by_skeleton: dict[str, set[str]] | None = None

    def load(self, holders: Iterable[Holder]) -> None:
        """
        Put many records in at once.
        """
        index = self._by_key
        for holder in holders:
            for profile in holder.profiles:
                for key in profile.keys if profile.uid else (profile.key,):
                    bucket = index.get(key)
                    if bucket is None:
                        index[key] = [holder]
                    elif bucket[-1] is not holder:  # the same profile given twice
                        bucket.append(holder)

    def add(self, holder: Holder) -> None:
        """
        Put a record in.
        """
        self.load((holder,))
        if self._by_skeleton is not None:
            for key in profile_keys(holder):
                self._by_skeleton.setdefault(skeleton(key), set()).add(key)
        if self._by_email is not None and isinstance(holder, Person):
            for place in _email_keys(holder):
                self._by_email.add(place, holder)

    def take(self, holder: Holder) -> None:
        """
        Take a record out.
        """
        for key in profile_keys(holder):
            self._by_key.take(key, holder)
            if self._by_skeleton is not None and key not in self._by_key:
                self._by_skeleton[skeleton(key)].discard(key)
        if self._by_email is not None and isinstance(holder, Person):
            for place in _email_keys(holder):
                self._by_email.take(place, holder)

    def matching(self, identity: str) -> tuple[Sequence[Holder], Sequence[Holder]]:
        """
        Find the records that have an identity: (matches, stale candidates).

        A stable id decides where both sides have one. Records that have only the handle are then stale candidates;
        a record that has the handle with another stable id is somebody else.

        Rule:
            NET-1.
        """
        first, newline, handle = identity.partition("\n")
        sure = self._by_key.get(first, ())
        if not newline:
            return sure, ()
        by_handle = [
            holder for holder in self._by_key.get(handle, ()) if holder not in sure and _lacks_uid(holder, handle)
        ]
        return (sure, by_handle) if sure else (by_handle, ())

    def with_email(self, address: str, people: Iterable[Person], *standings: str) -> Sequence[Person]:
        """
        Find the persons with an e-mail address, in lower case; the first question goes through *people* once.

        Args:
            address: The address.
            people: Everybody on record.
            standings: Whom to look for: some of `STANDINGS`. They are kept apart, so that the few of one kind are found
                among however many of another.
        """
        if self._by_email is None:
            self._by_email = Buckets()
            for person in people:
                for key in _email_keys(person):
                    self._by_email.add(key, person)
        if len(standings) == 1:
            return self._by_email.get((standings[0], address), ())
        return [person for standing in standings for person in self._by_email.get((standing, address), ())]

    def look_alikes(self, key: str) -> tuple[str, ...]:
        """
        Give the known keys that look like this one and are not it, in order.

        Rule:
            NET-4.
        """
        if self._by_skeleton is None:
            self._by_skeleton = {}
            for known in self._by_key:
                self._by_skeleton.setdefault(skeleton(known), set()).add(known)
        return tuple(sorted(self._by_skeleton.get(skeleton_of(key), set()) - {key}))

    def twin(self) -> "Identities":
        """
        Give an independent index of the same records.
        """
        twin = Identities()
        twin._by_key = self._by_key.twin()
        return twin

    def __len__(self) -> int:
        return len(self._by_key)


def profile_keys(holder: Holder) -> tuple[str, ...]:
    """
    Give the keys of all profiles of a record, each once.
    """
    return tuple(dict.fromkeys(key for profile in holder.profiles for key in profile.keys))


def _lacks_uid(holder: Holder, handle_key: str) -> bool:
    return any(profile.key == handle_key and not profile.uid for profile in holder.profiles)


def _email_keys(person: Person) -> set[tuple[str, str]]:
    """
    Give the keys under which a person stands by e-mail address.
    """
    standing = CONTACT
    if isinstance(person, Lead):
        standing = OPEN_LEAD if person.conversion is None else CONVERTED_LEAD
    return {(standing, email.key) for email in person.emails}
