"""Makes training.json: three steps of PyTorch's own optimisers on models that train_traces.json lacks (linear probes, Adam), in float64.

Run: /usr/bin/python3 training_reference.py   (Debian: python3-torch)
"""
import json
import pathlib

import torch

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
ROWS, TEXT, IMAGE = 8, 5, 4


class Model(torch.nn.Module):
    """The published classifier over concatenated embeddings; without hidden widths, its last layer alone."""

    def __init__(self, inputs, hidden, outputs):
        super().__init__()
        layers = []
        for width in hidden:
            layers += [torch.nn.Linear(inputs, width), torch.nn.ReLU(), torch.nn.Dropout(0.0), torch.nn.BatchNorm1d(width)]
            inputs = width
        if layers:
            self.fc1 = torch.nn.Sequential(*layers)
        self.fc2 = torch.nn.Linear(inputs, outputs)

    def forward(self, x):
        return self.fc2(self.fc1(x) if hasattr(self, "fc1") else x)


def state(model):
    return {name: value.tolist() for name, value in model.state_dict().items()}


def trace(kind, hidden, loss_name, optimizer_name, decay):
    outputs = 1 if loss_name == "bce1" else 3
    text, image = torch.randn(ROWS, TEXT), torch.randn(ROWS, IMAGE)
    weight = torch.ones(1) if outputs == 1 else torch.tensor([0.7, 1.4, 1.1])
    if loss_name == "ce_onehot":
        labels = torch.nn.functional.one_hot(torch.arange(ROWS) % 3, 3).double()
        loss = torch.nn.CrossEntropyLoss(weight=weight)
    else:
        labels = (torch.rand(ROWS, outputs) > 0.5).double()
        loss = torch.nn.BCEWithLogitsLoss(weight=None if outputs == 1 else weight)
    inputs = text if kind == "text" else torch.cat([text, image], 1)
    model = Model(inputs.shape[1], hidden, outputs)
    optimizer = getattr(torch.optim, optimizer_name)(model.parameters(), lr=1e-3, weight_decay=decay)
    result = {
        "kind": kind, "out": outputs, "loss": loss_name, "optimizer": optimizer_name, "weight_decay": decay, "text": text.tolist(),
        "image": image.tolist(), "labels": labels.tolist(), "class_weight": weight.tolist(), "init": state(model), "steps": [],
    }
    for _ in range(3):
        model.train()
        optimizer.zero_grad()
        logits = model(inputs)
        value = loss(logits, labels)
        value.backward()
        grads = {name: p.grad.tolist() for name, p in model.named_parameters()}
        optimizer.step()
        result["steps"].append({"train_logits": logits.tolist(), "loss": value.item(), "grads": grads, "after": state(model)})
    model.eval()
    result["eval_logits"] = model(inputs).tolist()
    return result


cases = [
    trace("early", [], "ce_onehot", "AdamW", 0.01),
    trace("early", [], "bce1", "Adam", 0.1),
    trace("early", [6], "ce_onehot", "Adam", 0.1),
    trace("text", [], "bce_multilabel", "Adam", 0.01),
]
pathlib.Path(__file__).with_name("training.json").write_text(json.dumps(cases) + "\n")
