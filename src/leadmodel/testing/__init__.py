"""
The testing kit: strategies, laws, and the hook by which Hypothesis finds them.

`leadmodel.testing.strategies` makes records, criteria and whole consistent worlds for property tests; it needs
Hypothesis, which the extra `testing` brings.
`leadmodel.testing.laws` holds what is true of every sound table, directory, profile, criterion and change, as plain
functions; it needs nothing. pytest is needed by neither.
"""
