using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Detection;

/// <summary>A row of tests/testdata/foreign/INDEX.tsv.</summary>
internal sealed record ForeignRecording(string Name, ConnectionProtocol Verdict, string What, string Versions)
{
    private static string Directory => Path.Combine(TestPaths.Root, "tests", "testdata", "foreign");

    /// <summary>The capture.</summary>
    public string File => Path.Combine(Directory, Name + ".pcap");

    /// <summary>All rows; every capture has one.</summary>
    public static List<ForeignRecording> All()
    {
        var rows = System.IO.File.ReadLines(Path.Combine(Directory, "INDEX.tsv")).Skip(1).Select(line => line.Split('\t'))
            .Select(cells => new ForeignRecording(cells[0], Enum.GetValues<ConnectionProtocol>().Single(protocol => MetricLabels.Of(protocol) == cells[1]), cells[2], cells[3])).ToList();
        Assert.Equal(System.IO.Directory.GetFiles(Directory, "*.pcap").Order(StringComparer.Ordinal), rows.Select(row => row.File).Order(StringComparer.Ordinal));
        return rows;
    }
}
