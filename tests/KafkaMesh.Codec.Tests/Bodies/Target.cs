namespace KafkaMesh.Codec.Tests.Bodies;

/// <summary>Which program reads a body.</summary>
internal readonly record struct Target(short ApiKey, short Version, MessageKind Kind)
{
    /// <summary>All 722.</summary>
    public static IEnumerable<Target> All()
    {
        for (short key = 0; key < KafkaSchema.ApiKeyCount; key++)
        {
            if (!KafkaSchema.TryGetVersions(key, out var min, out var max)) continue;
            for (var version = min; version <= max; version++)
            {
                yield return new Target(key, version, MessageKind.Request);
                yield return new Target(key, version, MessageKind.Response);
            }
        }
    }
}
