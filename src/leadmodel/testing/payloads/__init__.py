"""
Payloads: what services send, drawn together with what it means, so that importers can be tried on it.

Each strategy draws a `Payload`: a body, and the updates or records that it means. `broken` draws a `Broken`: a payload
with one mistake in it, and what the mistake is. Payloads are written from what the services document about their
formats; no reader of ours has a part in it, so that agreement means something.

    @given(payloads.mastodon(server="tea.example"))
    def test_my_importer(payload):
        assert my_importer(payload.text) == payload.means
"""

from leadmodel.testing.payloads.products import hubspot, salesforce, table, vcard, zoho
from leadmodel.testing.payloads.strategies import (
    FORMATS,
    activitystreams,
    atom,
    bluesky,
    broken,
    jsonfeed,
    mastodon,
    plain,
    rss,
    x,
)
from leadmodel.testing.payloads.writing import Broken, Payload

__all__ = [
    "FORMATS",
    "Broken",
    "Payload",
    "activitystreams",
    "atom",
    "bluesky",
    "broken",
    "hubspot",
    "jsonfeed",
    "mastodon",
    "plain",
    "rss",
    "salesforce",
    "table",
    "vcard",
    "x",
    "zoho",
]
