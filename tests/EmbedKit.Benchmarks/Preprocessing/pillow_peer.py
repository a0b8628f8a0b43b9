"""Pillow and NumPy doing what the kit's preprocessing does, timed; one line of commands in, one line of JSON out.

Each line on standard input is the path of a JPEG; the answer is [decode, resize, float] in seconds of wall time, the same three of
CPU time, and the SHA-256 of the 8-bit crop. One thread: neither Pillow nor NumPy's elementwise arithmetic starts others.
"""
import hashlib
import json
import sys
import time

import numpy as np
import PIL
from PIL import Image, features

MEAN, STD = np.array([0.485, 0.456, 0.406], np.float32), np.array([0.229, 0.224, 0.225], np.float32)


def now():
    return time.perf_counter(), time.process_time()


print(json.dumps(f"Pillow {PIL.__version__} with libjpeg-turbo {features.version_feature('libjpeg_turbo')}, NumPy {np.__version__}, Python {sys.version.split()[0]}"), flush=True)
for line in sys.stdin:
    with open(line.strip(), "rb") as file:
        file.read()  # in the page cache, for both sides
    times = [now()]
    image = Image.open(line.strip()).convert("RGB")
    times.append(now())
    w, h = image.size
    image = image.resize((256, int(256 * h / w)) if w <= h else (int(256 * w / h), 256), Image.Resampling.BICUBIC)
    left, top = int(round((image.width - 224) / 2.0)), int(round((image.height - 224) / 2.0))
    crop = image.crop((left, top, left + 224, top + 224))
    times.append(now())
    values = (np.asarray(crop) * (1 / 255)).astype(np.float32)
    values = np.ascontiguousarray(((values - MEAN) / STD).transpose(2, 0, 1))
    times.append(now())
    wall, cpu = [[b[i] - a[i] for a, b in zip(times, times[1:])] for i in (0, 1)]
    print(json.dumps({"wall": wall, "cpu": cpu, "hash": hashlib.sha256(crop.tobytes()).hexdigest()}), flush=True)
