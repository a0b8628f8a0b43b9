"""Stratified splits by scikit-learn, for comparison: writes golden.json beside itself.

    /usr/bin/python3 split_reference.py

Needs Debian's python3-sklearn; the versions used are in the file. The classes of each case come from a rule that the test repeats, so that
only the outcome is stored: row i of case k is of class (i * i * step + i // 3) modulo `modulus`, mapped through `weights` (how often each
class stands in the wheel). Rows are stored as scikit-learn returns them, training first.
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn.model_selection import train_test_split

cases = []


def wheel(weights, n, step):
    spokes = [c for c, w in enumerate(weights) for _ in range(w)]
    return [spokes[(i * i * step + i // 3) % len(spokes)] for i in range(n)]


WEIGHTS = {
    "two even": [1, 1], "two uneven": [9, 1], "three": [5, 3, 2], "seven, as lesions are": [67, 11, 11, 5, 3, 2, 1],
    "twelve equal": [1] * 12, "five, as grades are": [47, 1, 2, 1, 1],
}
for name, weights in WEIGHTS.items():
    for n in (60, 97, 250, 1001):
        for share in (0.2, 0.25, 0.37):
            for seed in (0, 42, 4294967295):
                y = wheel(weights, n, 7)
                numbers = len(weights) > 7  # numbers sort by value: 2 before 10
                classes = np.array(y) if numbers else np.array([f"c{v}" for v in y])
                try:
                    train, test = train_test_split(np.arange(n), test_size=share, stratify=classes, random_state=seed)
                    outcome = {"train": train.tolist(), "test": test.tolist()}
                except ValueError as error:
                    outcome = {"error": str(error).split(".")[0]}
                # Whole orders for the small cases, and for the others what cannot be right by chance.
                if "train" in outcome and n > 97:
                    mask = 0
                    for row in outcome["test"]:
                        mask = (mask * 31 + row) % 1000003
                    for row in outcome["train"]:
                        mask = (mask * 31 + row) % 1000003
                    outcome = {"hash": mask, "test_rows": len(outcome["test"])}
                cases.append({"name": name, "weights": weights, "rows": n, "test_size": share, "seed": seed, "numbers": numbers, **outcome})

permutations = [{"seed": s, "count": n, "order": np.random.RandomState(s).permutation(n).tolist()} for s in (0, 1, 42, 4294967295) for n in (1, 2, 3, 17, 64, 65, 700)]
pathlib.Path(__file__).with_name("golden.json").write_text(json.dumps(
    {"numpy": np.__version__, "sklearn": sklearn.__version__, "permutations": permutations, "splits": cases}, separators=(",", ":")) + "\n")
