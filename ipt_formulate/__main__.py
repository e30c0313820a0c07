"""`python -m ipt_formulate` is the command `ipt-formulate`."""

from ipt_formulate.cli.main import main

if __name__ == "__main__":
    main()
