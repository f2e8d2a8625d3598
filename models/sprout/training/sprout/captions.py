"""What a picture is called in training: names, keywords and plain sentences, with and without its style, and at times nothing at all."""
import random

STYLES = ('noto', 'fluent', 'flat')


def article(text):
    return ('an ' if text[:1] in 'aeiou' else 'a ') + text


def sentence(name, style):
    told = random.choice((article(name), 'picture of ' + article(name), 'the ' + name, article(f'{style} {name}')))
    return told + random.choice((f' in {style} style', f' in {style} style', f', {style} style', ''))


def caption(fact, empty=.1):
    """A caption of the picture; the empty one with the given probability, for classifier-free guidance (Ho and Salimans 2022)."""
    chance = random.random()
    if chance < empty:
        return ''
    name, style, tags = fact['name'], fact['style'], fact['tags']
    if chance < empty + .3:
        return sentence(name, style)
    if tags and random.random() < .4:
        words = ' '.join(random.sample(tags, min(len(tags), random.randint(1, 3))))
        name = words if random.random() < .4 else f'{name} {words}'
    return name + (f', {style} style' if random.random() < .85 else '')
