namespace KafkaMesh.Codec;

/// <summary>Where in a body something stands: names and indexes, <c>topics[2].partitions[0].records</c>.</summary>
internal static class FieldPath
{
    /// <summary>Puts what encloses a place before it.</summary>
    /// <param name="outer">A field's name, or an index in brackets.</param>
    /// <param name="place">The place so far; empty at its end.</param>
    public static string Prepend(string outer, string place) => place.Length == 0 || place[0] == '[' ? outer + place : $"{outer}.{place}";

    /// <summary>An index as a part of a place.</summary>
    public static string Index(long index) => FormattableString.Invariant($"[{index}]");
}
