"""A competent PyTorch loop for the λ sweep: tensors in memory, one thread a worker, two workers, nothing measured inside the loop.

torch_peer.py FOLDER EPOCHS WORKERS: trains every model of 21 λ × early and late fusion and prints seconds and the workers' peak resident sets.
torch_peer.py FOLDER EPOCHS 1 KIND: trains one model at λ=0 and prints seconds of each epoch.
"""
import json
import multiprocessing
import resource
import sys
import time

import numpy
import torch
from torch import nn

CLASSES, BATCH = 7, 64


class Early(nn.Module):
    def __init__(self, text, image):
        super().__init__()
        self.fc1 = nn.Sequential(nn.Linear(text + image, 128), nn.ReLU(), nn.Dropout(0.0), nn.BatchNorm1d(128))
        self.fc2 = nn.Linear(128, CLASSES)

    def forward(self, text, image):
        return self.fc2(self.fc1(torch.cat((text, image), 1)))


class Late(nn.Module):
    def __init__(self, text, image):
        super().__init__()
        self.text_fc = nn.Sequential(nn.Linear(text, 64), nn.ReLU(), nn.Dropout(0.0), nn.BatchNorm1d(64))
        self.image_fc = nn.Sequential(nn.Linear(image, 64), nn.ReLU(), nn.Dropout(0.0), nn.BatchNorm1d(64))
        self.fc2 = nn.Linear(128, CLASSES)

    def forward(self, text, image):
        return self.fc2(torch.cat((self.text_fc(text), self.image_fc(image)), 1))


def unit(rows):
    return nn.functional.normalize(rows, dim=1)


def stretch(rows, width):
    return nn.functional.interpolate(rows.unsqueeze(1), size=width, mode="linear", align_corners=True).squeeze(1)


def load(path):
    text, image = (unit(torch.from_numpy(numpy.load(f"{path}/{name}.npy"))) for name in ("text", "image"))
    width = max(text.shape[1], image.shape[1])
    text, image = (rows if rows.shape[1] == width else stretch(rows, width) for rows in (text, image))
    labels, train = (torch.from_numpy(numpy.load(f"{path}/{name}.npy")).long() for name in ("labels", "train"))
    train = train.bool()
    gap = image[train].mean(0) - text[train].mean(0)
    return text, image, labels, train, gap


def fit(data, kind, lam, epochs, seed=0):
    text, image, labels, train, gap = data
    torch.manual_seed(seed)
    text, image = unit(text + lam / 2 * gap), unit(image - lam / 2 * gap)
    train_text, train_image, train_labels = text[train], image[train], labels[train]
    model = (Early if kind == "early" else Late)(text.shape[1], image.shape[1])
    counts = torch.bincount(train_labels, minlength=CLASSES)
    loss = nn.CrossEntropyLoss(weight=len(train_labels) / (CLASSES * counts.float()))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=1e-2)
    seconds = []
    for _ in range(epochs):
        started = time.perf_counter()
        model.train()
        for rows in torch.randperm(len(train_labels)).split(BATCH):
            optimizer.zero_grad(set_to_none=True)
            loss(model(train_text[rows], train_image[rows]), train_labels[rows]).backward()
            optimizer.step()
        seconds.append(time.perf_counter() - started)
    model.eval()
    with torch.no_grad():
        predicted = model(text[~train], image[~train]).argmax(1)
    return (predicted == labels[~train]).float().mean().item(), seconds


def work(arguments):
    path, jobs, epochs = arguments
    torch.set_num_threads(1)
    data = load(path)
    accuracies = [fit(data, kind, lam, epochs)[0] for kind, lam in jobs]
    return accuracies, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main():
    path, epochs, workers = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if len(sys.argv) > 4:
        torch.set_num_threads(1)
        print(json.dumps({"epochs": fit(load(path), sys.argv[4], 0.0, epochs)[1], "version": torch.__version__}))
        return
    jobs = [(kind, step / 10) for kind in ("early", "late") for step in range(-10, 11)]
    started = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        results = pool.map(work, [(path, jobs[i::workers], epochs) for i in range(workers)])
    print(json.dumps({
        "seconds": time.perf_counter() - started,
        "bytes": sum(size for _, size in results),
        "accuracies": [a for accuracies, _ in results for a in accuracies],
        "version": torch.__version__,
    }))


if __name__ == "__main__":
    main()
