using System.Globalization;

namespace KafkaMesh.Codec.SchemaTool.Model;

/// <summary>A range of versions as Kafka writes it: <c>3</c>, <c>3-5</c>, <c>3+</c> or <c>none</c>.</summary>
internal readonly record struct VersionRange(short Min, short Max)
{
    public static readonly VersionRange None = new(0, -1);

    public bool IsNone => Max < Min;

    public bool IsOpen => Max == short.MaxValue;

    public static VersionRange Parse(string text)
    {
        var trimmed = text.Trim();
        if (trimmed is "none") return None;
        if (trimmed.EndsWith('+')) return new VersionRange(ParseVersion(trimmed[..^1], text), short.MaxValue);
        var dash = trimmed.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0) return new VersionRange(ParseVersion(trimmed, text), ParseVersion(trimmed, text));
        var range = new VersionRange(ParseVersion(trimmed[..dash], text), ParseVersion(trimmed[(dash + 1)..], text));
        return range.IsNone ? throw new FormatException($"versions '{text}' end before they start") : range;
    }

    public bool Contains(int version) => version >= Min && version <= Max;

    public VersionRange Intersect(VersionRange other)
    {
        var both = new VersionRange(Math.Max(Min, other.Min), Math.Min(Max, other.Max));
        return both.IsNone ? None : both;
    }

    public override string ToString()
    {
        if (IsNone) return "none";
        if (IsOpen) return string.Create(CultureInfo.InvariantCulture, $"{Min}+");
        return Min == Max ? string.Create(CultureInfo.InvariantCulture, $"{Min}") : string.Create(CultureInfo.InvariantCulture, $"{Min}-{Max}");
    }

    private static short ParseVersion(string text, string range) =>
        short.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw new FormatException($"versions '{range}' are none of N, N-M, N+ and none");
}
