"""How long the shares of one cost take: the pure arithmetic, without the database.

The largest case is a network far above any that exists, to show how it grows.
"""

import importlib.util
import random
import statistics
import time
from pathlib import Path

MODULE = "addons/cocare_mutual_accounting/allocation.py"
FIRMS = (5, 50, 500, 5000)
ROUNDS = 20


def load(path):
    """Load a pure module by its path: it needs no Odoo."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main():
    allocate = load(Path(__file__).resolve().parent.parent / MODULE).allocate
    chance = random.Random(20260101)
    for firms in FIRMS:
        weights = [chance.randrange(1, 1_000_000) for _firm in range(firms)]
        total = chance.randrange(10_000, 100_000_000)
        spent = []
        for _round in range(ROUNDS):
            start = time.perf_counter()
            shares = allocate(total, weights)
            spent.append(time.perf_counter() - start)
            if sum(shares) != total:
                raise SystemExit(f"{firms} firms: the shares do not add up to {total}")
        median = statistics.median(spent) * 1e6
        print(f"FIGURE allocation.firms_{firms}_us={median:.0f}")


if __name__ == "__main__":
    main()
