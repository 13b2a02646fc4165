"""Stores: the conformance suite, every store that it proves, and every broken one that it has to catch."""
