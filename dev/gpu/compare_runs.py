"""Compares the losses, the gradients of the first step and the last parameters of two training runs.

Usage: compare_runs.py LABEL REFERENCE RUN LOSS GRADIENTS PARAMETERS
       compare_runs.py --last LABEL REFERENCE RUN LIMIT

REFERENCE and RUN are directories that contain the output of a run (log) and its checkpoints (checkpoints).
LOSS, GRADIENTS and PARAMETERS are the largest accepted relative differences. The value "-" accepts every difference.
The program prints one line. Its exit code is 1 if a difference is larger than accepted.

In the formulas, a is a value of RUN, b is the value of REFERENCE, and ||x|| is the Euclidean norm of all elements.

loss        maximum of |a - b| / |b| for the first and the last step; the log shows losses with four decimals
gradients   ||a - b|| / ||b|| for the first moments of AdamW after step 1, which are 0.1 times the gradients
parameters  ||a - b|| / ||b - c|| for the parameters after the last step; c are the parameters of REFERENCE after step 1

With --last, the program compares only the newest checkpoints and the last losses. The relative differences of the last
losses, the parameters and the moments of AdamW must be at most LIMIT. The number of AdamW's steps, the loss scale
of fp16 and the position in the training data must be equal.
"""

import array
import json
import math
import re
import struct
import sys
from pathlib import Path


def tensors(file):
    """Yields the name and the elements of each tensor of a safetensors file."""
    with open(file, "rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        header = json.loads(stream.read(length))
        entries = [(name, entry) for name, entry in header.items() if name != "__metadata__"]
        for name, entry in sorted(entries, key=lambda each: each[1]["data_offsets"]):
            begin, end = entry["data_offsets"]
            values = array.array("f")
            values.frombytes(stream.read(end - begin))
            yield name, values


def within(value, limit):
    """Returns whether a difference is within its limit. The result is False for the difference NaN."""
    return value <= (math.inf if limit == "-" else float(limit))


def shards(folder, kind):
    manifest = json.loads((folder / "checkpoint.json").read_text())
    for shard in manifest["shards"]:
        yield from tensors(folder / shard[kind]["name"])


def position(folder):
    """Returns the number of AdamW's steps, the loss scale with its age in steps, and the index of the next microbatch."""
    manifest = json.loads((folder / "checkpoint.json").read_text())
    with open(folder / manifest["shards"][0]["optimizer"]["name"], "rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        header = json.loads(stream.read(length))
    counts = ("optimizer_steps", "loss_scale", "steps_since_loss_scale_changed")
    return [header["__metadata__"].get(name) for name in counts], manifest["next_microbatch"]


def steps(run):
    folders = sorted((Path(run) / "checkpoints").glob("step-*"))
    if not folders:
        sys.exit(f"{run} has no checkpoints.")
    return folders


def losses(run):
    text = (Path(run) / "log").read_text()
    match = re.search(r"loss ([\d.]+) to ([\d.]+)", text)
    if not match:
        sys.exit(f"{run}/log has no losses: the run failed.")
    return [float(value) for value in match.groups()]


def norm_of_difference(folder, other, kind, wanted=lambda name: True):
    """Returns the norms of a - b and of b, where a are the tensors in folder, and b are the tensors in other."""
    difference = size = 0.0
    for (name, a), (other_name, b) in zip(shards(folder, kind), shards(other, kind), strict=True):
        if name != other_name or len(a) != len(b):
            sys.exit(f"{folder} and {other} have different tensors: {name}, {other_name}.")
        if wanted(name):
            difference += math.fsum((x - y) ** 2 for x, y in zip(a, b))
            size += math.fsum(y * y for y in b)
    return math.sqrt(difference), math.sqrt(size)


def compare(label, reference, run, *limits):
    ours, theirs = steps(run), steps(reference)
    if [folder.name for folder in ours] != [folder.name for folder in theirs]:
        sys.exit(f"{run} and {reference} have checkpoints of different steps.")
    loss = max(abs(a - b) / abs(b) for a, b in zip(losses(run), losses(reference)))
    difference, size = norm_of_difference(
        ours[0], theirs[0], "optimizer", lambda name: name.endswith(".first_moment")
    )
    moved, _ = norm_of_difference(theirs[-1], theirs[0], "parameters")
    distance, _ = norm_of_difference(ours[-1], theirs[-1], "parameters")
    found = [loss, difference / size, distance / moved]
    good = all(within(value, limit) for value, limit in zip(found, limits, strict=True))
    columns = "  ".join(f"{value:8.1e} (limit {limit})" for value, limit in zip(found, limits))
    print(f"{label:28} {'/'.join(str(loss) for loss in losses(run))}  {columns}  {'ok' if good else 'WRONG'}")
    return good


def last(label, reference, run, limit):
    ours, theirs = steps(run)[-1], steps(reference)[-1]
    if ours.name != theirs.name:
        sys.exit(f"{run} ends with {ours.name}, and {reference} with {theirs.name}.")
    places = [position(each) for each in (ours, theirs)]
    found = {"last loss": abs(losses(run)[-1] / losses(reference)[-1] - 1)}
    for kind in ("parameters", "optimizer"):
        difference, size = norm_of_difference(ours, theirs, kind)
        found[kind] = difference / size
    good = places[0] == places[1] and all(within(value, limit) for value in found.values())
    columns = ", ".join(f"{name} {value:.1e}" if value else f"{name} equal" for name, value in found.items())
    place = "equal" if places[0] == places[1] else f"{places[0]} and {places[1]}"
    print(f"{label:40} {ours.name}: {columns} (limit {limit}), position {place}  {'ok' if good else 'WRONG'}")
    return good


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if len(arguments) == 5 and arguments[0] == "--last":
        passed = last(*arguments[1:])
    elif len(arguments) == 6:
        passed = compare(*arguments)
    else:
        sys.exit(__doc__)
    sys.exit(0 if passed else 1)
