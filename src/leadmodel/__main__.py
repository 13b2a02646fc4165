"""
`python -m leadmodel` is the command `leadmodel`.
"""

from leadmodel.cli import main

main()
