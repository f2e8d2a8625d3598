"""Reads .safetensors files (a length, a JSON header, then the tensors' bytes) into a module, as float32."""
import json
import struct

import numpy
import torch

NUMBERS = {"F32": numpy.float32, "F16": numpy.float16}


def read(path):
    """Tensors of a file by name."""
    data = numpy.memmap(path, dtype=numpy.uint8, mode="r")
    (length,) = struct.unpack("<Q", data[:8].tobytes())
    header = json.loads(data[8:8 + length].tobytes())
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        values = numpy.frombuffer(data[begin:end].tobytes(), dtype=NUMBERS[entry["dtype"]])
        tensors[name] = torch.from_numpy(values.reshape(entry["shape"]).astype(numpy.float32))
    return tensors


def fill(module, path, rename=lambda name: name):
    """Gives a module its parameters; what the file has beyond them (an encoder beside a decoder) is passed over."""
    tensors = {rename(name): value for name, value in read(path).items()}
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            parameter.copy_(tensors[name].reshape(parameter.shape))
    return module.eval()
