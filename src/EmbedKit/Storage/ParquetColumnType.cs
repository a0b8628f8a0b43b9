using System.Globalization;
using System.Numerics;
using System.Text;
using ParquetSharp;

namespace EmbedKit.Storage;

/// <summary>
/// What the values of a Parquet column are, and how they become a number or the text of a cell: numbers in invariant form, dates and times in
/// ISO 8601 (an instant ends in Z). Text is null for what no text stands for, such as a date after the year 9999.
/// </summary>
internal sealed class ParquetColumnType
{
    private const int JulianDayOf1970 = 2_440_588;
    private const int LongestDecimal = 32;
    private const int LargestScale = 76;
    private const long NanosPerSecond = 1_000_000_000;
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);
    private readonly Form _form;
    private readonly bool _unsigned;
    private readonly bool _utc;
    private readonly int _scale;
    private readonly long _perSecond;
    private byte[] _lastBytes = [];
    private string _lastText = "";

    internal ParquetColumnType(ColumnDescriptor column)
    {
        using var logical = column.LogicalType;
        Physical = column.PhysicalType;
        Length = Physical == PhysicalType.FixedLenByteArray ? column.TypeLength : 0;
        (_form, Name) = (logical, Physical) switch
        {
            (Float16LogicalType, PhysicalType.FixedLenByteArray) when Length == 2 => (Form.Half, "float16"),
            (DecimalLogicalType { Scale: >= 0 and <= LargestScale }, not (PhysicalType.Boolean or PhysicalType.Float or PhysicalType.Double
                or PhysicalType.Int96)) when Length <= LongestDecimal => (Form.Decimal, "decimal"),
            (UuidLogicalType, PhysicalType.FixedLenByteArray) when Length == 16 => (Form.Uuid, "uuid"),
            (StringLogicalType or EnumLogicalType or JsonLogicalType, PhysicalType.ByteArray) => (Form.Text, "text"),
            (DateLogicalType, PhysicalType.Int32) => (Form.Date, "date"),
            (TimeLogicalType, PhysicalType.Int32 or PhysicalType.Int64) => (Form.Time, "time"),
            (TimestampLogicalType, PhysicalType.Int64) or (_, PhysicalType.Int96) => (Form.Timestamp, "timestamp"),
            (NullLogicalType, _) => (Form.Null, "null"),
            (IntLogicalType type, PhysicalType.Int32 or PhysicalType.Int64) => (Form.Number, $"{(type.IsSigned ? "" : "u")}int{type.BitWidth}"),
            (_, PhysicalType.Int32) => (Form.Number, "int32"),
            (_, PhysicalType.Int64) => (Form.Number, "int64"),
            (_, PhysicalType.Float) => (Form.Number, "float32"),
            (_, PhysicalType.Double) => (Form.Number, "float64"),
            (_, PhysicalType.Boolean) => (Form.Boolean, "boolean"),
            _ => (Form.Unreadable, "binary"),
        };
        _unsigned = logical is IntLogicalType { IsSigned: false };
        _scale = logical is DecimalLogicalType scaled ? scaled.Scale : 0;
        _utc = logical is TimeLogicalType { IsAdjustedToUtc: true } or TimestampLogicalType { IsAdjustedToUtc: true };
        _perSecond = ((logical as TimeLogicalType)?.TimeUnit ?? (logical as TimestampLogicalType)?.TimeUnit) switch
        {
            TimeUnit.Millis => 1_000,
            TimeUnit.Micros => 1_000_000,
            _ => NanosPerSecond,
        };
    }

    private enum Form
    {
        Unreadable,
        Number,
        Half,
        Decimal,
        Boolean,
        Text,
        Date,
        Time,
        Timestamp,
        Uuid,
        Null,
    }

    /// <summary>How the values are stored.</summary>
    internal PhysicalType Physical { get; }

    /// <summary>Bytes of each value where all are equally long and no plain number, else 0.</summary>
    internal int Length { get; }

    /// <summary>The type in a word, for messages.</summary>
    internal string Name { get; } = "";

    internal bool IsHalf => _form == Form.Half;

    internal bool IsNumber => _form is Form.Number or Form.Half or Form.Decimal;

    internal bool HasText => _form != Form.Unreadable;

    internal double Number(int value) => _form == Form.Decimal ? Number((BigInteger)value) : _unsigned ? (uint)value : value;

    internal double Number(long value) => _form == Form.Decimal ? Number((BigInteger)value) : _unsigned ? (ulong)value : value;

    internal double Number(ReadOnlySpan<byte> value) => _form == Form.Half ? (double)BitConverter.ToHalf(value)
        : value.Length > LongestDecimal ? double.NaN
        : Number(new BigInteger(value, isBigEndian: true));

    internal static string? Text(bool value) => value ? "True" : "False";

    internal string? Text(int value) => _form switch
    {
        Form.Date => Moment(value * 86_400L, 0, NanosPerSecond)?[..10],
        Form.Time => TimeOfDay(value),
        Form.Decimal => Text((BigInteger)value),
        Form.Null => "",
        _ => _unsigned ? ((uint)value).ToString(CultureInfo.InvariantCulture) : value.ToString(CultureInfo.InvariantCulture),
    };

    internal string? Text(long value) => _form switch
    {
        Form.Timestamp when value % _perSecond is < 0 and var before => Moment((value / _perSecond) - 1, _perSecond + before, _perSecond),
        Form.Timestamp => Moment(value / _perSecond, value % _perSecond, _perSecond),
        Form.Time => TimeOfDay(value),
        Form.Decimal => Text((BigInteger)value),
        Form.Null => "",
        _ => _unsigned ? ((ulong)value).ToString(CultureInfo.InvariantCulture) : value.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>An instant of old writers: nanoseconds of a day, and the Julian day.</summary>
    internal string? Text(Int96 value)
    {
        var nanos = (uint)value.A | ((long)value.B << 32);
        return nanos is < 0 or >= 86_400 * NanosPerSecond ? null
            : Moment(((value.C - (long)JulianDayOf1970) * 86_400) + (nanos / NanosPerSecond), nanos % NanosPerSecond, NanosPerSecond);
    }

    internal static string? Text(float value) => value.ToString(CultureInfo.InvariantCulture);

    internal static string? Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    internal string? Text(ReadOnlySpan<byte> value) => _form switch
    {
        Form.Half => BitConverter.ToHalf(value).ToString(CultureInfo.InvariantCulture),
        Form.Decimal => value.Length > LongestDecimal ? null : Text(new BigInteger(value, isBigEndian: true)),
        Form.Uuid => new Guid(value, bigEndian: true).ToString(),
        Form.Null => "",
        _ => Decode(value),
    };

    /// <summary>The same text object for a text like the one before, which classes, splits and groups often are.</summary>
    private string? Decode(ReadOnlySpan<byte> value)
    {
        if (value.SequenceEqual(_lastBytes))
        {
            return _lastText;
        }

        try
        {
            (_lastText, _lastBytes) = (Utf8.GetString(value), value.ToArray());
            return _lastText;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private string? TimeOfDay(long value) =>
        value < 0 || value / _perSecond >= 86_400 ? null : Moment(value / _perSecond, value % _perSecond, _perSecond)?[11..];

    private string? Moment(long seconds, long fraction, long perSecond)
    {
        if (seconds < (DateTime.MinValue - DateTime.UnixEpoch).TotalSeconds || seconds > (DateTime.MaxValue - DateTime.UnixEpoch).TotalSeconds - 1)
        {
            return null;
        }

        var whole = DateTime.UnixEpoch.AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        var part = fraction == 0 ? "" : "." + (perSecond + fraction).ToString(CultureInfo.InvariantCulture)[1..].TrimEnd('0');
        return whole + part + (_utc ? "Z" : "");
    }

    private double Number(BigInteger unscaled) => (double)unscaled / Math.Pow(10, _scale);

    private string Text(BigInteger unscaled)
    {
        var digits = BigInteger.Abs(unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(_scale + 1, '0');
        return (unscaled.Sign < 0 ? "-" : "") + (_scale == 0 ? digits : $"{digits[..^_scale]}.{digits[^_scale..]}");
    }
}
