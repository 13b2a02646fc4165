"""
The rules: tables of rows, each with its id, and small interpreters that read them.
"""
