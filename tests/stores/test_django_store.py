"""The store over Django models of the how-to: what the page shows keeps the contract, and says what it cannot keep."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import settings

import leadmodel as lm
from tests.django_ready import HOW_TO, django_ready

django_ready()

from django.db import connections, transaction  # noqa: E402  (Django has to be ready before models are imported)
from django_store import mapping, models, moves, store  # noqa: E402  (as above)
from django_store import test_store as shown  # noqa: E402  (as above)

CODE: Final = HOW_TO / "django_store"
PAGE: Final = HOW_TO / "a-store-over-django-models.md"
FRIDAY: Final = datetime(2026, 3, 6, 9, tzinfo=UTC)


@pytest.mark.usefixtures("not_measured")
class TestStoreOfThePage(shown.TestDjangoStore):
    """The suite, as the page runs it, with fewer drawn examples: Django takes its time."""

    @pytest.fixture(autouse=True)
    def _few_examples(self) -> Iterator[None]:
        before = settings.get_current_profile_name()
        settings.load_profile("purity")
        yield
        settings.load_profile(before)


@pytest.fixture
def using(tmp_path: Path) -> Iterator[str]:
    """Give a database with the tables of the app, and nothing in them."""
    name: str = shown.database(tmp_path / "crm.db")
    shown.make_tables(name)
    yield name
    connections[name].close()


@pytest.fixture
def enquiry(using: str) -> Any:  # noqa: ANN401  (a row)
    """Give an enquiry that the app has saved."""
    row = models.Enquiry(surname="Lovelace", mail="ada@engines.example")
    row.save(using=using)
    return row


def rows(using: str, model: Any, *columns: str) -> list[tuple[Any, ...]]:  # noqa: ANN401  (a model)
    """Give all that stands in some columns."""
    return list(model.objects.using(using).order_by("pk").values_list(*columns))


class TestThePage:
    """The page shows what is tested, and says what comes of it."""

    def test_page_shows_the_files_that_are_tested(self) -> None:
        """The code is one text, here and on the page; each file is named."""
        page = PAGE.read_text(encoding="utf-8")
        shown_files = re.findall(r"```\{literalinclude\} django_store/(\S+)", page)

        assert sorted(shown_files) == sorted(each.name for each in CODE.glob("*.py") if each.name != "__init__.py")
        assert [name for name in shown_files if f"`{name}`" not in page] == []

    def test_store_is_short(self) -> None:
        """The writer, and what it is told of the tables: blank lines aside."""
        lines = {
            name: sum(1 for line in (CODE / name).read_text(encoding="utf-8").splitlines() if line.strip())
            for name in ("store.py", "mapping.py")
        }

        assert lines["store.py"] <= 150
        assert lines["mapping.py"] <= 100

    def test_gaps_stand_on_the_page(self) -> None:
        """Each declared gap, with its reason."""
        page = PAGE.read_text(encoding="utf-8")

        assert [name for name in shown.GAPS if f"\n{name}\n: " not in page] == []

    def test_what_it_prints_stands_on_the_page(self, tmp_path: Path) -> None:
        """An enquiry of the app is found, converted, and seen in the tables."""
        environment = {**os.environ, "PYTHONPATH": str(HOW_TO)}
        done = subprocess.run(
            [sys.executable, "-m", "django_store.use_it"],
            capture_output=True, text=True, check=True, cwd=tmp_path, env=environment,
        )  # fmt: skip

        assert f"```text\n{done.stdout}```\n" in PAGE.read_text(encoding="utf-8")


class TestOtherCode:
    """The rest of the app goes on reading and writing its tables."""

    def test_rows_of_the_app_are_records(self, using: str, enquiry: Any) -> None:  # noqa: ANN401  (a row)
        """Its id is made of the number, and what has no column is missing."""
        lead = store.DjangoStore(using).get(lm.Lead, "enquiry-1")

        assert lead == lm.Lead(id="enquiry-1", last_name="Lovelace", emails=["ada@engines.example"])
        assert enquiry.pk == 1

    @pytest.mark.parametrize("options", [{}, {"update_fields": ["mail"]}])
    def test_change_of_the_app_is_seen(self, using: str, enquiry: Any, options: dict[str, Any]) -> None:  # noqa: ANN401  (a row)
        """S-2: `save` raises the version, and whoever has not seen it overwrites nothing."""
        kept = store.DjangoStore(using)
        changes = lm.edit(kept.get(lm.Lead, "enquiry-1"), {"title": "Analyst"}, at=FRIDAY)
        enquiry.mail = "ada@home.example"
        enquiry.save(using=using, **options)

        with pytest.raises(lm.Conflict) as caught:
            kept.apply(changes)

        assert caught.value == lm.Conflict(ref=lm.Ref(lm.Lead, "enquiry-1"), expected=0, found=1)
        assert rows(using, models.Enquiry, "mail", "job", "version") == [("ada@home.example", "", 1)]

    @pytest.mark.usefixtures("enquiry")
    def test_whoever_has_a_transaction_open_takes_it_along(self, using: str) -> None:
        """What a store writes within `atomic` is taken back with the rest of the block."""
        kept = store.DjangoStore(using)
        with transaction.atomic(using):
            kept.apply(lm.Changes(created=[lm.Lead(id="l1", last_name="Vale")]))
            assert kept.count(lm.Lead) == 2
            transaction.set_rollback(True, using)

        assert [each.id for each in kept.find(lm.Lead)] == ["enquiry-1"]

    def test_conversion_points_to_the_rows_that_it_made(self, using: str, enquiry: Any) -> None:  # noqa: ANN401  (a row)
        """The new person has a number of the app's own, and the enquiry points to it."""
        crm = lm.Crm(store.DjangoStore(using), playbook=lm.playbooks.ZOHO)
        models.Handle.keep(models.Handle.objects.using(using), [(lm.Lead(
            id="enquiry-1", last_name="Lovelace", profiles=[lm.Profile("x", "ada")]), enquiry)])  # fmt: skip
        done = crm.convert("enquiry-1")

        assert done.contact is not None
        assert rows(using, models.Person, "pk", "reference", "mail") == [(1, done.contact.id, "ada@engines.example")]
        assert rows(using, models.Enquiry, "done", "new_person_id", "version") == [(True, 1, 1)]
        assert rows(using, models.Handle, "key", "enquiry_id", "person_id") == [("x:ada", 1, None), ("x:ada", None, 1)]


class TestWhatIsRefused:
    """What the tables cannot keep is refused, and never lost in silence."""

    @pytest.mark.parametrize(
        ("record", "said"),
        [
            (lm.Lead(id="l1", last_name="Vale", rating="hot", tags=["b"]), r"lead l1 \(tags, rating\).*\[S-6\]"),
            (lm.Contact(id="c1", emails=["a@a.example", "b@a.example"]), r"contact c1 \(emails\)"),
            (lm.Deal(id="d1", stage="Open", amount=lm.Money("1.005", "EUR")), r"deal d1 \(amount\)"),
            (lm.Task(id="t1", about=lm.Ref(lm.Lead, "l1"), subject="Call"), r"task t1 \(type\)"),
            (lm.Lead(id="x" * 41, last_name="Vale"), r"\(id\)"),
            (lm.Lead(id="enquiry-9", last_name="Vale"), r"lead enquiry-9 \(id\)"),
            (lm.Contact(id="c1", account_id="gone"), r"contact c1 points to account gone.*\[S-9\]"),
        ],
        ids=["fields", "emails", "amount", "type", "long id", "id of a number", "reference"],
    )
    def test_what_has_no_room_is_refused(self, using: str, record: Any, said: str) -> None:  # noqa: ANN401  (any record)
        """The error names the record and the field, and nothing is written, of what goes with it either."""
        kept = store.DjangoStore(using)
        fine = lm.Lead(id="l2", last_name="Moor")

        with pytest.raises(lm.StoreError, match=said):
            kept.apply(lm.Changes(created=[fine, record]))

        assert [kept.count(kind) for kind in mapping.TABLES] == [0] * 5

    def test_keys_and_undo_are_refused(self, using: str) -> None:
        """What a keeper can besides, the store says that it cannot."""
        kept = store.DjangoStore(using)
        with pytest.raises(lm.StoreError, match=r"\[S-18\]"):
            kept.apply(lm.Changes(), key="k1")
        with pytest.raises(lm.StoreError, match=r"\[S-4\]"):
            lm.Crm(kept, playbook=lm.playbooks.ZOHO).undo(1)

    def test_short_ids_that_look_alike_are_different_records(self, using: str) -> None:
        """S-5 holds as far as the column is wide."""
        ids = ["a", "A", "a ", "á", "a\u0301", "ss", "ß", "1", "01", "a%", "a_", "enquiry-01", "person-1", "x" * 40]
        kept = store.DjangoStore(using)
        several = [lm.Lead(id=each, last_name=f"Vale {number}") for number, each in enumerate(ids)]
        kept.apply(lm.Changes(created=several))

        assert [kept.get(lm.Lead, each) for each in ids] == several


class TestOneVerb:
    """Before there is a store: one verb over one model."""

    @pytest.fixture
    def sale(self, using: str, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401  (a row)
        """Give a sale, in what is the only database for as long as a test runs."""
        monkeypatch.setitem(connections.databases, "default", connections.databases[using])
        before = connections["default"]
        connections["default"] = connections[using]
        yield models.Sale.objects.create(title="One engine", step="Open", cents=480000, currency="EUR", version=3)
        connections["default"] = before

    def test_move_writes_what_differs(self, using: str, sale: Any) -> None:  # noqa: ANN401  (a row)
        """Stage, amount, closing date, history and version; and the app reads them."""
        moved = moves.move(sale.pk, "Won", at=FRIDAY, by="ines", given={"amount": lm.Money("4500.50", "EUR")})

        columns = ("title", "step", "cents", "currency", "won_lost", "version")
        assert rows(using, models.Sale, *columns) == [("One engine", "Won", 450050, "EUR", FRIDAY, 4)]
        assert moves.deal(models.Sale.objects.get()).history == moved.deal.history

    def test_refused_move_writes_nothing(self, using: str, sale: Any) -> None:  # noqa: ANN401  (a row)
        """What the rules refuse never reaches the table."""
        moves.move(sale.pk, "Lost", at=FRIDAY, by="ines")

        with pytest.raises(lm.CannotMove):
            moves.move(sale.pk, "Won", at=FRIDAY, by="ines")

        assert rows(using, models.Sale, "step", "version") == [("Lost", 4)]

    def test_field_without_a_column_is_an_error(self, using: str, sale: Any) -> None:  # noqa: ANN401  (a row)
        """Nothing is lost in silence, and nothing is half written."""
        with pytest.raises(KeyError, match="loss_reason"):
            moves.move(sale.pk, "Lost", at=FRIDAY, by="ines", given={"loss_reason": "price"})

        assert rows(using, models.Sale, "step", "version") == [("Open", 3)]

    def test_whoever_was_faster_is_not_overwritten(
        self, using: str, sale: Any, monkeypatch: pytest.MonkeyPatch  # noqa: ANN401  (a row)
    ) -> None:  # fmt: skip
        """A row that has another version by the time of the update is left alone."""
        decide = lm.move_deal

        def decide_slowly(*given: Any, **options: Any) -> lm.DealMove:  # noqa: ANN401  (whatever is passed)
            models.Sale.objects.get().save()
            return decide(*given, **options)

        monkeypatch.setattr(moves.lm, "move_deal", decide_slowly)
        with pytest.raises(lm.Conflict) as caught:
            moves.move(sale.pk, "Won", at=FRIDAY, by="ines")

        assert caught.value == lm.Conflict(ref=lm.Ref(lm.Deal, str(sale.pk)), expected=3, found=None)
        assert rows(using, models.Sale, "step", "version") == [("Open", 3)]
