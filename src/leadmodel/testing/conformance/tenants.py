"""
Tenants: a store is bound to one of them, and sees nobody else's records (S-11).
"""

from leadmodel.changes import Changes, Effect
from leadmodel.directory import Directory
from leadmodel.entities import ENTITIES, Account, Contact, Deal, Lead, Note
from leadmodel.networks import Profile
from leadmodel.playbook import playbooks
from leadmodel.rules.author_rules import Category
from leadmodel.rules.classification import classify_feed
from leadmodel.rules.conversion import Request, Use
from leadmodel.samples import world
from leadmodel.testing.conformance.asking import everybody
from leadmodel.testing.conformance.basis import OTHER_TENANT, Conformance, Opener, clause
from leadmodel.testing.conformance.capabilities import Level
from leadmodel.testing.conformance.comparing import same, same_records
from leadmodel.testing.conformance.people import planned, same_plans
from leadmodel.testing.conformance.samples import creating, deleting, everything, lead, leads, updating
from leadmodel.values import Ref


class TenantClauses(Conformance):
    """
    S-11: a store is bound to one tenant and never sees another's records.
    """

    @clause("S-11")
    def test_s11_tenants_have_records_of_their_own(self, open_store: Opener) -> None:
        """
        S-11: the same ids in two tenants are different records, whatever is asked.
        """
        one, two = open_store(), open_store(OTHER_TENANT)
        ours, theirs = self.room(everything("ours", "1")), self.room([*everything("theirs", "1"), *leads("2", "3")])
        self.fill(one, ours)
        self.fill(two, theirs)

        for kind in ENTITIES:
            same_records(one.find(kind), [each for each in ours if type(each) is kind], "our records")
            same_records(two.find(kind), [each for each in theirs if type(each) is kind], "theirs")
            found = filter(None, [one.get(kind, "1")])
            same_records(found, [each for each in ours if type(each) is kind], "our record 1")
        same([one.count(Lead), two.count(Lead)], [1, 3], "how many leads each has")
        same(one.get(Lead, "2"), None, "a lead that is theirs alone")

    @clause("S-11")
    def test_s11_tenants_whose_names_look_alike_are_apart(self, open_store: Opener) -> None:
        """
        S-11: case, quotes and wildcards in the name of a tenant lead to nobody else's records.
        """
        tenants = ("acme", "Acme", "ACME", "ac_e", "%", "acme' OR '1'='1", "acme;--", "ácme", "a\u0301cme")
        for number, tenant in enumerate(tenants):
            self.fill(open_store(tenant), [lead(f"l{number}"), lead("same", company=f"{number}")])

        for number, tenant in enumerate(tenants):
            found = open_store(tenant).find(Lead)
            same_records(found, [lead(f"l{number}"), lead("same", company=f"{number}")], f"those of {tenant!r}")

    @clause("S-11")
    def test_s11_nobody_is_recognised_across_tenants(self, open_store: Opener) -> None:
        """
        S-11: the authors of a feed are looked up among the records of one tenant, look-alikes too.
        """
        store, sample = open_store(), world()
        self.fill(open_store(OTHER_TENANT), self.room(everybody(sample)))
        self.fill(store, [lead("l1", profiles=[Profile("x", "stranger")])])

        answers = [answer for _, answer in classify_feed(sample.updates, store, pipelines=sample.pipeline)]
        same({answer.category for answer in answers}, {Category.UNKNOWN}, "what the authors are, to us")
        same({answer.look_alikes for answer in answers}, {()}, "look-alikes that are on our record")

    @clause("S-11")
    def test_s11_matching_never_crosses_a_tenant(self, open_store: Opener) -> None:
        """
        S-11, CV-11: a contact of another tenant with the lead's address is no target, and no evidence mentions it.
        """
        store, other = open_store(), open_store(OTHER_TENANT)
        ours = lead("l1", emails=["test@company2.example"], company="Company 2", website="https://company2.example")
        self.fill(store, [ours])
        self.fill(other, self.room([
            Account(id="a9", name="Company 2", website="https://company2.example"),
            Contact(id="c9", last_name="Vale", emails=["test@company2.example"], account_id="a9"),
            Deal(id="d9", stage="Open", contact_id="c9", account_id="a9"),
            Note(id="n9", about=ours.ref, text="Theirs."), lead("l9", emails=["test@company2.example"]),
        ]))  # fmt: skip

        for request in (Request(), Request(account=Use("a9"), contact=Use("c9"), deal=Use("d9"))):
            given_plan = planned(ours, store, request, playbooks.SIMPLE)
            alone = planned(ours, Directory.of(leads=[ours]), request, playbooks.SIMPLE)
            same_plans(given_plan, alone, f"the plan of {request}")
            named = {ref.id for ref in given_plan.changes.refs()} & {"a9", "c9", "d9", "n9", "l9"}
            same(named, set(), "records of theirs that the changes name")

    @clause("S-11", Level.WRITER)
    def test_s11_writing_stays_within_the_tenant(self, open_store: Opener) -> None:
        """
        S-11: what is created, changed or deleted here changes nothing there, and counts nothing there.
        """
        one, two = open_store(), open_store(OTHER_TENANT)
        one.apply(creating(*leads("1", "2", "3")))
        two.apply(creating(*leads("1", "2", "3", company="Globex")))
        two.apply(updating(lead("1", company="Globex"), title="CTO"))
        two.apply(deleting(lead("2", company="Globex")))
        one.apply(creating(lead("4")))

        same_records(one.find(Lead), leads("1", "2", "3", "4"), "our records")
        same([each.version for each in one.find(Lead)], [0] * 4, "our versions")
        one.apply(updating(lead("1"), title="CEO"))
        one.apply(deleting(lead("2")))
        one.apply(creating(lead("5")))
        left = [lead("1", company="Globex", title="CTO", version=1), lead("3", company="Globex")]
        same_records(two.find(Lead), left, "their records")

    @clause("S-11", Level.KEEPER)
    def test_s11_tenants_have_logs_of_their_own(self, open_store: Opener) -> None:
        """
        S-11: positions, keys, histories, effects and merges are a tenant's own.
        """
        one, two = open_store(), open_store(OTHER_TENANT)
        effect = Effect(key="e1", kind="email")
        for store in (one, two):
            position = store.apply(Changes(created=leads("1", "2"), effects=[effect]), key="k1")
            same(position, 1, "the first position of a tenant")
        two.apply(deleting(lead("1"), into=Ref(Lead, "2")), key="k2")
        same(one.apply(updating(lead("2"), title="CTO"), key="k2"), 2, "our second position, under a key of theirs")

        same([len(list(store.log())) for store in (one, two)], [2, 2], "the lengths of the logs")
        same([len(store.history(Ref(Lead, "1"))) for store in (one, two)], [1, 2], "the histories of lead 1")
        same([store.resolve(Ref(Lead, "1")).id for store in (one, two)], ["1", "2"], "where lead 1 leads")
        same([store.changes(2).updated == () for store in (one, two)], [False, True], "the second changes")
        same(two.acknowledge(["e1"]), 1, "their effect is acknowledged")
        same([len(store.outbox()) for store in (one, two)], [1, 0], "the effects that wait")
        then = one.as_of(list(one.log())[-1].recorded_at)
        same(then.count(Lead), 2, "our leads of then")
