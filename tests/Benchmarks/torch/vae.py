"""The decoder of diffusers' AutoencoderKL."""
from torch import nn
from torch.nn import functional

from blocks import Attention, Resnet, Upsample
from unet import picture, tokens

EPSILON = 1e-6


class Middle(nn.Module):
    def __init__(self, width, groups, attends):
        super().__init__()
        self.resnets = nn.ModuleList([Resnet(width, width, groups, EPSILON) for _ in range(2)])
        self.attends = attends
        if attends:
            attention = Attention(width, width, 1, bias=True)
            attention.group_norm = nn.GroupNorm(groups, width, EPSILON)
            self.attentions = nn.ModuleList([attention])

    def forward(self, x):
        x = self.resnets[0](x)
        if self.attends:
            h = tokens(self.attentions[0].group_norm(x))
            x = x + picture(self.attentions[0](h, h), x.shape[2], x.shape[3])
        return self.resnets[1](x)


class Decoder(nn.Module):
    """Latents (B, C, h, w), already divided by the scaling factor, to pictures (B, 3, H, W)."""

    def __init__(self, config):
        super().__init__()
        widths, groups = list(reversed(config["block_out_channels"])), config["norm_num_groups"]
        latent = config["latent_channels"]
        self.post_quant_conv = nn.Conv2d(latent, latent, 1) if config.get("use_post_quant_conv", True) else nn.Identity()
        decoder = self.decoder = nn.Module()
        decoder.conv_in = nn.Conv2d(latent, widths[0], 3, padding=1)
        decoder.mid_block = Middle(widths[0], groups, config.get("mid_block_add_attention", True))
        decoder.up_blocks = nn.ModuleList()
        x = widths[0]
        for i, width in enumerate(widths):
            block = nn.Module()
            block.resnets = nn.ModuleList([Resnet(x if j == 0 else width, width, groups, EPSILON) for j in range(config["layers_per_block"] + 1)])
            if i < len(widths) - 1:
                block.upsamplers = nn.ModuleList([Upsample(width)])
            decoder.up_blocks.append(block)
            x = width
        decoder.conv_norm_out = nn.GroupNorm(groups, x, EPSILON)
        decoder.conv_out = nn.Conv2d(x, config["out_channels"], 3, padding=1)

    def forward(self, x):
        decoder = self.decoder
        x = decoder.mid_block(decoder.conv_in(self.post_quant_conv(x)))
        for block in decoder.up_blocks:
            for resnet in block.resnets:
                x = resnet(x)
            if hasattr(block, "upsamplers"):
                x = block.upsamplers[0](x)
        return decoder.conv_out(functional.silu(decoder.conv_norm_out(x)))


def rename(name):
    """Names that the mid-block's attention had before 2023."""
    for old, new in (("query", "to_q"), ("key", "to_k"), ("value", "to_v"), ("proj_attn", "to_out.0")):
        name = name.replace(f"attentions.0.{old}.", f"attentions.0.{new}.")
    return name
