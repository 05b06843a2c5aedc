using System.Buffers.Binary;
using KafkaMesh.Codec;
using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Tests.Decode;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Detection;

/// <summary>
/// How often the final verdict is wrong: over recorded and hand-made conversations of other protocols (false positives) and
/// over every recorded Kafka conversation (false negatives), each delivered in every way. The tables are printed.
/// </summary>
public class DetectionRateTests(ITestOutputHelper output)
{
    [Fact]
    public void Foreign_RecordedInEveryFragmentation_NoneIsKafka()
    {
        var rates = new DetectionRates();
        foreach (var recording in ForeignRecording.All())
        {
            foreach (var connection in RecordedConnection.Read(recording.File))
            {
                rates.AddConnection(recording.Name);
                Fragmentation.ForEach(connection.Pieces, (seen, cut) => rates.Add(recording.Name, recording.Verdict, seen, $"segments as sent, {cut}"));
                Fragmentation.ForEach(connection.Joined(), (seen, cut) => rates.Add(recording.Name, recording.Verdict, seen, $"segments joined, {cut}"));
            }
        }

        output.WriteLine(rates.ToString());
        Assert.Equal([], rates.Wrong);
    }

    [Fact]
    public void Foreign_HandMadeInEveryFragmentation_NoneIsKafka()
    {
        var rates = new DetectionRates();
        foreach (var (name, pieces) in HandMadeConversations.All())
        {
            rates.AddConnection(name);
            Fragmentation.ForEach(pieces, (seen, cut) => rates.Add(name, ConnectionProtocol.Opaque, seen, cut));

            // The same when the server's part never comes.
            Fragmentation.ForEach(pieces[..1], (seen, cut) => rates.Add(name, ConnectionProtocol.Opaque, seen, $"no answer, {cut}"));
        }

        output.WriteLine(rates.ToString());
        Assert.Equal([], rates.Wrong);
    }

    [Fact]
    public void Kafka_RecordedInEveryFragmentation_NoneIsMissed()
    {
        var rates = new DetectionRates();
        foreach (var path in Directory.GetFiles(TestPaths.Captures, "*.pcap").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            var rows = RecordedMessage.Read(Path.ChangeExtension(path, ".msgs.tsv")).GroupBy(row => row.Client).ToDictionary(group => group.Key, group => group.Count());
            foreach (var connection in RecordedConnection.Read(path).Where(connection => rows.ContainsKey(connection.Client)))
            {
                var kind = $"{name}";
                rates.AddConnection(kind);
                var first = BinaryPrimitives.ReadInt32BigEndian(connection.Pieces[0].Bytes) + sizeof(int);
                Fragmentation.ForEach(
                    connection.Joined(),
                    (seen, cut) =>
                    {
                        rates.Add(kind, ConnectionProtocol.Kafka, seen, $"port {connection.Client}, {cut}");
                        Assert.Equal(rows[connection.Client], seen.Snapshot.Apis.Sum(totals => totals?.Requests ?? 0));
                    },
                    Math.Max(Fragmentation.LongestFirst, first));
            }
        }

        output.WriteLine(rates.ToString());
        Assert.Equal([], rates.Wrong);
    }

    /// <summary>Bytes that pass as a header by construction: what follows has to give them away.</summary>
    [Fact]
    public void Random_BehindAValidHeader_IsAlmostNeverKafka()
    {
        const int connections = 100_000;
        var random = new Random(20_261_127);
        var wrong = 0;
        var keys = Enumerable.Range(0, 93).Where(key => KafkaSchema.TryGetVersions((short)key, out _, out _)).Select(key => (short)key).ToArray();
        for (var i = 0; i < connections; i++)
        {
            var key = keys[random.Next(keys.Length)];
            Assert.True(KafkaSchema.TryGetVersions(key, out var oldest, out var newest));
            var rest = new byte[random.Next(4, 300)];
            random.NextBytes(rest);
            byte[] request = Wire.Frame([.. Wire.Int16(key), .. Wire.Int16((short)random.Next(oldest, newest + 1)), .. rest]);
            var connection = new ObservedConnection(new(0, 0, 0), traced: false).Send(request);
            if (i % 2 == 0)
                connection.Receive(rest);
            connection.Close();
            if (connection.Total(ConnectionProtocol.Kafka) == 1)
                wrong++;
        }

        output.WriteLine($"{wrong} of {connections} connections of a valid header and random bytes were taken for Kafka");
        Assert.InRange(wrong, 0, connections / 1000);
    }
}
