"""Texts, values, profiles and tables as they are drawn: sound at once, of every kind that there is."""

from collections.abc import Hashable, Iterator
from datetime import UTC, datetime
from itertools import product
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.testing.drawing import drawn, refused, smallest, told

from leadmodel import (
    NETWORKS,
    AuthorRules,
    Category,
    Consent,
    DealLink,
    Forecast,
    OnRecord,
    Outcome,
    Pipeline,
    Profile,
    Reason,
    StatusKind,
)
from leadmodel.networks import skeleton
from leadmodel.testing import strategies
from leadmodel.testing.strategies.identity import look_alike
from leadmodel.testing.strategies.profile import UNLISTED
from leadmodel.values import CURRENCIES, PhoneKind
from leadmodel.values.text import identity_fault, text_fault

if TYPE_CHECKING:
    from collections.abc import Callable

#: Strategies that need no argument: each makes values of one type.
PLAIN: list[str] = sorted(
    set(strategies.__all__)
    - {"NOW", "askable_records", "changes_to", "conditions", "criteria", "handle_spellings", "handles", "stable_ids"}
)


@pytest.mark.parametrize("name", PLAIN)
def test_nearly_every_draw_is_valid_at_once(name: str) -> None:
    """A filter that refuses a draw now and then is allowed, one that refuses several per cent is not."""
    make: Callable[[], st.SearchStrategy[Any]] = getattr(strategies, name)

    assert refused(make(), 100) <= 0.03


@given(strategies.ids())
def test_ids_can_be_seen_and_are_not_blank(drawn_id: str) -> None:
    """An id is an identity under the text policy."""
    assert identity_fault(drawn_id) == ""


def test_ids_keep_the_length_that_is_asked_for() -> None:
    """A short id is as short as the caller's column; room for a UUID brings UUIDs."""
    assert max(map(len, drawn(strategies.ids(max_size=3)))) == 3
    assert any(len(each) == 36 and each.count("-") == 4 for each in drawn(strategies.ids(max_size=36)))


@given(strategies.texts(), strategies.lines())
def test_texts_follow_the_policy(text: str, line: str) -> None:
    """No NUL and no lone surrogate, within the limits."""
    assert text_fault(text, 200) == ""
    assert text_fault(line, 40) == ""
    assert len(line.splitlines()) <= 1


@given(strategies.names(), strategies.lines(min_size=1))
def test_names_are_never_blank(name: str, line: str) -> None:
    """A name says something, and so does a line that must have a character."""
    assert name.strip()
    assert line.strip()


def test_texts_reach_beyond_one_script() -> None:
    """Texts hold line breaks, right-to-left marks and characters beyond the basic plane."""
    characters = set("".join(drawn(strategies.texts(), 500)))

    assert "\n" in characters or "\r" in characters
    assert any(ord(character) > 0xFFFF for character in characters)


@given(strategies.instants())
def test_instants_are_aware_and_in_utc(instant: datetime) -> None:
    """An instant is kept in UTC."""
    assert instant.tzinfo is UTC
    assert 2000 <= instant.year <= 2040


def test_instants_keep_their_bounds() -> None:
    """Both bounds can be drawn and nothing beyond them, whatever zone they are given in."""
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 0, 0, 3, tzinfo=UTC)

    assert {i.microsecond for i in drawn(strategies.instants(min_value=first, max_value=last))} == {0, 1, 2, 3}


def test_instants_have_microseconds() -> None:
    """What a store may cut off is there."""
    assert any(instant.microsecond % 1_000 for instant in drawn(strategies.instants()))


def test_money_has_every_sign_scale_and_a_wished_currency() -> None:
    """Amounts go to the limits; a currency is kept."""
    euros = drawn(strategies.money(currency="EUR"), 400)

    assert {amount.currency for amount in euros} == {"EUR"}
    assert any(amount.amount < 0 for amount in euros)
    assert any(amount.amount > 10**12 for amount in euros)
    assert {0, 2, 4} <= {-int(amount.amount.as_tuple().exponent) for amount in euros}
    assert {amount.currency for amount in drawn(strategies.money(), 100)} <= CURRENCIES


def test_phone_numbers_have_every_kind_or_the_wished_one() -> None:
    """A kind that is added to the list is drawn."""
    assert {number.kind for number in drawn(strategies.phone_numbers())} == set(PhoneKind)
    assert {n.kind for n in drawn(strategies.phone_numbers(kind=PhoneKind.FAX), 30)} == {PhoneKind.FAX}
    assert any("x" in number.key for number in drawn(strategies.phone_numbers()))


def test_consents_hold_every_state() -> None:
    """A state that is added to the list is drawn."""
    assert {state for consent in drawn(strategies.consents()) for state in consent.values()} == set(Consent)


def test_custom_fields_hold_every_kind_of_value_and_nest() -> None:
    """Whatever a read-only mapping may hold is drawn, mappings in mappings too."""
    kinds = {type(value).__name__ for fields in drawn(strategies.custom_fields(), 400) for value in fields.values()}

    assert kinds == {
        "FrozenMap", "Money", "NoneType", "bool", "date", "datetime", "Decimal", "float", "frozenset", "int", "str",
        "tuple",
    }  # fmt: skip


def test_addresses_may_be_empty_and_full() -> None:
    """Every part may be missing or given."""
    seen = drawn(strategies.addresses(), 300)

    assert {bool(address) for address in seen} == {True, False}
    assert all(any(getattr(address, field.name) for address in seen) for field in attrs.fields(type(seen[0])))


def test_references_keep_the_wished_type() -> None:
    """Without a wish, every type of record is referred to."""
    from leadmodel import ENTITIES, Lead

    assert told(strategies.refs(), lambda ref: [ref.type], ENTITIES) == set(ENTITIES)
    assert {ref.type for ref in drawn(strategies.refs(record_type=Lead), 30)} == {Lead}


# Profiles


@pytest.mark.parametrize("network", [*NETWORKS, *UNLISTED])
def test_every_network_has_profiles_of_every_shape(network: str) -> None:
    """A handle, a handle with a stable id, a stable id alone: a row that is added is drawn the same day."""
    seen = drawn(strategies.profiles(network=network), 60)

    assert {profile.network for profile in seen} == {network}
    assert {(bool(profile.handle), bool(profile.uid)) for profile in seen} == {
        (True, False), (True, True), (False, True),
    }  # fmt: skip
    assert len({profile.handle for profile in seen}) > 5


def test_profiles_of_any_network_are_drawn() -> None:
    """Without a wish, every row is drawn, and networks that have none."""
    wanted = {*NETWORKS, *UNLISTED}

    assert told(strategies.profiles(), lambda profile: [profile.network], wanted) == wanted


@pytest.mark.parametrize(("uid", "handle"), [(True, None), (False, None), (None, True), (None, False), (True, True)])
def test_wished_parts_of_a_profile_are_there(uid: bool | None, handle: bool | None) -> None:
    """A wish is kept, and what is not wished for is left open."""
    seen = drawn(strategies.profiles(network="x", uid=uid, handle=handle), 60)

    assert {bool(profile.uid) for profile in seen} <= ({True, False} if uid is None else {uid})
    assert {bool(profile.handle) for profile in seen} <= ({True, False} if handle is None else {handle})


def test_profile_of_nothing_cannot_be_asked_for() -> None:
    """A profile has a handle or a stable id."""
    with pytest.raises(ValueError, match="ask for one of them"):
        strategies.profiles(uid=False, handle=False)


@pytest.mark.parametrize("network", [*NETWORKS, *UNLISTED])
@settings(max_examples=40)
@given(data=st.data())
def test_spellings_of_a_handle_are_read_as_one(network: str, data: st.DataObject) -> None:
    """Case, at signs, prefixes, space and addresses of pages make no other profile (NET-3)."""
    profile = data.draw(strategies.profiles(network=network, handle=True))
    text = data.draw(strategies.handle_spellings(profile))

    assert Profile.parse(text, network=network) == Profile(network, profile.handle)


def test_spellings_vary() -> None:
    """A handle is written in more ways than one, its page among them."""
    texts = {text.strip() for text in drawn(strategies.handle_spellings(Profile("x", "ada")), 300)}

    assert {"ada", "ADA", "@ada", "https://x.com/ada", "twitter.com/ada"} <= texts


@pytest.mark.parametrize(
    "profile",
    [
        Profile("x", "home"), Profile("xing", "ada"), Profile("mastodon", "ada@x.com"),
        Profile("mastodon", "a@www.b.example"),
        Profile("mastodon", "ada@münchen.example"),
    ],
)  # fmt: skip
def test_handles_whose_page_means_something_else_have_no_page(profile: Profile) -> None:
    """A handle that is also a page of the site, or a server that is read as another, is spelled without an address."""
    assert not [text for text in drawn(strategies.handle_spellings(profile), 100) if "/" in text]


def test_stable_id_alone_has_no_spelling() -> None:
    """There is no handle to spell."""
    with pytest.raises(ValueError, match="no handle to spell"):
        strategies.handle_spellings(Profile("x", uid="1"))


def test_look_alikes_look_alike_and_are_others() -> None:
    """The look-alike of a profile has its skeleton and another key; not every handle has one."""
    like = look_alike(Profile("x", "ada_lovelace"))

    assert like is not None
    assert like.key != "x:ada_lovelace"
    assert skeleton(like.key) == skeleton("x:ada_lovelace")
    assert look_alike(Profile("x", "7_7")) is None


# Tables


def test_pipelines_have_every_outcome_and_forecast() -> None:
    """A won stage may be called lost, and stand at any probability."""
    facts: set[object] = {*Outcome, *Forecast, "open at 100 %", "lost and called won"}

    def told_by(pipeline: Pipeline) -> set[object]:
        """Give what a pipeline shows of it."""
        found: set[object] = set()
        for stage in pipeline.stages:
            found |= {stage.outcome, stage.forecast}
            if stage.outcome is Outcome.OPEN and stage.probability == 100:
                found.add("open at 100 %")
            if stage.outcome is Outcome.LOST and stage.label == "Closed Won":
                found.add("lost and called won")
        return found

    assert told(strategies.pipelines(), told_by, facts) == facts


@given(strategies.pipelines(outcomes=frozenset(Outcome)))
def test_wished_outcomes_are_in_the_pipeline(pipeline: Pipeline) -> None:
    """Every wished outcome has a stage."""
    assert {stage.outcome for stage in pipeline.stages} == set(Outcome)


def test_wished_outcomes_survive_keys_that_meet() -> None:
    """Stages that were given one key are told apart, and none is lost."""
    pipeline = smallest(strategies.pipelines(outcomes=frozenset(Outcome)), lambda _: True)

    assert sorted(stage.outcome for stage in pipeline.stages) == sorted(Outcome)
    assert len({stage.key for stage in pipeline.stages}) == len(Outcome)


def test_statuses_have_every_kind() -> None:
    """A kind that is added to the list is drawn."""
    assert {m.kind for statuses in drawn(strategies.statuses()) for m in statuses.members} == set(StatusKind)


def test_author_rules_have_every_answer_and_option() -> None:
    """Every way of being on record may get every category; every option is turned on and off."""
    either = (True, False)
    wanted = {
        *product(["row"], OnRecord, Category), *product(["reason"], Reason), *product(["deals"], DealLink),
        *product(["options"], either, either, either),
    }  # fmt: skip

    def tell(rules: AuthorRules) -> Iterator[Hashable]:
        yield from (("row", row.on_record, row.category) for row in rules.rows)
        yield from (("reason", row.reason) for row in rules.rows)
        yield from (("deals", link) for link in rules.deals)
        yield "options", rules.strict, rules.companies, rules.match_email

    assert told(strategies.author_rules(), tell, wanted) == wanted


def test_options_of_author_rules_can_be_wished() -> None:
    """A wished option is kept."""
    tables = drawn(strategies.author_rules(strict=False, companies=True, match_email=False), 40)

    assert {(rules.strict, rules.companies, rules.match_email) for rules in tables} == {(False, True, False)}


def test_author_rules_shrink_to_one_row_for_each_way_of_being_on_record() -> None:
    """The smallest table says one thing of everybody."""
    assert len(smallest(strategies.author_rules(), lambda _: True).rows) == len(OnRecord)
