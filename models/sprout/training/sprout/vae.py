"""AutoencoderKL of diffusers: pictures (B, 3, H, W) in [-1, 1] to latents (B, 8, H/8, W/8) and back."""
import torch.nn as nn
import torch.nn.functional as F

from .layers import Attention, Block, GroupNorm, ResnetBlock2D


class Middle(nn.Module):
    def __init__(self, channels, groups):
        super().__init__()
        self.resnets = nn.ModuleList([ResnetBlock2D(channels, channels, None, groups, 1e-6) for _ in range(2)])
        self.attentions = nn.ModuleList([Attention(channels, None, 1, True, groups, 1e-6)])

    def forward(self, x):
        return self.resnets[1](self.attentions[0](self.resnets[0](x)))


class Encoder(nn.Module):
    def __init__(self, channels, layers, latents, groups):
        super().__init__()
        self.conv_in = nn.Conv2d(3, channels[0], 3, padding=1)
        self.down_blocks = nn.ModuleList()
        before = channels[0]
        for i, out in enumerate(channels):
            sizes = [(before if j == 0 else out, out) for j in range(layers)]
            self.down_blocks.append(Block(sizes, None, None, 1, False, 'down0' if i < len(channels) - 1 else None, groups, 1e-6))
            before = out
        self.mid_block = Middle(before, groups)
        self.conv_norm_out = GroupNorm(groups, before, 1e-6)
        self.conv_out = nn.Conv2d(before, 2 * latents, 3, padding=1)

    def forward(self, x):
        x = self.conv_in(x)
        for block in self.down_blocks:
            for resnet in block.resnets:
                x = resnet(x)
            if hasattr(block, 'downsamplers'):
                x = block.downsamplers[0](x)
        return self.conv_out(F.silu(self.conv_norm_out(self.mid_block(x))))


class Decoder(nn.Module):
    def __init__(self, channels, layers, latents, groups):
        super().__init__()
        upward = channels[::-1]
        before = upward[0]
        self.conv_in = nn.Conv2d(latents, before, 3, padding=1)
        self.mid_block = Middle(before, groups)
        self.up_blocks = nn.ModuleList()
        for i, out in enumerate(upward):
            sizes = [(before if j == 0 else out, out) for j in range(layers + 1)]
            self.up_blocks.append(Block(sizes, None, None, 1, False, 'up' if i < len(upward) - 1 else None, groups, 1e-6))
            before = out
        self.conv_norm_out = GroupNorm(groups, before, 1e-6)
        self.conv_out = nn.Conv2d(before, 3, 3, padding=1)

    def forward(self, x):
        x = self.mid_block(self.conv_in(x))
        for block in self.up_blocks:
            for resnet in block.resnets:
                x = resnet(x)
            if hasattr(block, 'upsamplers'):
                x = block.upsamplers[0](x)
        return self.conv_out(F.silu(self.conv_norm_out(x)))


class AutoencoderKL(nn.Module):
    def __init__(self, channels=(32, 64, 128, 128), layers=1, latents=8, groups=16):
        super().__init__()
        self.encoder = Encoder(channels, layers, latents, groups)
        self.decoder = Decoder(channels, layers, latents, groups)
        self.quant_conv = nn.Conv2d(2 * latents, 2 * latents, 1)
        self.post_quant_conv = nn.Conv2d(latents, latents, 1)

    def encode(self, x):
        """Mean and log variance, each (B, 8, H/8, W/8), not scaled."""
        return self.quant_conv(self.encoder(x)).chunk(2, 1)

    def decode(self, z):
        return self.decoder(self.post_quant_conv(z))
