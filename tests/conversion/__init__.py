"""Moves: deals through pipelines, leads through statuses, and what histories tell."""
