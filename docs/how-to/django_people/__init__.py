"""A small Django app with people, deals and handles, and a `People` over it."""
