using System.Globalization;
using System.Text.Json;
using KafkaMesh.Codec.Tests.Bodies;

namespace KafkaMesh.Codec.Tests.Captures;

/// <summary>Conversations of real clients and brokers, against what was recorded of them independently.</summary>
public sealed class CaptureTests
{
    private static readonly string Directory = Path.Combine(Repository.Root, "tests", "testdata", "captures");

    public static TheoryData<string> Names => new(System.IO.Directory.GetFiles(Directory, "*.msgs.tsv")
        .Select(file => Path.GetFileName(file)[..^".msgs.tsv".Length])
        .Where(name => !name.StartsWith("tls_", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal));

    public static TheoryData<string> NamesWithBrokerLog => new(Names.Select(row => row.Data).Where(name => File.Exists(Path.Combine(Directory, name + ".reqlog.jsonl.gz"))));

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_RecordedConversation_EqualsTheRecord(string name)
    {
        var expected = ExpectedLines(name);
        var random = new Random(3);
        Func<int, int>[] cuts = [left => left, _ => 1, _ => random.Next(1, 3000)];
        foreach (var cut in cuts)
        {
            var actual = Conversation.ReadAll(Pcap.ReadStreams(Path.Combine(Directory, name + ".pcap")), Connections(name), cut);
            Assert.Equal(expected, actual.Select(exchange => exchange.ToString()).Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(NamesWithBrokerLog))]
    public void Read_RecordedBodies_SayWhatTheBrokerLogged(string name)
    {
        var logged = BrokerLog.Read(Path.Combine(Directory, name + ".reqlog.jsonl.gz"));
        var compared = 0;
        foreach (var exchange in Conversation.ReadAll(Pcap.ReadStreams(Path.Combine(Directory, name + ".pcap")), Connections(name), left => left))
        {
            // What the broker forwarded to its controller it logged under another connection.
            if (exchange.ResponseEvents is null || !logged.TryGetValue((exchange.ClientPort, exchange.Header.CorrelationId), out var entry)) continue;
            Assert.Equal((exchange.ToString(), entry.Request), (exchange.ToString(), BrokerLog.Normalise(exchange.RequestEvents)));
            Assert.Equal((exchange.ToString(), entry.Response), (exchange.ToString(), BrokerLog.Normalise(exchange.ResponseEvents)));
            compared++;
        }

        Assert.InRange(compared, 50, int.MaxValue);
    }

    /// <summary>
    /// Every body, field by field. The log has one number for records and holds no SASL login; everything else must be equal, in
    /// both directions.
    /// </summary>
    [Theory]
    [MemberData(nameof(NamesWithBrokerLog))]
    public void Write_RecordedBodies_EqualTheBrokersOwnJson(string name)
    {
        var logged = BrokerJson.Read(Path.Combine(Directory, name + ".reqlog.jsonl.gz"));
        var compared = 0;
        foreach (var exchange in Conversation.ReadAll(Pcap.ReadStreams(Path.Combine(Directory, name + ".pcap")), Connections(name), left => left))
        {
            if (!logged.TryGetValue((exchange.ClientPort, exchange.Header.CorrelationId), out var entry)) continue;
            BrokerJson.AssertEqual(new Target(exchange.Header.ApiKey, exchange.Header.ApiVersion, MessageKind.Request), exchange.RequestBody, entry.Request);
            compared++;

            // Produce with acks 0 has a text in place of a response; some answers came when the client was gone.
            if (entry.Response.ValueKind != JsonValueKind.Object || exchange.ResponseEvents is null) continue;
            BrokerJson.AssertEqual(new Target(exchange.Header.ApiKey, exchange.Header.ApiVersion, MessageKind.Response), exchange.ResponseBody, entry.Response);
        }

        Assert.InRange(compared, 50, int.MaxValue);
    }

    /// <summary>All exchanges of a recording.</summary>
    internal static IEnumerable<Exchange> Exchanges(string name) =>
        Conversation.ReadAll(Pcap.ReadStreams(Path.Combine(Directory, name + ".pcap")), Connections(name), left => left);

    /// <summary>Client port, key, version, correlation id, client id, request size, response size.</summary>
    private static List<string> ExpectedLines(string name) =>
    [
        .. File.ReadLines(Path.Combine(Directory, name + ".msgs.tsv")).Skip(1)
            .Select(line => line.Split('\t'))
            .Where(row => row[4] != "NOTKAFKA")
            .Select(row => string.Join(' ', row[2], row[4], row[5], row[6], row[7], row[8], row[9]) + ExpectedTrailing(name, row))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>
    /// librdkafka's mock cluster writes the count of a compact array without adding one: a reader sees no ranges and is left
    /// with the one that is there.
    /// </summary>
    private static string ExpectedTrailing(string name, string[] row) =>
        name.Contains("mock", StringComparison.Ordinal) && row[4] == "18" && row[5] == "3" ? " trailing 5" : "";

    /// <summary>Client and server port of each connection on the record; others were open before the recording began.</summary>
    private static HashSet<(int Client, int Server)> Connections(string name) =>
    [
        .. File.ReadLines(Path.Combine(Directory, name + ".msgs.tsv")).Skip(1)
            .Select(line => line.Split('\t'))
            .Select(row => (int.Parse(row[2], CultureInfo.InvariantCulture), int.Parse(row[3], CultureInfo.InvariantCulture))),
    ];
}
