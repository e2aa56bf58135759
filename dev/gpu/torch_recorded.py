"""Trains a GPT-3 model with torch.distributed.pipelining. The training is recorded if perseus-run starts this program.

Usage: torchrun --nproc-per-node RANKS torch_recorded.py [--schedule NAME] [--model NAME] [--iterations N]

Every rank holds one stage. Under the schedules interleaved and zero-bubble, every rank holds two stages.
Parameters and activations are in bfloat16, and AdamW is fused. Transformer blocks use activation checkpointing, except
under the schedule zero-bubble. The last rank prints the median time of an iteration.
With --forward-only, the stages run only the forwards. With --rest SECONDS, each rank sleeps after each iteration.
"""

import argparse
import os
import statistics
import time

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import nn
from torch.distributed import pipelining
from torch.utils.checkpoint import checkpoint

import perseus_recorder as perseus

import pytorch_eager as eager

SCHEDULES = {
    "gpipe": ("ScheduleGPipe", 1),
    "1f1b": ("Schedule1F1B", 1),
    "interleaved": ("ScheduleInterleaved1F1B", 2),
    "zero-bubble": ("ScheduleInterleavedZeroBubble", 2),
}


class Stage(nn.Module):
    def __init__(self, layers, hidden, heads, first, last, checkpointing):
        super().__init__()
        self.checkpointing = checkpointing
        self.tokens = nn.Embedding(eager.VOCABULARY, hidden) if first else None
        self.positions = nn.Embedding(eager.POSITIONS, hidden) if first else None
        self.blocks = nn.ModuleList(eager.Block(hidden, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(hidden) if last else None
        self.head = nn.Linear(hidden, eager.VOCABULARY, bias=False) if last else None

    def forward(self, x):
        if self.tokens is not None:
            x = self.tokens(x) + self.positions(torch.arange(x.shape[1], device=x.device))
        for block in self.blocks:
            x = checkpoint(block, x, use_reentrant=False) if self.checkpointing else block(x)
        return x if self.head is None else self.head(self.norm(x))


def loss_of(logits, labels):
    return F.cross_entropy(logits.float().view(-1, eager.VOCABULARY), labels.view(-1))


@torch.no_grad()
def forwards(module, tokens, hidden, samples, rank, ranks):
    """Runs the forwards of training with their receives and sends, so that a forward uses about the same energy."""
    for microbatch, ids in enumerate(tokens.split(samples)):
        x = ids
        if rank > 0:
            x = torch.empty(samples, eager.POSITIONS, hidden, device=ids.device, dtype=torch.bfloat16)
            dist.recv(x, rank - 1)
        with perseus.instruction("forward", microbatch):
            y = module(x)
            if rank == ranks - 1:
                loss_of(y, ids)
        if rank < ranks - 1:
            dist.send(y, rank + 1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--schedule", choices=sorted(SCHEDULES), default="1f1b")
    parser.add_argument("--model", choices=sorted(eager.SHAPES), default="gpt3-xl")
    parser.add_argument("--samples", type=int, default=4, help="samples of a microbatch")
    parser.add_argument("--microbatches", type=int, default=8)
    parser.add_argument("--iterations", type=int, default=60)
    parser.add_argument("--forward-only", action="store_true", help="run forwards of one stage a rank, no backwards")
    parser.add_argument("--rest", type=float, default=0.0, help="seconds of sleep after each iteration")
    options = parser.parse_args()
    rank, ranks = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
    device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
    torch.cuda.set_device(device)
    dist.init_process_group("nccl", device_id=device)
    torch.manual_seed(1)
    class_name, chunks = SCHEDULES[options.schedule]
    layers, hidden, heads = eager.SHAPES[options.model]
    total = ranks * chunks
    modules = [
        # Zero-bubble schedules divide a backward into two parts.
        # PyTorch cannot divide the backward of a block with activation checkpointing.
        Stage(layers // total, hidden, heads, s == 0, s == total - 1, options.schedule != "zero-bubble")
        .to(device, torch.bfloat16)
        for s in range(rank, total, ranks)
    ]
    for module in modules:
        for parameter in module.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, std=0.02)
    stages = [
        pipelining.PipelineStage(module, rank + c * ranks, total, device) for c, module in enumerate(modules)
    ]
    schedule = getattr(pipelining, class_name)(
        stages if chunks > 1 else stages[0], options.microbatches, loss_fn=loss_of
    )
    optimizer = torch.optim.AdamW([p for m in modules for p in m.parameters()], lr=1e-4, fused=True)
    tokens = torch.randint(
        eager.VOCABULARY, (options.samples * options.microbatches, eager.POSITIONS), device=device
    )
    seconds, losses = [], []

    def train():
        target = {"target": tokens, "losses": losses} if rank == ranks - 1 else {}
        schedule.step(*((tokens,) if rank == 0 else ()), **target)
        with perseus.instruction("optimizer_step"):
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

    if options.forward_only:
        perseus.connect(num_microbatches=options.microbatches, model=options.model, microbatch_size=options.samples)
    else:
        perseus.attach(schedule, model=options.model, microbatch_size=options.samples)
    for _ in range(options.iterations):
        start = time.perf_counter()
        if options.forward_only:
            forwards(modules[0], tokens, hidden, options.samples, rank, ranks)
        else:
            train()
        perseus.iteration_done()
        torch.cuda.synchronize()
        seconds.append(time.perf_counter() - start)
        time.sleep(options.rest)
    if rank == ranks - 1:
        work = "forwards" if options.forward_only else options.schedule
        loss = f"last loss {torch.stack(losses).mean().item():.4f}, " if losses else ""
        print(f"torch {torch.__version__} {work} on {ranks} GPUs, {options.model}: "
              f"median iteration {1e3 * statistics.median(seconds[len(seconds) // 3:]):.1f} ms, "
              f"{loss}recorded {perseus.recording()}", flush=True)
    dist.destroy_process_group()


main()
