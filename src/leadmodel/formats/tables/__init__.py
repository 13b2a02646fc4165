"""
Tables: rows and columns on their way to records, out of a file or out of objects that name their fields.

From the file to the record: `leadmodel.formats.tables.files`, `leadmodel.formats.tables.columns`,
`leadmodel.formats.tables.rows`, `leadmodel.formats.tables.cells`.
"""

__all__: list[str] = []
