namespace KafkaMesh.Operator.Manifests.Yaml;

/// <summary>One key of a mapping with its value.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
internal sealed record SourceEntry(SourceNode Key, SourceNode Value)
{
    /// <summary>Whether it is <c>&lt;&lt;: *other</c>, which takes in the entries of other mappings.</summary>
    public bool IsMerge => Key is SourceScalar { IsPlain: true, Text: "<<", Tag: null };

    /// <summary>Offset behind the last character of content.</summary>
    public int ContentEnd => Math.Max(Key.End, Value.ContentEnd);
}
