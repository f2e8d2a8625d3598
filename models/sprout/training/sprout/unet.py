"""UNet2DConditionModel of diffusers, as far as sprout needs it."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

from .layers import Block, GroupNorm, Transformer2DModel


def timestep_embedding(timesteps, width):
    """(B,) to (B, width): cosines, then sines (diffusers: flip_sin_to_cos)."""
    half = width // 2
    frequencies = torch.exp(-math.log(10000) * torch.arange(half, device=timesteps.device).float() / half)
    angles = timesteps.float()[:, None] * frequencies[None]
    return torch.cat([angles.cos(), angles.sin()], -1)


class TimestepEmbedding(nn.Module):
    def __init__(self, width, out):
        super().__init__()
        self.linear_1 = nn.Linear(width, out)
        self.linear_2 = nn.Linear(out, out)

    def forward(self, x):
        return self.linear_2(F.silu(self.linear_1(x)))


class UNet2DConditionModel(nn.Module):
    """Latents (B, C, h, w), timesteps (B,) of 0 to 999 and context (B, L, D) to a prediction (B, C, h, w)."""

    def __init__(self, latents=8, channels=(64, 128, 192), attention=(False, True, True), layers=1, context=192, head=64, groups=32):
        super().__init__()
        first, last, count = channels[0], channels[-1], len(channels)
        time = first * 4
        self.first = first
        self.conv_in = nn.Conv2d(latents, first, 3, padding=1)
        self.time_embedding = TimestepEmbedding(first, time)
        self.down_blocks, self.up_blocks = nn.ModuleList(), nn.ModuleList()
        before = first
        for i, out in enumerate(channels):
            sizes = [(before if j == 0 else out, out) for j in range(layers)]
            self.down_blocks.append(Block(sizes, time, context, out // head, attention[i], 'down' if i < count - 1 else None, groups))
            before = out
        self.mid_block = Block([(last, last)] * 2, time, context, last // head, False, None, groups)
        self.mid_block.attentions = nn.ModuleList([Transformer2DModel(last, context, last // head, groups)])
        upward, before = channels[::-1], last
        for i, out in enumerate(upward):
            beside = upward[min(i + 1, count - 1)]
            sizes = [((before if j == 0 else out) + (beside if j == layers else out), out) for j in range(layers + 1)]
            self.up_blocks.append(Block(sizes, time, context, out // head, attention[::-1][i], 'up' if i < count - 1 else None, groups))
            before = out
        self.conv_norm_out = GroupNorm(groups, first, 1e-5)
        self.conv_out = nn.Conv2d(first, latents, 3, padding=1)

    def forward(self, x, timesteps, context, maps=None):
        """If `maps` is a list, the feature map after each block is added to it: what a discriminator looks at."""
        time = self.time_embedding(timestep_embedding(timesteps, self.first).to(x.dtype))
        maps = [] if maps is None else maps
        x = self.conv_in(x)
        beside = [x]
        for block in self.down_blocks:
            for i, resnet in enumerate(block.resnets):
                x = resnet(x, time)
                x = block.attentions[i](x, context) if hasattr(block, 'attentions') else x
                beside.append(x)
            maps.append(x)
            if hasattr(block, 'downsamplers'):
                x = block.downsamplers[0](x)
                beside.append(x)
        middle = self.mid_block
        x = middle.resnets[1](middle.attentions[0](middle.resnets[0](x, time), context), time)
        maps.append(x)
        for block in self.up_blocks:
            for i, resnet in enumerate(block.resnets):
                x = resnet(torch.cat([x, beside.pop()], 1), time)
                x = block.attentions[i](x, context) if hasattr(block, 'attentions') else x
            maps.append(x)
            x = block.upsamplers[0](x) if hasattr(block, 'upsamplers') else x
        return self.conv_out(F.silu(self.conv_norm_out(x)))
