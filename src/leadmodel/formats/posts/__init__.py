"""
Posts: the parts of which the readers of social networks are made.
"""

__all__: list[str] = []
