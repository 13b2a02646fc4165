"""
Forgetting: whoever is forgotten is gone, and a store that keeps the past keeps no trace of them (LIFE-2).
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from leadmodel.changes import Cause, Changes, Effect
from leadmodel.entities import Contact, Lead, Note
from leadmodel.networks import Profile
from leadmodel.ports import Keeper
from leadmodel.processes import pipelines
from leadmodel.rules.author_rules import Category
from leadmodel.rules.classification import classify_author
from leadmodel.stores import MemoryStore
from leadmodel.testing.conformance.basis import OTHER_TENANT, Conformance, Opener, clause
from leadmodel.testing.conformance.capabilities import Level
from leadmodel.testing.conformance.comparing import same, same_records, whole
from leadmodel.testing.conformance.samples import NOON, creating, deleting, lead, there, updating
from leadmodel.values import Ref

#: What stands in every text of whoever is forgotten.
_WORD: Final = "Quixano"
_CAUSE: Final = Cause(at=NOON, by="u9", rules=("LIFE-2",))
_ADA: Final = Profile("x", "quixano")


def _person(record_id: str, **fields: Any) -> Lead:  # noqa: ANN401  (any field of a lead)
    return lead(record_id, **{"last_name": _WORD, "profiles": [_ADA], **fields})


def _forgetting(*refs: Ref, **besides: Any) -> Changes:  # noqa: ANN401  (the fields of changes)
    return Changes(erased=refs, cause=_CAUSE, **besides)


def _mail(key: str, *about: Ref) -> Effect:
    return Effect(key=key, kind="email", payload={"text": f"Dear {_WORD} {key}"}, about=about)


def _life(store: Keeper) -> Iterator[int]:
    """
    Let everything happen to a lead that another one is merged into, beside one who stays; give the positions.
    """
    ada, old, note = _person("1"), _person("2"), Note(id="n1", about=Ref(Lead, "3"), text="Stays.")
    updated = _person("1", title=f"{_WORD} of La Mancha", version=1)
    yield store.apply(Changes(created=[ada, old, lead("3"), note], effects=[_mail("e1")], cause=Cause(at=NOON)))
    yield store.apply(updating(ada, title=updated.title))
    yield store.apply(Changes(created=[lead("4")], effects=[_mail("e2", old.ref), _mail("e3", Ref(Lead, "3"))]))
    yield store.apply(deleting(old, into=ada.ref))
    yield store.apply(deleting(updated))
    yield store.apply(creating(_person("1", company=_WORD, version=9)))


def _told(store: Keeper) -> str:
    """
    Give all that a store says of anything, as one text.
    """
    log = [whole(each) for each in store.log()]
    histories = [
        [whole(each) for each in store.history(Ref(kind, str(n)))] for kind in (Lead, Contact) for n in range(5)
    ]
    then = [whole(each) for commit in store.log() for each in there(store.as_of(commit.recorded_at))]
    waiting = [whole(each) for each in store.outbox()]
    return repr([log, histories, then, waiting, [whole(each) for each in there(store)]])


class ForgetClauses(Conformance):
    """
    LIFE-2: what is forgotten leaves no trace.
    """

    @clause("LIFE-2")
    def test_life02_whoever_is_forgotten_is_gone(self, open_store: Opener) -> None:
        """
        LIFE-2: whatever their version is; whoever was never there is no error, and everybody else stays.
        """
        store = open_store()
        store.apply(creating(_person("1"), lead("2")))
        store.apply(updating(_person("1"), company=_WORD))
        for _ in range(2):
            store.apply(_forgetting(Ref(Lead, "1"), Ref(Lead, "99")))

            same(store.get(Lead, "1"), None, "whoever is forgotten")
            same_records(open_store().find(Lead), [lead("2")], "those who are left")
        same(store.count(Lead), 1, "how many are left")
        answer = classify_author(_ADA, store.directory_for([_ADA], pipelines=pipelines.SIMPLE))
        same(answer.category, Category.UNKNOWN, "who their profile is")

    @clause("LIFE-2")
    def test_life02_an_id_may_be_given_to_somebody_else(self, open_store: Opener) -> None:
        """
        LIFE-2: in the same changes too, which forget first and create then, with a higher version.
        """
        store = open_store()
        store.apply(creating(_person("1", version=4)))
        store.apply(_forgetting(Ref(Lead, "1"), created=[lead("1")]))

        same_records([store.get(Lead, "1")], [lead("1", version=5)], "the new one")

    @clause("LIFE-2", Level.KEEPER)
    def test_life02_nothing_is_left_of_a_life(self, open_store: Opener) -> None:
        """
        LIFE-2: not in the records, the log, a history, the outbox, nor in the records as they were.
        """
        store = open_store()
        positions = list(_life(store))
        same(_WORD in _told(store), True, "whether their name stands somewhere while they are there")
        position = store.apply(_forgetting(Ref(Lead, "1")))

        told = _told(open_store()).replace(repr(_mail("e3").payload["text"]), "")
        same(_WORD in told, False, "whether their name is left anywhere")
        same([each.position for each in store.log()], [*positions, position], "the positions of the log")

    @clause("LIFE-2", Level.KEEPER)
    def test_life02_entries_keep_when_and_why(self, open_store: Opener) -> None:
        """
        LIFE-2: each entry stays, with its position, instant and cause, and tells neither before nor after.
        """
        store = open_store()
        list(_life(store))
        past = [(each.position, each.recorded_at, whole(each.cause)) for each in store.history(Ref(Lead, "1"))]
        store.apply(_forgetting(Ref(Lead, "1")))
        entries = list(store.history(Ref(Lead, "1")))

        left = [(each.position, each.recorded_at, whole(each.cause)) for each in entries]
        same(left[:-1], past, "when and why something was done to them")
        same((left[-1][0], left[-1][2]), (7, whole(_CAUSE)), "when and why they were forgotten")
        same({(each.before, each.after) for each in entries}, {(None, None)}, "what they were")
        same({(each.ref, each.verb) for each in entries}, {(Ref(Lead, "1"), "forgotten")}, "what is told of them")
        same(list(store.history(Ref(Lead, "99"))), [], "the history of whoever never was")

    @clause("LIFE-2", Level.KEEPER)
    def test_life02_commits_name_whom_they_leave_out(self, open_store: Opener) -> None:
        """
        LIFE-2: the log tells the other records of a commit whole, and those who are forgotten by reference.
        """
        store = open_store()
        list(_life(store))
        before = [each.changes for each in store.log()]
        store.apply(_forgetting(Ref(Lead, "1")))
        log = [each.changes for each in store.log()]

        one, two = Ref(Lead, "1"), Ref(Lead, "2")
        named = [(one, two), (one,), (), (two,), (one,), (one,), (one, two)]
        same([each.erased for each in log], named, "whom the commits name as forgotten")
        same([each.changes.erased for each in store.log(after=6)], named[6:], "whom the last one names")
        same([whole(each.cause) for each in log[:6]], [whole(each.cause) for each in before], "why it was done")
        same_records(log[0].created, [lead("3"), before[0].created[-1]], "who else was created")
        same_records(log[2].created, [lead("4")], "who was created beside them")
        same([len([*each.pairs()]) for each in log], [2, 0, 1, 0, 0, 0, 0], "how many others changed")
        same([whole(store.changes(n)) for n in range(1, 8)], [whole(each) for each in log], "the changes one by one")

    @clause("LIFE-2", Level.KEEPER)
    def test_life02_the_log_can_still_be_replayed(self, open_store: Opener) -> None:
        """
        LIFE-2: applied in order to an empty store, what is left of the log gives the records that are left.
        """
        store, again = open_store(), MemoryStore()
        list(_life(store))
        store.apply([_forgetting(Ref(Lead, "1")), creating(lead("5"))])
        for commit in store.log():
            again.apply(commit.changes)

        same_records(there(store), there(again), "the records, and those of the replay")
        same(
            [store.resolve(Ref(Lead, "2")), again.resolve(Ref(Lead, "2"))], [Ref(Lead, "1")] * 2, "where a merge leads"
        )

    @clause("LIFE-2", Level.KEEPER)
    def test_life02_as_of_shows_nobody_who_is_forgotten(self, open_store: Opener) -> None:
        """
        LIFE-2: at no instant; everybody else is as they were.
        """
        store = open_store()
        list(_life(store))
        instants = [each.recorded_at for each in store.log()]
        store.apply(_forgetting(Ref(Lead, "1")))

        for instant in instants:
            then = store.as_of(instant)
            same([then.get(Lead, each) for each in ("1", "2")], [None, None], f"who they were at {instant}")
            same({each.id for each in then.find(Lead)} - {"3", "4"}, set(), f"who else was there at {instant}")
        same_records([store.as_of(instants[-1]).get(Lead, "3")], [lead("3")], "whoever stays")

    @clause("LIFE-2", Level.KEEPER)
    def test_life02_whoever_was_merged_away_is_forgotten_too(self, open_store: Opener) -> None:
        """
        LIFE-2: with those who were merged into somebody, all that were merged into these; ids still lead on.
        """
        store = open_store()
        store.apply(creating(*(_person(each) for each in ("1", "2", "3", "4", "5"))))
        store.apply(deleting(_person("1"), into=Ref(Lead, "2")))
        store.apply(deleting(_person("2"), into=Ref(Lead, "3")))
        store.apply([deleting(_person("4"), into=Ref(Lead, "3")), _forgetting(Ref(Lead, "3"))])

        told = [{each.verb for each in store.history(Ref(Lead, each))} for each in ("1", "2", "3", "4")]
        same(told, [{"forgotten"}] * 4, "what is told of all four")
        same([each.id for each in store.changes(4).erased], ["1", "2", "3", "4"], "whom the commit names")
        same([store.resolve(Ref(Lead, each)).id for each in ("1", "2", "4")], ["3", "3", "3"], "where the ids lead")
        same_records(there(store), [_person("5")], "who is left")

    @clause("LIFE-2", Level.KEEPER)
    def test_life02_effects_about_them_are_never_sent(self, open_store: Opener) -> None:
        """
        LIFE-2: those that name them, and those that name nobody beside them, lose their payload and wait no more.

        Their keys stay known. Effects that come with the forgetting itself are there to tell of it, and wait.
        """
        store = open_store()
        list(_life(store))
        store.acknowledge(["e1"])
        farewell = _mail("e9", Ref(Lead, "1"))
        store.apply(_forgetting(Ref(Lead, "1"), effects=[farewell]))
        store.apply(Changes(effects=[_mail("e1"), _mail("e2", Ref(Lead, "4"))]))

        same([each.effect.key for each in store.outbox()], ["e3", "e9"], "the effects that wait")
        effects = {each.key: each for commit in list(store.log())[:7] for each in commit.changes.effects}
        said = {key: each.payload.get("text") for key, each in effects.items()}
        kept = {key: effect.payload["text"] for key, effect in (("e3", _mail("e3")), ("e9", farewell))}
        same(said, {"e1": None, "e2": None, **kept}, "what the effects in the log say")
        same([effects["e2"].kind, effects["e2"].about], ["email", (Ref(Lead, "2"),)], "what is left of an effect")
        same(store.acknowledge(["e1", "e2", "e3"]), 1, "how many of them had waited")

    @clause("LIFE-2", Level.KEEPER)
    def test_life02_an_effect_that_came_before_waits(self, open_store: Opener) -> None:
        """
        LIFE-2, S-13: the same key is the same effect, and it tells of those with whom it came first.
        """
        store = open_store()
        store.apply(Changes(created=[lead("2")], effects=[_mail("e1")]))
        store.apply(Changes(created=[_person("1")], effects=[_mail("e1")]))
        store.apply(_forgetting(Ref(Lead, "1")))

        same([each.effect.key for each in store.outbox()], ["e1"], "the effects that wait")
        said = [[bool(each.payload) for each in commit.changes.effects] for commit in store.log()]
        same(said, [[True], [False], []], "whether the log says what they were to say")

    @clause("LIFE-2", Level.KEEPER)
    def test_life02_versions_never_start_again(self, open_store: Opener) -> None:
        """
        LIFE-2, S-2: what is created under the id continues above the last version, however often that happens.
        """
        store = open_store()
        list(_life(store))
        found = []
        for changes in (_forgetting(Ref(Lead, "1")), _forgetting(Ref(Lead, "1")), _forgetting(Ref(Lead, "2"))):
            store.apply(changes)
            store.apply(creating(lead("1")))
            record = store.get(Lead, "1")
            found.append(record and record.version)
            if record is not None and changes.erased[0].id == "1":
                store.apply(deleting(record))
                store.apply(changes)

        same(found, [10, 11, 12], "the versions of those who came after")

    @clause("LIFE-2", Level.KEEPER)
    def test_life02_a_transaction_that_fails_forgets_nobody(self, open_store: Opener) -> None:
        """
        LIFE-2, S-17: in it they are gone, with their past; after it everything is as it was.
        """
        store = open_store()
        list(_life(store))
        before, outbox = _told(store), [whole(each) for each in store.outbox()]
        with suppress(_Left), store.transaction() as transaction:
            transaction.apply(_forgetting(Ref(Lead, "1")))
            same(transaction.get(Lead, "1"), None, "whoever is forgotten, within the transaction")
            verbs = {each.verb for each in transaction.history(Ref(Lead, "1"))}
            same(verbs, {"forgotten"}, "what is told of them within the transaction")
            raise _Left

        same(_told(store), before, "all that the store tells")
        same([whole(each) for each in store.outbox()], outbox, "the effects that wait")
        same(store.resolve(Ref(Lead, "2")), Ref(Lead, "1"), "where a merged one leads")

    @clause("LIFE-2", Level.KEEPER)
    def test_life02_other_tenants_remember(self, open_store: Opener) -> None:
        """
        LIFE-2, S-11: what is forgotten here stays there, under the same ids, keys and positions.
        """
        if not self.keeps("S-11"):
            return
        store, other = open_store(), open_store(OTHER_TENANT)
        for each in (store, other):
            list(_life(each))
        before = _told(other)
        store.apply(_forgetting(Ref(Lead, "1"), Ref(Lead, "3")))

        same(_told(other), before, "all that the other tenant's store tells")

    @clause("LIFE-2", Level.KEEPER)
    def test_life02_a_key_of_forgetting_is_known_again(self, open_store: Opener) -> None:
        """
        LIFE-2, S-18: the same key again forgets nobody who came after.
        """
        store = open_store()
        store.apply(creating(_person("1")))
        first = store.apply(_forgetting(Ref(Lead, "1")), key="k1")
        store.apply(creating(lead("1")))

        same(store.apply(_forgetting(Ref(Lead, "1")), key="k1"), first, "the position of the same key")
        same_records(there(store), [lead("1", version=1)], "who came after")


class _Left(Exception):
    """
    What leaves a transaction in the middle.
    """
