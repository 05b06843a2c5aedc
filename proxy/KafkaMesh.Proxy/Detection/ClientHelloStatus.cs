namespace KafkaMesh.Proxy.Detection;

/// <summary>What a <see cref="ClientHelloReader"/> made of the bytes so far.</summary>
internal enum ClientHelloStatus : byte
{
    /// <summary>The message goes on.</summary>
    NeedMoreData,

    /// <summary>The message is whole and well formed.</summary>
    Done,

    /// <summary>No ClientHello, or one that contradicts itself.</summary>
    Malformed,

    /// <summary>Longer than what is looked at.</summary>
    TooLong,
}
