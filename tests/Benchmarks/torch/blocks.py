"""Layers that UNets and autoencoders share, under the names that their files have."""
import torch
from torch import nn
from torch.nn import functional


class Resnet(nn.Module):
    """Residual block: normalise, activate, convolve, twice; the noise level's embedding is added in between."""

    def __init__(self, channels, width, groups, epsilon, time=None):
        super().__init__()
        self.norm1 = nn.GroupNorm(groups, channels, epsilon)
        self.conv1 = nn.Conv2d(channels, width, 3, padding=1)
        self.time_emb_proj = nn.Linear(time, width) if time else None
        self.norm2 = nn.GroupNorm(groups, width, epsilon)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        self.conv_shortcut = nn.Conv2d(channels, width, 1) if channels != width else None

    def forward(self, x, time=None):
        h = self.conv1(functional.silu(self.norm1(x)))
        if self.time_emb_proj is not None:
            h = h + self.time_emb_proj(time)[:, :, None, None]
        h = self.conv2(functional.silu(self.norm2(h)))
        return h + (x if self.conv_shortcut is None else self.conv_shortcut(x))


class Attention(nn.Module):
    """Scaled dot-product attention of several heads; a batched product in place of a scaled copy, which is PyTorch 1.13's fastest on a CPU."""

    def __init__(self, width, context, heads, bias=False):
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(width, width, bias=bias)
        self.to_k = nn.Linear(context, width, bias=bias)
        self.to_v = nn.Linear(context, width, bias=bias)
        self.to_out = nn.ModuleList([nn.Linear(width, width)])

    def forward(self, x, context):
        batch, length, width = x.shape
        each = width // self.heads
        query, key, value = (self.by_head(part, each) for part in (self.to_q(x), self.to_k(context), self.to_v(context)))
        scores = torch.baddbmm(query.new_empty(1, 1, 1), query, key.transpose(1, 2), beta=0, alpha=each ** -0.5)
        mixed = torch.bmm(scores.softmax(-1), value)
        mixed = mixed.view(batch, self.heads, length, each).transpose(1, 2).reshape(batch, length, width)
        return self.to_out[0](mixed)

    def by_head(self, x, each):
        batch, length, _ = x.shape
        return x.view(batch, length, self.heads, each).transpose(1, 2).reshape(batch * self.heads, length, each)


class Upsample(nn.Module):
    """Every pixel becomes 2×2, then a convolution."""

    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x):
        return self.conv(functional.interpolate(x, scale_factor=2.0, mode="nearest"))


class Downsample(nn.Module):
    """A convolution of stride 2."""

    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, stride=2, padding=1)

    def forward(self, x):
        return self.conv(x)
