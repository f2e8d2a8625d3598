"""Adversarial diffusion distillation (Sauer et al. 2023), in latents (Sauer et al. 2024): a student for 1, 2 and 4 steps from the teacher.

The student gets a noisy picture at one of four timesteps and tells the clean one. Two losses judge that: a discriminator, whose heads see the
frozen features of the teacher's UNet for it (noised again) and for real pictures; and the distance to what the teacher, led by guidance, makes
of it (noised again), weighted by the signal that is left. The text encoder stays the teacher's.

Not of the papers: between its own timesteps the student is held to the teacher (--keep), so that samplers of many steps, inversion and editing
go on working; and it learns what more steps made of a noise (--regression, from pairs.py's file; as Kang et al. 2024 do): the teacher's
many, without which it drew one picture a caption whatever the noise; later its own two, which by then are nearer to real pictures.
"""
import random
from typing import NamedTuple

import numpy as np
import torch
import torch.nn as nn

from sprout import data, model, run, tokenizer, weights
from sprout.captions import caption
from sprout.discriminator import Discriminator
from sprout.schedule import Process

#: The student's timesteps, and how often each is trained: one step from pure noise is what most pictures are made with.
TIMES, SHARES = (999, 749, 499, 249), (.6, .15, .15, .1)

#: Ways from noise along which pairs are learned, whose last step learns, and how often each is gone: those of 1, 2 and 4 steps.
WAYS, OFTEN = ((999,), (999, 499), (999, 749), (999, 749, 499), (999, 749, 499, 249)), (.4, .15, .1, .15, .2)

#: The discriminator looks where it can tell made from real: at pictures from the noisier timesteps, noised again by less than this. With more
#: noise its loss stayed at chance; a picture that was little noised needs none.
JUDGED, LITTLE = 300, 300


def little_noise(count):
    """Timesteps at which the judge looks: every second below 18, few above 100."""
    return (torch.sigmoid(torch.randn(count) - 4) * 998).long()


def noised_again(count):
    """Timesteps at which a made picture is looked at: a quarter anywhere, for the distillation; the others with little noise, for the judge."""
    return torch.where(torch.rand(count) < .75, little_noise(count), (torch.rand(count) * 998).long())


def between(count):
    """Timesteps that are none of the student's: there it shall go on as the teacher does, for samplers of many steps."""
    time = (torch.rand(count) * 999).long()
    return torch.where((time[:, None] - torch.tensor(TIMES)).abs().amin(1) > 10, time, (time + 100) % 999)


class Made(NamedTuple):
    """Of the student's pictures those that the judge sees: by which noise they were noised again, how much, their text and their features."""
    noise: torch.Tensor
    again: torch.Tensor
    context: torch.Tensor
    text: torch.Tensor
    maps: list


class Training:
    """The networks, and what one batch costs the student and its judge."""

    def __init__(self, options, words):
        self.options, self.words, device = options, words, options.device
        self.teacher, self.student = (model.Sprout(len(words.vocabulary)).load(options.teacher) for _ in range(2))
        self.teacher = self.teacher.to(device).eval().requires_grad_(False)
        self.teacher.u = self.teacher.u.to(memory_format=torch.channels_last)
        self.unet = self.student.u.to(device, memory_format=torch.channels_last)
        self.judge, self.process = Discriminator().to(device), Process(device)
        self.nothing = self.teacher.t(self.ids(['']))

    def ids(self, texts):
        return torch.tensor([self.words(text) for text in texts]).to(self.options.device)

    def ahead(self, real, ids):
        """What the student makes of noised pictures, the same noised again, and what the teacher sees in that."""
        start = torch.tensor(random.choices(TIMES, SHARES, k=len(real))).to(real.device)
        again = noised_again(len(real)).to(real.device)
        context = self.teacher.t(ids)
        x = self.process.mix(real, torch.randn_like(real), start)
        with run.autocast(real.device):
            velocity = self.unet(x, start, context).float()
        clean = self.process.clean(x, velocity, start)
        noise = torch.randn_like(clean)
        noised, maps = self.process.mix(clean, noise, again), []
        with run.autocast(real.device):
            told = self.teacher.u(noised, again, context, maps).float()
        text = context[torch.arange(len(real)), (ids == len(self.words.vocabulary) - 1).int().argmax(1)]
        seen = ((again < LITTLE) & (start > JUDGED)).nonzero()[:, 0]
        made = Made(noise[seen], again[seen], context[seen], text[seen], [m[seen] for m in maps])
        return clean, again, noised, told, context, seen, made

    def distillation(self, clean, again, noised, told, context):
        """Squared distance to the teacher's clean latents, led by guidance, times the signal that is left (ADD, equation 4)."""
        with torch.no_grad(), run.autocast(clean.device):
            free = self.teacher.u(noised, again, self.nothing.expand_as(context)).float()
        target = self.process.clean(noised, free + self.options.guidance * (told - free), again).detach()
        return (self.process.at(again)[0] * (clean - target).square()).mean()

    def adversarial(self, made):
        """Minus the judge's verdict, whose own weights are left out of it."""
        self.judge.requires_grad_(False)
        verdict = self.judge(made.maps, made.text).mean()
        self.judge.requires_grad_(True)
        return -verdict

    def keeping(self, real, ids):
        """Distance to the teacher's velocity at timesteps between the student's."""
        time = between(len(real)).to(real.device)
        context = self.teacher.t(ids)
        with torch.no_grad(), run.autocast(real.device):
            x = self.process.mix(real, torch.randn_like(real), time)
            target = self.teacher.u(x, time, context).float()
        with run.autocast(real.device):
            return (self.unet(x, time, context).float() - target).square().mean()

    def regression(self, noise, ids, clean):
        """Distance to what more steps made of the same noise, after one of the student's own or several: in latents, and in the features that
        the judge looks at, where blurring costs more."""
        way, x, context = random.choices(WAYS, OFTEN)[0], noise, self.teacher.t(ids)
        for i, time in enumerate(way):
            start, last = torch.full_like(ids[:, 0], time), time == way[-1]
            with torch.set_grad_enabled(last), run.autocast(noise.device):
                velocity = self.unet(x, start, context).float()
            made = self.process.clean(x, velocity, start)
            if not last:
                x = self.process.mix(made, self.process.epsilon(x, velocity, start), torch.full_like(start, way[i + 1]))
        again, other = little_noise(len(ids)).to(noise.device), torch.randn_like(noise)
        aim, maps = (self.features(latents, other, again, context) for latents in (clean, made))
        return (made - clean).abs().mean() + self.judge.distance(aim, maps)

    def features(self, latents, noise, time, context):
        """The maps of features in which the teacher sees noised pictures; what leads to the student goes on through them."""
        maps = []
        with run.autocast(latents.device):
            self.teacher.u(self.process.mix(latents, noise, time), time, context, maps)
        return maps

    def judging(self, real, made):
        """The judge's own loss; real and made pictures are noised by the same noise."""
        return self.judge.loss(self.features(real, made.noise, made.again, made.context), made.maps, made.text, self.options.penalty)


@torch.no_grad()
def move(unet, average, before, now):
    """Puts a student on its teacher's newer weights: whatever it had learned beyond the older ones stays added."""
    names = [name for name, _ in unet.named_parameters()]
    for values in (unet.parameters(), average.values):
        for name, value in zip(names, values):
            value += (now['u.' + name] - before['u.' + name]).to(value.device)


def main():
    options = run.arguments(__doc__, name='student', teacher='teacher.safetensors', pairs='pairs.pt', batch=24, rate=2e-4, judge_rate=1e-3,
                            guidance=2.0, adversarial=1.0, distillation=2.5, regression=1.0, keep=.25, penalty=1e-4, steps=10 ** 9)
    device, pictures = options.device, data.Pictures()
    words = tokenizer.Tokenizer.read(f'{model.FOLDER}/tokenizer')
    latents = data.latents(data.autoencoder(model.FOLDER), pictures) * model.scale(model.FOLDER)
    used = pictures.select(data.used)
    training = Training(options, words)
    unet, judge = training.unet, training.judge
    average = run.Average(unet.parameters(), .998)
    tune = torch.optim.AdamW(unet.parameters(), options.rate, betas=(.5, .99), weight_decay=.01)
    tune_judge = torch.optim.AdamW(judge.parameters(), options.judge_rate, betas=(0., .99), weight_decay=.01)
    clock, steps, checkpoint = run.Clock(options.name, options.minutes), 0, options.name + '.pt'

    def batch(count, order, empty):
        """Latents and token ids of so many pictures."""
        some = order.take(count)
        return (latents[some].to(device).contiguous(memory_format=torch.channels_last),
                training.ids([caption(pictures.facts[i], empty) for i in some]))

    parts = {'unet': unet, 'judge': judge, 'tune': tune, 'tune_judge': tune_judge}
    if before := run.resume(checkpoint):
        for name, part in parts.items():
            part.load_state_dict(before[name])
        average.load(before['average'])
        steps, clock.spent = before['steps'], before['minutes']
        if before['teacher'] != options.teacher:
            move(unet, average, weights.load(before['teacher']), weights.load(options.teacher))
    else:
        order = data.Order(used)
        for _ in range(8):
            real, ids = batch(options.batch, order, .05)
            judge.measure(training.features(real, torch.randn_like(real), little_noise(len(real)).to(device), training.teacher.t(ids)))

    def save():
        run.store(checkpoint, average=average.state(), steps=steps, minutes=clock.elapsed, teacher=options.teacher,
                  **{name: part.state_dict() for name, part in parts.items()})
        with average.in_place():
            weights.save(weights.half(training.student.state_dict()), options.name + '.safetensors')

    def example(count):
        """Noise, token ids and the teacher's clean latents of so many pairs."""
        some = torch.randint(len(pairs['noise']), (count,))
        return pairs['noise'][some].to(device).float(), pairs['ids'][some].to(device).long(), pairs['clean'][some].to(device).float()

    order, kept, sums = data.Order(used), data.Order(used), []
    pairs = torch.load(options.pairs) if options.regression > 0 else None
    while not clock.over and steps < options.steps:
        for group in tune.param_groups:
            group['lr'] = clock.rate(options.rate, steps, 50)
        real, ids = batch(options.batch, order, .05)
        clean, again, noised, told, context, seen, made = training.ahead(real, ids)
        zero = torch.zeros((), device=device)
        apart = training.distillation(clean, again, noised, told, context) if options.distillation > 0 else zero
        judged = options.adversarial > 0 and len(seen) > 0
        fooled = training.adversarial(made) if judged else zero
        off = training.regression(*example(options.batch // 2)) if options.regression > 0 else zero
        away = training.keeping(*batch(max(1, int(options.batch * options.keep)), kept, .1)) if options.keep > 0 else zero
        tune.zero_grad()
        (options.distillation * apart + options.adversarial * fooled + options.regression * off + away).backward()
        nn.utils.clip_grad_norm_(unet.parameters(), 1.)
        tune.step()
        average.update()
        steps += 1
        hinge = zero
        if judged:
            hinge = training.judging(real[seen], made)
            tune_judge.zero_grad()
            hinge.backward()
            tune_judge.step()
        sums.append([part.item() for part in (apart, fooled, hinge, off, away)])
        if steps % 50 == 0:
            run.say(f'{steps} {clock.elapsed:.1f} min, distillation %.4f adversarial %.3f discriminator %.3f regression %.4f kept %.4f' % tuple(np.mean(sums[-50:], 0)))
        if clock.time_to_save():
            save()
    save()


if __name__ == '__main__':
    main()
