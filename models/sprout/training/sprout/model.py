"""The networks of sprout together, and where their weights lie in a model folder."""
import json
import os

import torch.nn as nn

from . import weights
from .text import CLIPTextModel
from .unet import UNet2DConditionModel

FOLDER = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
UNET = 'unet/diffusion_pytorch_model.safetensors'
TEXT = 'text_encoder/model.safetensors'
VAE = 'vae/diffusion_pytorch_model.safetensors'


class Sprout(nn.Module):
    """Text encoder and UNet, trained together. Latents (B, 8, 16, 16), timesteps (B,), token ids (B, 32) to a velocity."""

    def __init__(self, vocabulary=4096):
        super().__init__()
        self.u, self.t = UNet2DConditionModel(), CLIPTextModel(vocabulary)

    def forward(self, x, timesteps, ids):
        return self.u(x, timesteps, self.t(ids))

    def load(self, path):
        """The weights of a model folder, or of a file that a training wrote."""
        if os.path.isdir(path):
            self.u.load_state_dict(weights.load(os.path.join(path, UNET)))
            self.t.load_state_dict(weights.load(os.path.join(path, TEXT)))
        else:
            self.load_state_dict(weights.load(path))
        return self


def scale(folder):
    """What latents are multiplied by, so that their variance is one."""
    with open(os.path.join(folder, 'vae', 'config.json'), encoding='utf-8') as file:
        return json.load(file)['scaling_factor']
