#!/usr/bin/env python3
"""Do two checkouts give the same results? Byte for byte, through the command line alone, so that any two commits can be compared.

    tests/same_results.py BEFORE AFTER [--samples shared/samples] [--work FOLDER] [--renamed TABLE ...]

Runs in each: `reproduce --seed 0` and `reproduce --quick --protocol` (hashes of every table, label and image file, and of what every Parquet file
holds), the token ids of the texts that the tokenizers' tests use on every vocabulary among the samples, the pixels of every sample photograph by two
recipes, and one sweep, the checkouts taking turns (ratio of the fastest runs). Prints what differs and ends with 1 if anything does or the sweep
takes more than 1.05 times as long. A folder of results that is there already is used again, so a comparison that was stopped goes on.
"""
import argparse, gzip, hashlib, json, os, pathlib, re, subprocess, sys, time

# Seconds, the commit and the machine stand in these; the pages show them.
MEASURED = re.compile(r"timing\.json$|/run\.json$|\.ipynb$|\.html$")
ROUNDS, SLOWER = 3, 1.05


def run(checkout, *arguments, **more):
    # From the checkout itself: the notebooks and models of the folder one stands in come first.
    done = subprocess.run([str(checkout / "embedkit"), *arguments], capture_output=True, text=True, cwd=checkout, **more)
    if done.returncode != 0:
        sys.exit(f"{checkout}: embedkit {' '.join(arguments)[:200]} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        shift, at = shift + 7, at + 1
        if data[at - 1] < 128:
            return value, at


def thrift(data, at, kind=12):
    """One value of Thrift's compact protocol, a struct as {field: value}, and where it ends."""
    if kind in (1, 2):
        return kind == 1, at
    if kind == 3:
        return data[at], at + 1
    if kind in (4, 5, 6):
        value, at = varint(data, at)
        return (value >> 1) ^ -(value & 1), at
    if kind == 7:
        return data[at:at + 8], at + 8
    if kind == 8:
        size, at = varint(data, at)
        return data[at:at + size], at + size
    if kind in (9, 10):
        size, inner, at = data[at] >> 4, data[at] & 15, at + 1
        size, at = varint(data, at) if size == 15 else (size, at)
        items = []
        for _ in range(size):
            item, at = thrift(data, at, inner)
            items.append(item)
        return items, at
    fields, field = {}, 0
    while data[at]:
        step, inner, at = data[at] >> 4, data[at] & 15, at + 1
        field, at = (field + step, at) if step else thrift(data, at, 4)
        fields[field], at = thrift(data, at, inner)
    return fields, at + 1


CHECKSUM, SIZES = 4, (6, 7, 9, 10, 11)


def held(file):
    """What a Parquet file holds, column by column, page by page, without the pages' checksums and where they stand: those came later."""
    data = file.read_bytes()
    footer, _ = thrift(data, len(data) - 8 - int.from_bytes(data[-8:-4], "little"))
    content = hashlib.sha256(repr((footer[2], footer[3], footer.get(5))).encode())
    for column in (column[3] for group in footer[4] for column in group[1]):
        content.update(repr({key: value for key, value in column.items() if key not in SIZES}).encode())
        at, left = min(column[9], column.get(11, column[9])), column[5]
        while left > 0:
            header, at = thrift(data, at)
            header.pop(CHECKSUM, None)
            left -= header.get(5, header.get(8, {})).get(1, 0)
            content.update(repr(header).encode() + data[at:at + header[3]])
            at += header[3]
    return content.hexdigest()


def hashes(folder):
    files = sorted(f for f in folder.rglob("*") if f.is_file() and not MEASURED.search("/" + str(f.relative_to(folder))))
    return {str(f.relative_to(folder)): held(f) if f.suffix == ".parquet" else hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def reproductions(checkout, work):
    found = {}
    for name, options in (("full", ["--seed", "0"]), ("quick", ["--quick", "--protocol"])):
        out = work / name
        run(checkout, "reproduce", *options, "--out", str(out))
        found |= {f"{name}/{path}": value for path, value in hashes(out).items()}
    return found


def literals(source):
    """The strings of a C# file, escapes resolved."""
    for quoted in re.findall(r'"((?:[^"\\\n]|\\.)*)"', source):
        text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), quoted)
        text = text.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t").replace('\\"', '"').replace("\\\\", "\\")
        if "\0" not in text and not re.search("[\ud800-\udfff]", text):
            yield text


def texts(checkout, samples):
    sources = [f for f in (checkout / "tests").rglob("*.cs") if "Tokeni" in str(f) and "obj" not in f.parts]
    words = list(dict.fromkeys(text for f in sorted(sources) for text in literals(f.read_text(encoding="utf-8")) if text))
    for vectors in sorted(samples.rglob("*_token_vectors.json")):
        words += [case["text"] for case in json.loads(vectors.read_text(encoding="utf-8")) if case["text"] and "\0" not in case["text"]]
    blocks = [(0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x3FF), (0x400, 0x52F), (0x5D0, 0x64F), (0x904, 0x97F), (0xE01, 0xE5B), (0x1E00, 0x1FFF), (0x2000, 0x2BFF),
              (0x3001, 0x33FF), (0x4E00, 0x51FF), (0xAC00, 0xAEFF), (0xF900, 0xFFEF), (0x10400, 0x1044F), (0x1D400, 0x1D7FF), (0x1F300, 0x1F6FF)]
    lines = ["".join(map(chr, range(start, min(start + 64, last + 1)))) for first, last in blocks for start in range(first, last + 1, 64)]
    return [chunk for every, joint in ((words, " "), (words, ""), (lines, "\n")) for chunk in (joint.join(every[i:i + 40]) for i in range(0, len(every), 40))]


def vocabularies(samples, work):
    """Model folders as Hugging Face lays them out, of the samples' vocabularies; no limit on length."""
    limit = json.dumps({"model_max_length": 1000000})
    for name, source, target in (("bert", "vocab.txt", "vocab.txt"), ("llama", "tokenizer.model", "tokenizer.model")):
        folder = work / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / target).write_bytes((samples / name / source).read_bytes())
        (folder / "tokenizer_config.json").write_text(limit)
        yield folder
    folder = work / "clip"
    folder.mkdir(parents=True, exist_ok=True)
    merges = gzip.decompress((samples / "clip" / "bpe_simple_vocab_16e6.txt.gz").read_bytes()).decode("utf-8").split("\n")[1:48895]
    shown = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    alphabet = [chr(b) for b in shown] + [chr(256 + i) for i in range(256 - len(shown))]
    tokens = alphabet + [c + "</w>" for c in alphabet] + [m.replace(" ", "") for m in merges] + ["<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({token: i for i, token in enumerate(tokens)}), encoding="utf-8")
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *merges]) + "\n", encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(limit)
    yield folder


def token_ids(checkout, samples, chunks, work):
    found = {}
    for folder in vocabularies(samples, work):
        for i, chunk in enumerate(chunks):
            answer = run(checkout, "models", "tokenize", "--model", str(folder), "--text=" + chunk)
            found[f"tokens of {folder.name}, text {i}"] = hashlib.sha256(answer.encode()).hexdigest()
    return found


RECIPES = {
    "clip": {"image_processor_type": "CLIPImageProcessor", "do_resize": True, "size": {"shortest_edge": 224}, "resample": 3, "do_center_crop": True,
             "crop_size": {"height": 224, "width": 224}, "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True,
             "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]},
    "vit": {"image_processor_type": "ViTImageProcessor", "do_resize": True, "size": {"height": 384, "width": 384}, "resample": 2, "do_rescale": True,
            "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]},
}


def pixels(checkout, samples, work):
    found = {}
    photographs = sorted(f for f in samples.rglob("*") if f.suffix.lower() in (".jpg", ".jpeg", ".png"))
    for name, recipe in RECIPES.items():
        folder = work / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "preprocessor_config.json").write_text(json.dumps(recipe))
        for photograph in photographs:
            out = work / "pixels.npy"
            out.unlink(missing_ok=True)
            run(checkout, "models", "preprocess", "--model", str(folder), "--image", str(photograph), "--out", str(out))
            found[f"pixels of {photograph.name} as {name}"] = hashlib.sha256(out.read_bytes()).hexdigest()
    return found


def sweep_seconds(checkouts, embeddings, work):
    best = [float("inf")] * len(checkouts)
    for turn in range(ROUNDS):
        for i, checkout in enumerate(checkouts):
            out = work / f"sweep-{i}-{turn}.csv"
            for old in work.glob(out.stem + "*"):
                old.unlink()
            started = time.perf_counter()
            run(checkout, "sweep", "--embeddings", str(embeddings), "--fusion", "early,late", "--seeds", "3", "--out", str(out))
            best[i] = min(best[i], time.perf_counter() - started)
    return best


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("before", type=pathlib.Path)
    options.add_argument("after", type=pathlib.Path)
    options.add_argument("--samples", type=pathlib.Path, help="folder with bert/, clip/, llama/ and photographs; left out: no tokens, no pixels")
    options.add_argument("--work", type=pathlib.Path, default=pathlib.Path("out/same-results"))
    options.add_argument("--renamed", nargs="*", default=[], help="tables changed on purpose, e.g. verdict.csv: listed, not counted")
    asked = options.parse_args()
    checkouts = [asked.before.resolve(), asked.after.resolve()]
    work = asked.work.resolve()
    found = []
    chunks = texts(checkouts[0], asked.samples) if asked.samples else []
    for name, checkout in zip(("before", "after"), checkouts):
        if checkout == checkouts[0] and name == "after":
            sys.exit("BEFORE and AFTER are one folder; expected two checkouts.")
        # What is known of a commit is read, not made again; a checkout with changes has no commit to be known by.
        changed = subprocess.run(["git", "status", "--porcelain"], cwd=checkout, capture_output=True, text=True).stdout
        commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=checkout, capture_output=True, text=True).stdout.strip()
        place = work / name / (commit[:12] + ("-changed" if changed else ""))
        known = place / "hashes.json"
        if known.exists() and not changed:
            found.append(json.loads(known.read_text()))
            continue
        results = reproductions(checkout, place)
        if asked.samples:
            results |= token_ids(checkout, asked.samples, chunks, place / "vocabularies") | pixels(checkout, asked.samples, place / "recipes")
        known.write_text(json.dumps(results, indent=1))
        found.append(results)
    before, after = found
    different = [key for key in sorted(before.keys() | after.keys()) if before.get(key) != after.get(key)]
    renamed = [key for key in different if any(key.endswith(name) for name in asked.renamed)]
    for key in different:
        how = "only before" if key not in after else "only after" if key not in before else "differs"
        print(f"{how}{', on purpose' if key in renamed else ''}: {key}")
    embeddings = next((work / "before").glob("*/full/embeddings/dermatoscopy/clip.parquet"))
    seconds = sweep_seconds(checkouts, embeddings, work)
    ratio = seconds[1] / seconds[0]
    print(f"{len(before)} results before, {len(after)} after, {len(different)} differ, {len(renamed)} of them on purpose; "
          f"sweep of {embeddings.name}: {seconds[0]:.2f} s before, {seconds[1]:.2f} s after, {ratio:.3f} times (on {os.cpu_count()} processors)")
    sys.exit(1 if len(different) > len(renamed) or ratio > SLOWER else 0)


if __name__ == "__main__":
    main()
