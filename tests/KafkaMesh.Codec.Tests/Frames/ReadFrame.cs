namespace KafkaMesh.Codec.Tests.Frames;

/// <summary>One frame as a test sees it.</summary>
internal sealed record ReadFrame(int Size, short ApiKey, short ApiVersion, int CorrelationId, int ClientIdLength, string ClientId, string Body);
