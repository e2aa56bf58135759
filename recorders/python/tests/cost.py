"""Measures the time that the recorder adds to an instruction.

Usage: cost.py [--cuda | --simulated-cuda MICROSECONDS]
  --cuda             record CUDA events on a GPU, and print the time of each CUDA call; needs torch
  --simulated-cuda   use a fake torch, in which recording an event takes the given time

Started alone, this program measures the recorder without an agent. Started by ``perseus-run``, it measures the recorder
with an agent. The recorder takes longest if each instruction has another clock than the instruction before it. A plan
with such clocks can be given by ``perseus-run --plan``.

The program prints the median and the 99th percentile of the time per instruction in microseconds. It prints them once
for instructions without pauses, and once for instructions after a pause. After a pause, each instruction takes longer,
because the processor has slept.
"""

from __future__ import annotations

import os
import sys
import time
import types
from pathlib import Path
from typing import Any, Callable, List

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import perseus_recorder as perseus  # noqa: E402

MICROBATCHES = 64
ITERATIONS = 40
PAUSE_SECONDS = 0.0005
#: Time for the recorder's thread after an iteration.
REST_SECONDS = 0.03


def simulated_torch(microseconds: float) -> Any:
    """Returns a fake module torch. Recording an event takes the given time, and the GPU passes it at once."""

    class Event:
        def __init__(self, enable_timing: bool, blocking: bool) -> None:
            self.ns = 0

        def record(self, stream: object) -> None:
            end = time.perf_counter_ns() + microseconds * 1e3
            while time.perf_counter_ns() < end:
                pass
            self.ns = time.time_ns()

        def query(self) -> bool:
            return True

        def synchronize(self) -> None:
            pass

        def elapsed_time(self, end: Event) -> float:
            return (end.ns - self.ns) / 1e6

    torch: Any = types.ModuleType("torch")
    torch.cuda = types.SimpleNamespace(
        is_available=lambda: True,
        current_device=lambda: 0,
        set_device=lambda device: None,
        current_stream=lambda device=0: "stream",
        is_current_stream_capturing=lambda: False,
        Event=Event,
    )
    torch._C = types.SimpleNamespace(_cuda_getCurrentRawStream=lambda device: 0)
    return torch


def costs_of_instructions(pause: float) -> List[float]:
    costs = []
    for _ in range(ITERATIONS):
        for microbatch in range(MICROBATCHES):
            for kind in ("forward", "backward"):
                start = time.perf_counter_ns()
                with perseus.instruction(kind, microbatch):
                    pass
                costs.append((time.perf_counter_ns() - start) / 1e3)
                if pause and perseus.recording():
                    time.sleep(pause)
        perseus.iteration_done()
        if perseus.recording():
            time.sleep(REST_SECONDS)
    return costs


def quantile(values: List[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)]


def clock_microseconds() -> float:
    """Returns the median time in microseconds of reading the clock."""
    empty = []
    for _ in range(10_000):
        start = time.perf_counter_ns()
        empty.append((time.perf_counter_ns() - start) / 1e3)
    return quantile(empty, 0.5)


def print_calls_of_cuda(torch: Any) -> None:
    """Prints the time of each CUDA call that the recorder makes for an instruction. A pause precedes each call."""
    event = torch.cuda.Event(enable_timing=True, blocking=True)
    later = torch.cuda.Event(enable_timing=True, blocking=True)
    stream = torch.cuda.current_stream()
    event.record(stream)
    later.record(stream)
    later.synchronize()
    device = torch.cuda.current_device()
    calls: List[Callable[[], Any]] = [
        lambda: torch.cuda.current_stream(),
        lambda: torch._C._cuda_getCurrentRawStream(device),
        lambda: torch.cuda.is_current_stream_capturing(),
        lambda: event.query(),
        lambda: event.elapsed_time(later),
        lambda: event.synchronize(),
        lambda: torch.cuda.Event(enable_timing=True, blocking=True).record(stream),
        lambda: event.record(stream),
    ]
    names = ("current_stream", "raw stream", "capturing", "query", "elapsed_time", "synchronize", "new event", "record")
    for name, call in zip(names, calls):
        costs = []
        for _ in range(300):
            time.sleep(PAUSE_SECONDS)
            start = time.perf_counter_ns()
            call()
            costs.append((time.perf_counter_ns() - start) / 1e3)
        print("%s: %.2f us, 99th percentile %.2f us" % (name, quantile(costs, 0.5), quantile(costs, 0.99)), flush=True)


def main() -> None:
    arguments = sys.argv[1:]
    where = ""
    if arguments[:1] == ["--simulated-cuda"]:
        sys.modules["torch"] = simulated_torch(float(arguments[1]))
        where = " with simulated CUDA events"
    elif arguments == ["--cuda"]:
        import torch

        torch.zeros(1, device="cuda")
        where = " on a GPU"
        print_calls_of_cuda(torch)
    perseus.connect(num_microbatches=MICROBATCHES)
    reading = clock_microseconds()
    for pause, title in ((0.0, "in a row"), (PAUSE_SECONDS, "after pauses of %g ms" % (1e3 * PAUSE_SECONDS))):
        costs = costs_of_instructions(pause)
        print(
            "%s%s, %s: %.2f us per instruction, 99th percentile %.2f us (%d instructions, pid %d)"
            % (
                "with an agent" if perseus.recording() else "without an agent",
                where,
                title,
                quantile(costs, 0.5) - reading,
                quantile(costs, 0.99) - reading,
                len(costs),
                os.getpid(),
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()
