"""Heads on the frozen features of the teacher's UNet: the discriminator of latent adversarial diffusion distillation (Sauer et al. 2024)."""
import torch
import torch.nn as nn
import torch.nn.functional as F

#: Channels of the maps that UNet2DConditionModel.forward collects: three levels down, the middle, three levels up.
MAPS = (64, 128, 192, 192, 192, 128, 64)


class Head(nn.Module):
    """A feature map (B, C, h, w) and a text's vector (B, D) to a verdict for each place, (B, h * w)."""

    def __init__(self, channels, text, width=64):
        super().__init__()
        # Not normalised picture by picture, since how strong a feature is tells blurred from sharp.
        self.scale = nn.BatchNorm2d(channels, affine=False, momentum=None).eval()
        self.enter = nn.Conv2d(channels, width, 1)
        self.look = nn.Conv2d(width, width, 3, padding=1)
        self.judge = nn.Conv2d(width, 1, 1)
        self.fits = nn.Linear(text, width)

    def forward(self, x, text):
        h = F.leaky_relu(self.enter(self.scale(x)), .2)
        h = F.leaky_relu(self.look(h), .2)
        # How real a place looks, and how well it goes with the text (projection discriminator, Miyato and Koyama 2018).
        return (self.judge(h) + (h * self.fits(text)[:, :, None, None]).mean(1, keepdim=True)).flatten(1)


class Discriminator(nn.Module):
    def __init__(self, text=192):
        super().__init__()
        self.heads = nn.ModuleList([Head(channels, text) for channels in MAPS])

    def measure(self, maps):
        """Adds maps of real pictures to the mean and variance of each channel, by which the heads scale what they see."""
        for head, m in zip(self.heads, maps):
            head.scale.train()(m.float())
            head.scale.eval()

    def distance(self, some, others):
        """Mean over maps of how far the scaled features are apart; no learned part of the heads takes part in it."""
        return sum((head.scale(a.float()) - head.scale(b.float())).abs().mean() for head, a, b in zip(self.heads, some, others)) / len(self.heads)

    def forward(self, maps, text):
        """Verdicts (B, places) of all heads side by side."""
        return torch.cat([head(m.float(), text) for head, m in zip(self.heads, maps)], 1)

    def loss(self, real, made, text, penalty):
        """Hinge loss, and R1 (Mescheder et al. 2018) on the features of real pictures."""
        real = [m.detach().float().requires_grad_(True) for m in real]
        verdict = self(real, text)
        hinge = F.relu(1 - verdict).mean() + F.relu(1 + self([m.detach() for m in made], text)).mean()
        slopes = torch.autograd.grad(verdict.sum(), real, create_graph=True)
        return hinge + penalty * sum(slope.square().sum((1, 2, 3)).mean() for slope in slopes)
