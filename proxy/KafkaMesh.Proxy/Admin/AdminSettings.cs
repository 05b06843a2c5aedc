using System.Net;
using KafkaMesh.Contracts;

namespace KafkaMesh.Proxy.Admin;

/// <summary>Address and bounds of the admin server.</summary>
internal sealed record AdminSettings
{
    /// <summary>Where to listen; port 0 takes any free one.</summary>
    public IPEndPoint Address { get; init; } = new(IPAddress.IPv6Any, WellKnownNames.AdminPort);

    /// <summary>Ports of the pod that <c>/probe/tcp</c> answers for: those whose inbound connections are captured.</summary>
    public IReadOnlyCollection<int> ProbePorts { get; init; } = [];

    /// <summary>Connections at a time; one more makes the longest waiting one go.</summary>
    public int MaxConnections { get; init; } = 16;

    /// <summary>Time for a whole request head, from the connection's start or the previous answer's end. Also ends idle connections.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Time for a reader to take a whole answer.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of answers that slow readers may make the server hold together; one answer may be longer.</summary>
    public long AnswerBudget { get; init; } = 32 * 1024 * 1024;
}
