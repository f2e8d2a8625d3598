"""The UNet of latent diffusion (diffusers' UNet2DConditionModel) for the configs of Stable Diffusion 1 and 2 and of sprout."""
import math

import torch
from torch import nn
from torch.nn import functional

from blocks import Attention, Downsample, Resnet, Upsample


class GatedFeedForward(nn.Module):
    def __init__(self, width):
        super().__init__()
        first = nn.Module()
        first.proj = nn.Linear(width, 8 * width)
        self.net = nn.ModuleList([first, nn.Identity(), nn.Linear(4 * width, width)])

    def forward(self, x):
        value, gate = self.net[0].proj(x).chunk(2, -1)
        return self.net[2](value * functional.gelu(gate))


class TransformerBlock(nn.Module):
    def __init__(self, width, context, heads):
        super().__init__()
        self.norm1, self.norm2, self.norm3 = nn.LayerNorm(width), nn.LayerNorm(width), nn.LayerNorm(width)
        self.attn1 = Attention(width, width, heads)
        self.attn2 = Attention(width, context, heads)
        self.ff = GatedFeedForward(width)

    def forward(self, x, context):
        h = self.norm1(x)
        x = x + self.attn1(h, h)
        x = x + self.attn2(self.norm2(x), context)
        return x + self.ff(self.norm3(x))


class Transformer(nn.Module):
    def __init__(self, width, context, heads, groups, linear):
        super().__init__()
        self.linear = linear
        self.norm = nn.GroupNorm(groups, width, 1e-6)
        self.proj_in = nn.Linear(width, width) if linear else nn.Conv2d(width, width, 1)
        self.transformer_blocks = nn.ModuleList([TransformerBlock(width, context, heads)])
        self.proj_out = nn.Linear(width, width) if linear else nn.Conv2d(width, width, 1)

    def forward(self, x, context):
        batch, width, rows, columns = x.shape
        h = self.norm(x)
        h = self.proj_in(tokens(h)) if self.linear else tokens(self.proj_in(h))
        for block in self.transformer_blocks:
            h = block(h, context)
        if self.linear:
            return x + picture(self.proj_out(h), rows, columns)
        return x + self.proj_out(picture(h, rows, columns))


def tokens(x):
    return x.permute(0, 2, 3, 1).reshape(x.shape[0], x.shape[2] * x.shape[3], x.shape[1])


def picture(x, rows, columns):
    return x.view(x.shape[0], rows, columns, x.shape[2]).permute(0, 3, 1, 2)


class Level(nn.Module):
    """The blocks of one resolution, on the way down or up."""

    def __init__(self, widths, attention, context, heads, config, time, sampler):
        super().__init__()
        groups, epsilon = config["norm_num_groups"], config["norm_eps"]
        self.resnets = nn.ModuleList([Resnet(before, after, groups, epsilon, time) for before, after in widths])
        if attention:
            linear = config.get("use_linear_projection", False)
            self.attentions = nn.ModuleList([Transformer(after, context, heads, groups, linear) for _, after in widths])
        self.attends = attention
        if sampler is not None:
            setattr(self, *sampler)

    def block(self, number, x, time, context):
        x = self.resnets[number](x, time)
        return self.attentions[number](x, context) if self.attends else x


class Unet(nn.Module):
    """(B, C, h, w), timesteps (B) and text (B, N, D) to (B, C', h, w)."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        widths = config["block_out_channels"]
        heads = config["attention_head_dim"]
        heads = heads if isinstance(heads, list) else [heads] * len(widths)
        context, layers, last = config["cross_attention_dim"], config["layers_per_block"], len(widths) - 1
        time = 4 * widths[0]
        self.conv_in = nn.Conv2d(config["in_channels"], widths[0], 3, padding=1)
        self.time_embedding = nn.Module()
        self.time_embedding.linear_1 = nn.Linear(widths[0], time)
        self.time_embedding.linear_2 = nn.Linear(time, time)
        self.down_blocks, self.up_blocks = nn.ModuleList(), nn.ModuleList()
        x, skips = widths[0], [widths[0]]
        for i, width in enumerate(widths):
            pairs = [(x if j == 0 else width, width) for j in range(layers)]
            sampler = ("downsamplers", nn.ModuleList([Downsample(width)])) if i < last else None
            attention = config["down_block_types"][i].startswith("CrossAttn")
            self.down_blocks.append(Level(pairs, attention, context, heads[i], config, time, sampler))
            skips += [width] * (layers + (i < last))
            x = width
        self.mid_block = Level([(x, x), (x, x)], False, context, heads[-1], config, time, None)
        linear = config.get("use_linear_projection", False)
        self.mid_block.attentions = nn.ModuleList([Transformer(x, context, heads[-1], config["norm_num_groups"], linear)])
        for i, width in enumerate(reversed(widths)):
            pairs = []
            for _ in range(layers + 1):
                pairs.append((x + skips.pop(), width))
                x = width
            sampler = ("upsamplers", nn.ModuleList([Upsample(width)])) if i < last else None
            attention = config["up_block_types"][i].startswith("CrossAttn")
            self.up_blocks.append(Level(pairs, attention, context, heads[last - i], config, time, sampler))
        self.conv_norm_out = nn.GroupNorm(config["norm_num_groups"], widths[0], config["norm_eps"])
        self.conv_out = nn.Conv2d(widths[0], config["out_channels"], 3, padding=1)

    def forward(self, x, timestep, context):
        time = self.embed(timestep)
        x = self.conv_in(x)
        skips = [x]
        for level in self.down_blocks:
            for j in range(len(level.resnets)):
                x = level.block(j, x, time, context)
                skips.append(x)
            if hasattr(level, "downsamplers"):
                x = level.downsamplers[0](x)
                skips.append(x)
        x = self.mid_block.resnets[0](x, time)
        x = self.mid_block.attentions[0](x, context)
        x = self.mid_block.resnets[1](x, time)
        for level in self.up_blocks:
            for j in range(len(level.resnets)):
                x = level.block(j, torch.cat([x, skips.pop()], 1), time, context)
            if hasattr(level, "upsamplers"):
                x = level.upsamplers[0](x)
        return self.conv_out(functional.silu(self.conv_norm_out(x)))

    def embed(self, timestep):
        """Sinusoids of the timestep, cosines first (flip_sin_to_cos), then two layers; activated, as every residual block wants it."""
        half = self.config["block_out_channels"][0] // 2
        frequencies = torch.exp(-math.log(10000) * torch.arange(half, dtype=torch.float32) / half)
        angles = timestep[:, None] * frequencies
        time = torch.cat([angles.cos(), angles.sin()], -1)
        return functional.silu(self.time_embedding.linear_2(functional.silu(self.time_embedding.linear_1(time))))
