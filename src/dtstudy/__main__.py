"""`python -m dtstudy` is the command `dtstudy`."""

from dtstudy.cli import main

main()
