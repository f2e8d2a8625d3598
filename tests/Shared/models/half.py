"""Copies a safetensors file with its weights as float16.

    python3 half.py SOURCE.safetensors TARGET.safetensors

Only float32 tensors are converted (rounded to nearest even); the others are copied as they are.
"""
import json
import struct
import sys


def main(source, target):
    data = open(source, 'rb').read()
    length, = struct.unpack('<Q', data[:8])
    header, body = json.loads(data[8:8 + length]), data[8 + length:]
    kept, parts, at = {}, [], 0
    for name, tensor in header.items():
        if name == '__metadata__':
            kept[name] = tensor
            continue
        begin, end = tensor['data_offsets']
        values, kind = body[begin:end], tensor['dtype']
        if kind == 'F32':
            count = len(values) // 4
            values, kind = struct.pack(f'<{count}e', *struct.unpack(f'<{count}f', values)), 'F16'
        kept[name] = {'dtype': kind, 'shape': tensor['shape'], 'data_offsets': [at, at + len(values)]}
        parts.append(values)
        at += len(values)
    text = json.dumps(kept, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 8)
    with open(target, 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text + b''.join(parts))


main(*sys.argv[1:])
