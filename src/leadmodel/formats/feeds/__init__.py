"""
Feeds: what RSS, Atom and JSON Feed have in common, and the XML of the first two.
"""

__all__: list[str] = []
