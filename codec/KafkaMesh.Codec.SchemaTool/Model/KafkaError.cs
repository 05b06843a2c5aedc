namespace KafkaMesh.Codec.SchemaTool.Model;

/// <summary>An error code that a response can carry.</summary>
/// <param name="Code">Its number, from -1.</param>
/// <param name="Name">Kafka's name for it.</param>
/// <param name="IsRetriable">Whether clients may try again.</param>
internal sealed record KafkaError(short Code, string Name, bool IsRetriable);
