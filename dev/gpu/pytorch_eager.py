"""Trains a GPT-3 model with PyTorch eager, to compare its speed with perseus-profile on the same GPU.

Usage: pytorch_eager.py MODEL MICROBATCH_SIZE NUM_MICROBATCHES PRECISION [ITERATIONS]

MODEL is gpt3-small or gpt3-xl; PRECISION is fp32, tf32, bf16 or fp16 (autocast, fp16 with GradScaler). Prints tokens per second.
The model uses activation checkpointing, fused AdamW, and gradient accumulation over the microbatches of an iteration.
"""

import sys
import time

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.checkpoint import checkpoint

SHAPES = {"gpt3-small": (12, 768, 12), "gpt3-xl": (24, 2048, 16)}
VOCABULARY, POSITIONS = 50257, 1024


class Block(nn.Module):
    def __init__(self, hidden, heads):
        super().__init__()
        self.heads = heads
        self.before_attention = nn.LayerNorm(hidden)
        self.qkv = nn.Linear(hidden, 3 * hidden)
        self.out = nn.Linear(hidden, hidden)
        self.before_mlp = nn.LayerNorm(hidden)
        self.up = nn.Linear(hidden, 4 * hidden)
        self.down = nn.Linear(4 * hidden, hidden)

    def forward(self, x):
        samples, tokens, hidden = x.shape
        qkv = self.qkv(self.before_attention(x))
        q, k, v = (
            part.view(samples, tokens, self.heads, -1).transpose(1, 2) for part in qkv.chunk(3, dim=-1)
        )
        attended = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(attended.transpose(1, 2).reshape(samples, tokens, hidden))
        return x + self.down(F.gelu(self.up(self.before_mlp(x)), approximate="tanh"))


class Gpt(nn.Module):
    def __init__(self, layers, hidden, heads):
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, hidden)
        self.positions = nn.Embedding(POSITIONS, hidden)
        self.blocks = nn.ModuleList(Block(hidden, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(hidden)

    def forward(self, tokens, labels):
        x = self.tokens(tokens) + self.positions(torch.arange(tokens.shape[1], device=tokens.device))
        for block in self.blocks:
            x = checkpoint(block, x, use_reentrant=False)
        logits = F.linear(self.norm(x), self.tokens.weight)
        return F.cross_entropy(logits.float().view(-1, VOCABULARY), labels.view(-1))


def main():
    model_name, samples, microbatches, precision = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    iterations = int(sys.argv[5]) if len(sys.argv) > 5 else 10
    torch.manual_seed(1)
    torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    torch.backends.cudnn.allow_tf32 = precision == "tf32"
    model = Gpt(*SHAPES[model_name]).cuda()
    for parameter in model.parameters():
        if parameter.dim() > 1:
            nn.init.normal_(parameter, std=0.02)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4, fused=True)
    scaler = torch.amp.GradScaler("cuda", enabled=precision == "fp16")
    half = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(precision)
    tokens = torch.randint(VOCABULARY, (microbatches, samples, POSITIONS), device="cuda")
    seconds = []
    for _ in range(iterations):
        torch.cuda.synchronize()
        start = time.perf_counter()
        for m in range(microbatches):
            with torch.autocast("cuda", dtype=half, enabled=half is not None):
                loss = model(tokens[m], tokens[m]) / microbatches
            scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        optimizer.zero_grad(set_to_none=True)
        torch.cuda.synchronize()
        seconds.append(time.perf_counter() - start)
    seconds = sorted(seconds[len(seconds) // 3 :])
    median = seconds[len(seconds) // 2]
    rate = samples * microbatches * POSITIONS / median
    peak = torch.cuda.max_memory_allocated() / 2**30
    print(f"pytorch {torch.__version__} {model_name} {samples} x {microbatches} {precision}: "
          f"{rate:,.0f} tokens/s, {1e3 * median:.1f} ms, {peak:.1f} GiB", flush=True)


if __name__ == "__main__":
    main()
