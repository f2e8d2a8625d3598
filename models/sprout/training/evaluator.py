"""The small image-text model that measures sprout, and what real pictures look like to it. Writes the folder `evaluation`.

A ResNet (He et al. 2016) and a CLIP text encoder with one space for the vectors of both, trained with CLIP's symmetric loss (Radford et al.
2021) on a split of its own: of each name that is drawn in two styles or more, one picture is left out, and the model is measured on these.
It never sees a made picture, and no model is trained against it. Formats are those of transformers' VisionTextDualEncoderModel.
"""
import json
import os
import random

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from sprout import data, run, tokenizer, weights
from sprout.text import CLIPTextModel

SIZES, WIDTH, SPACE, WORDS = (32, 64, 96, 128), 64, 64, 2048


class NormalConv(nn.Module):
    def __init__(self, a, b, kernel, stride):
        super().__init__()
        self.convolution = nn.Conv2d(a, b, kernel, stride, kernel // 2, bias=False)
        self.normalization = nn.BatchNorm2d(b)

    def forward(self, x):
        return self.normalization(self.convolution(x))


class Layer(nn.Module):
    def __init__(self, a, b, stride):
        super().__init__()
        if a != b or stride != 1:
            self.shortcut = NormalConv(a, b, 1, stride)
        self.layer = nn.ModuleList([NormalConv(a, b, 3, stride), NormalConv(b, b, 3, 1)])

    def forward(self, x):
        beside = self.shortcut(x) if hasattr(self, 'shortcut') else x
        return F.relu(self.layer[1](F.relu(self.layer[0](x))) + beside)


class ResNet(nn.Module):
    """Pictures (B, 3, 128, 128) in [-1, 1] to features (B, 128)."""

    def __init__(self):
        super().__init__()
        self.embedder = nn.ModuleDict({'embedder': NormalConv(3, SIZES[0], 7, 2)})
        self.encoder = nn.Module()
        self.encoder.stages = nn.ModuleList()
        for i, size in enumerate(SIZES):
            stage = nn.Module()
            stage.layers = nn.ModuleList([Layer(SIZES[max(0, i - 1)], size, 1 if i == 0 else 2)])
            self.encoder.stages.append(stage)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.embedder['embedder'](x)), 3, 2, 1)
        for stage in self.encoder.stages:
            for layer in stage.layers:
                x = layer(x)
        return x.mean((2, 3))


class DualEncoder(nn.Module):
    def __init__(self, words):
        super().__init__()
        self.vision_model = ResNet()
        self.text_model = CLIPTextModel(words, WIDTH, 2, 4, 32)
        self.visual_projection = nn.Linear(SIZES[-1], SPACE, bias=False)
        self.text_projection = nn.Linear(WIDTH, SPACE, bias=False)
        self.logit_scale = nn.Parameter(torch.tensor(np.log(1 / .07), dtype=torch.float32))
        self.end = words - 1

    def picture(self, x):
        return F.normalize(self.visual_projection(self.vision_model(x)), dim=-1)

    def text(self, ids):
        ends = (ids == self.end).int().argmax(1)
        return F.normalize(self.text_projection(self.text_model(ids)[torch.arange(len(ids), device=ids.device), ends]), dim=-1)


def title(fact):
    return f"{fact['name']}, {fact['style']} style"


def caption(fact):
    """Half the time the title; else names and keywords."""
    if random.random() < .5 or not fact['tags']:
        return title(fact)
    words = random.sample(fact['tags'], min(len(fact['tags']), random.randint(1, 3)))
    return ' '.join([fact['name']] * (random.random() < .6) + words) + (f", {fact['style']} style" if random.random() < .8 else '')


def split(facts, used):
    """Indices to learn from, and one picture of each name that has two or more."""
    named = {}
    for i in used:
        named.setdefault(facts[i]['name'], []).append(i)
    left = [some[int(data.share('evaluator ' + name) * len(some))] for name, some in named.items() if len(some) > 1]
    return sorted(set(used) - set(left)), sorted(left)


def moved(x):
    """Shifted by up to 6 pixels and scaled by up to 8 %, on white."""
    b = len(x)
    scale = 1 + (torch.rand(b, device=x.device) - .5) * .16
    shift = (torch.rand(b, 2, device=x.device) - .5) * .19
    grid = torch.zeros(b, 2, 3, device=x.device)
    grid[:, 0, 0] = grid[:, 1, 1] = scale
    grid[:, :, 2] = shift
    return F.grid_sample(x - 1, F.affine_grid(grid, x.shape, align_corners=False), align_corners=False) + 1


@torch.no_grad()
def retrieval(net, pictures, indices, tokens, device):
    """Shares of pictures whose own title is the nearest, or among the nearest five, of all these pictures' titles."""
    seen = torch.cat([net.picture(pictures.batch(indices[i:i + 64], device)) for i in range(0, len(indices), 64)])
    told = torch.cat([net.text(tokens[i:i + 256].to(device)) for i in range(0, len(tokens), 256)])
    alike = seen @ told.T
    ranks = (alike > alike.diagonal()[:, None]).sum(1)
    return (ranks < 1).float().mean().item(), (ranks < 5).float().mean().item()


def sharpness(pixels):
    """Mean absolute forward difference of luma (Rec. 601, 0 to 1), right and down summed, of pictures (N, H, W, 3) of 8 bits."""
    luma = pixels.astype(np.float32) / 255 @ np.array([.299, .587, .114], np.float32)
    return np.abs(np.diff(luma, axis=1)).sum((1, 2)) / luma[0].size + np.abs(np.diff(luma, axis=2)).sum((1, 2)) / luma[0].size


def write(net, words, pictures, used, found, folder='evaluation'):
    os.makedirs(folder, exist_ok=True)
    net.eval().cpu()
    state = {name: value for name, value in net.state_dict().items() if 'num_batches' not in name}
    weights.save(weights.half(state), f'{folder}/model.safetensors')
    net.load_state_dict({name: value.half().float() if value.is_floating_point() else value for name, value in net.state_dict().items()})
    with torch.no_grad():
        features = torch.cat([net.vision_model(pictures.batch(used[i:i + 64])) for i in range(0, len(used), 64)])
    scale = features.amax(0).clamp(min=1e-6) / 127
    centred = (features - features.mean(0)).double()
    weights.save({'features': (features / scale).round().to(torch.int8), 'features_scale': scale, 'mean': features.mean(0),
                  'covariance': (centred.T @ centred / (len(used) - 1)).float()}, f'{folder}/reference.safetensors')
    words.write(folder)
    count = len(words.vocabulary)
    put(f'{folder}/tokenizer_config.json', {'model_max_length': 32, 'tokenizer_class': 'CLIPTokenizer', 'bos_token': tokenizer.START,
                                            'eos_token': tokenizer.END, 'pad_token': tokenizer.END, 'unk_token': tokenizer.END})
    put(f'{folder}/preprocessor_config.json', {'image_processor_type': 'ViTImageProcessor', 'size': {'height': 128, 'width': 128},
        'do_resize': True, 'do_rescale': True, 'do_normalize': True, 'image_mean': [.5] * 3, 'image_std': [.5] * 3})
    put(f'{folder}/config.json', {
        'architectures': ['VisionTextDualEncoderModel'], 'model_type': 'vision-text-dual-encoder', 'projection_dim': SPACE,
        'vision_config': {'model_type': 'resnet', 'layer_type': 'basic', 'embedding_size': SIZES[0], 'hidden_sizes': list(SIZES),
                          'depths': [1] * len(SIZES), 'hidden_act': 'relu', 'num_channels': 3, 'downsample_in_first_stage': False},
        'text_config': {'model_type': 'clip_text_model', 'vocab_size': count, 'hidden_size': WIDTH, 'intermediate_size': 4 * WIDTH,
                        'num_hidden_layers': 2, 'num_attention_heads': 4, 'max_position_embeddings': 32, 'hidden_act': 'quick_gelu',
                        'bos_token_id': count - 2, 'eos_token_id': count - 1, 'projection_dim': SPACE}})
    put(f'{folder}/reference.json', {
        'sharpness': float(np.mean([sharpness(pictures.pixels[used[i:i + 64]]).mean() for i in range(0, len(used) - 63, 64)])),
        'retrieval': found, 'pictures': len(used),
        'about': 'A ResNet of 0.5 M parameters and a text encoder of 0.2 M, trained by evaluator.py on emoji pictures and their names and keywords alone. '
                 'Its distances compare models of this kind of picture with each other; they are no FID of Inception features.',
        'licence': 'MIT; the pictures and names that it was trained on: NOTICE.md of sprout.'})
    with open(f'{folder}/captions.txt', 'w', encoding='utf-8') as file:
        file.writelines(title(pictures.facts[i]) + '\n' for i in used)


def put(path, value):
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(value, file, indent=1)
        file.write('\n')


def main():
    options = run.arguments(__doc__, batch=128, rate=2e-3)
    device, pictures = options.device, data.Pictures()
    used = pictures.select(data.used)
    learn, left = split(pictures.facts, used)
    words = tokenizer.Tokenizer(*tokenizer.train(tokenizer.corpus(pictures.facts), WORDS))
    net = DualEncoder(len(words.vocabulary)).to(device, memory_format=torch.channels_last)
    run.say(f'{sum(p.numel() for p in net.parameters()) / 1e6:.2f} M parameters, {len(learn)} pictures to learn from, {len(left)} left out')
    tune = torch.optim.AdamW(net.parameters(), options.rate, weight_decay=.05)
    tokens = torch.tensor([words(title(pictures.facts[i])) for i in left])
    steps, clock, order, losses = 0, run.Clock('evaluator', options.minutes), [], []

    def measure():
        net.eval()
        one, five = retrieval(net, pictures, left, tokens, device)
        net.train()
        run.say(f'{steps} {clock.elapsed:.1f} min, loss {np.mean(losses[-50:]):.3f}, left out: top 1 {one:.3f} top 5 {five:.3f} of {len(left)}')
        return {'top1': one, 'top5': five, 'captions': len(left)}

    while not clock.over:
        for group in tune.param_groups:
            group['lr'] = clock.rate(options.rate, steps)
        if len(order) < options.batch:
            order = list(np.random.permutation(learn))
        # A name comes once a batch: its other styles would be wrong answers that are right.
        some = list({pictures.facts[i]['name']: i for i in [order.pop() for _ in range(options.batch)]}.values())
        ids = torch.tensor([words(caption(pictures.facts[i])) for i in some]).to(device)
        with run.autocast(device):
            seen = net.picture(moved(pictures.batch(some, device)).contiguous(memory_format=torch.channels_last))
            told = net.text(ids)
        alike = net.logit_scale.exp().clamp(max=50) * seen.float() @ told.float().T
        answers = torch.arange(len(some), device=device)
        loss = (F.cross_entropy(alike, answers, label_smoothing=.05) + F.cross_entropy(alike.T, answers, label_smoothing=.05)) / 2
        tune.zero_grad()
        loss.backward()
        tune.step()
        steps += 1
        losses.append(loss.item())
        if steps % 100 == 0:
            measure()
    write(net, words, pictures, used, measure())


if __name__ == '__main__':
    main()
