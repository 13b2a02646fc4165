"""Criteria: the tests of the room, a second evaluator to judge it by, and what both are fed with."""
