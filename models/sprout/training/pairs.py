"""What the teacher makes of noise: start, caption and clean latents, for the student to learn its one step from (--pairs there). Later the
student can be its own teacher, with two steps."""
import torch

from sprout import data, model, run, tokenizer
from sprout.captions import caption
from sprout.schedule import Process, sample


def main():
    options = run.arguments(__doc__, teacher='teacher.safetensors', count=6000, batch=40, steps=10, guidance=2.0, out='pairs.pt')
    device, process = options.device, Process(options.device)
    words = tokenizer.Tokenizer.read(f'{model.FOLDER}/tokenizer')
    net = model.Sprout(len(words.vocabulary)).load(options.teacher).to(device).eval().requires_grad_(False)
    net.u = net.u.to(memory_format=torch.channels_last)
    pictures = data.Pictures()
    order, parts = data.Order(pictures.select(data.used)), []
    empty = net.t(torch.tensor([words('')]).to(device))
    while sum(len(part[0]) for part in parts) < options.count:
        ids = torch.tensor([words(caption(pictures.facts[i], 0)) for i in order.take(options.batch)]).to(device)
        start = torch.randn(options.batch, 8, 16, 16)
        with torch.no_grad(), run.autocast(device):
            clean = sample(net.u, net.t(ids), empty, options.steps, options.guidance, None, process, device=device, start=start.to(device))
        parts.append((start.half(), ids.cpu().short(), clean.cpu().half()))
        if len(parts) % 10 == 0:
            run.say(f'{len(parts) * options.batch} of {options.count}')
    run.store(options.out, **{name: torch.cat(values) for name, values in zip(('noise', 'ids', 'clean'), zip(*parts))})


if __name__ == '__main__':
    main()
