"""
Sheets: what comes back, as rows with named columns, for any library of dataframes.

No such library is known here. A row is a dictionary of plain values, and all rows of one kind have the same keys.
"""

from leadmodel.sheets.columns import Column, Plain, Sheet
from leadmodel.sheets.kinds import SHEETS
from leadmodel.sheets.rows import rows

__all__ = ["SHEETS", "Column", "Plain", "Sheet", "rows"]
