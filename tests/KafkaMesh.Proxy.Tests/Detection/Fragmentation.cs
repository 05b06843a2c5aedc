using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Detection;

/// <summary>The ways in which a network may deliver the same conversation.</summary>
internal static class Fragmentation
{
    /// <summary>Longest first segment that every conversation is cut at.</summary>
    public const int LongestFirst = 64;

    /// <summary>Shows a conversation to a new observer in every way, and closes it.</summary>
    /// <param name="pieces">What the two ends said; neighbours of one side are joined first.</param>
    /// <param name="check">Receives the closed connection and how it was cut.</param>
    /// <param name="longestFirst">First segments of 1 to this many bytes.</param>
    public static void ForEach(IReadOnlyList<(RelayFlow Flow, byte[] Bytes)> pieces, Action<ObservedConnection, string> check, int longestFirst = LongestFirst)
    {
        check(Show(pieces, int.MaxValue, int.MaxValue), "whole");
        check(Show(pieces, 1, 1), "byte by byte");
        var length = pieces.FirstOrDefault(piece => piece.Flow == RelayFlow.Request).Bytes?.Length ?? 0;
        for (var first = 1; first <= longestFirst && first < length; first++)
        {
            check(Show(pieces, first, int.MaxValue), $"first segment {first} bytes");
            check(Show(pieces, first, 1), $"first segment {first} bytes, then byte by byte");
        }
    }

    private static ObservedConnection Show(IReadOnlyList<(RelayFlow Flow, byte[] Bytes)> pieces, int first, int others)
    {
        var connection = new ObservedConnection();
        var left = first;
        foreach (var (flow, bytes) in pieces)
        {
            for (var rest = bytes.AsSpan(); !rest.IsEmpty;)
            {
                var isFirst = flow == RelayFlow.Request && left > 0;
                var length = Math.Min(rest.Length, isFirst ? left : others);
                if (isFirst)
                    left = 0;
                if (flow == RelayFlow.Request)
                    connection.Send(rest[..length]);
                else
                    connection.Receive(rest[..length]);
                rest = rest[length..];
            }
        }

        connection.Close();
        return connection;
    }
}
