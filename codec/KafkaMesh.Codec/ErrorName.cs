using System.Diagnostics.CodeAnalysis;

namespace KafkaMesh.Codec;

/// <summary>Names of error codes as Kafka's own documentation spells them: NOT_LEADER_OR_FOLLOWER.</summary>
public static class ErrorName
{
    private const int FirstCode = -1;

    private static readonly string?[] Names = NameTable.Build(KafkaTables.ErrorNameText, KafkaTables.ErrorNameOffsets);

    /// <summary>The name of a code; the same instance on every call.</summary>
    /// <returns>False when the code is unknown.</returns>
    public static bool TryGet(short code, [NotNullWhen(true)] out string? name)
    {
        var index = code - FirstCode;
        name = (uint)index < Names.Length ? Names[index] : null;
        return name is not null;
    }
}
