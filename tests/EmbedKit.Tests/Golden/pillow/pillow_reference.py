"""What Pillow makes of images, for comparison: hashes of 8-bit pixels and raw float32 arrays.

    python3 pillow_reference.py resize            < cases.json   [{"w","h","ow","oh","filter"}] -> hashes
    python3 pillow_reference.py make DIR                         writes images in many modes   -> {name: [w, h, hash]}
    python3 pillow_reference.py decode FILE...                   -> {file: [w, h, hash]}
    python3 pillow_reference.py preprocess CONFIG OUT FILE...    torchvision's Resize, CenterCrop; writes OUT/<n>.f32 -> [hash, ...]

Needs Debian's python3-pil and python3-numpy. `golden.json` and the images beside it were written by Pillow 9.4 with
`make` and `resize` of the cases it lists.
"""
import hashlib
import json
import sys

import numpy as np
from PIL import Image

Image.MAX_IMAGE_PIXELS = None


def digest(image):
    return hashlib.sha256(image.tobytes()).hexdigest()[:16]


def pattern(w, h, channels):
    """Integer arithmetic only, so that the tests can draw the same picture."""
    y, x, c = np.mgrid[0:h, 0:w, 0:channels].astype(np.int32)
    return ((x * 7 + y * 13 + c * 29 + (x * y) % 31 * 5 + (x // 9 + y // 7) % 2 * 90) & 255).astype(np.uint8)


def resize(cases):
    return [digest(Image.fromarray(pattern(c["w"], c["h"], 3)).resize((c["ow"], c["oh"]), c["filter"])) for c in cases]


def make(folder):
    rgb, rgba = Image.fromarray(pattern(23, 17, 3)), Image.fromarray(pattern(23, 17, 4), "RGBA")
    grey, grey_alpha = Image.fromarray(pattern(23, 17, 1)[:, :, 0]), Image.fromarray(pattern(23, 17, 2), "LA")
    palette = rgb.quantize(16)
    cmyk = Image.frombytes("CMYK", (23, 17), pattern(23, 17, 4).tobytes())
    exif = Image.Exif()
    exif[0x0112] = 6
    images = {
        "rgb.png": (rgb, {}), "rgba.png": (rgba, {}), "grey.png": (grey, {}), "grey_alpha.png": (grey_alpha, {}), "palette.png": (palette, {}),
        "palette_transparent.png": (palette, {"transparency": 3}), "one_bit.png": (grey.convert("1"), {}), "one_pixel_wide.png": (rgb.crop((5, 0, 6, 17)), {}),
        "rgb.jpg": (rgb, {"quality": 85}), "rgb_444.jpg": (rgb, {"quality": 92, "subsampling": 0}), "progressive.jpg": (rgb, {"progressive": True}),
        "grey.jpg": (grey, {}), "cmyk.jpg": (cmyk, {"quality": 90}), "rotated.jpg": (rgb, {"exif": exif.tobytes()}), "rgb.tif": (rgb, {}), "cmyk.tif": (cmyk, {}),
        "palette.gif": (palette, {}), "lossless.webp": (rgb, {"lossless": True}),
    }
    for name, (image, options) in images.items():
        image.save(f"{folder}/{name}", **options)
    return decode([f"{folder}/{name}" for name in images])


def decode(files):
    result = {}
    for file in files:
        image = Image.open(file).convert("RGB")
        result[file.rsplit("/", 1)[-1]] = [image.width, image.height, digest(image)]
    return result


def preprocess(config, out, files):
    hashes = []
    for n, file in enumerate(files):
        image, size = Image.open(file).convert("RGB"), config["size"]
        if "shortest_edge" in size:
            short, long = min(image.size), max(image.size)
            a, b = size["shortest_edge"], int(size["shortest_edge"] * long / short)
            image = image.resize((a, b) if image.width <= image.height else (b, a), config["resample"])
        else:
            image = image.resize((size["width"], size["height"]), config["resample"])
        if "crop_size" in config:
            h, w = config["crop_size"]["height"], config["crop_size"]["width"]
            top, left = int(round((image.height - h) / 2.0)), int(round((image.width - w) / 2.0))
            image = image.crop((left, top, left + w, top + h))
        hashes.append(digest(image))
        values = (np.asarray(image) * config["rescale_factor"]).astype(np.float32)
        values = (values - np.array(config["image_mean"], np.float32)) / np.array(config["image_std"], np.float32)
        values.transpose(2, 0, 1).astype("<f4").tofile(f"{out}/{n}.f32")
    return hashes


verb, rest = sys.argv[1], sys.argv[2:]
if verb == "resize":
    print(json.dumps(resize(json.load(sys.stdin))))
elif verb == "make":
    print(json.dumps(make(rest[0])))
elif verb == "decode":
    print(json.dumps(decode(rest)))
elif verb == "preprocess":
    print(json.dumps(preprocess(json.load(open(rest[0])), rest[1], rest[2:])))
else:
    sys.exit(f"unknown verb {verb}")
