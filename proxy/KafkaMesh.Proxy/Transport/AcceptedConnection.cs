using System.Net;

namespace KafkaMesh.Proxy.Transport;

/// <summary>A connection that the acceptor hands to the loop that will relay it.</summary>
/// <param name="Id">Unique in this process.</param>
/// <param name="Descriptor">Of the client's socket; the receiver of this value owns it.</param>
/// <param name="Direction">Seen from the pod.</param>
/// <param name="Client">Address of the client.</param>
/// <param name="Candidates">Addresses of the broker in the order to try; at least one.</param>
/// <param name="Timestamp">When it was accepted, <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>.</param>
internal readonly record struct AcceptedConnection(
    long Id, int Descriptor, RelayDirection Direction, IPEndPoint Client, IReadOnlyList<IPEndPoint> Candidates, long Timestamp);
