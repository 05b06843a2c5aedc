using System.Net;

namespace KafkaMesh.Proxy.Transport;

/// <summary>Where the connections of a listener go.</summary>
internal interface IUpstream
{
    /// <summary>Whether the one candidate is what the client itself dialled; else that is where it was accepted.</summary>
    bool TellsDialled => false;

    /// <summary>Finds the addresses to try for an accepted connection; called on the accepting loop, must not block.</summary>
    /// <param name="clientDescriptor">The accepted socket.</param>
    /// <param name="candidates">At least one address when the result is null.</param>
    /// <returns>Null, or why the connection cannot be relayed.</returns>
    RefusalReason? Find(int clientDescriptor, out IReadOnlyList<IPEndPoint> candidates);
}
