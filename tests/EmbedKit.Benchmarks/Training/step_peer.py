"""Theirs of training-step: the same ViT-B/16 from PyTorch's own layers. Arguments: batch, steps. Prints seconds a step as JSON."""
import json, sys, time
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
torch.manual_seed(0)
batch, steps = int(sys.argv[1]), int(sys.argv[2])


class Vit(nn.Module):
    def __init__(self, width=768, layers=12, heads=12, inner=3072, side=224, patch=16):
        super().__init__()
        self.patches = nn.Conv2d(3, width, patch, patch)
        self.cls = nn.Parameter(torch.zeros(1, 1, width))
        self.positions = nn.Parameter(torch.zeros(1, (side // patch) ** 2 + 1, width))
        self.blocks = nn.ModuleList(nn.TransformerEncoderLayer(width, heads, inner, 0.0, F.gelu, batch_first=True, norm_first=True) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, pixels):
        x = self.patches(pixels).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls.expand(len(x), -1, -1), x], 1) + self.positions
        for block in self.blocks:
            x = block(x)
        return self.norm(x)[:, 0]


model, head = Vit(), nn.Linear(768, 2)
pixels, targets = torch.randn(batch, 3, 224, 224), torch.zeros(batch, dtype=torch.long)


def seconds(frozen):
    optimizer = torch.optim.AdamW(list(head.parameters()) + ([] if frozen else list(model.parameters())), 1e-5)
    taken = []
    for _ in range(steps + 1):
        started = time.perf_counter()
        optimizer.zero_grad()
        with torch.set_grad_enabled(not frozen):
            embedded = model(pixels)
        F.cross_entropy(head(embedded), targets).backward()
        optimizer.step()
        taken.append(time.perf_counter() - started)
    return sorted(taken[1:])[steps // 2]


print(json.dumps({"frozen": seconds(True), "fine_tuned": seconds(False), "version": torch.__version__}))
