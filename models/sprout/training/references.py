"""What the model folder makes of a few requests, in float32 on the processor: latents after every step, and every fourth pixel of the
pictures. The hub's tests hold its own arithmetic against these. --check FOLDER only compares with what is there; --out FOLDER writes.

Before these replaced what diffusers 0.42 had made of the first weights, they were checked against that: latents and pictures within 5e-6."""
import json
import os

import numpy as np
import torch

from sprout import data, model, run, tokenizer
from sprout.schedule import Process, trailing

CASES = [
    ('0-1-steps', 'red apple, flat style', 1, 7, 1., 1), ('1-2-steps', 'rocket, fluent style', 2, 11, 1., 1),
    ('2-4-steps', 'octopus, fluent style', 4, 3, 1., 2), ('3-8-steps', 'house with garden, noto style', 8, 5, 3., 1),
    ('4-25-steps', 'sunflower, flat style', 25, 9, 2., 1)]
STRIDE = 4


@torch.no_grad()
def make(net, vae, words, scale, prompt, steps, seed, guidance, count):
    """Latents (steps, count, 8, 16, 16) and pictures (count, 128, 128, 3) in [0, 1]; picture k has the seed's successor k."""
    process, states = Process(), []
    x = torch.cat([torch.randn((1, 8, 16, 16), generator=torch.Generator().manual_seed(seed + k)) for k in range(count)])
    context, empty = (net.t(torch.tensor([words(text)] * count)) for text in (prompt, ''))
    times = trailing(steps)
    for i, time in enumerate(times):
        now = torch.full((count,), time)
        v = net.u(x, now, context)
        if guidance > 1:
            free = net.u(x, now, empty)
            v = free + guidance * (v - free)
        clean = process.clean(x, v, now)
        # The last step goes to no noise at all (set_alpha_to_one).
        x = clean if i == len(times) - 1 else process.mix(clean, process.epsilon(x, v, now), torch.full((count,), times[i + 1]))
        states.append(x.numpy().copy())
    return np.stack(states), (vae.decode(x / scale) / 2 + .5).clamp(0, 1).permute(0, 2, 3, 1).numpy()


def main():
    options = run.arguments(__doc__, model=model.FOLDER, out='', check='')
    words, scale = tokenizer.Tokenizer.read(f'{options.model}/tokenizer'), model.scale(options.model)
    net, vae = model.Sprout(len(words.vocabulary)).load(options.model).eval(), data.autoencoder(options.model)
    for name, prompt, steps, seed, guidance, count in CASES:
        latents, pictures = make(net, vae, words, scale, prompt, steps, seed, guidance, count)
        if options.check:
            there = [np.load(os.path.join(options.check, name, file)) for file in ('latents.npy', 'image.npy')]
            pictures = pictures if there[1].shape == pictures.shape else pictures[:, ::STRIDE, ::STRIDE]
            run.say(name, *(f'{kind} differ by at most {np.abs(a - b).max():.1e}' for kind, a, b in (('latents', latents, there[0]), ('pictures', pictures, there[1]))))
        if options.out:
            folder = os.path.join(options.out, name)
            os.makedirs(folder, exist_ok=True)
            np.save(os.path.join(folder, 'latents.npy'), latents.astype(np.float32))
            np.save(os.path.join(folder, 'image.npy'), np.ascontiguousarray(pictures[:, ::STRIDE, ::STRIDE], np.float32))
            with open(os.path.join(folder, 'case.json'), 'w', encoding='utf-8') as file:
                json.dump({'id': name, 'model': 'sprout', 'pipeline': 'StableDiffusionPipeline',
                           'request': {'prompt': prompt, 'steps': steps, 'seed': seed, 'guidance': guidance, 'count': count, 'noise': 'cpu'},
                           'scheduler': None, 'stride': STRIDE,
                           'expected': {'latents': {'file': 'latents.npy', 'maxAbs': 5e-4}, 'image': {'file': 'image.npy', 'maxAbs': 5e-3}}}, file, indent=1)
                file.write('\n')


if __name__ == '__main__':
    main()
