using System.Diagnostics.CodeAnalysis;

namespace KafkaMesh.Codec;

/// <summary>Names of API keys as Kafka's JMX metrics spell them: Produce, ApiVersions.</summary>
public static class ApiName
{
    private static readonly string?[] Names = NameTable.Build(KafkaTables.ApiNameText, KafkaTables.ApiNameOffsets);

    /// <summary>The name of a key; the same instance on every call.</summary>
    /// <returns>False when the key is unknown.</returns>
    public static bool TryGet(short apiKey, [NotNullWhen(true)] out string? name)
    {
        name = (ushort)apiKey < Names.Length ? Names[apiKey] : null;
        return name is not null;
    }
}
