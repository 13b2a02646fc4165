"""
Who is behind a social update: the interpreter of the tables.

An author is looked up once and the answer is kept with the directory; from then on, an update costs one look-up.

Rule:
    AUTH-6 to AUTH-15, NET-1, NET-4, NET-6.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from operator import attrgetter
from typing import cast

import attrs

from leadmodel.directory import Directory, Kept, People, look_alike_key
from leadmodel.entities import Account, Contact, Deal, Entity, Lead, Record, SocialUpdate
from leadmodel.errors import AmbiguousAuthor, InvalidValue, Problem, shown
from leadmodel.networks import Profile, identity_of
from leadmodel.processes import Counts, Outcome, Pipeline, pipelines
from leadmodel.processes.pipelines import Pipelines
from leadmodel.rules.answers import Answer, Found
from leadmodel.rules.author_rules import ZOHO, AuthorRule, AuthorRules, Category, DealLink, OnRecord
from leadmodel.rules.story import existed, outcome_at, was_converted
from leadmodel.values.instants import instant_fault

_IDENTITY = attrgetter("identity")
_OPEN, _WON = Counts.OPEN, Counts.WON


@attrs.frozen(eq=False)
class _Judge:
    """
    One table, over one directory, as of one instant.
    """

    directory: Directory
    rules: AuthorRules
    as_of: datetime | None
    #: What makes a deal a contact's (AUTH-9).
    primary: bool = attrs.field(init=False)
    role: bool = attrs.field(init=False)
    account: bool = attrs.field(init=False)

    #: The answers and categories that were asked for, by identity.
    answers: Kept[Answer] = attrs.field(init=False)
    categories: Kept[Category] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        put = object.__setattr__
        for link in DealLink:
            put(self, link.value, link in self.rules.deals)
        put(self, "answers", Kept(self.answer))
        put(self, "categories", Kept(self.category))

    def category(self, identity: str) -> Category:
        """
        Give the category alone.
        """
        return self._judged(identity.partition("\t")[0])[0].category

    def answer(self, identity: str) -> Answer:
        """
        Give the whole answer.
        """
        author, tab, reposter = identity.partition("\t")
        if tab:
            for part in (author, reposter):
                if self.answers[part].row.on_record is OnRecord.NOBODY:
                    self._note_look_alikes(identity, part)
            return attrs.evolve(self.answers[author], reposter=self.answers[reposter])
        row, found, deciding = self._judged(author)
        return Answer(
            row=row,
            author=author.rpartition("\n")[2],
            found=found,
            deciding=deciding,
            look_alikes=self._look_alikes(author) if found.on_record is OnRecord.NOBODY else (),
            as_of=self.as_of,
        )

    def _judged(self, author: str) -> tuple[AuthorRule, Found, Sequence[Deal]]:
        """
        Look an author up and ask the table: the row, what is on record, and the deals that decided.
        """
        found = self._found(author)
        open_deals: list[Deal] = []
        won: list[Deal] = []
        lost: list[Deal] = []
        outcome_of = self.directory.outcome if self.as_of is None else self._outcome_then
        for deal in self._deals(found):
            counts = outcome_of(deal).counts_as
            (open_deals if counts is _OPEN else won if counts is _WON else lost).append(deal)
        as_contact = self.rules.companies and found.on_record is OnRecord.ACCOUNT
        row = self.rules.row(
            OnRecord.CONTACT if as_contact else found.on_record,
            any_open=bool(open_deals),
            any_won=bool(won),
            any_lost=bool(lost),
        )
        asked = ((row.any_open, open_deals), (row.any_won, won), (row.any_lost, lost))
        return row, found, [deal for wanted, deals in asked if wanted for deal in deals]

    def _found(self, author: str) -> Found:
        if not author:
            return _NO_AUTHOR
        matches, stale = self._matches(author)
        if not matches:
            return Found(OnRecord.NOBODY, stale=stale) if stale else _NOBODY
        if len(matches) == 1 and type(matches[0]) is Contact:
            return Found(OnRecord.CONTACT, (matches[0],), stale=stale)
        return self._sorted_out(author, matches, stale)

    def _sorted_out(self, author: str, matches: Sequence[Entity], stale: Sequence[Entity]) -> Found:
        """
        Say how an author is on record who matches anything but one contact (AUTH-6 to AUTH-8).
        """
        contacts = {match.id: match for match in matches if isinstance(match, Contact)}
        leads = [match for match in matches if isinstance(match, Lead)]
        accounts = [match for match in matches if isinstance(match, Account)]
        converted = [lead for lead in leads if was_converted(lead, self.as_of)]
        followed = []
        for lead in converted:
            contact = self._contact_of(lead)
            if contact:
                contacts[contact.id] = contact
                followed.append(lead)
        if contacts:
            on_record = OnRecord.CONTACT
        elif len(leads) > len(converted):
            on_record = OnRecord.LEAD
        else:
            on_record = OnRecord.CONVERTED_LEAD if leads else OnRecord.ACCOUNT
        if len(contacts) > 1 and self.rules.strict:
            refs = tuple(contacts[contact_id].ref for contact_id in sorted(contacts))
            raise AmbiguousAuthor(author=author.rpartition("\n")[2], contacts=refs)
        return Found(on_record, tuple(contacts.values()), leads, accounts, followed, stale)

    def _matches(self, author: str) -> tuple[Sequence[Entity], Sequence[Entity]]:
        matches, stale = self.directory.matching(author)
        network, _, address = author.rpartition("\n")[2].partition(":")
        if self.rules.match_email and network == "email":
            matches = [*matches, *(m for m in self.directory.with_email(address) if m not in matches)]
        if self.as_of is not None:
            matches = [match for match in matches if existed(cast("Record", match), self.as_of)]
            stale = [match for match in stale if existed(cast("Record", match), self.as_of)]
            if not matches:  # whoever suppressed them was not there yet
                matches, stale = stale, []
        return matches, stale

    def _contact_of(self, lead: Lead) -> Contact | None:
        """
        Follow a converted lead to its contact (AUTH-8).
        """
        contact = self.directory.get(Contact, lead.conversion.contact_id) if lead.conversion else None
        return contact if contact and existed(contact, self.as_of) else None

    def _deals(self, found: Found) -> Sequence[Deal]:
        """
        Give the deals that count, by who is on record and the options of the table (AUTH-9, AUTH-10).
        """
        deals: list[Deal] = []
        for contact in found.contacts:
            deals += self.directory.deals_of(contact, primary=self.primary, role=self.role, account=self.account)
        if found.accounts and self.rules.companies and found.on_record is OnRecord.ACCOUNT:
            for account in found.accounts:
                deals += self.directory.deals_of_account(account)
        return deals if self.as_of is None else [deal for deal in deals if existed(deal, self.as_of)]

    def _outcome_then(self, deal: Deal) -> Outcome:
        return outcome_at(deal, cast("datetime", self.as_of), self.directory)

    def _look_alikes(self, author: str) -> tuple[str, ...]:
        """
        Give the known keys that look like a stranger's; a change of any of them will touch the answer.
        """
        self._note_look_alikes(author, author)
        likes = dict.fromkeys(like for key in author.split("\n") for like in self.directory.look_alikes(key))
        return tuple(like for like in likes if self._was_known(like))

    def _note_look_alikes(self, identity: str, author: str) -> None:
        for key in author.split("\n"):
            self.answers.note(identity, look_alike_key(key))

    def _was_known(self, key: str) -> bool:
        return self.as_of is None or any(
            existed(cast("Record", match), self.as_of) for match in self.directory.matching(key)[0]
        )


_NOBODY = Found(OnRecord.NOBODY)
_NO_AUTHOR = Found(OnRecord.NO_AUTHOR)


def answers_kept(directory: Directory, rules: AuthorRules, as_of: datetime | None) -> Kept[Answer]:
    """
    Give the answers that a directory keeps for these rules and this instant, by identity.
    """
    return directory.keep(("answers", rules, as_of), lambda: _Judge(directory, rules, as_of).answers)


def _categories_kept(directory: Directory, rules: AuthorRules, as_of: datetime | None) -> Kept[Category]:
    return directory.keep(("categories", rules, as_of), lambda: _Judge(directory, rules, as_of).categories)


def _checked_instant(as_of: datetime | None) -> datetime | None:
    """
    Bring the instant to UTC, so that one instant has one set of kept answers.

    Raises:
        InvalidValue: It is naive, no instant at all, or out of range in UTC.
    """
    if as_of is None:
        return None
    if fault := instant_fault(as_of):
        problem = Problem(what=f"{as_of} {fault}", field="as_of", value=as_of, rule="AUTH-15")
        raise InvalidValue(subject="as_of", problems=(problem,))
    return as_of.astimezone(UTC)


def classify_author(
    author: SocialUpdate | Profile,
    directory: Directory,
    *,
    rules: AuthorRules = ZOHO,
    as_of: datetime | None = None,
) -> Answer:
    """
    Say who is behind an update or a profile, and why.

    Args:
        author: An update, or the profile of whoever wrote one.
        directory: Who is on record.
        rules: The table and its options.
        as_of: The instant whose story is asked for; None is now.

    Raises:
        AmbiguousAuthor: Several contacts match and the rules are strict.
        UnknownStage: A deal's history names a stage that its pipeline does not know.

    Rule:
        AUTH-1 to AUTH-15.
    """
    return answers_kept(directory, rules, _checked_instant(as_of))[author.identity]


def classify_many(
    authors: Iterable[Profile | SocialUpdate | str],
    directory: Directory,
    *,
    rules: AuthorRules = ZOHO,
    as_of: datetime | None = None,
    network: str = "",
    server: str = "",
) -> list[Category]:
    """
    Give the category of each author, in order: the fast road, without reasons.

    Args:
        authors: Profiles, updates, or handles as they were found.
        directory: Who is on record.
        rules: The table and its options.
        as_of: The instant whose story is asked for; None is now.
        network: The network of the handles, where they do not tell.
        server: The server of bare Mastodon handles.

    Raises:
        InvalidValue: A handle cannot be read.
        AmbiguousAuthor: Several contacts match and the rules are strict.
    """
    several = authors if isinstance(authors, (list, tuple)) else list(authors)
    kept = _categories_kept(directory, rules, _checked_instant(as_of))
    if not any(isinstance(author, str) for author in several[:1]):
        try:
            return list(map(kept.__getitem__, map(_IDENTITY, several)))
        except AttributeError:
            pass
    handles = directory.keep(
        ("handles", network, server), lambda: Kept(lambda text: identity_of(text, network=network, server=server))
    )
    if all(isinstance(author, str) for author in several):
        return list(map(kept.__getitem__, map(handles.__getitem__, cast("list[str]", several))))
    return [kept[handles[author] if isinstance(author, str) else author.identity] for author in several]


def classify_feed(
    updates: Iterable[SocialUpdate],
    people: People,
    *,
    pipelines: Pipeline | Iterable[Pipeline] | Pipelines = pipelines.ZOHO,
    rules: AuthorRules = ZOHO,
    as_of: datetime | None = None,
    batch: int = 500,
) -> Iterator[tuple[SocialUpdate, Answer]]:
    """
    Say who is behind each update of a feed, lazily and in order: pairs of update and answer.

    Args:
        updates: The feed; it may be endless. An error in it is raised after the answers to what came before.
        people: Who is on record: a directory, a store, or anything that can make a directory for a batch.
        pipelines: The stages of the deals; a directory keeps its own.
        rules: The table and its options.
        as_of: The instant whose story is asked for; None is now.
        batch: How many updates to ask *people* about at a time.

    Raises:
        InvalidValue: The batch is not positive, or the instant naive.
        AmbiguousAuthor: Several contacts match and the rules are strict.
    """
    if batch < 1:
        problem = Problem(what=f"{shown(batch)} updates are no batch", hint="use 1 or more", field="batch", value=batch)
        raise InvalidValue(subject="batch", problems=(problem,))
    return _pairs(iter(updates), people, pipelines, rules, _checked_instant(as_of), batch)


def _pairs(  # noqa: PLR0917  (the arguments of classify_feed, checked)
    updates: Iterator[SocialUpdate],
    people: People,
    pipelines: Pipeline | Iterable[Pipeline] | Pipelines,
    rules: AuthorRules,
    as_of: datetime | None,
    batch: int,
) -> Iterator[tuple[SocialUpdate, Answer]]:
    for chunk in _batches(updates, batch):
        directory = people.directory_for(chunk, pipelines=pipelines)
        kept = answers_kept(directory, rules, as_of)
        yield from zip(chunk, map(kept.__getitem__, map(_IDENTITY, chunk)), strict=True)


def _batches(updates: Iterator[SocialUpdate], size: int) -> Iterator[list[SocialUpdate]]:
    """
    Take a feed apart; where it breaks off with an error, what came before is given first.
    """
    while True:
        chunk: list[SocialUpdate] = []
        try:
            chunk.extend(islice(updates, size))
        finally:
            if chunk:
                yield chunk
        if not chunk:
            return
