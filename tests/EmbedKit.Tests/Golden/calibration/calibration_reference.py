"""Makes calibration.json: scikit-learn's log_loss, brier_score_loss and calibration_curve, and SciPy's minimum for temperature scaling.

Run: /usr/bin/python3 calibration_reference.py   (Debian: python3-sklearn python3-scipy)
"""
import json
import pathlib

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import expit, softmax
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, log_loss

BINS = 15
random = np.random.default_rng(11)


def reliability(correct, confidence):
    """calibration_curve's bins, and the expected calibration error (Guo et al. 2017, equation 3) over them."""
    accuracy, mean = calibration_curve(correct, confidence, n_bins=BINS, strategy="uniform")
    bins = np.searchsorted(np.linspace(0, 1, BINS + 1)[1:-1], confidence)
    counts = np.bincount(bins, minlength=BINS)
    counts = counts[counts > 0]
    gaps = np.abs(accuracy - mean)
    return {
        "accuracy": accuracy.tolist(), "confidence": mean.tolist(), "count": counts.tolist(),
        "ece": float(np.sum(counts / counts.sum() * gaps)),
    }


def temperature(loss):
    found = minimize_scalar(lambda log_t: loss(np.exp(log_t)), bounds=(-4, 4), method="bounded", options={"xatol": 1e-10})
    return float(np.exp(found.x)), float(found.fun)


def multiclass():
    truth = random.integers(0, 4, 200)
    logits = random.normal(size=(200, 4)) * 2 + 2.5 * np.eye(4)[truth]
    prob = softmax(logits, axis=1)
    predicted = prob.argmax(1)
    fitted, loss = temperature(lambda t: log_loss(truth, softmax(logits / t, axis=1), labels=range(4)))
    return {
        "y": truth.tolist(), "logits": logits.tolist(), "log_loss": log_loss(truth, prob, labels=range(4)),
        "brier": sum(brier_score_loss(truth == c, prob[:, c]) for c in range(4)),
        **reliability(truth == predicted, prob.max(1)), "temperature": fitted, "log_loss_after": loss,
    }


def binary():
    truth = random.integers(0, 2, 160)
    logits = random.normal(size=160) * 3 + 2 * truth - 1
    prob = expit(logits)
    prob[:15] = np.arange(15) / 15  # on the edges of the bins
    logits[:15] = np.log(np.maximum(prob[:15], 1e-9) / (1 - prob[:15]))
    fitted, loss = temperature(lambda t: log_loss(truth, expit(logits / t)))
    positive = reliability(truth, prob)
    return {
        "y": truth.tolist(), "logits": logits.tolist(), "prob": prob.tolist(), "log_loss": log_loss(truth, prob), "brier": brier_score_loss(truth, prob),
        "of_positive": positive, **reliability(truth == (prob > 0.5), np.where(prob > 0.5, prob, 1 - prob)), "temperature": fitted, "log_loss_after": loss,
    }


def multilabel():
    truth = random.integers(0, 2, (90, 3))
    logits = random.normal(size=(90, 3)) * 2.5 + 2 * truth - 1
    prob = expit(logits)
    flat, decisions = truth.ravel(), prob.ravel()
    fitted, loss = temperature(lambda t: log_loss(flat, expit(logits.ravel() / t)))
    return {
        "y": truth.tolist(), "logits": logits.tolist(), "log_loss": log_loss(flat, decisions), "brier": brier_score_loss(flat, decisions),
        **reliability(flat == (decisions > 0.5), np.maximum(decisions, 1 - decisions)), "temperature": fitted, "log_loss_after": loss,
    }


golden = {"multiclass": multiclass(), "binary": binary(), "multilabel": multilabel()}
pathlib.Path(__file__).with_name("calibration.json").write_text(json.dumps(golden) + "\n")
