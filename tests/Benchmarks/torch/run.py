"""
Makes pictures with PyTorch for `hub bench inference --torch`: reads one request a line from standard input (JSON: ids, seed, steps, width, height,
out), and answers each with a line (JSON: milliseconds a stage). The first line that it writes says what it is.
"""
import argparse
import json
import os
import sys
import time

import numpy
import torch

from clip import TextEncoder
from ddim import Ddim
from unet import Unet
from vae import Decoder, rename
from weights import fill


class Model:
    def __init__(self, folder, traced):
        config = lambda part: json.load(open(os.path.join(folder, part)))
        file = lambda *parts: os.path.join(folder, *parts)
        vae = config("vae/config.json")
        self.text = fill(TextEncoder(config("text_encoder/config.json")), file("text_encoder", "model.safetensors"),
                         lambda name: name if name.startswith("text_model.") else "text_model." + name)
        self.unet = fill(Unet(config("unet/config.json")), file("unet", "diffusion_pytorch_model.safetensors")).to(memory_format=torch.channels_last)
        self.decoder = fill(Decoder(vae), file("vae", "diffusion_pytorch_model.safetensors"), rename).to(memory_format=torch.channels_last)
        self.channels, self.scale = vae["latent_channels"], vae["scaling_factor"]
        self.factor = 2 ** (len(vae["block_out_channels"]) - 1)
        self.scheduler = Ddim(config("scheduler/scheduler_config.json"))
        self.traced = traced

    def trace(self, ids, latents):
        """Traced and frozen once, at the sizes that are then measured."""
        text = self.text(ids)
        self.text = freeze(self.text, (ids,))
        self.unet = freeze(self.unet, (latents, torch.zeros(1), text))
        self.decoder = freeze(self.decoder, (latents,))
        self.traced = False

    def run(self, request):
        torch.manual_seed(request["seed"])
        sides = (request["height"] // self.factor, request["width"] // self.factor)
        x = torch.randn(1, self.channels, *sides).contiguous(memory_format=torch.channels_last)
        ids = torch.tensor([request["ids"]])
        if self.traced:
            self.trace(ids, x)
        start = time.perf_counter()
        text = self.text(ids)
        encoded = time.perf_counter()
        for timestep in self.scheduler.timesteps(request["steps"]):
            x = self.scheduler.step(x, self.unet(x, torch.tensor([float(timestep)]), text), timestep, request["steps"])
        denoised = time.perf_counter()
        picture = ((self.decoder(x / self.scale) / 2 + 0.5).clamp(0, 1)).permute(0, 2, 3, 1).contiguous()
        decoded = time.perf_counter()
        return x, picture, [1000 * (b - a) for a, b in ((start, encoded), (encoded, denoised), (denoised, decoded))]


def freeze(module, inputs):
    return torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(module, inputs, check_trace=False)))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("model")
    options.add_argument("--threads", type=int, required=True)
    options.add_argument("--traced", action="store_true")
    options = options.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    with torch.inference_mode():
        model = Model(options.model, options.traced)
        print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads(), "capability": capability()}), flush=True)
        for line in sys.stdin:
            request = json.loads(line)
            latents, picture, stages = model.run(request)
            if request.get("out"):
                numpy.save(request["out"] + "-latents.npy", latents.contiguous().numpy())
                numpy.save(request["out"] + "-picture.npy", picture.numpy())
            print(json.dumps({"promptMs": stages[0], "denoiseMs": stages[1], "decodeMs": stages[2]}), flush=True)


def capability():
    """What PyTorch's own kernels are made for; oneDNN's look at the processor themselves."""
    return next((line.split(":")[1].strip() for line in torch.__config__.show().splitlines() if "CPU capability" in line), "unknown")


if __name__ == "__main__":
    main()
