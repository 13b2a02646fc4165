"""A small Django app for sales, and a store of leadmodel over its models."""
