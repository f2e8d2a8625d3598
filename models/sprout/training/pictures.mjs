// The pictures that sprout learns from, 128×128 on white, 8 bits, into images.rgb, and what they show into captions.json.
// Without an argument: the emoji sets of package.json. With a folder: its own pictures (SVG, PNG, JPEG, WebP), for lora.py.
// To be copied, with package.json, to where the packages shall be installed: a model folder is no place for them.
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';

const SIDE = 128;
const SETS = [['noto', 'noto'], ['fluent-emoji', 'fluent'], ['fluent-emoji-flat', 'flat']];
const LEAST_INK = 0.02;

// Skin tones and hair are variants of a picture that is there already; flags and keycaps are drawn alike by all sets.
const LEFT_OUT = /(^|-)(light|medium-light|medium|medium-dark|dark)(-skin-tone)?$|skin-tone|^flag-|regional-indicator|keycap|-hair-/;

async function render(input) {
  const picture = sharp(input, { density: 72 }).resize(SIDE, SIDE, { fit: 'contain', background: 'white' }).flatten({ background: 'white' });
  const { data, info } = await picture.removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  if (info.width !== SIDE || info.height !== SIDE || info.channels !== 3) {
    throw new Error(`${info.width}×${info.height}, ${info.channels} channels`);
  }
  return data;
}

function ink(pixels) {
  let count = 0;
  for (let at = 0; at < pixels.length; at += 3) {
    count += pixels[at] < 250 || pixels[at + 1] < 250 || pixels[at + 2] < 250 ? 1 : 0;
  }
  return count / (SIDE * SIDE);
}

function svgOf(icon, set) {
  const [width, height] = [icon.width ?? set.width ?? 16, icon.height ?? set.height ?? 16];
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="${icon.left ?? 0} ${icon.top ?? 0} ${width} ${height}" `
    + `width="${SIDE}" height="${SIDE}">${icon.body}</svg>`);
}

function read(file) {
  return JSON.parse(fs.readFileSync(path.join(import.meta.dirname, 'node_modules', file), 'utf8'));
}

// Keywords and groups by name, as emojibase has them.
function keywords() {
  const plain = (text) => text.toLowerCase().normalize('NFD').replace(/[^a-z0-9]+/g, ' ').trim();
  return new Map(read('emojibase-data/en/data.json').map((one) => [plain(one.label), { tags: one.tags ?? [], group: one.group }]));
}

async function* emoji() {
  const known = keywords();
  for (const [name, style] of SETS) {
    const set = read(`@iconify-json/${name}/icons.json`);
    for (const [key, icon] of Object.entries(set.icons)) {
      if (LEFT_OUT.test(key) || icon.hidden) {
        continue;
      }
      const called = key.replace(/-/g, ' ');
      const { tags = [], group = -1 } = known.get(called) ?? {};
      yield { input: svgOf(icon, set), fact: { name: called, style, tags, group } };
    }
  }
}

async function* folder(from) {
  for (const file of fs.readdirSync(from).filter((one) => /\.(svg|png|jpe?g|webp)$/i.test(one)).sort()) {
    yield { input: path.join(from, file), fact: { name: path.parse(file).name.replace(/[-_]/g, ' '), style: '', tags: [], group: -1 } };
  }
}

const [from] = process.argv.slice(2);
const [out, facts, refused] = [fs.openSync('images.rgb', 'w'), [], []];
for await (const { input, fact } of from ? folder(from) : emoji()) {
  try {
    const pixels = await render(input);
    if (ink(pixels) < LEAST_INK) {
      throw new Error('hardly anything in it');
    }
    fs.writeSync(out, pixels);
    facts.push(fact);
  } catch (fault) {
    refused.push(`${fact.name}, ${fact.style}: ${fault.message}`);
  }
}
fs.writeFileSync('captions.json', JSON.stringify(facts));
console.log(`${facts.length} pictures; ${refused.length} left out${refused.length ? ':\n' + refused.join('\n') : ''}`);
