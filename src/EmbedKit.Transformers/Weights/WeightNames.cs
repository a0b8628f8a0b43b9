using System.Globalization;

namespace EmbedKit.Transformers.Weights;

/// <summary>Where a family's published weights stand among a module's parameters.</summary>
/// <param name="Prefixes">What may stand before every name, and is passed over.</param>
/// <param name="Once">Our name, and theirs.</param>
/// <param name="Layer">What theirs begin with in a block, <c>#</c> for its number.</param>
/// <param name="Block">Our name in a block without weight or bias, and theirs; several are put below one another.</param>
internal sealed record WeightNames(
    string[] Prefixes, (string Ours, string Theirs)[] Once, string Layer, (string Ours, string[] Theirs)[] Block)
{
    private const string BlockPlace = "blocks.blocks.";

    internal static WeightNames Vit { get; } = new(
        ["vit."],
        [
            ("patches.weight", "embeddings.patch_embeddings.projection.weight"), ("patches.bias", "embeddings.patch_embeddings.projection.bias"),
            ("class_token", "embeddings.cls_token"), ("positions", "embeddings.position_embeddings"),
            ("blocks.final_norm.weight", "layernorm.weight"), ("blocks.final_norm.bias", "layernorm.bias"),
        ],
        "encoder.layer.#.",
        [
            ("attention_norm", ["layernorm_before"]), .. BertAttention(), ("feed_forward_norm", ["layernorm_after"]),
            ("feed_forward.up", ["intermediate.dense"]), ("feed_forward.down", ["output.dense"]),
        ]);

    internal static WeightNames Dinov2 { get; } = Vit with
    {
        Prefixes = ["dinov2."],
        Block =
        [
            ("attention_norm", ["norm1"]), .. BertAttention(), ("attention_scale", ["layer_scale1.lambda1"]), ("feed_forward_norm", ["norm2"]),
            ("feed_forward.up", ["mlp.fc1"]), ("feed_forward.down", ["mlp.fc2"]), ("feed_forward_scale", ["layer_scale2.lambda1"]),
        ],
    };

    internal static WeightNames ClipImage { get; } = Clip("vision_model.", [
        ("patches.weight", "vision_model.embeddings.patch_embedding.weight"), ("class_token", "vision_model.embeddings.class_embedding"),
        ("positions", "vision_model.embeddings.position_embedding.weight"), ("token_norm.weight", "vision_model.pre_layrnorm.weight"),
        ("token_norm.bias", "vision_model.pre_layrnorm.bias"), ("blocks.final_norm.weight", "vision_model.post_layernorm.weight"),
        ("blocks.final_norm.bias", "vision_model.post_layernorm.bias"), ("projection.weight", "visual_projection.weight"),
    ]);

    internal static WeightNames ClipText { get; } = Clip("text_model.", [
        ("embedding.weight", "text_model.embeddings.token_embedding.weight"), ("positions", "text_model.embeddings.position_embedding.weight"),
        ("blocks.final_norm.weight", "text_model.final_layer_norm.weight"), ("blocks.final_norm.bias", "text_model.final_layer_norm.bias"),
        ("projection.weight", "text_projection.weight"),
    ]);

    internal static WeightNames Bert { get; } = new(
        ["bert."],
        [
            ("embedding.weight", "embeddings.word_embeddings.weight"), ("positions", "embeddings.position_embeddings.weight"),
            ("types", "embeddings.token_type_embeddings.weight"), ("token_norm.weight", "embeddings.LayerNorm.weight"),
            ("token_norm.bias", "embeddings.LayerNorm.bias"),
        ],
        "encoder.layer.#.",
        [
            ("attention.qkv", ["attention.self.query", "attention.self.key", "attention.self.value"]), ("attention.out", ["attention.output.dense"]),
            ("attention_norm", ["attention.output.LayerNorm"]), ("feed_forward.up", ["intermediate.dense"]),
            ("feed_forward.down", ["output.dense"]), ("feed_forward_norm", ["output.LayerNorm"]),
        ]);

    internal static WeightNames Llama { get; } = new(
        ["model."],
        [("embedding.weight", "embed_tokens.weight"), ("blocks.final_norm.weight", "norm.weight")],
        "layers.#.",
        [
            ("attention_norm", ["input_layernorm"]), ("attention.qkv", ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"]),
            ("attention.out", ["self_attn.o_proj"]), ("feed_forward_norm", ["post_attention_layernorm"]), ("feed_forward.up", ["mlp.up_proj"]),
            ("feed_forward.gate", ["mlp.gate_proj"]), ("feed_forward.down", ["mlp.down_proj"]),
        ]);

    /// <summary>The published tensors that one parameter of a module is made of, in order; null for a parameter that the family has not.</summary>
    internal string[]? Of(string parameter)
    {
        if (!parameter.StartsWith(BlockPlace, StringComparison.Ordinal))
        {
            return Once.Where(o => o.Ours == parameter).Select(o => (string[])[o.Theirs]).FirstOrDefault();
        }

        var (number, rest) = Split(parameter[BlockPlace.Length..]);
        var layer = Layer.Replace("#", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return Block.Where(b => rest == b.Ours || rest.StartsWith($"{b.Ours}.", StringComparison.Ordinal))
            .Select(b => b.Theirs.Select(t => layer + t + rest[b.Ours.Length..]).ToArray()).FirstOrDefault();
    }

    /// <summary>The name without what may stand before it.</summary>
    internal string Bare(string name) =>
        Prefixes.Where(p => name.StartsWith(p, StringComparison.Ordinal)).Select(p => name[p.Length..]).FirstOrDefault(name);

    private static WeightNames Clip(string side, (string Ours, string Theirs)[] once) => new(
        [], once, $"{side}encoder.layers.#.",
        [
            ("attention_norm", ["layer_norm1"]), ("attention.qkv", ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"]),
            ("attention.out", ["self_attn.out_proj"]), ("feed_forward_norm", ["layer_norm2"]), ("feed_forward.up", ["mlp.fc1"]),
            ("feed_forward.down", ["mlp.fc2"]),
        ]);

    private static (string Ours, string[] Theirs)[] BertAttention() =>
    [
        ("attention.qkv", ["attention.attention.query", "attention.attention.key", "attention.attention.value"]),
        ("attention.out", ["attention.output.dense"]),
    ];

    private static (int Number, string Name) Split(string place)
    {
        var dot = place.IndexOf('.', StringComparison.Ordinal);
        return (int.Parse(place[..dot], CultureInfo.InvariantCulture), place[(dot + 1)..]);
    }
}
