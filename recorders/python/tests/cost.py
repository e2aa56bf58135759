"""Measures how long the recorder takes per instruction: without an agent, or with one under perseus-run.

Usage: cost.py [--cuda]     --cuda: with CUDA events on a GPU; needs torch

In the worst case, the clock of every instruction differs from that of the one before: run it under ``perseus-run
--plan``. Prints the median and the 99th percentile over instructions, in microseconds.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import perseus_recorder as perseus  # noqa: E402

MICROBATCHES = 64
ITERATIONS = 60


def main() -> None:
    costs = []
    on_gpu = "--cuda" in sys.argv[1:]
    if on_gpu:
        import torch

        torch.zeros(1, device="cuda")
    perseus.connect(num_microbatches=MICROBATCHES)
    for _ in range(ITERATIONS):
        for microbatch in range(MICROBATCHES):
            for kind in ("forward", "backward"):
                start = time.perf_counter_ns()
                with perseus.instruction(kind, microbatch):
                    pass
                costs.append(time.perf_counter_ns() - start)
                if perseus.recording():
                    time.sleep(0.0005)
        perseus.iteration_done()
    empty = []
    for _ in range(len(costs)):
        start = time.perf_counter_ns()
        empty.append(time.perf_counter_ns() - start)
    costs.sort()
    empty.sort()
    clock = empty[len(empty) // 2]
    print(
        "%s%s: %.2f us per instruction, 99th percentile %.2f us (%d instructions, pid %d)"
        % (
            "with an agent" if perseus.recording() else "without an agent",
            " on a GPU" if on_gpu else "",
            (costs[len(costs) // 2] - clock) / 1e3,
            (costs[len(costs) * 99 // 100] - clock) / 1e3,
            len(costs),
            os.getpid(),
        ),
        flush=True,
    )


if __name__ == "__main__":
    main()
