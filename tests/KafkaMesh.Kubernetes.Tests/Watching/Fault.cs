namespace KafkaMesh.Kubernetes.Tests.Watching;

/// <summary>What can be wrong with an API server for a while.</summary>
internal enum Fault
{
    // Those that let the history be.
    EndOfStream,
    EndInTheMiddleOfALine,
    Silence,
    Reset,
    TooManyRequests,
    InternalError,
    Restart,
    ExpiredCertificate,
    RotatedAuthority,
    RotatedToken,

    // Those after which the client has to list.
    ExpiredStatus,
    ExpiredEvent,
    ExpiredPages,
    SlowList,
    Forbidden,
    NotFound,
    RestartWithoutHistory,
}
