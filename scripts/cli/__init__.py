"""The command `tether-relay`: the one place where contract, handlers, store and settings meet."""

from __future__ import annotations

import sys
import warnings


def main() -> None:
    """Run the command line; a mistake of the person at it is one clear error on stderr and exit code 2."""
    try:
        _run()
    except KeyboardInterrupt:
        # Before there was a command that could see to it.
        sys.stderr.write("tether-relay: interrupted\n")
        sys.exit(2)


def _run() -> None:
    # Importing Connexion 3.3 warns about what it imports itself; nobody at a terminal can mend that.
    warnings.filterwarnings("ignore", module=r"connexion\.")
    # httpx, which Connexion imports, would import a program of its own and rich with it: nearly a tenth of each start.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # None: not to be found
    from scripts.cli.commands import cli

    try:
        cli(prog_name="tether-relay")
    except Exception as error:
        from scripts.cli.failures import is_expected

        if not is_expected(error):
            raise
        sys.stderr.write(f"tether-relay: {error}\n")
        sys.exit(2)
