namespace KafkaMesh.Codec.SchemaTool.Emit;

/// <summary>The messages whose programs are also written out as C#: those that a busy connection consists of, and its first ones.</summary>
internal static class HotMessages
{
    private static readonly (short ApiKey, MessageKind Kind)[] All =
    [
        (0, MessageKind.Request), // Produce
        (1, MessageKind.Response), // Fetch
        (3, MessageKind.Response), // Metadata
        (12, MessageKind.Response), // Heartbeat
        (18, MessageKind.Response), // ApiVersions
    ];

    /// <summary>Whether all versions of this message are among them.</summary>
    public static bool Contains(short apiKey, MessageKind kind) => All.Contains((apiKey, kind));
}
