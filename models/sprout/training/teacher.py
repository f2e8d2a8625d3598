"""The teacher: text encoder and UNet together, by the v-prediction loss on the latents of the pictures. Goes on from the weights of a model
folder (--start) or from a checkpoint; with neither, from nothing."""
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from sprout import data, model, run, tokenizer, weights
from sprout.captions import caption
from sprout.schedule import Process


def timesteps(count, device):
    """Uniform, but three in ten from the noisiest fifth, where shapes are decided and few-step samplers begin."""
    late = torch.rand(count) < .3
    return torch.where(late, 800 + (torch.rand(count) * 200).long(), (torch.rand(count) * 1000).long()).clamp(max=999).to(device)


def main():
    options = run.arguments(__doc__, batch=32, rate=4e-4, start='')
    device, pictures = options.device, data.Pictures()
    words = tokenizer.Tokenizer.read(f'{model.FOLDER}/tokenizer')
    latents = data.latents(data.autoencoder(model.FOLDER), pictures) * model.scale(model.FOLDER)
    used = pictures.select(data.used)
    net = model.Sprout(len(words.vocabulary))
    if options.start:
        net.load(options.start)
    net = net.to(device)
    net.u = net.u.to(memory_format=torch.channels_last)
    learned, process, clock, steps = list(net.parameters()), Process(device), run.Clock('teacher', options.minutes), 0
    tune = torch.optim.AdamW([{'params': [p for p in learned if p.dim() > 1], 'weight_decay': .01},
                              {'params': [p for p in learned if p.dim() < 2], 'weight_decay': 0}], options.rate, betas=(.9, .99))
    average = run.Average(learned, .9997)
    if before := run.resume('teacher.pt'):
        net.load_state_dict(before['net'])
        tune.load_state_dict(before['tune'])
        average.load(before['average'])
        steps, clock.spent = before['steps'], before['minutes']

    def save():
        run.store('teacher.pt', net=net.state_dict(), tune=tune.state_dict(), average=average.state(), steps=steps, minutes=clock.elapsed)
        with average.in_place():
            weights.save(weights.half(net.state_dict()), 'teacher.safetensors')

    order, losses = data.Order(used), []
    while not clock.over:
        for group in tune.param_groups:
            group['lr'] = clock.rate(options.rate, steps)
        some = order.take(options.batch)
        clean, time = latents[some].to(device), timesteps(len(some), device)
        ids = torch.tensor([words(caption(pictures.facts[i])) for i in some]).to(device)
        noise = torch.randn_like(clean)
        x = process.mix(clean, noise, time)
        with run.autocast(device):
            told = net(x.contiguous(memory_format=torch.channels_last), time, ids)
        loss = F.mse_loss(told.float(), process.velocity(clean, noise, time))
        tune.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(learned, 1.)
        tune.step()
        average.update()
        steps += 1
        losses.append(loss.item())
        if steps % 100 == 0:
            run.say(f'{steps} {clock.elapsed:.1f} min, loss {np.mean(losses[-500:]):.4f} epoch {steps * options.batch / len(used):.1f}')
        if clock.time_to_save():
            save()
    save()


if __name__ == '__main__':
    main()
