"""Layers with the parameter names of diffusers, so that their weights load there unchanged. Activations are (B, C, H, W)."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class GroupNorm(nn.GroupNorm):
    """In float32 also under autocast. On a CPU, small maps go through it channel by channel: PyTorch 1.13 takes five times as long otherwise."""

    def forward(self, x):
        small = x.dim() == 4 and x.shape[-1] < 64
        y = F.group_norm(x.float().contiguous() if small else x.float(), self.num_groups, self.weight, self.bias, self.eps)
        return y.contiguous(memory_format=torch.channels_last) if small else y


class LayerNorm(nn.LayerNorm):
    """In float32 also under autocast."""

    def forward(self, x):
        return F.layer_norm(x.float(), self.normalized_shape, self.weight, self.bias, self.eps)


class ResnetBlock2D(nn.Module):
    def __init__(self, channels_in, channels_out, time=None, groups=32, eps=1e-5):
        super().__init__()
        self.norm1 = GroupNorm(groups, channels_in, eps)
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, padding=1)
        if time:
            self.time_emb_proj = nn.Linear(time, channels_out)
        self.norm2 = GroupNorm(groups, channels_out, eps)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, padding=1)
        if channels_in != channels_out:
            self.conv_shortcut = nn.Conv2d(channels_in, channels_out, 1)

    def forward(self, x, time=None):
        h = self.conv1(F.silu(self.norm1(x)))
        if time is not None:
            h = h + self.time_emb_proj(F.silu(time))[:, :, None, None]
        h = self.conv2(F.silu(self.norm2(h)))
        return (self.conv_shortcut(x) if hasattr(self, 'conv_shortcut') else x) + h


class Attention(nn.Module):
    """Over (B, N, width), with a context of (B, L, context) if given; over the places of a picture if x is (B, C, H, W)."""

    def __init__(self, width, context=None, heads=4, bias=False, groups=None, eps=1e-5):
        super().__init__()
        self.heads = heads
        if groups:
            self.group_norm = GroupNorm(groups, width, eps)
        self.to_q = nn.Linear(width, width, bias=bias)
        self.to_k = nn.Linear(context or width, width, bias=bias)
        self.to_v = nn.Linear(context or width, width, bias=bias)
        self.to_out = nn.ModuleList([nn.Linear(width, width), nn.Identity()])

    def attend(self, x, context):
        b, n, width = x.shape
        size = width // self.heads
        q, k, v = (to(y).view(b, -1, self.heads, size).transpose(1, 2)
                   for to, y in ((self.to_q, x), (self.to_k, context), (self.to_v, context)))
        weights = torch.softmax((q @ k.transpose(-1, -2)).float() * size ** -0.5, -1).to(v.dtype)
        return self.to_out[0]((weights @ v).transpose(1, 2).reshape(b, n, width))

    def forward(self, x, context=None):
        if x.dim() == 4:
            places = self.group_norm(x).flatten(2).transpose(1, 2)
            return x + self.attend(places, places).transpose(1, 2).reshape(x.shape)
        return self.attend(x, x if context is None else context)


class GEGLU(nn.Module):
    def __init__(self, width, out):
        super().__init__()
        self.proj = nn.Linear(width, out * 2)

    def forward(self, x):
        value, gate = self.proj(x).chunk(2, -1)
        return value * F.gelu(gate)


class FeedForward(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = nn.ModuleList([GEGLU(width, width * 4), nn.Identity(), nn.Linear(width * 4, width)])

    def forward(self, x):
        return self.net[2](self.net[0](x))


class BasicTransformerBlock(nn.Module):
    def __init__(self, width, context, heads):
        super().__init__()
        self.norm1 = LayerNorm(width)
        self.attn1 = Attention(width, None, heads)
        self.norm2 = LayerNorm(width)
        self.attn2 = Attention(width, context, heads)
        self.norm3 = LayerNorm(width)
        self.ff = FeedForward(width)

    def forward(self, x, context):
        x = x + self.attn1(self.norm1(x))
        x = x + self.attn2(self.norm2(x), context)
        return x + self.ff(self.norm3(x))


class Transformer2DModel(nn.Module):
    def __init__(self, width, context, heads, groups=32):
        super().__init__()
        self.norm = GroupNorm(groups, width, 1e-6)
        self.proj_in = nn.Linear(width, width)
        self.transformer_blocks = nn.ModuleList([BasicTransformerBlock(width, context, heads)])
        self.proj_out = nn.Linear(width, width)

    def forward(self, x, context):
        y = self.proj_in(self.norm(x).flatten(2).transpose(1, 2))
        for block in self.transformer_blocks:
            y = block(y, context)
        return x + self.proj_out(y).transpose(1, 2).reshape(x.shape)


class Downsample2D(nn.Module):
    """Padding 0 pads on the right and below only, as the autoencoder does."""

    def __init__(self, channels, padding=1):
        super().__init__()
        self.padding = padding
        self.conv = nn.Conv2d(channels, channels, 3, stride=2, padding=padding)

    def forward(self, x):
        return self.conv(F.pad(x, (0, 1, 0, 1)) if self.padding == 0 else x)


class Upsample2D(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        return self.conv(F.interpolate(x, scale_factor=2.0, mode='nearest'))


class Block(nn.Module):
    """Residual blocks of the given (in, out) channels, attention after each if wanted, then a sampler: down, down0, up or None."""

    def __init__(self, channels, time, context, heads, attention, sampler, groups=32, eps=1e-5):
        super().__init__()
        out = channels[-1][1]
        self.resnets = nn.ModuleList([ResnetBlock2D(a, b, time, groups, eps) for a, b in channels])
        if attention:
            self.attentions = nn.ModuleList([Transformer2DModel(out, context, heads, groups) for _ in channels])
        if sampler == 'down':
            self.downsamplers = nn.ModuleList([Downsample2D(out)])
        if sampler == 'down0':
            self.downsamplers = nn.ModuleList([Downsample2D(out, 0)])
        if sampler == 'up':
            self.upsamplers = nn.ModuleList([Upsample2D(out)])
