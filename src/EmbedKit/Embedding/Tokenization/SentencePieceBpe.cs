using System.Globalization;
using System.Text;
using EmbedKit.Embedding.Training.SentencePieceFormat;
using EmbedKit.Runtime;
using Google.Protobuf;

namespace EmbedKit.Embedding.Tokenization;

/// <summary>
/// SentencePiece byte-pair encoding (Kudo and Richardson 2018), as LLaMA has it: spaces become U+2581, one is put in front, neighbours
/// merge by score, and what the vocabulary lacks falls back to bytes. Thread-safe.
/// </summary>
internal sealed class SentencePieceBpe
{
    private const char Space = '\u2581';
    private readonly string _file;
    private readonly ModelProto _model;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _pieces;
    private readonly Dictionary<string, int> _reserved = new(StringComparer.Ordinal);
    private readonly int[] _bytes = new int[256];
    private readonly string[] _userDefined;
    private readonly int _unknown;

    private SentencePieceBpe(ModelProto model, string file)
    {
        (_model, _file) = (model, file);
        CheckSupported();
        var pieces = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var id = 0; id < model.Pieces.Count; id++)
        {
            var piece = model.Pieces[id];
            var mergeable = piece.Type is ModelProto.Types.SentencePiece.Types.Type.Normal or ModelProto.Types.SentencePiece.Types.Type.UserDefined;
            if (!(mergeable ? pieces : _reserved).TryAdd(piece.Piece, id))
            {
                throw new InputException($"{file}: piece '{piece.Piece}' appears twice; expected distinct pieces.");
            }

            if (piece.Type == ModelProto.Types.SentencePiece.Types.Type.Byte)
            {
                _bytes[int.Parse(piece.Piece.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)] = id;
            }
        }

        _userDefined = [.. model.Pieces.Where(p => p.Type == ModelProto.Types.SentencePiece.Types.Type.UserDefined).Select(p => p.Piece).OrderByDescending(p => p.Length)];
        _pieces = pieces.GetAlternateLookup<ReadOnlySpan<char>>();
        _unknown = model.TrainerSpec.UnkId;
    }

    internal int VocabularySize => _model.Pieces.Count;

    internal string PieceOf(int id) => _model.Pieces[id].Piece;

    internal int BeginId => _model.TrainerSpec.BosId;

    internal int EndId => _model.TrainerSpec.EosId;

    internal int UnknownId => _unknown;

    /// <summary>Id of a piece of any kind, or null.</summary>
    internal int? IdOf(string piece) => _pieces.TryGetValue(piece, out var id) || _reserved.TryGetValue(piece, out id) ? id : null;

    /// <summary>Reads a <c>tokenizer.model</c>.</summary>
    /// <exception cref="InputException">Not a SentencePiece model, or one of a kind this kit does not read.</exception>
    internal static SentencePieceBpe Read(string path)
    {
        try
        {
            return new(ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)), path);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new InputException($"{path}: not a SentencePiece model ({error.Message}); expected a tokenizer.model file.", error);
        }
    }

    /// <summary>The ids of a text, without begin and end.</summary>
    internal List<int> Encode(string text)
    {
        var ids = new List<int>();
        var normalized = Normalize(text);
        var symbols = Split(normalized);
        foreach (var symbol in PairMerging.Merge(normalized, symbols, Score))
        {
            var piece = normalized.AsSpan(symbol.Start, symbol.Length);
            if (_pieces.TryGetValue(piece, out var id))
            {
                ids.Add(id);
            }
            else if (_model.TrainerSpec.ByteFallback)
            {
                ids.AddRange(Encoding.UTF8.GetBytes(piece.ToArray()).Select(b => _bytes[b]));
            }
            else if (ids.Count == 0 || ids[^1] != _unknown)
            {
                ids.Add(_unknown); // a run of unknowns is one
            }
        }

        return ids;
    }

    private string Normalize(string text)
    {
        var spec = _model.NormalizerSpec;
        if (spec.RemoveExtraWhitespaces)
        {
            text = string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }

        if (text.Length == 0)
        {
            return text;
        }

        text = spec.AddDummyPrefix ? $" {text}" : text;
        return spec.EscapeWhitespaces ? text.Replace(' ', Space) : text;
    }

    private List<PairMerging.Symbol> Split(string text)
    {
        var symbols = new List<PairMerging.Symbol>(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var start = at;
            var whole = Array.Find(_userDefined, p => string.CompareOrdinal(text, start, p, 0, p.Length) == 0);
            at += whole?.Length ?? (Rune.TryGetRuneAt(text, at, out var rune) ? rune.Utf16SequenceLength : 1);
            symbols.Add(new(start, at - start));
        }

        return symbols;
    }

    private bool Score(ReadOnlySpan<char> pair, int middle, out double order)
    {
        order = 0;
        if (!_pieces.TryGetValue(pair, out var id))
        {
            return false;
        }

        order = -_model.Pieces[id].Score;
        return true;
    }

    private void CheckSupported()
    {
        if (_model.Pieces.Count == 0)
        {
            throw new InputException($"{_file}: holds no pieces; expected a SentencePiece model.");
        }

        if (_model.TrainerSpec.ModelType != TrainerSpec.Types.ModelType.Bpe)
        {
            throw new InputException($"{_file}: SentencePiece model of type {_model.TrainerSpec.ModelType}; expected BPE, the only type this kit reads.");
        }

        if (_model.NormalizerSpec is { PrecompiledCharsmap.Length: > 0, Name: not "identity" })
        {
            throw new InputException($"{_file}: text normaliser '{_model.NormalizerSpec.Name}'; expected 'identity', the only one this kit reads.");
        }
    }
}
