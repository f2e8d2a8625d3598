"""DreamBooth (Ruiz et al. 2023) with a LoRA (Hu et al. 2022): teaches sprout a thing from about five pictures of it.

In an empty folder: `node .../pictures.mjs FOLDER-OF-PICTURES`, then this. A picture is told by its file's name ("pip with a red hat.svg");
the word for the new thing is in all of them. So that the model does not forget what such things look like otherwise, it also goes on
learning what it makes itself of --kind. Writes a file in kohya's format: `hub models import lora.safetensors`.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

from sprout import data, model, run, tokenizer, weights
from sprout.layers import Attention, FeedForward, ResnetBlock2D
from sprout.schedule import Process, sample, trailing

TIMES = trailing(4)


class Low(nn.Module):
    """A layer with a low-rank change beside it: y = W x + scale * up(down(x))."""

    def __init__(self, layer, rank):
        super().__init__()
        self.layer = layer
        if isinstance(layer, nn.Conv2d):
            self.down = nn.Conv2d(layer.in_channels, rank, layer.kernel_size, layer.stride, layer.padding, bias=False)
            self.up = nn.Conv2d(rank, layer.out_channels, 1, bias=False)
        else:
            self.down = nn.Linear(layer.in_features, rank, bias=False)
            self.up = nn.Linear(rank, layer.out_features, bias=False)
        nn.init.normal_(self.down.weight, std=1 / rank)
        nn.init.zeros_(self.up.weight)

    def forward(self, x):
        return self.layer(x) + self.up(self.down(x))


def attach(unet, rank):
    """Puts a change beside every layer of attention and feed-forward, and the convolutions of residual blocks; by path."""
    wanted = [(path, part, name, child) for path, part in unet.named_modules() for name, child in part.named_children()
              if isinstance(child, (nn.Linear, nn.Conv2d)) and fits(unet, path, name)]
    changes = {}
    for path, part, name, layer in wanted:
        low = Low(layer, rank)
        if isinstance(part, nn.ModuleList):
            part[int(name)] = low
        else:
            setattr(part, name, low)
        changes[f'{path}.{name}'] = low
    return changes


def fits(unet, path, name):
    parts = path.split('.')
    owners = [unet.get_submodule('.'.join(parts[:i])) for i in range(1, len(parts) + 1)]
    return any(isinstance(owner, (Attention, FeedForward)) for owner in owners) or (isinstance(owners[-1], ResnetBlock2D) and name.startswith('conv')
                                                                                     if owners else False)


def write(changes, path, about):
    tensors = {}
    for name, low in changes.items():
        key = 'lora_unet_' + name.replace('.', '_')
        tensors[key + '.lora_down.weight'] = low.down.weight.half()
        tensors[key + '.lora_up.weight'] = low.up.weight.half()
        tensors[key + '.alpha'] = torch.tensor(float(low.down.weight.shape[0]))
    weights.save(tensors, path, {'ss_network_module': 'networks.lora', 'ss_network_dim': str(next(iter(changes.values())).down.weight.shape[0]),
                                 'ss_tag_frequency': about})


def main():
    options = run.arguments(__doc__, model=model.FOLDER, kind='robot', rank=4, steps=400, rate=2e-3, own=1.0, out='lora.safetensors')
    device, pictures, process = options.device, data.Pictures(), Process(options.device)
    words = tokenizer.Tokenizer.read(f'{options.model}/tokenizer')
    net = model.Sprout(len(words.vocabulary)).load(options.model).to(device).requires_grad_(False)
    scale = model.scale(options.model)
    with torch.no_grad():
        shown = data.autoencoder(options.model).to(device).encode(pictures.batch(range(len(pictures.facts)), device))[0] * scale
        said = net.t(torch.tensor([words(fact['name']) for fact in pictures.facts]).to(device))
        # What the model makes of the kind of thing now: its prior, to be kept.
        kinds = [f'{options.kind}, {style} style' for style in ('noto', 'fluent', 'flat')] + [options.kind]
        told = net.t(torch.tensor([words(kind) for kind in kinds]).to(device)).repeat(3, 1, 1)
        prior = sample(net.u, told, None, 1, 1., torch.Generator().manual_seed(options.seed), process, device=device)
    changes = attach(net.u, options.rank)
    net.to(device)
    learned = [p for low in changes.values() for p in (low.down.weight, low.up.weight)]
    for p in learned:
        p.requires_grad_(True)
    run.say(f'{len(pictures.facts)} pictures; {sum(p.numel() for p in learned) / 1e3:.0f} k numbers beside {len(changes)} layers')
    tune = torch.optim.AdamW(learned, options.rate, weight_decay=.01)
    for step in range(options.steps):
        for group in tune.param_groups:
            group['lr'] = options.rate * min(1, (step + 1) / 20, 2 * (options.steps - step) / options.steps)
        kept = torch.randint(len(prior), (len(shown),))
        clean, context = torch.cat([shown, prior[kept]]), torch.cat([said, told[kept]])
        time = torch.tensor(TIMES, device=device)[torch.randint(len(TIMES), (len(clean),))]
        noise = torch.randn_like(clean)
        made = net.u(process.mix(clean, noise, time), time, context)
        error = F.mse_loss(process.clean(process.mix(clean, noise, time), made, time), clean, reduction='none').mean((1, 2, 3))
        loss = error[:len(shown)].mean() + options.own * error[len(shown):].mean()
        tune.zero_grad()
        loss.backward()
        tune.step()
        if (step + 1) % 50 == 0:
            run.say(f'{step + 1} of {options.steps}: pictures {error[:len(shown)].mean():.4f}, prior {error[len(shown):].mean():.4f}')
    write(changes, options.out, '{"pictures": {"%s": %d}}' % (pictures.facts[0]['name'], len(pictures.facts)))


if __name__ == '__main__':
    main()
