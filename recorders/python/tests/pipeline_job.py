"""Imitates a pipeline-parallel training job for tests. The ranks sleep instead of computing tensors.

Each rank runs forwards and backwards in the order of a schedule, and waits for messages of its neighbours. A rank calls
``perseus.instruction`` and ``perseus.iteration_done``, like any training framework.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import signal
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Dict, List, Tuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import perseus_recorder as perseus  # noqa: E402

Action = Tuple[str, int, int]  # kind, stage, microbatch


def one_forward_one_backward(rank: int, ranks: int, microbatches: int) -> List[Action]:
    ahead = min(ranks - 1 - rank, microbatches)
    actions: List[Action] = [("forward", rank, m) for m in range(ahead)]
    for m in range(microbatches):
        if ahead + m < microbatches:
            actions.append(("forward", rank, ahead + m))
        actions.append(("backward", rank, m))
    return actions


def gpipe(rank: int, ranks: int, microbatches: int) -> List[Action]:
    """Returns the order of ScheduleGPipe of torch, in which backwards run in the order of the forwards."""
    return [("forward", rank, m) for m in range(microbatches)] + [("backward", rank, m) for m in range(microbatches)]


def interleaved(rank: int, ranks: int, microbatches: int, chunks: int = 2) -> List[Action]:
    total = microbatches * chunks
    ahead = min(total, 2 * (ranks - 1 - rank) + (chunks - 1) * ranks)

    def action(kind: str, k: int) -> Action:
        chunk = k // ranks % chunks
        microbatch = k // (ranks * chunks) * ranks + k % ranks
        if kind == "backward":
            chunk = chunks - 1 - chunk
        return kind, chunk * ranks + rank, microbatch

    actions = []
    for k in range(total + ahead):
        if k < total:
            actions.append(action("forward", k))
        if k >= ahead:
            actions.append(action("backward", k - ahead))
    return actions


def zero_bubble(rank: int, ranks: int, microbatches: int) -> List[Action]:
    """Returns the order of the schedule ZB-H1, in which weight backwards fill the gaps at the end of an iteration."""
    ahead = min(ranks - rank, microbatches)
    actions: List[Action] = [("forward", rank, m) for m in range(ahead)]
    forwards, weights = ahead, 0
    for m in range(microbatches):
        actions.append(("backward_input", rank, m))
        if m - weights >= rank:
            actions.append(("weight_backward", rank, weights))
            weights += 1
        if forwards < microbatches:
            actions.append(("forward", rank, forwards))
            forwards += 1
    actions += [("weight_backward", rank, m) for m in range(weights, microbatches)]
    return actions


SCHEDULES = {"1f1b": one_forward_one_backward, "gpipe": gpipe, "interleaved": interleaved, "zero-bubble": zero_bubble}


class Links:
    """Sends and receives the messages of a rank. Each message stands for an activation or a gradient."""

    def __init__(self, rank: int, pipes: Dict[Tuple[int, int], Tuple]) -> None:
        self.inbound = {source: pipes[source, rank][0] for source, target in pipes if target == rank}
        self.outbound = {target: pipes[rank, target][1] for source, target in pipes if source == rank}
        self.arrived: set = set()

    def send(self, target: int, token: Tuple[str, int, int]) -> None:
        if target in self.outbound:
            self.outbound[target].send(token)
        else:
            self.arrived.add(token)

    def wait(self, source: int, token: Tuple[str, int, int]) -> None:
        while token not in self.arrived:
            self.arrived.add(self.inbound[source].recv())
        self.arrived.discard(token)


def named_pipe(folder: str, source: int, target: int) -> Tuple:
    """Opens a named pipe between two ranks that different processes start."""
    path = os.path.join(folder, "%d-%d" % (source, target))
    with contextlib.suppress(FileExistsError):
        os.mkfifo(path)
    # A pipe that is opened only for reading would make the call wait for the process at the other end.
    end = Connection(os.open(path, os.O_RDWR))
    return end, end


def run_rank(rank: int, options: argparse.Namespace, pipes: Dict[Tuple[int, int], Tuple]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    local = options.ranks // options.hosts
    os.environ.update(RANK=str(rank), WORLD_SIZE=str(options.ranks), LOCAL_RANK=str(rank % local))
    if options.hosts > 1:
        os.environ["LOCAL_WORLD_SIZE"] = str(local)
    links = Links(rank, pipes)
    actions = SCHEDULES[options.schedule](rank, options.ranks, options.microbatches)
    stages = sorted({stage for _, stage, _ in actions})
    last_stage = options.ranks * len(stages) - 1
    perseus.connect(pp=options.ranks, num_microbatches=options.microbatches, model="stand-in", stages=stages)
    seconds = {
        "forward": options.forward,
        "backward": 2 * options.forward,
        "backward_input": options.forward,
        "weight_backward": options.forward,
    }
    for _ in range(options.iterations):
        for kind, stage, microbatch in actions:
            if kind == "forward" and stage > 0:
                links.wait((stage - 1) % options.ranks, ("activation", stage, microbatch))
            if kind in ("backward", "backward_input") and stage < last_stage:
                links.wait((stage + 1) % options.ranks, ("gradient", stage, microbatch))
            with perseus.instruction(kind, microbatch, stages.index(stage)):
                time.sleep(seconds[kind] * (1 + 0.1 * stage / (last_stage + 1)))
            if kind == "forward" and stage < last_stage:
                links.send((stage + 1) % options.ranks, ("activation", stage + 1, microbatch))
            if kind in ("backward", "backward_input") and stage > 0:
                links.send((stage - 1) % options.ranks, ("gradient", stage - 1, microbatch))
        with perseus.instruction("optimizer_step"):
            time.sleep(0.002)
        perseus.iteration_done()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--ranks", type=int, default=4)
    parser.add_argument("--microbatches", type=int, default=8)
    parser.add_argument("--iterations", type=int, default=1_000_000)
    parser.add_argument("--forward", type=float, default=0.02, help="seconds of a forward")
    parser.add_argument("--schedule", choices=sorted(SCHEDULES), default="1f1b")
    parser.add_argument("--hosts", type=int, default=1, help="number of processes that start the ranks together")
    parser.add_argument("--host", type=int, default=0, help="number of this process among them")
    parser.add_argument("--links", help="folder for the messages between the ranks of different hosts")
    options = parser.parse_args()
    per_host = options.ranks // options.hosts
    mine = range(options.host * per_host, (options.host + 1) * per_host)
    pipes = {
        (source, target): multiprocessing.Pipe(duplex=False) if source in mine and target in mine
        else named_pipe(options.links, source, target)
        for source in range(options.ranks)
        for target in ((source - 1) % options.ranks, (source + 1) % options.ranks)
        if source != target and (source in mine or target in mine)
    }
    processes = [
        multiprocessing.Process(target=run_rank, args=(rank, options, pipes), daemon=True)
        for rank in mine
    ]
    for process in processes:
        process.start()
    # Like torchrun, this process ends its ranks when it receives SIGTERM.
    signal.signal(signal.SIGTERM, lambda *_: [process.terminate() for process in processes])
    for process in processes:
        process.join()
    sys.exit(128 + signal.SIGTERM if any(process.exitcode for process in processes) else 0)


if __name__ == "__main__":
    main()
