using System.Runtime.InteropServices;

namespace KafkaMesh.Codec;

/// <summary>The fixed fields of a request header (https://kafka.apache.org/protocol#protocol_messages).</summary>
/// <param name="ApiKey">API key as received; may be unknown.</param>
/// <param name="ApiVersion">Version as received; may be unknown.</param>
/// <param name="CorrelationId">Chosen by the client: it may repeat or be negative.</param>
/// <param name="ClientIdLength">Full length of the client id in bytes; -1 when it is null or the header has none.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RequestHeader(short ApiKey, short ApiVersion, int CorrelationId, int ClientIdLength);
