"""The pictures (128x128, 8 bits) and their facts, as pictures.mjs writes them into the work folder."""
import hashlib
import json
import os
import random

import numpy as np
import torch

from . import weights
from .vae import AutoencoderKL

SIDE = 128
#: Groups of emojibase that the text-to-picture training uses: faces, animals, food, travel, activities, objects. People (1), their
#: parts and symbols (8) are near twins of each other by the hundred.
GROUPS = (0, 3, 4, 5, 6, 7)
PERSONS = ('mage', 'fairy', 'mermaid', 'genie', 'vampire', 'zombie', 'ninja', 'robot', 'superhero', 'detective', 'santa claus',
           'princess', 'prince')


def used(fact):
    return fact['group'] in GROUPS or 'astronaut' in fact['name'] or fact['name'] in PERSONS


def share(text):
    """A number in [0, 1) that depends on the text alone: splits made with it are the same on every machine."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], 'big') / 2 ** 32


def held_out(fact):
    """Pictures that no decoder sees: one name in twenty, in all styles."""
    return share('decoder ' + fact['name']) < .05


class Pictures:
    def __init__(self):
        with open('captions.json', encoding='utf-8') as file:
            self.facts = json.load(file)
        self.pixels = np.memmap('images.rgb', np.uint8, 'r').reshape(-1, SIDE, SIDE, 3)

    def batch(self, indices, device='cpu'):
        """(B, 3, 128, 128) in [-1, 1]."""
        pixels = torch.from_numpy(self.pixels[np.asarray(indices)]).to(device)
        return pixels.permute(0, 3, 1, 2).float() / 127.5 - 1

    def select(self, wanted):
        return [i for i, fact in enumerate(self.facts) if wanted(fact)]


class Order:
    """Takes of some pictures, each once before any comes again."""

    def __init__(self, indices):
        self.indices, self.left = indices, []

    def take(self, count):
        if len(self.left) < count:
            self.left += random.sample(self.indices, len(self.indices))
        return [self.left.pop() for _ in range(count)]


def autoencoder(folder):
    """The autoencoder of a model folder."""
    vae = AutoencoderKL()
    vae.load_state_dict(weights.load(os.path.join(folder, 'vae', 'diffusion_pytorch_model.safetensors')))
    return vae.eval()


def latents(vae, pictures, path='latents.pt'):
    """Means of the encoder for all pictures, (N, 8, 16, 16), not scaled; kept in the work folder."""
    if not os.path.exists(path):
        with torch.no_grad():
            parts = [vae.encode(pictures.batch(range(i, min(i + 16, len(pictures.facts)))))[0] for i in range(0, len(pictures.facts), 16)]
        torch.save(torch.cat(parts), path)
    return torch.load(path)
