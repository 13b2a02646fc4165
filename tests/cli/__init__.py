"""The command `leadmodel`, as users run it."""
