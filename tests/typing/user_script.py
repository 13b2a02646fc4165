"""What a user writes, as mypy and pyright check it: records, and who is behind an update."""

from __future__ import annotations

from datetime import UTC, datetime

import attrs

import leadmodel as lm

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def people() -> lm.Directory:
    """Put a lead, a contact and a deal of the contact on record."""
    lead = lm.Lead(
        id="l1",
        last_name="Lovelace",
        first_name="Ada",
        company="Acme",
        emails=["ada@acme.example"],
        profiles=[lm.Profile("mastodon", "@Ada@hachyderm.example")],
    )
    contact = lm.Contact(id="c1", last_name="Hopper", profiles=[lm.Profile("x", "grace", uid="12345")])
    deal = lm.Deal(
        id="d1",
        name="Compilers",
        pipeline=lm.pipelines.ZOHO.key,
        stage="Qualification",
        contact_id=contact.id,
        amount=lm.Money("120000.00", "EUR"),
    )
    return lm.Directory.of(leads=[lead], contacts=[contact], deals=[deal], pipelines=lm.pipelines.ZOHO)


def update_of(author: lm.Profile) -> lm.SocialUpdate:
    """Make an update that somebody has posted."""
    return lm.SocialUpdate(id="u1", author=author, text="Hello", posted_at=NOON)


def main() -> None:
    """Sort a small feed, and look at one answer closely."""
    directory = people()
    updates = [update_of(lm.Profile.parse("https://x.com/grace")), update_of(lm.Profile("x", "nobody"))]

    answer = lm.classify_author(updates[0], directory, rules=lm.author_rules.ZOHO)
    category: lm.Category = answer.category
    reason: str = answer.reason
    rule: str = answer.rule
    print(category, reason, rule, answer)

    for update, found in lm.classify_feed(updates, directory, pipelines=lm.pipelines.ZOHO):
        identity: str = update.id
        print(identity, found.category is lm.Category.UNKNOWN)

    tabs = lm.sort_feed(updates, directory)
    for update, found in tabs[lm.Category.POTENTIAL_CONTACT]:
        print(update.posted_at, found.ambiguous)

    categories: list[lm.Category] = list(
        lm.classify_many([update.author for update in updates if update.author], directory)
    )
    strict = lm.classify_author(updates[0], directory, rules=attrs.evolve(lm.author_rules.ZOHO, strict=True))
    print(categories, strict.category)

    changes: lm.Changes = lm.create(lm.Lead(id="l2", last_name="Noether"), at=NOON)
    directory.update(changes)
    renamed: lm.Lead = attrs.evolve(lm.Lead(id="l3", last_name="Johnson"), first_name="Katherine")
    reference = lm.Ref(lm.Lead, "l3")
    print(renamed, reference, lm.keys_of(renamed))


if __name__ == "__main__":
    main()
