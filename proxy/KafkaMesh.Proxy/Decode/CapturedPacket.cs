namespace KafkaMesh.Proxy.Decode;

/// <summary>One packet as captured.</summary>
/// <param name="LinkType">How it begins.</param>
/// <param name="Nanoseconds">When, since 1970 UTC.</param>
/// <param name="Bytes">What was captured of it.</param>
internal readonly record struct CapturedPacket(LinkType LinkType, long Nanoseconds, ReadOnlyMemory<byte> Bytes);
