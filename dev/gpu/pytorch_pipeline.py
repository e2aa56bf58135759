"""Trains a GPT-3 model in a pipeline of two stages with torch.distributed.pipelining (1F1B), for comparison.

Usage: torchrun --nproc-per-node 2 pytorch_pipeline.py MODEL MICROBATCH_SIZE NUM_MICROBATCHES PRECISION [ITERATIONS]

The arguments and the model are the same as in pytorch_eager.py. The gradients of the tied embedding are summed over
both stages after each iteration. Prints tokens per second.
"""

import os
import sys
import time

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import nn
from torch.distributed.pipelining import PipelineStage, Schedule1F1B
from torch.utils.checkpoint import checkpoint


import pytorch_eager as eager


class Stage(nn.Module):
    def __init__(self, layers, hidden, heads, first):
        super().__init__()
        self.first = first
        self.tokens = nn.Embedding(eager.VOCABULARY, hidden)
        self.positions = nn.Embedding(eager.POSITIONS, hidden) if first else None
        self.blocks = nn.ModuleList(eager.Block(hidden, heads) for _ in range(layers))
        self.norm = None if first else nn.LayerNorm(hidden)

    def forward(self, x):
        if self.first:
            x = self.tokens(x) + self.positions(torch.arange(x.shape[1], device=x.device))
        for block in self.blocks:
            x = checkpoint(block, x, use_reentrant=False)
        return x if self.first else F.linear(self.norm(x), self.tokens.weight)


def loss_of(logits, labels):
    return F.cross_entropy(logits.float().view(-1, eager.VOCABULARY), labels.view(-1))


def main():
    model, samples, microbatches, precision = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    iterations = int(sys.argv[5]) if len(sys.argv) > 5 else 10
    rank = int(os.environ["RANK"])
    torch.cuda.set_device(rank)
    device = torch.device("cuda", rank)
    dist.init_process_group("nccl", device_id=device)
    torch.manual_seed(1)
    torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    layers, hidden, heads = eager.SHAPES[model]
    module = Stage(layers // 2, hidden, heads, rank == 0).to(device)
    for parameter in module.parameters():
        if parameter.dim() > 1:
            nn.init.normal_(parameter, std=0.02)
    optimizer = torch.optim.AdamW(module.parameters(), lr=3e-4, fused=True)
    schedule = Schedule1F1B(PipelineStage(module, rank, 2, device), microbatches, loss_fn=loss_of)
    tokens = torch.randint(eager.VOCABULARY, (samples * microbatches, eager.POSITIONS), device=device)
    seconds = []
    for _ in range(iterations):
        torch.cuda.synchronize()
        dist.barrier()
        start = time.perf_counter()
        with torch.autocast("cuda", dtype=torch.bfloat16, enabled=precision == "bf16"):
            if rank == 0:
                schedule.step(tokens)
            else:
                schedule.step(target=tokens, losses=[])
        dist.all_reduce(module.tokens.weight.grad)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        torch.cuda.synchronize()
        dist.barrier()
        seconds.append(time.perf_counter() - start)
    seconds = sorted(seconds[len(seconds) // 3 :])
    median = seconds[len(seconds) // 2]
    if rank == 0:
        rate = samples * microbatches * eager.POSITIONS / median
        print(f"pytorch {torch.__version__} pp 2 {model} {samples} x {microbatches} {precision}: "
              f"{rate:,.0f} tokens/s, {1e3 * median:.1f} ms", flush=True)
    dist.destroy_process_group()


main()
