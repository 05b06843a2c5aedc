namespace KafkaMesh.Codec.SchemaTool.Model;

/// <summary>Everything that codec/schema holds.</summary>
/// <param name="Apis">All API keys in order.</param>
/// <param name="Headers">Request and response header.</param>
/// <param name="Data">The consumer protocol's contents of JoinGroup and SyncGroup.</param>
/// <param name="Errors">All error codes in order.</param>
internal sealed record SchemaSet(
    IReadOnlyList<ApiSpec> Apis,
    IReadOnlyList<MessageSpec> Headers,
    IReadOnlyList<MessageSpec> Data,
    IReadOnlyList<KafkaError> Errors);
