"""`make soak`: 50,000 calls or 30 minutes, whichever comes first. Fails for any wrong answer, lost call or leak."""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from random import Random

import anyio
from sqlalchemy import Engine

from tests.faults.postgres import readable
from tests.soak.ledger import MAY_GROW
from tests.soak.run import Bounds, Soak, faulty_stores
from tests.stdio_process import fresh_environment
from tests.stores import RealStore, postgres_sample, server_sample, sqlite_sample

SHOWN = 20


def main() -> None:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--calls", type=int, default=50_000)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    soak = Soak(Bounds(chosen.calls, chosen.minutes * 60), Random(chosen.seed))
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        stack.enter_context(fresh_environment(folder))
        sqlite = stack.enter_context(sqlite_sample(folder))
        (folder / "server").mkdir()
        server = stack.enter_context(server_sample(sqlite, folder / "server"))
        postgres = stack.enter_context(postgres_sample())
        admin = stack.enter_context(readable(postgres))
        anyio.run(_run, soak, sqlite, postgres, admin, server, folder)
    sys.exit(_report(soak))


async def _run(
    soak: Soak, sqlite: RealStore, postgres: RealStore, admin: Engine, server: RealStore, folder: Path
) -> None:
    damaged = folder / "damaged"
    damaged.mkdir()
    async with faulty_stores(sqlite, postgres, admin, server, damaged) as stores:
        await soak.run(stores, folder)


def _report(soak: Soak) -> int:
    """The exit code."""
    print(*soak.ledgers, sep="\n")
    faults = sum(trouble.count for trouble in soak.troubles)
    print(f"{soak.calls} calls in {soak.seconds:.0f} s, {faults} faults")
    grown = [f"{one.name} grew by {one.grew:.2f}" for one in soak.ledgers if one.grew > MAY_GROW]
    wrong = [what for ledger in soak.ledgers for what in ledger.wrong]
    print(*wrong[:SHOWN], *soak.logged, *grown, sep="\n", file=sys.stderr)
    return 1 if wrong or soak.logged or grown else 0


if __name__ == "__main__":
    main()
