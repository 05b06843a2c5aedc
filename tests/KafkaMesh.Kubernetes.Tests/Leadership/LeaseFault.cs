namespace KafkaMesh.Kubernetes.Tests.Leadership;

/// <summary>What can go wrong with one request about a lease.</summary>
internal enum LeaseFault
{
    None,

    /// <summary>500.</summary>
    InternalError,

    /// <summary>429 with Retry-After.</summary>
    TooManyRequests,

    /// <summary>409 although nobody wrote.</summary>
    Conflict,

    /// <summary>The connection breaks before anything is done.</summary>
    Reset,

    /// <summary>The write is done, and the connection breaks.</summary>
    AnswerLost,

    /// <summary>The request waits in the server, perhaps longer than the candidate, and is done then.</summary>
    Late,
}
