#!/usr/bin/env python3
"""Compares plans of small artificial pipelines with the optimum of an exact mixed-integer solver (HiGHS in SciPy 1.9 or newer).

Usage: dev/optimum.py make DIR COUNT      writes COUNT problems into DIR, always the same ones
       dev/optimum.py plan DIR            plans the problems with bin/perseus-analyze; PLANS=N requests N plans instead of 200
       dev/optimum.py solve DIR SECONDS   looks for plans that need at least 0.05 % less energy
       dev/optimum.py report DIR          prints the results

Problems have 2 to 4 stages, 2 to 6 microbatches and 3 to 6 clocks. In every second problem, a clock change takes time.
The command "solve" searches for a plan with the same iteration time and at least 0.05 % less energy. If no such plan
exists, the energy of the checked plan is within 0.05 % of the optimum. The command "solve" needs at most SECONDS for
each plan. A later call of "solve" searches only for the plans for which no earlier call has found an answer.
"""
import csv
import json
import os
import random
import subprocess
import sys
from pathlib import Path

TOLERANCE = 5e-4
BLOCKING_WATTS = 75.0


def make(folder, count):
    for seed in range(count):
        chance = random.Random(seed)
        stages, microbatches, clock_count = chance.randint(2, 4), chance.randint(2, 6), chance.randint(3, 6)
        schedule = chance.choice(["1f1b", "1f1b", "gpipe"])
        change_seconds = 0.0 if seed % 2 == 0 else round(chance.uniform(0.005, 0.02), 4)
        if chance.random() < 0.5:
            clocks = [1410] + sorted(chance.sample(range(600, 1396, 15), clock_count - 1), reverse=True)
        else:
            step = 15 * chance.randint(1, 7)
            clocks = [1410 - step * i for i in range(clock_count)]
        rows = []
        for stage in range(stages):
            weight = chance.uniform(0.8, 1.2)
            for instruction, base in (("forward", 0.05), ("backward", 0.09)):
                for mhz in clocks:
                    clock = mhz / 1410
                    seconds = base * weight * (0.78 / clock + 0.22) * (1 + 0.003 * chance.gauss(0, 1))
                    volts = max(0.72, 0.2 + 0.8 * clock)
                    watts = (80 + 185 * clock * volts * volts) * (1 + 0.01 * chance.gauss(0, 1))
                    rows.append((stage, instruction, mhz, seconds, watts * seconds))
        directory = folder / f"{seed:03d}"
        directory.mkdir(parents=True, exist_ok=True)
        with open(directory / "profile.csv", "w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("stage", "instruction", "frequency", "time", "energy"))
            writer.writerows(rows)
        case = dict(stages=stages, microbatches=microbatches, schedule=schedule, change_seconds=change_seconds)
        options = read_options(directory)
        fastest = makespan(case, {key: min(each)[0] for key, each in options.items()})
        slowest = makespan(case, {key: min(each, key=lambda option: option[1])[0] for key, each in options.items()})
        parts = chance.uniform(0.02, 0.3), chance.uniform(0.3, 0.9)
        case["times"] = [fastest + part * (slowest - fastest) for part in parts]
        (directory / "case.json").write_text(json.dumps(case))


def read_options(directory):
    """Returns, by stage and instruction, one option for each clock: (seconds, effective energy in joules, clock)."""
    options = {}
    with open(directory / "profile.csv") as file:
        for row in csv.DictReader(file):
            seconds = float(row["time"])
            joules = float(row["energy"]) - BLOCKING_WATTS * seconds
            options.setdefault((int(row["stage"]), row["instruction"]), []).append((seconds, joules, row["frequency"]))
    return options


def stage_orders(case):
    """Yields for each stage its instructions, each with its microbatch, in the order of execution."""
    stages, microbatches = case["stages"], case["microbatches"]
    for stage in range(stages):
        forwards = [("forward", m) for m in range(microbatches)]
        if case["schedule"] == "gpipe":
            yield forwards + [("backward", m) for m in reversed(range(microbatches))]
        else:
            ahead = min(stages - 1 - stage, microbatches)
            order = forwards[:ahead]
            for m in range(microbatches):
                order += forwards[ahead + m : ahead + m + 1] + [("backward", m)]
            yield order


def network(case):
    """Returns three lists: operations, predecessors and precedences.

    The predecessor of an operation is the operation before it on the same GPU. The predecessor of the first operation is
    the last operation of the GPU, in the previous iteration. A precedence (a, b) means that b starts after the end of a.
    """
    index, operations, before, arcs = {}, [], [], []
    for stage, order in enumerate(stage_orders(case)):
        first = len(operations)
        for position, (instruction, microbatch) in enumerate(order):
            j = index[stage, instruction, microbatch] = len(operations)
            operations.append((stage, instruction))
            before.append(j - 1 if position else first + len(order) - 1)
            if position:
                arcs.append((j - 1, j))
    for (stage, instruction, microbatch), j in index.items():
        source = stage - 1 if instruction == "forward" else stage + 1
        if 0 <= source < case["stages"]:
            arcs.append((index[source, instruction, microbatch], j))
    return operations, before, arcs


def makespan(case, seconds):
    operations, _, arcs = network(case)
    start = [0.0] * len(operations)
    changed = True
    while changed:
        changed = False
        for a, b in arcs:
            end = start[a] + seconds[operations[a]]
            if end > start[b] + 1e-12:
                start[b], changed = end, True
    return max(start[j] + seconds[operation] for j, operation in enumerate(operations))


def plan(folder):
    command = str(Path(__file__).resolve().parent.parent / "bin" / "perseus-analyze")
    for directory in sorted(folder.iterdir()):
        case = json.loads((directory / "case.json").read_text())
        arguments = [command, "plan", directory / "profile.csv", "--num-microbatches", case["microbatches"], "--schedule", case["schedule"]]
        arguments += ["--blocking-power", BLOCKING_WATTS, "--no-charts", "-o", directory / "out"]
        for time in case["times"]:
            arguments += ["--at", repr(time)]
        if case["change_seconds"]:
            arguments += ["--switch-cost", case["change_seconds"]]
        if "PLANS" in os.environ:
            arguments += ["--plans", os.environ["PLANS"]]
        subprocess.run([str(argument) for argument in arguments], check=True, capture_output=True)
        plans = json.loads((directory / "out" / "plans.json").read_text())["plans"]
        watts = BLOCKING_WATTS * case["stages"]
        found = [
            min(each["energy_j"] - watts * each["time_s"] for each in plans if each["time_s"] <= time * (1 + 1e-9))
            for time in case["times"]
        ]
        (directory / "found.json").write_text(json.dumps(found))
        (directory / "solved.json").unlink(missing_ok=True)


def better(directory, case, deadline, most_joules, seconds):
    """Looks for a plan that meets the deadline with an effective energy of at most most_joules.

    Effective energy is energy minus blocking power times duration. Returns the result of SciPy's function milp.
    """
    import numpy
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    options = read_options(directory)
    operations, before, arcs = network(case)
    change_seconds = case["change_seconds"]
    # Variables: the start of each operation in seconds, and for each option of an operation whether it is chosen (0 or 1).
    # If clock changes take time, one more variable for each option is 1 if it is chosen and the clock must change for it.
    columns = {(j,): j for j in range(len(operations))}
    for kind in ("option", "changed") if change_seconds else ("option",):
        for j, operation in enumerate(operations):
            for k in range(len(options[operation])):
                columns[kind, j, k] = len(columns)
    rows, low, high = [], [], []

    def require(terms, least, most):
        rows.extend((len(low), column, value) for column, value in terms)
        low.append(least)
        high.append(most)

    def duration(j, sign):
        return [(columns["option", j, k], sign * option[0]) for k, option in enumerate(options[operations[j]])]

    def change(j, sign):
        return [(columns["changed", j, k], sign * change_seconds) for k in range(len(options[operations[j]])) if change_seconds]

    for j, operation in enumerate(operations):
        require([(columns["option", j, k], 1) for k in range(len(options[operation]))], 1, 1)
        require([(j, 1)] + duration(j, 1), -numpy.inf, deadline)
        if change_seconds:
            same = {option[2]: k for k, option in enumerate(options[operations[before[j]]])}
            for k, option in enumerate(options[operation]):
                previous = columns["option", before[j], same[option[2]]]
                require([(columns["changed", j, k], 1), (columns["option", j, k], -1), (previous, 1)], 0, numpy.inf)
    for a, b in arcs:
        require([(b, 1), (a, -1)] + duration(a, -1) + (change(b, -1) if before[b] == a else []), 0, numpy.inf)
    if change_seconds:
        for first in (j for j in range(len(operations)) if before[j] > j):
            # On each GPU, the first computation starts when its input has arrived.
            # After the last computation, the clock must change before the first computation of the next iteration.
            last = before[first]
            require([(last, 1), (first, -1)] + duration(last, 1) + change(first, 1), -numpy.inf, deadline)
            inputs = [a for a, b in arcs if b == first]
            terms = [(first, 1)] + [(a, -1) for a in inputs]
            require(terms + [term for a in inputs for term in duration(a, -1)], 0, 0)
    costs = numpy.zeros(len(columns))
    for j, operation in enumerate(operations):
        for k, option in enumerate(options[operation]):
            costs[columns["option", j, k]] = option[1]
    require([(column, costs[column]) for column in numpy.nonzero(costs)[0]], -numpy.inf, most_joules)
    upper = numpy.ones(len(columns))
    upper[: len(operations)] = deadline
    row, column, value = zip(*rows)
    return milp(
        costs,
        constraints=LinearConstraint(coo_array((value, (row, column)), shape=(len(low), len(columns))).tocsr(), low, high),
        integrality=numpy.array([key[0] == "option" for key in columns], dtype=int),
        bounds=Bounds(numpy.zeros(len(columns)), upper),
        options=dict(time_limit=seconds, mip_rel_gap=2e-5),
    )


def solve(folder, seconds):
    for directory in sorted(folder.iterdir()):
        if not (directory / "found.json").exists():
            continue
        case = json.loads((directory / "case.json").read_text())
        file = directory / "solved.json"
        results = json.loads(file.read_text()) if file.exists() else [None] * len(case["times"])
        for i, (time, joules) in enumerate(zip(case["times"], json.loads((directory / "found.json").read_text()))):
            if results[i] is not None:
                continue
            total = joules + BLOCKING_WATTS * case["stages"] * time
            answer = better(directory, case, time, joules - TOLERANCE * total, seconds)
            if answer.x is not None:
                results[i] = (joules - answer.fun) / total
                print(f"{directory}: {100 * results[i]:.3f} % above the best known plan", flush=True)
            elif answer.status == 2:
                results[i] = 0.0
        file.write_text(json.dumps(results))


def report(folder):
    for name, with_changes in (("changes of clock take no time", False), ("changes of clock take time", True)):
        results = []
        for directory in sorted(folder.iterdir()):
            if (directory / "solved.json").exists():
                case = json.loads((directory / "case.json").read_text())
                if (case["change_seconds"] > 0) == with_changes:
                    results += json.loads((directory / "solved.json").read_text())
        above = sorted((result for result in results if result), reverse=True)
        print(
            f"{name}: {len(results)} plans, {results.count(0.0)} within {100 * TOLERANCE} % of the optimum, "
            f"{len(above)} above it {[f'{100 * each:.3f} %' for each in above]}, {results.count(None)} without an answer"
        )


if __name__ == "__main__":
    commands = {("make", 4): make, ("plan", 3): plan, ("solve", 4): solve, ("report", 3): report}
    command = commands.get((sys.argv[1] if len(sys.argv) > 1 else "", len(sys.argv)))
    if command is None or not all(argument.isdigit() for argument in sys.argv[3:]):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    command(Path(sys.argv[2]), *(int(argument) for argument in sys.argv[3:]))
