using System.Net;

namespace KafkaMesh.Proxy.Transport;

/// <summary>What is known of a connection before its first byte.</summary>
/// <param name="Id">Unique in this process.</param>
/// <param name="Direction">Seen from the pod.</param>
/// <param name="Client">Address of the client.</param>
/// <param name="Broker">Original destination (transparent mode) or forward target.</param>
/// <param name="Loop">Index of the event loop that owns the connection: all calls to its observer come from that one thread.</param>
/// <param name="Timestamp">When it was accepted, <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>.</param>
internal readonly record struct RelayConnection(long Id, RelayDirection Direction, IPEndPoint Client, IPEndPoint Broker, int Loop, long Timestamp);
