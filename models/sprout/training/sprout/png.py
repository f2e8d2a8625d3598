"""Pictures to PNG files, with the standard library alone."""
import struct
import zlib

import numpy as np


def write(path, pixels):
    """Pixels: (H, W, 3), 8 bits."""
    height, width, _ = pixels.shape
    rows = b''.join(b'\0' + row.tobytes() for row in np.ascontiguousarray(pixels))

    def chunk(kind, body):
        return struct.pack('>I', len(body)) + kind + body + struct.pack('>I', zlib.crc32(kind + body))

    with open(path, 'wb') as file:
        file.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0))
                   + chunk(b'IDAT', zlib.compress(rows, 9)) + chunk(b'IEND', b''))


def grid(path, pictures, columns):
    """Pictures (N, 3, H, W) in [-1, 1], row by row."""
    pixels = ((pictures.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
    blank = np.full_like(pixels[0], 255)
    pixels = [*pixels, *[blank] * (-len(pixels) % columns)]
    write(path, np.concatenate([np.concatenate(pixels[i:i + columns], 1) for i in range(0, len(pixels), columns)], 0))
