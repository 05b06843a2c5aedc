using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>One frame on its way to the reader of a tap.</summary>
/// <param name="Direction">Seen from the pod.</param>
/// <param name="Connection">Id of the connection.</param>
/// <param name="Frame">The frame; its topics are gone, see the next.</param>
/// <param name="Topics">The first topics that it names, as on the wire; at most <see cref="MaxTopics"/>.</param>
/// <param name="MoreTopics">How many more were noted.</param>
internal sealed record TapEvent(RelayDirection Direction, long Connection, FrameTrace Frame, byte[][] Topics, int MoreTopics)
{
    /// <summary>How many topics are shown; it bounds what a tap holds.</summary>
    public const int MaxTopics = 4;

    /// <summary>Copies what is valid only during the call.</summary>
    public static TapEvent Of(in RelayConnection connection, in FrameTrace frame)
    {
        var count = frame.Topics?.Count ?? 0;
        var topics = new byte[Math.Min(count, MaxTopics)][];
        for (var i = 0; i < topics.Length; i++)
            topics[i] = frame.Topics![i].ToArray();
        return new TapEvent(connection.Direction, connection.Id, frame, topics, count - topics.Length);
    }
}
