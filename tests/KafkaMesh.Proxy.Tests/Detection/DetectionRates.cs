using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Detection;

/// <summary>Counts verdicts that were right and wrong; prints them as a table.</summary>
internal sealed class DetectionRates
{
    private readonly Dictionary<string, (int Connections, int Shown, int Wrong, string First)> _rows = [];

    /// <summary>Every wrong verdict, named.</summary>
    public List<string> Wrong { get; } = [];

    /// <summary>One connection more of a kind.</summary>
    public void AddConnection(string kind)
    {
        var row = _rows.GetValueOrDefault(kind);
        _rows[kind] = row with { Connections = row.Connections + 1 };
    }

    /// <summary>The final verdict on a connection shown in one way.</summary>
    public void Add(string kind, ConnectionProtocol expected, ObservedConnection connection, string cut)
    {
        var row = _rows[kind];
        var isRight = connection.Total(expected) == 1 && connection.Snapshot.Connections.Sum() == 1;
        if (!isRight)
            Wrong.Add($"{kind}, {cut}: {connection.Protocol} instead of {expected}");
        _rows[kind] = row with { Shown = row.Shown + 1, Wrong = row.Wrong + (isRight ? 0 : 1) };
    }

    /// <summary>The table.</summary>
    public override string ToString()
    {
        var lines = _rows.OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => $"{row.Key,-44} {row.Value.Connections,11} {row.Value.Shown,9} {row.Value.Wrong,7}");
        return string.Join('\n', lines.Prepend($"{"conversations",-44} {"connections",11} {"ways",9} {"wrong",7}"));
    }
}
