"""DDIM (Song et al. 2020) without noise, for the schedules that scheduler_config.json files have."""
import numpy
import torch


class Ddim:
    def __init__(self, config):
        self.config, total = config, config["num_train_timesteps"]
        begin, end = config["beta_start"], config["beta_end"]
        betas = torch.linspace(begin ** 0.5, end ** 0.5, total) ** 2 if config["beta_schedule"] == "scaled_linear" else torch.linspace(begin, end, total)
        kept = torch.cumprod(1 - betas, 0)
        if config.get("rescale_betas_zero_snr"):
            root = kept.sqrt()
            kept = ((root - root[-1]) * root[0] / (root[0] - root[-1])) ** 2
        self.kept = kept
        self.last = 1.0 if config.get("set_alpha_to_one", True) else float(kept[0])

    def timesteps(self, steps):
        total = self.config["num_train_timesteps"]
        if self.config.get("timestep_spacing", "leading") == "trailing":
            return [int(t) for t in numpy.round(numpy.arange(total, 0, -total / steps)) - 1]
        return [t * (total // steps) + self.config.get("steps_offset", 0) for t in range(steps)][::-1]

    def step(self, x, output, timestep, steps):
        before = timestep - self.config["num_train_timesteps"] // steps
        now, then = float(self.kept[timestep]), float(self.kept[before]) if before >= 0 else self.last
        alpha, sigma = now ** 0.5, (1 - now) ** 0.5
        if self.config.get("prediction_type", "epsilon") == "v_prediction":
            clean, noise = alpha * x - sigma * output, alpha * output + sigma * x
        else:
            clean, noise = (x - sigma * output) / alpha, output
        if self.config.get("clip_sample", True):
            limit = self.config.get("clip_sample_range", 1.0)
            clean = clean.clamp(-limit, limit)
        return then ** 0.5 * clean + (1 - then) ** 0.5 * noise
