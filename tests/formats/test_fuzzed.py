"""Readers on what was drawn, broken or made to hurt them: what is meant, or a typed error at the right place."""

import json
import re
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadmodel.entities import Account, Contact, Deal, Lead, SocialUpdate
from leadmodel.errors import InvalidInput, Malformed
from leadmodel.formats import hubspot, records, salesforce, tabular, updates, vcard, zoho
from leadmodel.formats.pipelines import read_pipelines
from leadmodel.testing import payloads
from leadmodel.testing.payloads import Broken, Payload

#: What we call formats that the kit calls otherwise.
_OURS: Final = {"plain": "leadmodel", "rss": "feed", "atom": "feed"}
_MODULES: Final = {Lead: "Leads", Contact: "Contacts", Account: "Accounts", Deal: "Deals"}
#: What our errors call places that services call otherwise.
_PLACES: Final = {"pubDate": "published", "EMAIL;TYPE=INTERNET": "EMAIL"}
#: The strategies, with every option that makes a payload of another shape.
CASES: Final[list[tuple[str, dict[str, Any]]]] = [
    *((name, {}) for name in payloads.FORMATS),
    ("mastodon", {"server": "social.example", "reposts": True}),
    ("bluesky", {"shape": "posts"}),
    ("bluesky", {"shape": "records"}),
    ("x", {"version": "1.1"}),
    ("plain", {"network": "mastodon"}),
    ("atom", {"network": "bluesky"}),
    ("jsonfeed", {"network": "mastodon"}),
    ("table", {"delimiter": ";"}),
    ("table", {"delimiter": "\t"}),
]
_named = pytest.mark.parametrize(("name", "options"), CASES, ids=[f"{name} {options}" for name, options in CASES])


def read(body: str | bytes, drawn: Payload | Broken) -> tuple[Any, ...]:
    """Read what was drawn with the reader of its format, as it would come from a service or out of a file."""
    if drawn.record_type is SocialUpdate:
        format_ = _OURS.get(drawn.format, drawn.format)
        return tuple(map(bare, updates.updates_in(body, format=format_, server=drawn.server)))
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    match drawn.format:
        case "zoho":
            return tuple(zoho.read_records(data, module=_MODULES[drawn.record_type]))
        case "hubspot":
            return tuple(hubspot.read_records(data))
        case "salesforce":
            return tuple(salesforce.read_records(data))
        case "vcard":
            return tuple(vcard.read_cards(data, name="people.vcf"))
        case _:
            return tuple(tabular.read_records(drawn.record_type, data))


def bare(update: object) -> object:
    """Give an update without what the source says besides."""
    return attrs.evolve(update, extra={}) if isinstance(update, SocialUpdate) else update


def names_place(broken: Broken, error: Malformed) -> bool:
    """Tell whether a problem is told at the place that is wrong; of a key that is not there, at what should hold it."""
    if not broken.where:
        return True
    key = re.split(r"\.(?=[^.]+$)", broken.where)[-1].replace("\t", ".")
    names = {_PLACES.get(key, key), broken.where}
    if broken.what.startswith("no "):
        names.add(broken.where.rpartition(".")[0])
    told = [f"{problem.where} {problem.field}" for problem in error.problems]
    return any(name in place for name in names for place in told)


def judged(broken: Broken) -> str:
    """Say what a reader has made of a broken payload: "" where it has done right."""
    try:
        found = read(broken.data, broken)
    except InvalidInput as error:
        if not error.problems or not names_place(broken, error):
            return f"{broken.what} at {broken.where}: told elsewhere: {error}"
        kept = tuple(map(bare, error.partial))
        wrong = broken.where and broken.record_type is SocialUpdate and kept != broken.rest
        return f"{broken.what} at {broken.where}: of the rest was kept {kept}, and not {broken.rest}" if wrong else ""
    told = broken.format == "vcard" and found == broken.rest  # a card that cannot be read does not stop the others
    return "" if told or found in broken.may_mean else f"{broken.what} at {broken.where}: taken for {found}"


class TestDrawn:
    """The kit writes what services document, and the readers read what it means."""

    @_named
    @settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
    @given(data=st.data())
    def test_payload_is_read_as_what_it_means(self, name: str, options: dict[str, Any], data: st.DataObject) -> None:
        """Every field of every update and record, and nothing else."""
        payload = data.draw(payloads.FORMATS[name](**options))

        assert read(payload.text, payload) == payload.means

    @_named
    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    @given(data=st.data())
    def test_mistake_is_told_or_put_right(self, name: str, options: dict[str, Any], data: st.DataObject) -> None:
        """A typed error at the place of the mistake, with the rest kept; never another error, never something else."""
        broken = data.draw(payloads.broken(name, **options))

        assert judged(broken) == ""


#: The readers of whole sources, each with how a long one begins.
READERS: Final[Mapping[str, tuple[Callable[[Any], object], bytes]]] = {
    **{
        row.key: (lambda source, key=row.key: list(updates.read_updates(source, format=key)), b'{"id":"')
        for row in updates.FORMATS
    },
    "updates": (lambda source: list(updates.read_updates(source)), b'[{"id":"'),
    "updates, lines": (lambda source: list(updates.read_updates(source)), b'{"id":"1","network":"x"}\n{"id":"'),
    "updates, table": (lambda source: list(updates.read_updates(source)), b'id,text\n1,"'),
    "updates, feed": (lambda source: list(updates.read_updates(source)), b"<rss><channel><title>"),
    "zoho": (zoho.read_records, b'{"data":[{"id":"'),
    "hubspot": (hubspot.read_records, b'{"results":[{"id":"'),
    "hubspot, export": (hubspot.read_export, b'Record ID,Email\n1,"'),
    "salesforce": (salesforce.read_records, b'{"records":[{"Id":"'),
    "salesforce, export": (lambda source: salesforce.read_export(Lead, source), b'Id,LastName\n1,"'),
    "records": (records.read_records, b'{"data":[{"id":"'),
    "vcard": (vcard.read_cards, b"BEGIN:VCARD\nNOTE:"),
    "leads": (tabular.read_leads, b'id,last name\n1,"'),
    "people": (tabular.read_people, b'type,id,last name\nlead,1,"'),
    "stages": (tabular.read_stages, b'key,outcome\n"'),
    "pipelines": (read_pipelines, b'{"results":[{"id":"'),
}  # fmt: skip
_LAUGHS: Final = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
#: Inputs that were made to hurt, by name.
HOSTILE: Final[Mapping[str, bytes]] = {
    "lists without end": b"[" * 100_000,
    "objects without end": b'{"data":' * 100_000,
    "lists in a field": b'{"data":[{"id":"1","Last_Name":' + b"[" * 100_000 + b"]" * 100_000 + b"}]}",
    "billion laughs": f'<!DOCTYPE rss [<!ENTITY l0 "l">{_LAUGHS}]><rss><channel>&l9;</channel></rss>'.encode(),
    "entity of a file": b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel>&x;</channel></rss>',
    "elements without end": b"<rss>" + b"<channel>" * 10_000,
    "UTF-16 without a mark": '{"id": "1", "text": "tea"}'.encode("utf-16-le"),
    "UTF-16 with a mark": '[{"id": "1", "text": "tea"}]'.encode("utf-16"),
    "Latin-1": '[{"id": "1", "text": "thé"}]'.encode("latin-1"),
    "half a character": b'[{"id": "1", "text": "\\ud83d"',
    "an archive": b"\x1f\x8b\x08\x00" + b"\x00" * 200,
    "NUL": b"\x00" * 1_000,
    "a page cut off": b'{"data": [{"id": "1", "Last_Name": "Lovelace", "text": "t',
    "a table cut off": b'id,last name\n1,"Lovel',
    "a card cut off": b"BEGIN:VCARD\nVERSION:3.0\nFN:Ada",
    "a feed cut off": b"<?xml version='1.0'?><rss><channel><item><title>Te",
    "a number without end": b'[{"id": ' + b"9" * 100_000 + b"}]",
    "columns without end": b",a" * 50_000,
    "quotes without end": b'"' * 100_001,
    "folds without end": b"BEGIN:VCARD\n" + b" \n" * 20_000,
    "JSON of another kind": b'"tea"',
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", READERS)
def test_hostile_input_is_refused(name: str, source: bytes) -> None:
    """Each reader refuses it with a typed error that lists what is wrong, whatever it was made for."""
    with pytest.raises(Malformed) as caught:
        READERS[name][0](source)

    assert caught.value.problems
    assert len(caught.value.problems) < 100


class Endless:
    """A file of a hundred megabytes that exists only as far as it is read."""

    name = "endless"

    def __init__(self, begin: bytes) -> None:
        self._begin = begin
        self.given = 0

    def read(self, size: int) -> bytes:
        """Give the next piece."""
        piece = (self._begin + b"a" * size)[:size]
        self._begin, self.given = b"", self.given + len(piece)
        return piece if self.given < SIZE else b""


SIZE: Final = 100_000_000
#: Bytes that a reader may take and may hold before it gives up: a document has at most forty million characters.
TAKEN: Final = 41_000_000
HELD: Final = 170_000_000


@pytest.mark.parametrize("name", READERS)
def test_cell_without_end_is_refused_in_bounded_memory(name: str) -> None:
    """Of a cell of a hundred megabytes as much is read as may belong to one, and no more is ever held."""
    reader, begin = READERS[name]
    source = Endless(begin)
    tracemalloc.start()
    try:
        with pytest.raises(Malformed):
            reader(source)
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert source.given <= TAKEN
    assert held <= HELD


#: Where inputs are kept that a fuzzer has found: one folder for each reader.
KEPT: Final = Path(__file__).parent / "fuzzing" / "kept"


@pytest.mark.parametrize("path", sorted(KEPT.glob("*.bin")), ids=lambda path: path.stem)
def test_what_a_fuzzer_has_found_is_refused(path: Path) -> None:
    """Each input that has once raised anything else is refused by a typed error now."""
    with pytest.raises(Malformed) as caught:
        READERS[path.stem.partition(" ")[0]][0](path.read_bytes())

    assert caught.value.problems


def test_half_a_character_in_a_long_address_is_refused() -> None:
    """An id is derived of an address that is too long; one that cannot be encoded is told like any other."""
    record = {"$type": "app.bsky.feed.post", "text": "tea", "createdAt": "2024-05-01T12:00:00Z"}
    stored = {"uri": f"at://did:plc:ada/app.bsky.feed.post/{'a' * 300}\ud83d", "value": record}

    with pytest.raises(InvalidInput, match=r"U\+D83D"):
        updates.updates_in(json.dumps(stored), format="bluesky")


def test_repost_of_nobody_known_is_not_taken_for_the_post() -> None:
    """What is wrong with who passed a post on spoils the whole: the post alone was never said."""
    ada = {"did": "did:plc:ada", "handle": "ada.tea.example"}
    post = {
        "uri": "at://did:plc:ada/app.bsky.feed.post/1", "author": ada, "indexedAt": "2024-05-01T12:00:00Z",
        "record": {"$type": "app.bsky.feed.post", "text": "tea", "createdAt": "2024-05-01T12:00:00Z"},
    }  # fmt: skip
    reason = {"by": ada | {"did": ["did:plc:bo"]}, "indexedAt": "2024-05-01T13:00:00Z"}

    with pytest.raises(InvalidInput) as caught:
        updates.updates_in({"feed": [{"post": post, "reason": reason}]})

    assert [problem.where for problem in caught.value.problems] == ["$.feed[0].reason.by.did"]
    assert caught.value.partial == ()


@pytest.mark.parametrize("written", ["1.5", "1.2345678901234568e+18", "3.0"])
def test_id_with_a_fraction_is_refused(written: str) -> None:
    """A program that has made a floating-point number of an id has rounded it: whose id it was is lost."""
    with pytest.raises(InvalidInput, match="ids are text or whole numbers"):
        zoho.read_records(f'{{"data": [{{"id": {written}, "Last_Name": "Lovelace"}}]}}')


@pytest.mark.parametrize("value", [[["Fair"]], [None], [True], [{"tea": 1}]])
def test_list_of_no_values_is_refused(value: object) -> None:
    """What is no value of a picklist is told, and never passed over."""
    lead = {"id": "1", "Last_Name": "Lovelace", "Company": "Tea", "Lead_Source": value}

    with pytest.raises(InvalidInput, match="is no text"):
        zoho.read_records(json.dumps({"data": [lead]}))
