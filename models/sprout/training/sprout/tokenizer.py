"""Byte-pair encoding in CLIP's format (Sennrich et al. 2016; Radford et al. 2021), with a vocabulary of its own trained on the captions."""
import collections
import json
import re

PATTERN = re.compile(r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|[^\s\w]+|_", re.I)
START, END = '<|startoftext|>', '<|endoftext|>'


def letters():
    """A printable letter for each byte, the printable ones first."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    return {**{byte: chr(byte) for byte in plain}, **{byte: chr(256 + i) for i, byte in enumerate(others)}}


LETTERS = letters()


def units(word):
    """The letters of a word; the last one says that the word ends."""
    parts = [LETTERS[byte] for byte in word.encode()]
    return (*parts[:-1], parts[-1] + '</w>')


def join(parts, pair):
    """Parts with every occurrence of the pair made one."""
    out, at = [], 0
    while at < len(parts):
        both = tuple(parts[at:at + 2]) == pair
        out.append(''.join(pair) if both else parts[at])
        at += 2 if both else 1
    return tuple(out)


class Tokenizer:
    def __init__(self, vocabulary, merges, length=32):
        self.vocabulary, self.length, self.cache = vocabulary, length, {}
        self.ranks = {pair: rank for rank, pair in enumerate(merges)}

    @classmethod
    def read(cls, folder):
        with open(f'{folder}/vocab.json', encoding='utf-8') as file:
            vocabulary = json.load(file)
        with open(f'{folder}/merges.txt', encoding='utf-8') as file:
            return cls(vocabulary, [tuple(line.split()) for line in file.read().split('\n')[1:] if line])

    def write(self, folder):
        with open(f'{folder}/vocab.json', 'w', encoding='utf-8') as file:
            json.dump(self.vocabulary, file, ensure_ascii=False)
        with open(f'{folder}/merges.txt', 'w', encoding='utf-8') as file:
            file.write('#version: 0.2\n' + ''.join(f'{a} {b}\n' for a, b in self.ranks))

    def split(self, word):
        if word not in self.cache:
            parts = units(word)
            while len(parts) > 1:
                pair = min(zip(parts, parts[1:]), key=lambda p: self.ranks.get(p, float('inf')))
                if pair not in self.ranks:
                    break
                parts = join(parts, pair)
            self.cache[word] = parts
        return self.cache[word]

    def __call__(self, text):
        """Ids of fixed length: start, text, end, filled with ends."""
        words = PATTERN.findall(re.sub(r'\s+', ' ', text).strip().lower())
        ids = [self.vocabulary[part] for word in words for part in self.split(word)][:self.length - 2]
        end = self.vocabulary[END]
        return [self.vocabulary[START], *ids] + [end] * (self.length - 1 - len(ids))


def train(texts, size):
    """Vocabulary and merges of at most that many entries: the commonest pair of neighbours becomes one, again and again."""
    words = collections.Counter(units(word) for text in texts for word in PATTERN.findall(text.lower()))
    known = [*LETTERS.values(), *(letter + '</w>' for letter in LETTERS.values())]
    merges = []
    while len(known) + len(merges) + 2 < size:
        pairs = collections.Counter()
        for parts, count in words.items():
            for pair in zip(parts, parts[1:]):
                pairs[pair] += count
        if not pairs or pairs.most_common(1)[0][1] < 2:
            break
        best = pairs.most_common(1)[0][0]
        merges.append(best)
        merged = collections.Counter()
        for parts, count in words.items():
            merged[join(parts, best)] += count
        words = merged
    return {text: i for i, text in enumerate([*known, *map(''.join, merges), START, END])}, merges


def corpus(facts):
    """What the vocabularies are trained on: names three times, keywords once, the words around them."""
    texts = [text for fact in facts for text in [fact['name']] * 3 + fact['tags']]
    return texts + ['an emoji of a in the style of fluent flat noto style, icon sticker on white background'] * 50
