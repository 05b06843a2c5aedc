using System.Net.Sockets;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Transport;

/// <summary>What a sidecar meets in a long life, in a short time: nothing may be left over.</summary>
[Collection(AloneCollection.Name)]
public sealed class EnduranceTests
{
    private const long MiB = 1024 * 1024;

    [Fact]
    public void Connections_TwentyThousandInSequence_LeaveNothing()
    {
        using var rig = new SidecarProcessRig();
        Sequence(rig, 10_000); // By then the heap has its size.
        rig.AwaitQuiet();
        int descriptors = rig.Descriptors;
        long memory = rig.Memory;

        Sequence(rig, 10_000);
        rig.AwaitQuiet();
        rig.AwaitDescriptors(descriptors);
        TestContext.Current.TestOutputHelper?.WriteLine($"memory grew by {(rig.Memory - memory) / 1024} KiB from {memory / 1024}");
        Assert.InRange(rig.Memory - memory, long.MinValue, 4 * MiB);
        Assert.Equal(20_000, rig.Figure("kafkamesh_requests_total"));
        Assert.Equal(20_000, rig.Figure("kafkamesh_responses_total"));
    }

    [Fact]
    public async Task Connections_FourThousandFiveHundredAtOnce_AreAllServedAndLeaveNothing()
    {
        using var rig = new SidecarProcessRig();
        rig.AssertServes();
        rig.AwaitQuiet();
        int descriptors = rig.Descriptors;
        long memory = rig.Memory;
        long limit = Math.Min(SoftLimit("self"), SoftLimit($"{rig.Sidecar.Id}"));
        int count = (int)Math.Min(4500, (limit - 500) / 2);
        Assert.SkipUnless(count >= 1000, $"many connections at once need at least 2,500 descriptors; the limit here is {limit} (ulimit -Hn)");
        TestContext.Current.TestOutputHelper?.WriteLine($"{count} connections; {limit} descriptors (ulimit -Hn)");

        Socket[] clients = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => ConnectAndAskAsync(rig)));
        foreach (Socket client in clients)
        {
            Assert.Equal([.. Wire.HeartbeatResponse(0), .. Wire.HeartbeatResponse(1)], client.ReceiveExactly(20));
        }

        Assert.Equal(count, rig.Figure("kafkamesh_relay_connections_open"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{(rig.Memory - memory) / count} bytes per connection");
        Assert.InRange((rig.Memory - memory) / count, long.MinValue, 16 * 1024);
        rig.AssertServes();
        Array.ForEach(clients, client => client.Dispose());
        rig.AwaitQuiet();
        rig.AwaitDescriptors(descriptors);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Resets_TenThousand_LeaveNothingAndStopNobody(bool withRequest)
    {
        using var rig = new SidecarProcessRig();
        using Socket bystander = RelayRig.Connect(rig.Address);
        ScriptedBroker.AskAndCheck(bystander, 'a', 1);
        int descriptors = rig.Descriptors;
        byte[] requests = ScriptedBroker.Requests('s', 5);
        Parallel.For(0, 4, _ =>
        {
            for (int i = 0; i < 2500; i++)
            {
                Socket client = RelayRig.Connect(rig.Address);
                if (withRequest)
                {
                    client.SendAll(requests);
                }

                client.Reset();
            }
        });

        ScriptedBroker.AskAndCheck(bystander, 'a', 3);
        Assert.True(SpinWait.SpinUntil(() => rig.Figure("kafkamesh_relay_connections_open") == 1, RelayRig.Deadline), "reset connections are still open");
        Assert.Equal(0, rig.Figure("kafkamesh_requests_in_flight"));
        rig.AwaitDescriptors(descriptors);
        rig.AssertServes();
    }

    /// <summary>As many connections and requests as an hour of a pod that opens five connections and sends 80 requests a second, and every way to end.</summary>
    [Fact]
    public void Soak_AnHoursWorkOfEveryKind_DoesNotGrow()
    {
        const int connections = 18_000;
        using var rig = new SidecarProcessRig();
        Work(rig, connections / 2, seed: 1);
        rig.AwaitQuiet();
        int descriptors = rig.Descriptors;
        long memory = rig.Memory;

        Work(rig, connections / 2, seed: 2);
        rig.AwaitQuiet();
        rig.AwaitDescriptors(descriptors);
        TestContext.Current.TestOutputHelper?.WriteLine($"memory grew by {(rig.Memory - memory) / 1024} KiB from {memory / 1024}");
        Assert.InRange(rig.Memory - memory, long.MinValue, 4 * MiB);
        Assert.InRange(rig.Figure("kafkamesh_requests_total"), 100_000, long.MaxValue);
        Assert.InRange(rig.Figure("kafkamesh_requests_unanswered_total"), 1000, long.MaxValue);
        rig.AssertServes();
        Assert.DoesNotContain(rig.Sidecar.Output, line => line.Contains(" ERR ", StringComparison.Ordinal));
    }

    private static async Task<Socket> ConnectAndAskAsync(SidecarProcessRig rig)
    {
        var client = new Socket(rig.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = (int)RelayRig.Deadline.TotalMilliseconds };
        await client.ConnectAsync(rig.Address).WaitAsync(RelayRig.Deadline);
        await client.SendAsync(ScriptedBroker.Requests('a', 2));
        return client;
    }

    private static void Sequence(SidecarProcessRig rig, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Socket client = RelayRig.Connect(rig.Address);
            ScriptedBroker.AskAndCheck(client, 'a', 1);
            client.Dispose();
        }
    }

    private static void Work(SidecarProcessRig rig, int connections, int seed) => Parallel.For(0, 4, worker =>
    {
        var random = new Random((seed * 10) + worker);
        for (int i = 0; i < connections / 4; i++)
        {
            using Socket client = RelayRig.Connect(rig.Address);
            switch (random.Next(8))
            {
                case 0: // Closes with requests open.
                    client.SendAll(ScriptedBroker.Requests('s', 20));
                    break;
                case 1:
                    client.SendAll(ScriptedBroker.Requests('s', 20));
                    client.Reset();
                    break;
                case 2: // The broker resets.
                    client.SendAll(ScriptedBroker.Requests('r', 20));
                    Assert.Equal(SocketError.ConnectionReset, client.ReceiveError());
                    break;
                case 3:
                    ScriptedBroker.AskAndCheck(client, 'h', 20);
                    break;
                case 4: // No Kafka.
                    var garbage = new byte[random.Next(1, 3000)];
                    random.NextBytes(garbage);
                    client.SendAll([0xff, .. garbage, 0, 0, 0]);
                    _ = client.ReceiveExactly(garbage.Length / 2);
                    break;
                case 5: // A probe.
                    break;
                default:
                    ScriptedBroker.AskAndCheck(client, 'a', 40);
                    break;
            }
        }
    });

    private static long SoftLimit(string process) =>
        long.Parse(File.ReadLines($"/proc/{process}/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[3]);
}
