using System.Globalization;

namespace KafkaMesh.Proxy.Tests.Decode;

/// <summary>One row of a recording's ground truth, made by an independent TCP reassembly.</summary>
internal sealed record RecordedMessage(
    string Client, short ApiKey, short ApiVersion, int CorrelationId, string ClientId, int RequestSize, int? ResponseSize, double? LatencySeconds)
{
    /// <summary>Reads a <c>.msgs.tsv</c>; rows of connections that are not Kafka are left out.</summary>
    public static List<RecordedMessage> Read(string path)
    {
        var rows = new List<RecordedMessage>();
        foreach (var line in File.ReadLines(path).Skip(1))
        {
            var cells = line.Split('\t');
            if (cells[4] == "NOTKAFKA")
                continue;
            rows.Add(new RecordedMessage(
                cells[2],
                short.Parse(cells[4], CultureInfo.InvariantCulture),
                short.Parse(cells[5], CultureInfo.InvariantCulture),
                int.Parse(cells[6], CultureInfo.InvariantCulture),
                cells[7],
                int.Parse(cells[8], CultureInfo.InvariantCulture),
                cells[9].Length == 0 ? null : int.Parse(cells[9], CultureInfo.InvariantCulture),
                cells[10].Length == 0 ? null : double.Parse(cells[10], CultureInfo.InvariantCulture)));
        }

        return rows;
    }
}
