"""Aligners and gap measures written with NumPy, SciPy and scikit-learn, for comparison: writes golden.json beside itself.

    /usr/bin/python3 alignment_reference.py

Needs Debian's python3-scipy and python3-sklearn; the versions used are in the file. Rows are float32 after normalising, as in the library.
"""
import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy import linalg
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler, normalize

rng = np.random.default_rng(1511)
N, D = 40, 6
shared = rng.normal(size=(N, D))
image = (shared @ rng.normal(size=(D, D)) + 0.4 * rng.normal(size=(N, D)) + 0.9).astype(np.float32).astype(float)
text = (shared @ rng.normal(size=(D, D)) + 0.4 * rng.normal(size=(N, D)) - 0.5).astype(np.float32).astype(float)


def unit(x):
    return normalize(x).astype(np.float32).astype(float)


I, T = unit(image), unit(text)
mi, mt = I.mean(0), T.mean(0)


def ridged(x, r):
    c = np.cov(x.T)
    return c + r * np.trace(c) / D * np.eye(D)


out = {"versions": {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__}, "image": image.tolist(), "text": text.tolist()}


def put(name, text_out, image_out=None):
    out[name] = {"text": normalize(text_out).tolist(), "image": normalize(I if image_out is None else image_out).tolist()}


put("center", T - mt, I - mi)
put("z-score", StandardScaler().fit_transform(T), StandardScaler().fit_transform(I))
put("realign", mi + np.sqrt(np.trace(np.cov(I.T)) / np.trace(np.cov(T.T))) * (T - mt))
put("coral", mi + (T - mt) @ linalg.fractional_matrix_power(ridged(T, 1), -0.5) @ linalg.sqrtm(ridged(I, 1)))
rotation, _ = linalg.orthogonal_procrustes(T - mt, I - mi)
put("procrustes", mi + (T - mt) @ rotation)
ct, ci = ridged(T, 1e-3), ridged(I, 1e-3)
root = linalg.sqrtm(ct)
put("optimal-transport", mi + (T - mt) @ linalg.inv(root) @ linalg.sqrtm(root @ ci @ root) @ linalg.inv(root))
gap = mi - mt
main = PCA(n_components=3).fit(I).components_
rest = gap - main.T @ (main @ gap)
put("projected-shift", T + 0.25 * rest, I - 0.25 * rest)

ii, tt, it = I @ I.T, T @ T.T, I @ T.T
off = ~np.eye(N, dtype=bool)
paired = np.mean((1 - np.diag(it)) / 2)
within = (((1 - ii)[off] / 2).sum() + ((1 - tt)[off] / 2).sum()) / (2 * N * (N - 1))


def recall(similarity, k):
    own = np.diag(similarity)[:, None]
    return float(np.mean((similarity > own).sum(1) < k))


out["measures"] = {
    "gap": float(np.linalg.norm(gap)),
    "relative_gap": float(paired / (within + paired)),
    "image_resultant_length": float(np.linalg.norm(mi)),
    "text_resultant_length": float(np.linalg.norm(mt)),
    "cosine_within_image": float(ii[off].mean()),
    "cosine_within_text": float(tt[off].mean()),
    "cosine_between": float(it.mean()),
    "cosine_of_pairs": float(np.diag(it).mean()),
    "principal_variance": PCA(n_components=2).fit(np.vstack([I, T])).explained_variance_ratio_.tolist(),
    "image_to_text": {str(k): recall(it, k) for k in (1, 5, 10)},
    "text_to_image": {str(k): recall(it.T, k) for k in (1, 5, 10)},
}

pathlib.Path(__file__).with_name("golden.json").write_text(json.dumps(out) + "\n")
