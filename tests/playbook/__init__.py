"""Playbooks: what they are made of, and how they are kept in files."""
