"""
Formats: one module for each shape in which records come from elsewhere. Nothing is imported here; import the module.

* `leadmodel.formats.tabular`: leads, contacts, accounts and deals out of CSV files, with any headers.
* `leadmodel.formats.zoho`, `leadmodel.formats.hubspot`, `leadmodel.formats.salesforce`: the same as these products
  give them, and `leadmodel.formats.vcard` out of address books; `leadmodel.formats.records` tells them apart.
* `leadmodel.formats.pipelines`: the stages of these products, as pipelines.
* `leadmodel.formats.toml`: pipelines and statuses in files that people write, read and written.
* `leadmodel.formats.targets`: what a column may be read as.
* `leadmodel.formats.phones`, `leadmodel.formats.emails`: phone numbers of a country, addresses by the standards.
* `leadmodel.formats.reading`: what readers give back.
* `leadmodel.formats.updates`: social updates; it tells their formats apart, each of which has its own module
  (`leadmodel.formats.mastodon`, `leadmodel.formats.bluesky`, `leadmodel.formats.x`, `leadmodel.formats.webfeeds`,
  `leadmodel.formats.jsonfeed`, `leadmodel.formats.activitystreams`, `leadmodel.formats.plain`).

The folders hold what readers are made of: `intake` for all of them, `tables`, `products`, `posts` and `feeds`.
"""

__all__: list[str] = []
