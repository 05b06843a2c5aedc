namespace KafkaMesh.Operator.Dashboard.Taps;

/// <summary>One event of a sidecar's tap.</summary>
/// <param name="Name"><c>request</c>, <c>response</c>, <c>lost</c> or <c>end</c>.</param>
/// <param name="Data">Its data, JSON as the sidecar wrote it.</param>
internal sealed record TapEvent(string Name, ReadOnlyMemory<byte> Data);
