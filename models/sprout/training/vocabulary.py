"""The byte-pair vocabulary of 4,096 entries, from the captions of the pictures; written into --out."""
from sprout import data, run, tokenizer


def main():
    options = run.arguments(__doc__, size=4096, out='.')
    words = tokenizer.Tokenizer(*tokenizer.train(tokenizer.corpus(data.Pictures().facts), options.size))
    words.write(options.out)
    run.say(f'{len(words.vocabulary)} entries; "red apple, fluent style" is {words("red apple, fluent style")[:8]}')


if __name__ == '__main__':
    main()
