"""What Pillow makes of images, for comparison: hashes of 8-bit pixels and raw float32 arrays.

    python3 pillow_reference.py resize            < cases.json   [{"w","h","ow","oh","filter"}] -> hashes
    python3 pillow_reference.py make DIR                         writes images in many modes   -> {name: [w, h, hash]}
    python3 pillow_reference.py modes DIR                        rarer modes and containers      -> {name: [w, h, hash]}
    python3 pillow_reference.py turned DIR                       writes TIFFs of every orientation -> {name: [w, h, hash]}
    python3 pillow_reference.py sizes DIR                        writes RGB images of odd sizes -> {name: [w, h, hash]}
    python3 pillow_reference.py decode FILE...                   -> {file: [w, h, hash]}
    python3 pillow_reference.py large DIR                        writes an 8000x6000 JPEG; the hash of its CLIP crop
    python3 pillow_reference.py preprocess CONFIG OUT FILE...    torchvision's Resize, CenterCrop; writes OUT/<n>.f32 -> [hash, ...]
    python3 pillow_reference.py torchvision CONFIG OUT FILE...   the same by torchvision itself (python3-torchvision), float stage included

Needs Debian's python3-pil and python3-numpy. `golden.json` and the images beside it were written by Pillow 9.4 with
`make` and `resize` of the cases it lists.
"""
import hashlib
import json
import struct
import sys
import zlib

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


def turned(folder):
    rgb = Image.fromarray(pattern(23, 17, 3))
    images = {"rgb": rgb, "grey": rgb.convert("L"), "palette": rgb.quantize(16), "one_bit": rgb.convert("1"), "rgba": Image.fromarray(pattern(23, 17, 4), "RGBA"),
              "cmyk": Image.frombytes("CMYK", (23, 17), pattern(23, 17, 4).tobytes())}
    files = []
    for orientation in range(1, 9):
        for name, image in images.items():
            for compression in (None, "tiff_lzw", "tiff_adobe_deflate", "packbits"):
                files.append(f"{folder}/{name}-{orientation}-{compression}.tif")
                image.save(files[-1], tiffinfo={274: orientation}, compression=compression)
        files.append(f"{folder}/rgb-{orientation}.png")
        exif = Image.Exif()
        exif[274] = orientation
        rgb.save(files[-1], exif=exif)
    return decode(files)


def modes(folder):
    rgb, rgba = Image.fromarray(pattern(23, 17, 3)), Image.fromarray(pattern(23, 17, 4), "RGBA")
    grey, palette, other = rgb.convert("L"), rgb.quantize(16), Image.fromarray(pattern(23, 17, 4)[:, ::-1, 1:])
    two_bits, bits = Image.fromarray(pattern(23, 17, 1)[:, :, 0] & 3, "L"), grey.convert("1")
    two_bits = two_bits.quantize(4)
    cmyk = Image.frombytes("CMYK", (23, 17), pattern(23, 17, 4).tobytes())
    images = {
        "grey_transparent.png": (grey, {"transparency": 7}), "rgb_transparent.png": (rgb, {"transparency": tuple(pattern(23, 17, 3)[3, 4])}),
        "palette_alpha.png": (palette, {"transparency": bytes(range(0, 160, 10))}), "two_bits.png": (two_bits, {"bits": 2}), "palette_one_bit.png": (rgb.quantize(2), {"bits": 1}),
        "transparent.gif": (palette, {"transparency": 3}), "grey.gif": (grey, {}), "one_bit.gif": (bits, {}), "interlaced.gif": (palette, {"interlace": 1}),
        "animated.gif": (palette, {"save_all": True, "append_images": [other.quantize(16), palette], "duration": 50}),
        "animated_transparent.gif": (palette, {"save_all": True, "append_images": [other.quantize(16)], "transparency": 2, "disposal": 2}),
        "animated.webp": (rgb, {"save_all": True, "append_images": [other], "lossless": True}), "animated.png": (rgb, {"save_all": True, "append_images": [other]}),
        "lossy.webp": (rgb, {"quality": 70}), "alpha.webp": (rgba, {"lossless": True, "exact": True}), "lossy_alpha.webp": (rgba, {"quality": 70}),
        "lzw.tif": (rgb, {"compression": "tiff_lzw"}), "deflate.tif": (rgb, {"compression": "tiff_adobe_deflate"}), "grey.tif": (grey, {}), "rgba.tif": (rgba, {}),
        "palette.tif": (palette, {}), "one_bit.tif": (bits, {}), "fax.tif": (bits, {"compression": "group4"}), "pages.tif": (rgb, {"save_all": True, "append_images": [other]}),
        "icc_broken.jpg": (rgb, {"icc_profile": b"no profile at all" * 9}), "icc_broken.png": (rgb, {"icc_profile": b"no profile at all" * 9}), "cmyk.jpg": (cmyk, {"quality": 90}),
        "keep.jpg": (rgb, {"quality": 80, "optimize": True, "progressive": True, "subsampling": 1}), "wide.png": (Image.fromarray(pattern(3000, 1, 3)), {}),
    }
    for name, (image, options) in images.items():
        image.save(f"{folder}/{name}", **options)
    deep = pattern(23, 17, 3).astype(np.uint16) * 257 - 100 * (pattern(23, 17, 3) > 9)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in deep)
    with open(f"{folder}/deep.png", "wb") as file:  # Pillow reads 16-bit RGB, but does not write it
        chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 23, 17, 16, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    adobe = open(f"{folder}/cmyk.jpg", "rb").read()
    at = adobe.index(b"\xff\xee")
    with open(f"{folder}/ycck.jpg", "wb") as file:  # the same samples, said to be YCCK
        file.write(adobe[:at + 15] + b"\2" + adobe[at + 16:])
    with open(f"{folder}/cmyk_plain.jpg", "wb") as file:  # the same without Adobe's marker
        file.write(adobe[:at] + adobe[at + 16:])
    return decode([f"{folder}/{name}" for name in [*images, "deep.png", "ycck.jpg", "cmyk_plain.jpg"]])


def sizes(folder):
    """Sizes at which edges, odd bytes and extreme aspects show; 4:4:4, 4:2:2 and 4:2:0 JPEG in turn, and PNG."""
    names = []
    for n, (w, h) in enumerate([(1, 1), (1, 2), (2, 1), (1, 97), (97, 1), (7, 7), (8, 8), (9, 17), (15, 16), (16, 15), (17, 33), (31, 200), (333, 3), (227, 301), (641, 479), (1023, 767)]):
        for subsampling in range(3):
            names.append(f"{w}x{h}_{subsampling}.jpg")
            Image.fromarray(pattern(w, h, 3)).save(f"{folder}/{names[-1]}", quality=(95, 75, 50, 100)[n % 4], subsampling=subsampling)
        names.append(f"{w}x{h}.png")
        Image.fromarray(pattern(w, h, 3)).save(f"{folder}/{names[-1]}")
    return decode([f"{folder}/{name}" for name in names])


def large(folder):
    pixels = np.arange(8000 * 3, dtype=np.uint32)[None, :] * 7 + np.arange(6000, dtype=np.uint32)[:, None] // 3 * 5
    Image.fromarray(pixels.astype(np.uint8).reshape(6000, 8000, 3)).save(f"{folder}/large.jpg", quality=60)
    return digest(Image.open(f"{folder}/large.jpg").convert("RGB").resize((298, 224), 3).crop((37, 0, 261, 224)))


def resized(config, size):
    """Width and height after torchvision's Resize; open_clip's ResizeKeepRatio for the longest edge."""
    (w, h), wanted = size, config["size"]
    if "longest_edge" in wanted:
        ratio = max(w, h) / wanted["longest_edge"]
        return max(1, round(w / ratio)), max(1, round(h / ratio))
    if "shortest_edge" not in wanted:
        return wanted["width"], wanted["height"]
    short, long = wanted["shortest_edge"], int(wanted["shortest_edge"] * max(size) / min(size))
    return (short, long) if w <= h else (long, short)


def preprocess(config, out, files):
    hashes = []
    for n, file in enumerate(files):
        image = Image.open(file).convert("RGB")
        image = image.resize(resized(config, image.size), config["resample"])
        if "crop_size" in config:
            h, w = config["crop_size"]["height"], config["crop_size"]["width"]
            pad_left, pad_top = max(0, (w - image.width) // 2), max(0, (h - image.height) // 2)
            left, top = max(0, int(round((image.width - w) / 2.0))), max(0, int(round((image.height - h) / 2.0)))
            image = image.crop((left - pad_left, top - pad_top, left - pad_left + w, top - pad_top + h))
        hashes.append(digest(image))
        values = (np.asarray(image) * config["rescale_factor"]).astype(np.float32)
        values = (values - np.array(config["image_mean"], np.float32)) / np.array(config["image_std"], np.float32)
        values.transpose(2, 0, 1).astype("<f4").tofile(f"{out}/{n}.f32")
    return hashes


def by_torchvision(config, out, files):
    from torchvision import transforms as t
    size, crop = config["size"], config.get("crop_size")
    mode = {0: "nearest", 1: "lanczos", 2: "bilinear", 3: "bicubic", 4: "box", 5: "hamming"}[config["resample"]]
    steps = [t.Resize(size.get("shortest_edge") or (size["height"], size["width"]), t.InterpolationMode(mode))]
    steps += [t.CenterCrop((crop["height"], crop["width"]))] if crop else []
    pixels, floats = t.Compose(steps), t.Compose([t.ToTensor(), t.Normalize(config["image_mean"], config["image_std"])])
    hashes = []
    for n, file in enumerate(files):
        image = pixels(Image.open(file).convert("RGB"))
        hashes.append(digest(image))
        floats(image).numpy().astype("<f4").tofile(f"{out}/{n}.f32")
    return hashes


verb, rest = sys.argv[1], sys.argv[2:]
if verb == "resize":
    print(json.dumps(resize(json.load(sys.stdin))))
elif verb == "make":
    print(json.dumps(make(rest[0])))
elif verb == "decode":
    print(json.dumps(decode(rest)))
elif verb == "turned":
    print(json.dumps(turned(rest[0])))
elif verb == "modes":
    print(json.dumps(modes(rest[0])))
elif verb == "sizes":
    print(json.dumps(sizes(rest[0])))
elif verb == "large":
    print(json.dumps(large(rest[0])))
elif verb in ("preprocess", "torchvision"):
    print(json.dumps((preprocess if verb == "preprocess" else by_torchvision)(json.load(open(rest[0])), rest[1], rest[2:])))
else:
    sys.exit(f"unknown verb {verb}")
