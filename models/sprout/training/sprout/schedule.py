"""The noise process: scaled-linear betas, rescaled to zero terminal SNR (Lin et al. 2024), v-prediction (Salimans and Ho 2022)."""
import torch

STEPS = 1000


def process(device='cpu'):
    """Signal and noise, (1000,) each: x_t = signal[t] x_0 + noise[t] epsilon."""
    betas = torch.linspace(.00085 ** .5, .012 ** .5, STEPS) ** 2
    root = (1 - betas).cumprod(0).sqrt()
    signal = (root - root[-1]) * root[0] / (root[0] - root[-1])
    return signal.to(device), (1 - signal ** 2).sqrt().to(device)


class Process:
    def __init__(self, device='cpu'):
        self.signal, self.noise = process(device)

    def at(self, timesteps):
        return self.signal[timesteps].view(-1, 1, 1, 1), self.noise[timesteps].view(-1, 1, 1, 1)

    def mix(self, clean, noise, timesteps):
        """The noisy state at each picture's timestep."""
        a, s = self.at(timesteps)
        return a * clean + s * noise

    def velocity(self, clean, noise, timesteps):
        """What the network learns to predict."""
        a, s = self.at(timesteps)
        return a * noise - s * clean

    def clean(self, x, velocity, timesteps):
        """The clean latents that a prediction means."""
        a, s = self.at(timesteps)
        return a * x - s * velocity

    def epsilon(self, x, velocity, timesteps):
        """The noise that a prediction means."""
        a, s = self.at(timesteps)
        return a * velocity + s * x


def trailing(count):
    """Timesteps of a sampler of so many steps, spaced from the end: 4 gives 999, 749, 499, 249."""
    return [round(STEPS - STEPS / count * i) - 1 for i in range(count)]


@torch.no_grad()
def sample(unet, context, empty, count, guidance, generator, process, fresh=False, device='cpu', start=None):
    """Latents (B, 8, 16, 16), scaled, of contexts (B, L, D), by DDIM (Song et al. 2021); with `fresh`, new noise at every step, as ADD samples.
    `empty` is the context (1, L, D) of no text, for a guidance above 1 (Ho and Salimans 2022); `start` the noise to begin with, if not the
    generator's."""
    shape = (len(context), 8, 16, 16)
    x, times = torch.randn(shape, generator=generator).to(device) if start is None else start, trailing(count)
    for i, time in enumerate(times):
        steps = torch.full((len(x),), time, device=device)
        v = unet(x, steps, context).float()
        if guidance > 1:
            free = unet(x, steps, empty.expand_as(context)).float()
            v = free + guidance * (v - free)
        clean = process.clean(x, v, steps)
        if i == len(times) - 1:
            return clean
        noise = torch.randn(shape, generator=generator).to(device) if fresh else process.epsilon(x, v, steps)
        x = process.mix(clean, noise, torch.full_like(steps, times[i + 1]))
