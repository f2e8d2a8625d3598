"""What every training here does: a device, a clock, an exponential average, checkpoints, an end."""
import argparse
import contextlib
import os
import random
import time

import numpy as np
import torch


def arguments(about, **more):
    """The options that all trainings have, and `more` (name: default)."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument('--work', default='work', help='folder of pictures, latents and checkpoints')
    parser.add_argument('--minutes', type=float, default=1e9, help='time to train; a file named stop-NAME in the folder ends it before')
    parser.add_argument('--threads', type=int, default=1)
    parser.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    parser.add_argument('--seed', type=int, default=1)
    for name, default in more.items():
        parser.add_argument('--' + name.replace('_', '-'), type=type(default), default=default)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    random.seed(options.seed)
    np.random.seed(options.seed)
    os.chdir(options.work)
    return options


def autocast(device):
    return torch.autocast(torch.device(device).type, dtype=torch.bfloat16)


class Average:
    """Exponential average of parameters with a warm-up: min(decay, (1 + n) / (10 + n)) after n steps."""

    def __init__(self, parameters, decay):
        self.parameters, self.decay, self.count = list(parameters), decay, 0
        self.values = [p.detach().clone() for p in self.parameters]

    @torch.no_grad()
    def update(self):
        self.count += 1
        keep = min(self.decay, (1 + self.count) / (10 + self.count))
        torch._foreach_mul_(self.values, keep)
        torch._foreach_add_(self.values, [p.detach() for p in self.parameters], alpha=1 - keep)

    @contextlib.contextmanager
    def in_place(self):
        """Puts the averages where the parameters are, for as long as the block lasts."""
        kept = [p.detach().clone() for p in self.parameters]
        self._put(self.values)
        yield
        self._put(kept)

    @torch.no_grad()
    def _put(self, values):
        for parameter, value in zip(self.parameters, values):
            parameter.copy_(value)

    def state(self):
        return {'values': self.values, 'count': self.count}

    def load(self, state):
        self.count = state['count']
        for mine, value in zip(self.values, state['values']):
            mine.copy_(value)


class Clock:
    """Tells when a training ends and how far it is, counting the minutes of runs before this one."""

    def __init__(self, name, minutes, spent=0.0):
        self.name, self.minutes, self.spent, self.start, self.saved = name, minutes, spent, time.time(), time.time()

    @property
    def elapsed(self):
        return self.spent + (time.time() - self.start) / 60

    @property
    def over(self):
        return self.elapsed >= self.minutes or os.path.exists('stop-' + self.name)

    def rate(self, top, steps, warm_up=200, floor=.02):
        """Learning rate: a linear warm-up, then constant, then a straight line down over the last quarter of the minutes. A training that
        has no end yet stays at the top, and can be given one later."""
        left = max(0, self.minutes - self.elapsed) / (.25 * self.minutes)
        return top * min(1, (steps + 1) / warm_up) * max(floor, min(1, left))

    def time_to_save(self, seconds=600):
        if time.time() - self.saved < seconds:
            return False
        self.saved = time.time()
        return True


def store(path, **state):
    """Writes a checkpoint whole or not at all."""
    torch.save(state, path + '.new')
    os.replace(path + '.new', path)


def resume(path):
    """The checkpoint of that name, or None. What comes next is other chance than what came before."""
    if not os.path.exists(path):
        return None
    state = torch.load(path, map_location='cpu')
    seed = torch.initial_seed() + state['steps']
    torch.manual_seed(seed)
    random.seed(seed)
    np.random.seed(seed)
    return state


def say(*values):
    print(time.strftime('%H:%M:%S'), *values, flush=True)
