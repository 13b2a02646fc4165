"""
Products: what readers of other CRMs share, and the parts of them that are tables of names.
"""

__all__: list[str] = []
