"""The shell: every verb on the records of a store."""
