"""
Who is behind a social update: the interpreter of the tables.

An author is looked up once and the answer is kept with the directory; from then on, an update costs one look-up.

Rule:
    AUTH-6 to AUTH-15, NET-1, NET-4, NET-6.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from operator import attrgetter
from typing import cast

import attrs

from leadmodel.directory import Directory, Kept, People, look_alike_key
from leadmodel.entities import Account, Contact, Deal, Entity, Lead, Record, SocialUpdate
from leadmodel.errors import AmbiguousAuthor, InvalidValue, Problem, shown
from leadmodel.networks import Profile
from leadmodel.processes import Outcome, Pipeline, pipelines
from leadmodel.processes.pipelines import Pipelines
from leadmodel.rules.answers import Answer
from leadmodel.rules.author_rules import ZOHO, AuthorRule, AuthorRules, Category, DealLink, OnRecord
from leadmodel.rules.story import existed, outcome_at, was_converted
from leadmodel.values import Ref
from leadmodel.values.instants import instant_fault

_IDENTITY = attrgetter("identity")
_ID = attrgetter("id")


@attrs.define(kw_only=True, eq=False)
class _Case:
    """
    What is on record about one author.
    """

    on_record: OnRecord
    contacts: Sequence[Contact] = ()
    leads: Sequence[Lead] = ()
    accounts: Sequence[Account] = ()
    followed: Sequence[Lead] = ()
    stale: Sequence[Entity] = ()


@attrs.frozen(eq=False)
class _Judge:
    """
    One table, over one directory, as of one instant.
    """

    directory: Directory
    rules: AuthorRules
    as_of: datetime | None

    def category(self, identity: str) -> Category:
        """
        Give the category alone.
        """
        case = self._case(identity.partition("\t")[0])
        return self._row(case, self._outcomes(case)).category

    def answer(self, identity: str) -> Answer:
        """
        Give the whole answer.
        """
        author, tab, reposter = identity.partition("\t")
        if tab:
            kept = answers_kept(self.directory, self.rules, self.as_of)
            for part in (author, reposter):
                if kept[part].row.on_record is OnRecord.NOBODY:
                    self._note_look_alikes(identity, part)
            return attrs.evolve(kept[author], reposter=kept[reposter])
        case = self._case(author)
        outcomes = self._outcomes(case)
        row = self._row(case, outcomes)
        return Answer(
            row=row,
            author=author.rpartition("\n")[2],
            matches=_refs(case.contacts) + _refs(case.leads) + _refs(case.accounts),
            deals=_deciding(row, outcomes),
            ambiguous=len(case.contacts) > 1,
            followed=_refs(case.followed),
            stale=_refs(case.stale),
            look_alikes=self._look_alikes(author) if case.on_record is OnRecord.NOBODY else (),
            as_of=self.as_of,
        )

    def _case(self, author: str) -> _Case:
        if not author:
            return _Case(on_record=OnRecord.NO_AUTHOR)
        matches, stale = self._matches(author)
        if not matches:
            return _Case(on_record=OnRecord.NOBODY, stale=stale)
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
        elif leads:
            on_record = OnRecord.CONVERTED_LEAD
        else:
            on_record = OnRecord.ACCOUNT
        if len(contacts) > 1 and self.rules.strict:
            raise AmbiguousAuthor(author=author.rpartition("\n")[2], contacts=_refs(contacts.values()))
        return _Case(
            on_record=on_record, contacts=tuple(contacts.values()), leads=leads, accounts=accounts, followed=followed,
            stale=stale,
        )  # fmt: skip

    def _matches(self, author: str) -> tuple[Sequence[Entity], Sequence[Entity]]:
        matches, stale = self.directory.matching(author)
        if self.rules.match_email and author.startswith("email:"):
            matches = [*matches, *(m for m in self.directory.with_email(author[6:]) if m not in matches)]
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

    def _outcomes(self, case: _Case) -> dict[Outcome, list[Deal]]:
        """
        Give the deals that count for a case, by outcome.
        """
        links = self.rules.deals
        deals: list[Deal] = []
        for contact in case.contacts:
            deals += self.directory.deals_of(
                contact,
                primary=DealLink.PRIMARY in links,
                role=DealLink.ROLE in links,
                account=DealLink.ACCOUNT in links,
            )
        if case.on_record is OnRecord.ACCOUNT and self.rules.companies:
            for account in case.accounts:
                deals += self.directory.deals_of_account(account)
        by_outcome: dict[Outcome, list[Deal]] = {}
        for deal in deals:
            if self.as_of is None:
                by_outcome.setdefault(self.directory.outcome(deal), []).append(deal)
            elif existed(deal, self.as_of):
                by_outcome.setdefault(outcome_at(deal, self.as_of, self.directory), []).append(deal)
        return by_outcome

    def _row(self, case: _Case, outcomes: dict[Outcome, list[Deal]]) -> AuthorRule:
        as_contact = case.on_record is OnRecord.ACCOUNT and self.rules.companies
        return self.rules.row(
            OnRecord.CONTACT if as_contact else case.on_record,
            any_open=Outcome.OPEN in outcomes,
            any_won=Outcome.WON in outcomes,
            any_lost=Outcome.LOST in outcomes,
        )

    def _look_alikes(self, author: str) -> tuple[str, ...]:
        """
        Give the known keys that look like a stranger's; a change of any of them will touch the answer.
        """
        self._note_look_alikes(author, author)
        likes = dict.fromkeys(like for key in author.split("\n") for like in self.directory.look_alikes(key))
        return tuple(like for like in likes if self._was_known(like))

    def _note_look_alikes(self, identity: str, author: str) -> None:
        kept = answers_kept(self.directory, self.rules, self.as_of)
        for key in author.split("\n"):
            kept.note(identity, look_alike_key(key))

    def _was_known(self, key: str) -> bool:
        return self.as_of is None or any(
            existed(cast("Record", match), self.as_of) for match in self.directory.matching(key)[0]
        )


def _refs(records: Collection[Entity]) -> tuple[Ref, ...]:
    if not records:
        return ()
    return tuple([record.ref for record in sorted(records, key=_ID)])


def _deciding(row: AuthorRule, outcomes: dict[Outcome, list[Deal]]) -> tuple[Ref, ...]:
    """
    Give the deals whose outcome the row asks for.
    """
    asked = ((row.any_open, Outcome.OPEN), (row.any_won, Outcome.WON), (row.any_lost, Outcome.LOST))
    deals = {deal.id: deal for wanted, outcome in asked if wanted for deal in outcomes.get(outcome, ())}
    return _refs(deals.values())


def answers_kept(directory: Directory, rules: AuthorRules, as_of: datetime | None) -> Kept[Answer]:
    """
    Give the answers that a directory keeps for these rules and this instant, by identity.
    """
    return directory.keep(("answers", rules, as_of), lambda: Kept(_Judge(directory, rules, as_of).answer))


def _categories_kept(directory: Directory, rules: AuthorRules, as_of: datetime | None) -> Kept[Category]:
    return directory.keep(("categories", rules, as_of), lambda: Kept(_Judge(directory, rules, as_of).category))


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
        ("handles", network, server),
        lambda: Kept(lambda text: Profile.parse(text, network=network, server=server).identity),
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
        updates: The feed; it may be endless.
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
    while chunk := list(islice(updates, batch)):
        directory = people.directory_for(chunk, pipelines=pipelines)
        kept = answers_kept(directory, rules, as_of)
        yield from zip(chunk, map(kept.__getitem__, map(_IDENTITY, chunk)), strict=True)
