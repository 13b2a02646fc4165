"""A small program for sales over SQLAlchemy, and a store of leadmodel over its models."""
