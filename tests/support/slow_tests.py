"""List of the tests that `make test-quick` leaves out, so that it takes two minutes on two cores.

Run `make slow-tests` to write the list anew.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from pathlib import Path
from xml.etree import ElementTree

LIST = Path(__file__).parent.parent / "slow_tests.txt"
# Seconds that the tests of `make test-quick` may take, one after another. On two cores, two workers
# share them. What no report counts, such as starting and collecting, takes some forty seconds more.
BUDGET = 160.0


def slow_tests() -> frozenset[str]:
    """Return the names in the list, such as `tests.stories.test_leave::test_a_leave_ends`."""
    return frozenset(LIST.read_text().split())


def slowest(report: Path) -> list[str]:
    """Return the slowest tests of a JUnit report, so that the others fit into the budget.

    A test with parameters counts as one test.
    """
    seconds = defaultdict[str, float](float)
    times = Counter[str]()
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.attrib['classname']}::{case.attrib['name'].partition('[')[0]}"
        seconds[name] += float(case.attrib["time"])
        times[name] += 1
    spent = 0.0
    quick = set()
    for name in sorted(seconds, key=lambda name: seconds[name] / times[name]):
        spent += seconds[name]
        if spent <= BUDGET:
            quick.add(name)
    return sorted(set(seconds) - quick)


if __name__ == "__main__":
    LIST.write_text("".join(f"{name}\n" for name in slowest(Path(sys.argv[1]))))
