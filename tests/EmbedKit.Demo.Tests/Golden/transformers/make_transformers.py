"""Small model folders with the names of Hugging Face's checkpoints, and what PyTorch's own layers make of them.

    /usr/bin/python3 make_transformers.py        (Debian's python3-torch)

For vit, dinov2, bert, clip and llama: config.json, model.safetensors (random float32) and expected.json (inputs and outputs).
"""
import json, math, pathlib, struct
import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_num_threads(1)
HERE = pathlib.Path(__file__).parent
W, HEADS, FF, LAYERS, SIDE, PATCH = 12, 3, 20, 2, 8, 4
GRID = SIDE // PATCH


def rand(*shape):
    return torch.randn(*shape) * 0.4


def linear(p, name, out, into, bias=True):
    p[name + ".weight"] = rand(out, into)
    if bias:
        p[name + ".bias"] = rand(out)


def norm(p, name, bias=True):
    p[name + ".weight"] = 1 + rand(W)
    if bias:
        p[name + ".bias"] = rand(W)


def layernorm(p, name, x, eps):
    return F.layer_norm(x, (W,), p[name + ".weight"], p[name + ".bias"], eps)


def attend(p, query, key, value, out, x, mask=None, padding=None):
    """nn.MultiheadAttention with the three projections of a checkpoint."""
    layer = nn.MultiheadAttention(W, HEADS, batch_first=True).eval()
    with torch.no_grad():
        layer.in_proj_weight.copy_(torch.cat([p[n + ".weight"] for n in (query, key, value)]))
        layer.in_proj_bias.copy_(torch.cat([p[n + ".bias"] for n in (query, key, value)]))
        layer.out_proj.weight.copy_(p[out + ".weight"])
        layer.out_proj.bias.copy_(p[out + ".bias"])
    return layer(x, x, x, attn_mask=mask, key_padding_mask=padding, need_weights=False)[0]


def dense(p, name, x):
    return F.linear(x, p[name + ".weight"], p.get(name + ".bias"))


def save(folder, config, tensors, expected):
    folder = HERE / folder
    folder.mkdir(exist_ok=True)
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in tensors.items():
        raw = tensor.contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(head)) + head + data)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "expected.json").write_text(json.dumps({k: v.flatten().tolist() if torch.is_tensor(v) else v for k, v in expected.items()}) + "\n")


def patches(p, weight, bias, cls, positions, pixels):
    x = F.conv2d(pixels, p[weight], p.get(bias), stride=PATCH).flatten(2).transpose(1, 2)
    cls = p[cls].reshape(1, 1, W).expand(x.shape[0], 1, W)
    positions = p[positions].reshape(1, -1, W)
    grid = pixels.shape[-1] // PATCH
    if grid != GRID:
        square = positions[:, 1:].transpose(1, 2).reshape(1, W, GRID, GRID)
        square = F.interpolate(square, size=(grid, grid), mode="bicubic", align_corners=False)
        positions = torch.cat([positions[:, :1], square.flatten(2).transpose(1, 2)], 1)
    return torch.cat([cls, x], 1) + positions


def vision(kind):
    p = {}
    root = f"{kind}." if kind == "vit" else ""
    p[root + "embeddings.cls_token"] = rand(1, 1, W)
    p[root + "embeddings.position_embeddings"] = rand(1, GRID * GRID + 1, W)
    p[root + "embeddings.patch_embeddings.projection.weight"] = rand(W, 3, PATCH, PATCH)
    p[root + "embeddings.patch_embeddings.projection.bias"] = rand(W)
    if kind == "dinov2":
        p["embeddings.mask_token"] = rand(1, W)
    first, second = ("layernorm_before", "layernorm_after") if kind == "vit" else ("norm1", "norm2")
    up, down = ("intermediate.dense", "output.dense") if kind == "vit" else ("mlp.fc1", "mlp.fc2")
    for i in range(LAYERS):
        at = f"{root}encoder.layer.{i}."
        for name in ("query", "key", "value"):
            linear(p, f"{at}attention.attention.{name}", W, W)
        linear(p, at + "attention.output.dense", W, W)
        norm(p, at + first), norm(p, at + second)
        linear(p, at + up, FF, W), linear(p, at + down, W, FF)
        if kind == "dinov2":
            p[at + "layer_scale1.lambda1"], p[at + "layer_scale2.lambda1"] = rand(W), rand(W)
    norm(p, root + "layernorm")
    if kind == "vit":
        linear(p, "classifier", 2, W)
    expected = {}
    for side in (SIDE, SIDE + PATCH):
        pixels = torch.randn(2, 3, side, side)
        x = patches(p, root + "embeddings.patch_embeddings.projection.weight", root + "embeddings.patch_embeddings.projection.bias",
                    root + "embeddings.cls_token", root + "embeddings.position_embeddings", pixels)
        for i in range(LAYERS):
            at = f"{root}encoder.layer.{i}."
            a = [f"{at}attention.attention.{n}" for n in ("query", "key", "value")] + [at + "attention.output.dense"]
            y = attend(p, *a, layernorm(p, at + first, x, 1e-6))
            x = x + y * p.get(at + "layer_scale1.lambda1", 1)
            y = dense(p, at + down, F.gelu(dense(p, at + up, layernorm(p, at + second, x, 1e-6))))
            x = x + y * p.get(at + "layer_scale2.lambda1", 1)
        x = layernorm(p, root + "layernorm", x, 1e-6)
        expected |= {f"pixels_{side}": pixels, f"output_{side}": x[:, 0]}
    config = {"model_type": kind, "hidden_size": W, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "hidden_act": "gelu",
              "layer_norm_eps": 1e-6, "image_size": SIDE, "patch_size": PATCH, "qkv_bias": True, "hidden_dropout_prob": 0.0,
              "attention_probs_dropout_prob": 0.0}
    config |= {"intermediate_size": FF} if kind == "vit" else {"mlp_ratio": FF / W, "intermediate_size": FF, "use_swiglu_ffn": False}
    save(kind, config, p, expected)


def bert():
    p, vocabulary, longest = {}, 30, 16
    p["embeddings.word_embeddings.weight"] = rand(vocabulary, W)
    p["embeddings.position_embeddings.weight"] = rand(longest, W)
    p["embeddings.token_type_embeddings.weight"] = rand(2, W)
    norm(p, "embeddings.LayerNorm")
    for i in range(LAYERS):
        at = f"encoder.layer.{i}."
        for name in ("query", "key", "value"):
            linear(p, f"{at}attention.self.{name}", W, W)
        linear(p, at + "attention.output.dense", W, W), norm(p, at + "attention.output.LayerNorm")
        linear(p, at + "intermediate.dense", FF, W), linear(p, at + "output.dense", W, FF), norm(p, at + "output.LayerNorm")
    linear(p, "pooler.dense", W, W)
    ids, lengths = torch.randint(0, vocabulary, (2, 7)), [7, 4]
    mask = torch.tensor([[1] * n + [0] * (7 - n) for n in lengths])
    x = p["embeddings.word_embeddings.weight"][ids] + p["embeddings.position_embeddings.weight"][:7] + p["embeddings.token_type_embeddings.weight"][0]
    x = layernorm(p, "embeddings.LayerNorm", x, 1e-12)
    for i in range(LAYERS):
        # PyTorch's own encoder layer, normalising sums.
        at = f"encoder.layer.{i}."
        layer = nn.TransformerEncoderLayer(W, HEADS, FF, 0.0, F.gelu, 1e-12, batch_first=True, norm_first=False)
        with torch.no_grad():
            for name, value in (("in_proj_weight", "weight"), ("in_proj_bias", "bias")):
                getattr(layer.self_attn, name).copy_(torch.cat([p[f"{at}attention.self.{n}.{value}"] for n in ("query", "key", "value")]))
            for ours, theirs in (("self_attn.out_proj", "attention.output.dense"), ("norm1", "attention.output.LayerNorm"),
                                 ("linear1", "intermediate.dense"), ("linear2", "output.dense"), ("norm2", "output.LayerNorm")):
                for value in ("weight", "bias"):
                    layer.get_parameter(f"{ours}.{value}").copy_(p[f"{at}{theirs}.{value}"])
        x = layer(x, src_key_padding_mask=mask == 0)
    hidden = torch.cat([x[row, :n] for row, n in enumerate(lengths)]).detach()
    save("bert", {"model_type": "bert", "hidden_size": W, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "intermediate_size": FF,
                  "hidden_act": "gelu", "layer_norm_eps": 1e-12, "vocab_size": vocabulary, "max_position_embeddings": longest, "type_vocab_size": 2},
         p, {"ids": ids, "lengths": lengths, "output": hidden})


def clip():
    p, vocabulary, longest, shared = {}, 30, 10, 6
    v, t = "vision_model.", "text_model."
    p[v + "embeddings.class_embedding"] = rand(W)
    p[v + "embeddings.patch_embedding.weight"] = rand(W, 3, PATCH, PATCH)
    p[v + "embeddings.position_embedding.weight"] = rand(GRID * GRID + 1, W)
    norm(p, v + "pre_layrnorm"), norm(p, v + "post_layernorm")
    p[t + "embeddings.token_embedding.weight"], p[t + "embeddings.position_embedding.weight"] = rand(vocabulary, W), rand(longest, W)
    norm(p, t + "final_layer_norm")
    for side in (v, t):
        for i in range(LAYERS):
            at = f"{side}encoder.layers.{i}."
            for name in ("q_proj", "k_proj", "v_proj", "out_proj"):
                linear(p, f"{at}self_attn.{name}", W, W)
            norm(p, at + "layer_norm1"), norm(p, at + "layer_norm2")
            linear(p, at + "mlp.fc1", FF, W), linear(p, at + "mlp.fc2", W, FF)
    linear(p, "visual_projection", shared, W, False), linear(p, "text_projection", shared, W, False)
    p["logit_scale"] = torch.tensor(2.6)

    def stack(side, x, mask):
        for i in range(LAYERS):
            at = f"{side}encoder.layers.{i}."
            a = [f"{at}self_attn.{n}" for n in ("q_proj", "k_proj", "v_proj", "out_proj")]
            x = x + attend(p, *a, layernorm(p, at + "layer_norm1", x, 1e-5), mask)
            up = dense(p, at + "mlp.fc1", layernorm(p, at + "layer_norm2", x, 1e-5))
            x = x + dense(p, at + "mlp.fc2", up * torch.sigmoid(1.702 * up))
        return x

    pixels = torch.randn(2, 3, SIDE, SIDE)
    x = patches(p, v + "embeddings.patch_embedding.weight", "", v + "embeddings.class_embedding", v + "embeddings.position_embedding.weight", pixels)
    x = stack(v, layernorm(p, v + "pre_layrnorm", x, 1e-5), None)
    image = dense(p, "visual_projection", layernorm(p, v + "post_layernorm", x[:, 0], 1e-5))
    end = vocabulary - 1
    ids = torch.tensor([[5, 3, 8, 11, end, end], [7, 2, end, end, end, end]])
    x = p[t + "embeddings.token_embedding.weight"][ids] + p[t + "embeddings.position_embedding.weight"][:6]
    x = stack(t, x, torch.full((6, 6), -math.inf).triu(1))
    x = layernorm(p, t + "final_layer_norm", x, 1e-5)
    text = dense(p, "text_projection", x[torch.arange(2), torch.tensor([4, 2])])
    part = {"hidden_size": W, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "intermediate_size": FF, "hidden_act": "quick_gelu",
            "layer_norm_eps": 1e-5}
    save("clip", {"model_type": "clip", "projection_dim": shared, "vision_config": part | {"image_size": SIDE, "patch_size": PATCH},
                  "text_config": part | {"vocab_size": vocabulary, "max_position_embeddings": longest, "eos_token_id": end}},
         p, {f"pixels_{SIDE}": pixels, f"output_{SIDE}": image, "ids": ids, "lengths": [6, 6], "output": text})


def llama():
    p, vocabulary = {}, 30
    p["model.embed_tokens.weight"] = rand(vocabulary, W)
    for i in range(LAYERS):
        at = f"model.layers.{i}."
        norm(p, at + "input_layernorm", False), norm(p, at + "post_attention_layernorm", False)
        for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
            linear(p, f"{at}self_attn.{name}", W, W, False)
        linear(p, at + "mlp.gate_proj", FF, W, False), linear(p, at + "mlp.up_proj", FF, W, False), linear(p, at + "mlp.down_proj", W, FF, False)
    norm(p, "model.norm", False)
    p["lm_head.weight"] = rand(vocabulary, W)
    ids = torch.randint(0, vocabulary, (2, 7))
    width, length = W // HEADS, ids.shape[1]

    def rms(name, x):
        return x / torch.sqrt((x * x).mean(-1, keepdim=True) + 1e-5) * p[name + ".weight"]

    def turned(x):
        # Rotary positions as complex numbers: coordinate i is the real part, i + D/2 the imaginary one.
        half = width // 2
        angle = torch.arange(length)[:, None] * 10000.0 ** (-2 * torch.arange(half) / width)
        z = torch.complex(x[..., :half], x[..., half:]) * torch.polar(torch.ones_like(angle), angle)
        return torch.cat([z.real, z.imag], -1)

    x = p["model.embed_tokens.weight"][ids]
    hide = torch.full((length, length), -math.inf).triu(1)
    for i in range(LAYERS):
        at = f"model.layers.{i}."
        y = rms(at + "input_layernorm", x)
        q, k, value = (dense(p, f"{at}self_attn.{n}", y).view(2, length, HEADS, width).transpose(1, 2) for n in ("q_proj", "k_proj", "v_proj"))
        scores = torch.softmax(turned(q) @ turned(k).transpose(-2, -1) / math.sqrt(width) + hide, -1)
        x = x + dense(p, at + "self_attn.o_proj", (scores @ value).transpose(1, 2).reshape(2, length, W))
        y = rms(at + "post_attention_layernorm", x)
        x = x + dense(p, at + "mlp.down_proj", F.silu(dense(p, at + "mlp.gate_proj", y)) * dense(p, at + "mlp.up_proj", y))
    save("llama", {"model_type": "llama", "hidden_size": W, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "num_key_value_heads": HEADS,
                   "intermediate_size": FF, "hidden_act": "silu", "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "vocab_size": vocabulary,
                   "max_position_embeddings": 32}, p, {"ids": ids, "lengths": [7, 7], "output": rms("model.norm", x).reshape(-1, W)})


for make in (lambda: vision("vit"), lambda: vision("dinov2"), bert, clip, llama):
    make()
