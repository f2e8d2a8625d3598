"""The safetensors format (https://github.com/huggingface/safetensors#format), read and written with NumPy alone."""
import json
import os
import struct

import numpy as np
import torch

KINDS = {'F64': np.float64, 'F32': np.float32, 'F16': np.float16, 'I64': np.int64, 'I32': np.int32, 'I8': np.int8, 'U8': np.uint8}
NAMES = {np.dtype(kind): name for name, kind in KINDS.items()}


def load(path):
    """The tensors of a file by name; half precision comes as float32."""
    with open(path, 'rb') as file:
        size, = struct.unpack('<Q', file.read(8))
        header, data = json.loads(file.read(size)), file.read()
    header.pop('__metadata__', None)
    tensors = {}
    for name, entry in header.items():
        start, end = entry['data_offsets']
        array = np.frombuffer(data[start:end], KINDS[entry['dtype']]).reshape(entry['shape'])
        tensors[name] = torch.from_numpy(array.astype(np.float32) if array.dtype == np.float16 else array.copy())
    return tensors


def save(tensors, path, metadata=None):
    """Writes tensors in the order of their names, each aligned to 8 bytes as long as it can be. Replaces the file whole or not at all."""
    header, parts, offset = {'__metadata__': {'format': 'pt', **(metadata or {})}}, [], 0
    for name in sorted(tensors):
        array = np.ascontiguousarray(tensors[name].detach().cpu().numpy())
        header[name] = {'dtype': NAMES[array.dtype], 'shape': list(array.shape), 'data_offsets': [offset, offset + array.nbytes]}
        parts.append(array.tobytes())
        offset += array.nbytes
    text = json.dumps(header, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 8)
    with open(f'{path}.new', 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text)
        file.writelines(parts)
    os.replace(f'{path}.new', path)


def half(state):
    """A state in float16, which is what a folder of weights holds."""
    return {name: value.detach().half() for name, value in state.items()}
