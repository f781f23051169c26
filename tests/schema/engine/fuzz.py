"""`python -m tests.schema.engine.fuzz --count 20000 --seed today`: random documents by both executors.

Prints the first difference with the smallest document that still shows it, and how to see it again; exit status 1.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time

from tests.schema.engine.executors import compiled_at_once
from tests.schema.engine.fuzz_schema import COMPILED
from tests.schema.engine.fuzzing import Case, differences_of, errors_of_document, smallest, write_case

EVERY = 1_000


def main() -> int:
    """Run, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", default="")
    parser.add_argument("--first", type=int, default=0, help="the number of the first document")
    asked = parser.parse_args()
    seed = asked.seed or secrets.token_hex(4)
    print(f"seed {seed}, {asked.count} documents", flush=True)
    plans = compiled_at_once(COMPILED)
    began = time.monotonic()
    for number in range(asked.first, asked.first + asked.count):
        case = write_case(f"{seed}/{number}")
        if differences_of(case) and not errors_of_document(case.document.text):
            show(case, f"--seed {seed} --first {number} --count 1")
            return 1
        if (number + 1) % EVERY == 0:
            print(f"{number + 1 - asked.first} equal after {time.monotonic() - began:.0f} s", flush=True)
    print(f"{asked.count} documents, no difference; {plans.figures}")
    return 0


def show(case: Case, again: str) -> None:
    """Print a difference, small."""
    print(f"A difference. See it again: python -m tests.schema.engine.fuzz {again}", flush=True)
    case = smallest(case, differences_of)
    print(case.document.text)
    for variables, world in zip(case.document.variables, case.worlds, strict=True):
        print(f"variables {variables}, operation {case.document.operation_name}, faults {world.faults}")
    print("\n".join(differences_of(case)))


if __name__ == "__main__":
    sys.exit(main())
