"""The command `tether-relay`: the one place where contract, handlers, store and settings meet."""

from __future__ import annotations

import gc
import sys
import warnings


def main() -> None:
    """Run the command line; an error is one line on stderr and exit code 2, also one of the program itself."""
    try:
        _run()
    except KeyboardInterrupt:
        # No command has started that could handle it.
        sys.stderr.write("tether-relay: interrupted\n")
        sys.exit(2)


def _run() -> None:
    # Imports and the preparation of a contract make little garbage, and to look for it often slows down every start.
    gc.set_threshold(10_000)
    # Connexion 3.3 causes warnings about its own imports, which users cannot fix.
    warnings.filterwarnings("ignore", module=r"connexion\.")
    # httpx, which Connexion imports, would import its command line and rich: nearly a tenth of the start time.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # None: the import fails
    from scripts.cli.commands import cli

    try:
        # Otherwise Click would end with 1 for an interruption and for a closed pipe.
        status = cli.main(prog_name="tether-relay", standalone_mode=False)
    except Exception as error:
        from scripts.cli.failures import failed

        status = failed(error)
    sys.exit(status)
