namespace KafkaMesh.Proxy.Admin;

/// <summary>Result of <see cref="RequestHead.TryRead"/>.</summary>
internal enum RequestHeadStatus : byte
{
    /// <summary>More bytes are needed.</summary>
    Incomplete,

    /// <summary>A whole head.</summary>
    Complete,

    /// <summary>Not HTTP/1: answer 400.</summary>
    Malformed,

    /// <summary>Longer than <see cref="RequestHead.MaxLength"/>: answer 431.</summary>
    TooLong,
}
