"""
One-step pictures with PyTorch on the GPU, fp16 and channels_last, beside the hub's: the modules of ../torch with random weights in the shapes of a diffusers
folder's configs. Prints one JSON object; times are milliseconds for the whole batch, medians over the runs.
    python3 torch_gpu.py FOLDER [--batches 1,4,8] [--side 512] [--runs 15] [--compile]
"""
import argparse
import json
import math
import os
import statistics
import sys
import time

import torch
from torch.nn import functional

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "torch"))
import blocks
from clip import TextEncoder
from unet import Unet
from vae import Decoder


def fused_attention(self, x, context):
    """PyTorch's own fused attention, which is what its users run on a GPU."""
    batch, length, width = x.shape
    parts = [part.view(batch, -1, self.heads, width // self.heads).transpose(1, 2) for part in (self.to_q(x), self.to_k(context), self.to_v(context))]
    return self.to_out[0](functional.scaled_dot_product_attention(*parts).transpose(1, 2).reshape(batch, length, width))


def embed(self, timestep):
    """The sinusoids in float32, as everywhere; the layers in the weights' type."""
    half = self.config["block_out_channels"][0] // 2
    frequencies = torch.exp(-math.log(10000) * torch.arange(half, dtype=torch.float32) / half)
    angles = timestep.float()[:, None] * frequencies
    waves = torch.cat([angles.cos(), angles.sin()], -1).to(self.conv_in.weight.dtype)
    return functional.silu(self.time_embedding.linear_2(functional.silu(self.time_embedding.linear_1(waves))))


def measure(parts, inputs, runs):
    """Milliseconds of text, UNet and decoder, and of all three with the copy to the host."""
    ids, latents, timestep = inputs
    stages = []
    for _ in range(runs):
        marks = [torch.cuda.Event(enable_timing=True) for _ in range(4)]
        torch.cuda.synchronize()
        start = time.perf_counter()
        marks[0].record()
        text = parts[0](ids)
        marks[1].record()
        noise = parts[1](latents, timestep, text)
        marks[2].record()
        picture = parts[2]((latents - noise) / 0.18215)
        marks[3].record()
        picture.float().cpu()
        total = 1000 * (time.perf_counter() - start)
        stages.append([a.elapsed_time(b) for a, b in zip(marks, marks[1:])] + [total])
    return [round(statistics.median(column), 3) for column in zip(*stages)]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder")
    arguments.add_argument("--batches", default="1,4,8")
    arguments.add_argument("--side", type=int, default=512)
    arguments.add_argument("--runs", type=int, default=15)
    arguments.add_argument("--compile", action="store_true")
    options = arguments.parse_args()
    if not torch.cuda.is_available():
        sys.exit("torch_gpu: PyTorch finds no GPU here")

    config = lambda part: json.load(open(os.path.join(options.folder, part, "config.json")))
    if config("unet").get("addition_embed_type"):
        sys.exit("torch_gpu: these modules have no SDXL; measure sd15 or sd-turbo")
    blocks.Attention.forward = fused_attention
    Unet.embed = embed
    torch.backends.cudnn.benchmark = True
    torch.set_default_device("cuda")
    torch.set_default_dtype(torch.float16)
    with torch.inference_mode():
        torch.manual_seed(0)
        text = TextEncoder(config("text_encoder")).eval()
        unet = Unet(config("unet")).eval().to(memory_format=torch.channels_last)
        decoder = Decoder(config("vae")).eval().to(memory_format=torch.channels_last)
        parts = [text, unet, decoder]
        if options.compile:
            parts = [torch.compile(part, mode="max-autotune-no-cudagraphs" if part is text else "reduce-overhead", dynamic=False) for part in parts]
        sizes = []
        for batch in map(int, options.batches.split(",")):
            side = options.side // 8
            latents = torch.randn(batch, 4, side, side).contiguous(memory_format=torch.channels_last)
            inputs = torch.randint(0, 49000, (batch, 77)), latents, torch.full((batch,), 999.0, dtype=torch.float32)
            first = time.perf_counter()
            measure(parts, inputs, 1)
            first = time.perf_counter() - first
            measure(parts, inputs, 4)
            prompt, denoise, decode, total = measure(parts, inputs, options.runs)
            sizes.append({"side": options.side, "batch": batch, "promptMs": prompt, "denoiseMs": denoise, "decodeMs": decode, "totalMs": total,
                          "firstMs": round(1000 * first, 1), "picturesPerSecond": round(1000 * batch / total, 1)})
    print(json.dumps({"torch": torch.__version__, "cuda": torch.version.cuda, "device": torch.cuda.get_device_name(), "compiled": options.compile,
                      "runs": options.runs, "sizes": sizes}, indent=1))


main()
