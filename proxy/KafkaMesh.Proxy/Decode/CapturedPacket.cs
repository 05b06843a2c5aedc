namespace KafkaMesh.Proxy.Decode;

/// <summary>One packet as captured.</summary>
/// <param name="LinkType">How it begins.</param>
/// <param name="Nanoseconds">When, since 1970 UTC.</param>
/// <param name="Bytes">What was captured of it.</param>
/// <param name="WireLength">Its length on the wire, in bytes; never less than what was captured.</param>
internal readonly record struct CapturedPacket(LinkType LinkType, long Nanoseconds, ReadOnlyMemory<byte> Bytes, int WireLength);
