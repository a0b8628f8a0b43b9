using EmbedKit.Tokenizers.Files;
using EmbedKit.Tokenizers.Models;
using EmbedKit.Tokenizers.SentencePieceFormat;
using Google.Protobuf;
using PieceType = EmbedKit.Tokenizers.SentencePieceFormat.ModelProto.Types.SentencePiece.Types.Type;

namespace EmbedKit.Tokenizers.SentencePiece;

/// <summary>A SentencePiece model (Kudo and Richardson 2018): <c>tokenizer.model</c> or <c>spiece.model</c>, BPE or unigram.</summary>
internal sealed class SentencePieceFile
{
    private readonly ModelProto _model;

    private SentencePieceFile(ModelProto model, string path)
    {
        (_model, Path) = (model, path);
        if (model.TrainerSpec is null || model.NormalizerSpec is null || model.Pieces.Count == 0 || model.Pieces.Any(p => !float.IsFinite(p.Score)))
        {
            throw new TokenizerException(
                $"{path}: lacks pieces, a trainer_spec or a normalizer_spec, or has a score that is no number; "
                + "expected a whole SentencePiece model.");
        }

        if (model.TrainerSpec.TreatWhitespaceAsSuffix)
        {
            throw new TokenizerException(
                $"{path}: puts spaces behind words (treat_whitespace_as_suffix); expected them in front, the only way this kit reads.");
        }

        if (model.Pieces.Any(p => p.Type == PieceType.Unused))
        {
            throw new TokenizerException($"{path}: holds unused pieces; expected none, for this kit does not cut words around them.");
        }

        Vocabulary = new(model.Pieces.Select((p, id) => (p.Piece, id)), path);
        var charsmap = model.NormalizerSpec.PrecompiledCharsmap;
        Normalizer = new(model.NormalizerSpec, UserDefined(), charsmap.IsEmpty ? null : new(charsmap.Memory, path));
        Model = model.TrainerSpec.ModelType switch
        {
            TrainerSpec.Types.ModelType.Bpe => new SentencePieceBpe(this),
            TrainerSpec.Types.ModelType.Unigram => Unigram(),
            var other => throw new TokenizerException(
                $"{path}: SentencePiece model of type {other}; expected Bpe or Unigram, the types this kit reads."),
        };
    }

    /// <summary>The file.</summary>
    internal string Path { get; }

    /// <summary>All pieces, control and byte pieces included.</summary>
    internal Vocabulary Vocabulary { get; }

    /// <summary>The file's own text normalisation.</summary>
    internal SentencePieceNormalizer Normalizer { get; }

    /// <summary>Its model.</summary>
    internal ITokenModel Model { get; }

    /// <summary>Pieces that words are made of, with their scores.</summary>
    internal IEnumerable<(string Piece, int Id, float Score, bool IsUserDefined)> Pieces => _model.Pieces
        .Select((p, id) => (p.Piece, id, p.Score, p.Type == PieceType.UserDefined, p.Type))
        .Where(p => p.Type is PieceType.Normal or PieceType.UserDefined).Select(p => (p.Piece, p.id, p.Score, p.Item4));

    internal bool SpellsUnknownInBytes => _model.TrainerSpec.ByteFallback;

    internal int UnknownId => Of(_model.TrainerSpec.UnkId) ?? throw new TokenizerException($"{Path}: no unknown piece; expected one.");

    internal int? BeginId => Of(_model.TrainerSpec.BosId);

    internal int? EndId => Of(_model.TrainerSpec.EosId);

    internal int? PadId => Of(_model.TrainerSpec.PadId);

    /// <exception cref="TokenizerException">Not a SentencePiece model, or one of a kind this kit does not read.</exception>
    internal static SentencePieceFile Read(string path)
    {
        try
        {
            return new(ModelProto.Parser.ParseFrom(WholeFile.ReadBytes(path, "a SentencePiece model")), path);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new TokenizerException($"{path}: not a SentencePiece model ({error.Message}); expected a tokenizer.model file.", error);
        }
    }

    internal IEnumerable<string> UserDefined() => Pieces.Where(p => p.IsUserDefined).Select(p => p.Piece);

    private int? Of(int id) => id >= 0 && id < Vocabulary.Size ? id : null;

    /// <summary>A piece the user defined wins over any way to cut it (unigram_model.cc).</summary>
    private Unigram Unigram()
    {
        var normal = Pieces.Where(p => !p.IsUserDefined).Select(p => p.Score).DefaultIfEmpty().ToArray();
        double Score(string piece, float score, bool userDefined) =>
            userDefined ? (System.Text.Encoding.UTF8.GetByteCount(piece) * normal.Max()) - 0.1 : score;
        var scores = Pieces.Select(p => (p.Id, Score(p.Piece, p.Score, p.IsUserDefined)));
        return new(Vocabulary, scores, UnknownId, normal.Min(), SpellsUnknownInBytes) { SinglePrecision = true };
    }
}
