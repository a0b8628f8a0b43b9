#!/usr/bin/env python3
"""How many files does one have to read to follow a path through the code? Counted from the sources alone, so that any two commits can be compared.

    tests/files_crossed.py [CHECKOUT ...] [--list]

A path begins at the file of a type and goes on to the file of every type it names, and so on, in all assemblies but the notebooks' and the command
line's. Of the latter `Reproduce` counts: the page's sections, of which one begins a path, lay there once. The demo counts where a path leads into it,
as it once did. `Runtime`, which everything uses, is not counted, nor what an earlier path has crossed already: a row is there when the sweep begins,
and a sweep when the verdict is given. A base does not lead to what derives from it: who reads one experiment need not read the others. Names are
looked up as C# does: in the file's own namespace, its parents, and those it uses. Words in strings and comments are no names.
"""
import argparse, collections, pathlib, re

# Each path: its name, and the types it begins at, one of which a checkout has.
PATHS = [
    ("a JPEG and a text become a row", [["ExtractionJob"]]),
    ("a row becomes a sweep.csv", [["SweepFile"]]),
    ("a published number becomes a verdict", [["VerdictExperiment", "VerdictSection"]]),
]
LEFT_OUT = re.compile(r"^src/(EmbedKit\.(Cli|Notebooks)/(?!Reproduce/)|EmbedKit/Runtime/)|/(obj|bin|buildTransitive)/")
NOISE = re.compile(r'//[^\n]*|/\*.*?\*/|"""+.*?"""+|\$?@?"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)+\'', re.S)
DECLARED = re.compile(r"^(?:\w+ )*?(?:class|struct|record struct|record|interface|enum|delegate [\w<>\[\]?, ]+) (\w+)", re.M)
SPACE = re.compile(r"^namespace ([\w.]+)", re.M)


def holes(match):
    """Of an interpolated string, what stands in its braces is code."""
    text = match[0]
    return " ".join(re.findall(r"(?<!\{)\{([^{}]*)\}", text)) if text.startswith("$") else " "


def names(code, spaces):
    """Every name that stands alone, and every part of one with dots up to the first that is no part of a namespace: what follows is a member."""
    found = set()
    for chain in re.findall(r"(?<![.\w])[A-Z]\w*(?:\.[A-Z]\w*)*", code):
        for part in chain.split("."):
            found.add(part)
            if part not in spaces:
                break
    return found


def read(checkout):
    """File → (namespace, used namespaces, types declared, names in it)."""
    files = {}
    codes = {str(path.relative_to(checkout)): NOISE.sub(holes, path.read_text(encoding="utf-8-sig"))
             for path in sorted((checkout / "src").rglob("*.cs"))}
    spaces = {part for code in codes.values() for space in SPACE.findall(code) for part in space.split(".")}
    for name, code in codes.items():
        if LEFT_OUT.search(name):
            continue
        space = SPACE.search(code)
        used = re.findall(r"^using (?:static )?([\w.]+);", code, re.M)
        files[name] = (space[1] if space else "", used, DECLARED.findall(code), names(code, spaces),
                       re.findall(r"\bclass \w+[^{;]*? : (\w+)", code))
    return files


def arrows(files):
    home = collections.defaultdict(list)
    for name, (space, _, types, _, _) in files.items():
        for declared in types:
            home[declared].append((space, name))
    declared_in = {name: types for name, (_, _, types, _, _) in files.items()}
    bases = {name: set(above) for name, (_, _, _, _, above) in files.items()}
    led = {}
    for name, (space, used, _, words, _) in files.items():
        parents = [".".join(space.split(".")[:i]) for i in range(space.count(".") + 1, 0, -1)]
        led[name] = set()
        for word in words & home.keys():
            places = [(parents.index(s) if s in parents else 99, f) for s, f in home[word]
                      if s in parents or s in used or any(s == f"{p}.{u}" for p in parents for u in used)]
            nearest = min((rank for rank, _ in places), default=None)
            led[name] |= {f for rank, f in places if rank == nearest and f != name and not bases[f] & set(declared_in[name])}
    return led, home


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("checkout", nargs="*", type=pathlib.Path, default=[pathlib.Path(__file__).resolve().parent.parent])
    arguments.add_argument("--list", action="store_true", help="name the files")
    given = arguments.parse_args()
    for checkout in given.checkout:
        led, home = arrows(read(checkout))
        crossed = set()
        print(checkout)
        for name, entries in PATHS:
            own, todo = set(), [f for types in entries for t in types for _, f in home.get(t, [])]
            while todo:
                file = todo.pop()
                if file not in own and file not in crossed:
                    own.add(file)
                    todo += led[file]
            crossed |= own
            places = collections.Counter(file.split("/")[1] for file in own)
            print(f"  {name}: {len(own)} files ({', '.join(f'{count} in {place}' for place, count in places.most_common())})")
            if given.list:
                print("".join(f"    {file}\n" for file in sorted(own)), end="")


if __name__ == "__main__":
    main()
