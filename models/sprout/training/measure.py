"""Measures weights while they are being trained, as `hub models evaluate` measures a finished model: pictures of captions, their Fréchet
distance, retrieval and sharpness, and a grid. The two share no code."""
import json

import numpy as np
import torch

import evaluator
from sprout import data, model, png, run, tokenizer, weights
from sprout.schedule import Process, sample


def frechet(features, mean, covariance):
    """Heusel et al. 2017, equation 6."""
    own = np.cov(features.T)
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(values.clip(min=0)) @ vectors.T
    cross = np.sqrt(np.linalg.eigvalsh(root @ own @ root).clip(min=0)).sum()
    return float(np.square(features.mean(0) - mean).sum() + np.trace(own) + np.trace(covariance) - 2 * cross)


def load_evaluator(folder):
    words = tokenizer.Tokenizer.read(folder)
    net = evaluator.DualEncoder(len(words.vocabulary))
    net.load_state_dict(weights.load(f'{folder}/model.safetensors'), strict=False)
    return net.eval(), words, weights.load(f'{folder}/reference.safetensors')


def main():
    options = run.arguments(__doc__, weights='teacher.safetensors', vae='', steps=25, guidance=2.0, fresh=0, count=256, grid='')
    device, process = options.device, Process(options.device)
    words = tokenizer.Tokenizer.read(f'{model.FOLDER}/tokenizer')
    net = model.Sprout(len(words.vocabulary)).load(options.weights).to(device).eval()
    vae = data.autoencoder(model.FOLDER)
    if options.vae:
        vae.load_state_dict(weights.load(options.vae))
    vae, scale = vae.to(device), model.scale(model.FOLDER)

    def make(prompts):
        made = []
        with torch.no_grad():
            empty = net.t(torch.tensor([words('')]).to(device))
            for start in range(0, len(prompts), 32):
                context = net.t(torch.tensor([words(p) for p in prompts[start:start + 32]]).to(device))
                generator = torch.Generator().manual_seed(options.seed + start)
                z = sample(net.u, context, empty, options.steps, options.guidance, generator, process, options.fresh == 1, device)
                made.append(vae.decode(z / scale).clamp(-1, 1).cpu())
        return torch.cat(made)

    if options.grid:
        with open(f'{model.FOLDER}/evaluation/grid.txt', encoding='utf-8') as file:
            png.grid(options.grid, make(file.read().strip().split('\n')), 8)
    if options.count:
        judge, judge_words, reference = load_evaluator('evaluation')
        with open('evaluation/captions.txt', encoding='utf-8') as file:
            captions = file.read().strip().split('\n')
        captions = [captions[i * len(captions) // options.count] for i in range(options.count)]
        made = make(captions)
        with torch.no_grad():
            features = torch.cat([judge.vision_model(made[i:i + 64]) for i in range(0, len(made), 64)])
            seen = torch.nn.functional.normalize(judge.visual_projection(features), dim=-1)
            told = judge.text(torch.tensor([judge_words(c) for c in captions]))
        alike = seen @ told.T
        ranks = (alike > alike.diagonal()[:, None]).sum(1)
        pixels = ((made + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
        print(json.dumps({'weights': options.weights, 'steps': options.steps, 'guidance': options.guidance, 'fresh': options.fresh, 'count': options.count,
                          'frechet': round(frechet(features.double().numpy(), reference['mean'].double().numpy(), reference['covariance'].double().numpy()), 3),
                          'top1': (ranks < 1).float().mean().item(), 'top5': (ranks < 5).float().mean().item(),
                          'sharpness': float(evaluator.sharpness(pixels).mean())}))


if __name__ == '__main__':
    main()
