"""Makes the .npy files of this folder with PyTorch (1.13 or newer) and NumPy alone: python3 oracle.py"""
import json
import math
import os

import numpy as np
import torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
SHAPES = json.load(open(os.path.join(HERE, "shapes.json")))
GROUPS = 8


def parameter(name, shape):
    count, i = int(np.prod(shape)), np.arange(int(np.prod(shape)), dtype=np.int64)
    u = ((31 * i * i + 7 * i + sum((j + 1) * ord(c) for j, c in enumerate(name))) % 65521) / 65521.0 - 0.5
    values = u * math.sqrt(24.0 / (count / shape[0])) if len(shape) > 1 else u * 0.4 + name.endswith("weight")
    return torch.tensor(values.astype(np.float32).reshape(shape))


class Network:
    """Layers by the names of their parameters."""

    def __init__(self, shapes, epsilon):
        self.w, self.epsilon = {name: parameter(name, shape) for name, shape in shapes.items()}, epsilon

    def conv(self, p, x, **options):
        return F.conv2d(x, self.w[p + ".weight"], self.w[p + ".bias"], **options)

    def linear(self, p, x):
        return F.linear(x, self.w[p + ".weight"], self.w[p + ".bias"])

    def norm(self, p, x):
        return F.group_norm(x, GROUPS, self.w[p + ".weight"], self.w[p + ".bias"], self.epsilon)

    def resnet(self, p, x, time=None):
        h = self.conv(p + ".conv1", F.silu(self.norm(p + ".norm1", x)), padding=1)
        h = h if time is None else h + self.linear(p + ".time_emb_proj", F.silu(time))[:, :, None, None]
        h = self.conv(p + ".conv2", F.silu(self.norm(p + ".norm2", h)), padding=1)
        return h + (self.conv(p + ".conv_shortcut", x) if p + ".conv_shortcut.weight" in self.w else x)

    def attend(self, p, x, heads):
        b, c = x.shape[:2]
        tokens = self.norm(p + ".group_norm", x).reshape(b, c, -1).transpose(1, 2)
        q, k, v = [self.linear(p + n, tokens).reshape(b, -1, heads, c // heads).transpose(1, 2) for n in (".to_q", ".to_k", ".to_v")]
        mixed = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(c // heads), -1) @ v
        return x + self.linear(p + ".to_out.0", mixed.transpose(1, 2).reshape(b, -1, c)).transpose(1, 2).reshape(x.shape)

    def double(self, p, x):
        return self.conv(p + ".upsamplers.0.conv", F.interpolate(x, scale_factor=2.0, mode="nearest"), padding=1)


class Unet(Network):
    def __init__(self, inputs, outputs, classes=0):
        shapes = dict(SHAPES["unet"], **{"conv_in.weight": [16, inputs, 3, 3], "conv_out.weight": [outputs, 16, 3, 3], "conv_out.bias": [outputs]})
        super().__init__(dict(shapes, **({"class_embedding.weight": [classes, 64]} if classes else {})), 1e-5)

    def __call__(self, x, t, label=None):
        angles = torch.exp(-math.log(10000) * torch.arange(8, dtype=torch.float32) / 8) * float(t)
        e = self.linear("time_embedding.linear_2", F.silu(self.linear("time_embedding.linear_1", torch.cat([angles.cos(), angles.sin()])[None])))
        e = (e if label is None else e + self.w["class_embedding.weight"][label]).expand(x.shape[0], -1)
        skips = [self.conv("conv_in", x, padding=1)]
        skips.append(self.resnet("down_blocks.0.resnets.0", skips[-1], e))
        skips.append(self.conv("down_blocks.0.downsamplers.0.conv", skips[-1], padding=1, stride=2))
        skips.append(self.attend("down_blocks.1.attentions.0", self.resnet("down_blocks.1.resnets.0", skips[-1], e), 4))
        x = self.attend("mid_block.attentions.0", self.resnet("mid_block.resnets.0", skips[-1], e), 4)
        x = self.resnet("mid_block.resnets.1", x, e)
        for i in (0, 1):
            x = self.attend(f"up_blocks.0.attentions.{i}", self.resnet(f"up_blocks.0.resnets.{i}", torch.cat([x, skips.pop()], 1), e), 4)
        x = self.double("up_blocks.0", x)
        for i in (0, 1):
            x = self.resnet(f"up_blocks.1.resnets.{i}", torch.cat([x, skips.pop()], 1), e)
        return self.conv("conv_out", F.silu(self.norm("conv_norm_out", x)), padding=1)


def decode(z):
    net = Network(SHAPES["vqvae"], 1e-6)
    (b, c, h, w), book = z.shape, net.w["quantize.embedding.weight"]
    z = book[torch.cdist(z.permute(0, 2, 3, 1).reshape(-1, c), book).argmin(1)].reshape(b, h, w, c).permute(0, 3, 1, 2)
    x = net.conv("decoder.conv_in", net.conv("post_quant_conv", z), padding=1)
    x = net.resnet("decoder.mid_block.resnets.1", net.attend("decoder.mid_block.attentions.0", net.resnet("decoder.mid_block.resnets.0", x), 1))
    for block in (0, 1):
        for i in (0, 1):
            x = net.resnet(f"decoder.up_blocks.{block}.resnets.{i}", x)
        x = net.double("decoder.up_blocks.0", x) if block == 0 else x
    return net.conv("decoder.conv_out", F.silu(net.norm("decoder.conv_norm_out", x)), padding=1)


def levels(betas, steps):
    alphas = torch.cumprod(1 - betas, 0).double()
    for t in range(1000 - 1000 // steps, -1, -(1000 // steps)):
        before = alphas[t - 1000 // steps] if t >= 1000 // steps else torch.tensor(1.0, dtype=torch.float64)
        yield t, alphas[t], before


def draw(generators, shape):
    return torch.cat([torch.randn(1, *shape, generator=g) for g in generators])


def ddpm(model, x, generators, learned=False):
    for t, at, ap in levels(torch.linspace(0.0001, 0.02, 1000, dtype=torch.float32), 4):
        out = model(x, t)
        x0 = ((x - (1 - at) ** 0.5 * out[:, :3]) / at ** 0.5).clamp(-1, 1)
        beta = 1 - at / ap
        x = ap ** 0.5 * beta / (1 - at) * x0 + (at / ap) ** 0.5 * (1 - ap) / (1 - at) * x
        if t > 0:
            part, small = (out[:, 3:] + 1) / 2 if learned else torch.tensor(1.0), (1 - ap) / (1 - at) * beta
            x = x + torch.exp((part * beta.log() + (1 - part) * small.log()) / 2) * draw(generators, x.shape[1:])
        x = x.float()
    return x


def ddim(model, x, generators, eta):
    for t, at, ap in levels(torch.linspace(0.0015 ** 0.5, 0.0195 ** 0.5, 1000, dtype=torch.float32) ** 2, 4):
        noise = model(x, t)
        x0 = (x - (1 - at) ** 0.5 * noise) / at ** 0.5
        sigma = eta * ((1 - ap) / (1 - at) * (1 - at / ap)) ** 0.5
        x = ap ** 0.5 * x0 + (1 - ap - sigma ** 2) ** 0.5 * noise
        x = (x + sigma * draw(generators, x.shape[1:]) if eta > 0 else x).float()
    return x


def save(name, x):
    np.save(os.path.join(HERE, name + ".npy"), np.ascontiguousarray((x / 2 + 0.5).clamp(0, 1).permute(0, 2, 3, 1).numpy().astype(np.float32)))


def main():
    def two():
        return [torch.Generator().manual_seed(5 + i) for i in range(2)]

    g, net = two(), Unet(3, 3, 10)
    save("class", ddpm(lambda x, t: net(x, t, 7), draw(g, (3, 16, 16)), g))
    g, net = two()[:1], Unet(3, 6)
    save("learned", ddpm(net, draw(g, (3, 16, 16)), g, learned=True))
    small = torch.tensor((np.arange(8 * 8 * 3) * 37 % 256).reshape(8, 8, 3)).permute(2, 0, 1)[None].float() / 255 * 2 - 1
    g, net = two(), Unet(6, 3)
    save("enlarged", decode(ddim(lambda x, t: net(torch.cat([x, small.expand(2, -1, -1, -1)], 1), t), draw(g, (3, 8, 8)), g, 0.5)))
    classes = torch.tensor((np.arange(256) // 16 // 5 + np.arange(256) % 16 // 7) % 5).reshape(16, 16)
    planes = F.interpolate(F.one_hot(classes, 5).permute(2, 0, 1)[None].float(), scale_factor=0.5, mode="bilinear")
    told = F.conv2d(planes, parameter("channel_mapper.weight", [2, 5, 1, 1])).expand(2, -1, -1, -1)
    g, net = two(), Unet(5, 3)
    save("semantic", decode(ddim(lambda x, t: net(torch.cat([x, told], 1), t), draw(g, (3, 8, 8)), g, 0) / 0.18215))


with torch.no_grad():
    main()
