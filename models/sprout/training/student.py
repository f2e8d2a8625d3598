"""Adversarial diffusion distillation (Sauer et al. 2023), in latents (Sauer et al. 2024): a student for 1, 2 and 4 steps from the teacher.

The student gets a noisy picture at one of four timesteps and tells the clean one. Two losses judge that: a discriminator, whose heads see the
frozen features of the teacher's UNet for it (noised again) and for real pictures; and the distance to what the teacher, led by guidance, makes
of it (noised again), weighted by the signal that is left. The text encoder stays the teacher's.
"""
import os
import random

import numpy as np
import torch
import torch.nn as nn

from sprout import data, model, run, tokenizer, weights
from sprout.captions import caption
from sprout.discriminator import Discriminator
from sprout.schedule import Process

#: The student's timesteps, and how often each is trained: one step from pure noise is what most pictures are made with.
TIMES, SHARES = (999, 749, 499, 249), (.4, .2, .2, .2)


def main():
    options = run.arguments(__doc__, name='student', teacher='teacher.safetensors', batch=24, rate=1e-4, judge_rate=1e-3, guidance=2.0,
                            adversarial=1.0, distillation=2.5, penalty=1e-5, steps=10 ** 9)
    device, pictures = options.device, data.Pictures()
    words = tokenizer.Tokenizer.read(f'{model.FOLDER}/tokenizer')
    latents = data.latents(data.autoencoder(model.FOLDER), pictures) * model.scale(model.FOLDER)
    used = pictures.select(data.used)
    teacher, student = model.Sprout(len(words.vocabulary)), model.Sprout(len(words.vocabulary))
    for net in (teacher, student):
        net.load_state_dict(weights.load(options.teacher))
    teacher, judge = teacher.to(device).eval().requires_grad_(False), Discriminator().to(device)
    teacher.u = teacher.u.to(memory_format=torch.channels_last)
    unet = student.u.to(device, memory_format=torch.channels_last)
    average = run.Average(unet.parameters(), .998)
    tune = torch.optim.AdamW(unet.parameters(), options.rate, betas=(.5, .99), weight_decay=.01)
    tune_judge = torch.optim.AdamW(judge.parameters(), options.judge_rate, betas=(0., .99), weight_decay=.01)
    process, clock, steps, checkpoint = Process(device), run.Clock(options.name, options.minutes), 0, options.name + '.pt'
    if before := run.resume(checkpoint):
        unet.load_state_dict(before['unet'])
        judge.load_state_dict(before['judge'])
        tune.load_state_dict(before['tune'])
        tune_judge.load_state_dict(before['tune_judge'])
        average.load(before['average'])
        steps, clock.spent = before['steps'], before['minutes']

    def save():
        run.store(checkpoint, unet=unet.state_dict(), judge=judge.state_dict(), tune=tune.state_dict(), tune_judge=tune_judge.state_dict(),
                  average=average.state(), steps=steps, minutes=clock.elapsed)
        with average.in_place():
            weights.save(weights.half(student.state_dict()), options.name + '.safetensors')

    nothing = teacher.t(torch.tensor([words('')]).to(device))
    order, sums = [], []
    while not clock.over and steps < options.steps:
        for group in tune.param_groups:
            group['lr'] = clock.rate(options.rate, steps, 50)
        if len(order) < options.batch:
            order += random.sample(used, len(used))
        some = [order.pop() for _ in range(options.batch)]
        real = latents[some].to(device).contiguous(memory_format=torch.channels_last)
        ids = torch.tensor([words(caption(pictures.facts[i], .05)) for i in some]).to(device)
        start = torch.tensor(random.choices(TIMES, SHARES, k=len(some))).to(device)
        again = (torch.sigmoid(torch.randn(len(some))) * 999).long().to(device)
        with torch.no_grad():
            context = teacher.t(ids)
            text = context[torch.arange(len(some)), (ids == len(words.vocabulary) - 1).int().argmax(1)]
            x = process.mix(real, torch.randn_like(real), start)
        with run.autocast(device):
            velocity = unet(x, start, context).float()
        clean = process.clean(x, velocity, start)
        noised, maps = process.mix(clean, torch.randn_like(clean), again), []
        with run.autocast(device):
            told = teacher.u(noised, again, context, maps).float()
        loss = 0
        if options.distillation > 0:
            with torch.no_grad(), run.autocast(device):
                free = teacher.u(noised, again, nothing.expand_as(context)).float()
            target = process.clean(noised, free + options.guidance * (told - free), again).detach()
            weight = process.at(again)[0]
            apart = (weight * (clean - target).square()).mean()
            loss = loss + options.distillation * apart
        if options.adversarial > 0:
            judge.requires_grad_(False)
            verdict = judge(maps, text)
            judge.requires_grad_(True)
            loss = loss - options.adversarial * verdict.mean()
        tune.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(unet.parameters(), 1.)
        tune.step()
        average.update()
        steps += 1
        hinge = torch.zeros(())
        if options.adversarial > 0:
            true = []
            with torch.no_grad(), run.autocast(device):
                teacher.u(process.mix(real, torch.randn_like(real), again), again, context, true)
            hinge = judge.loss(true, maps, text, options.penalty)
            tune_judge.zero_grad()
            hinge.backward()
            tune_judge.step()
        sums.append((apart.item() if options.distillation > 0 else 0, verdict.mean().item() if options.adversarial > 0 else 0, hinge.item()))
        if steps % 50 == 0:
            apart_mean, verdict_mean, hinge_mean = np.mean(sums[-50:], 0)
            run.say(f'{steps} {clock.elapsed:.1f} min, distillation {apart_mean:.4f} verdict {verdict_mean:.3f} discriminator {hinge_mean:.3f}')
        if clock.time_to_save():
            save()
    save()


if __name__ == '__main__':
    main()
