namespace KafkaMesh.Operator.Dashboard.Taps;

/// <summary>Why a tap ends, as its reader is told.</summary>
internal static class TapEnd
{
    /// <summary>Its time is over; whoever wants more asks again.</summary>
    public const string Time = "time";

    /// <summary>This replica stops; another one goes on.</summary>
    public const string Stopping = "stopping";

    /// <summary>The pod is gone, or is another one of the same name.</summary>
    public const string PodGone = "pod-gone";

    /// <summary>The sidecar does not answer any more.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>The reader's permission ended, or the sidecar does not accept the operator's token.</summary>
    public const string Denied = "denied";
}
