using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.Tests.Node;

namespace KafkaMesh.Playground.Tests.ApiServer.Pods;

/// <summary>The exec subresource with a WebSocket of the test's own, so that it is shown where kubectl is too old to exec over one.</summary>
[Collection(PlaygroundCollection.Name)]
public sealed class PodExecSocketTests(PlaygroundFixture cluster)
{
    private const int InputBytes = 1_000_000;
    private const int MessageBytes = 32 * 1024;
    private const byte Stdin = 0;
    private const byte Stdout = 1;
    private const byte Stderr = 2;
    private const byte Error = 3;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v4.channel.k8s.io")]
    [InlineData("v5.channel.k8s.io")]
    public async Task Exec_InputAndBothOutputs_ComeOnTheirChannelsAndThenTheStatus(string protocol)
    {
        var pod = "socket-" + protocol[..2];
        await cluster.CreatePodAsync(pod, """ "containers":[{"name":"app","image":"IMAGE","command":["sleep","1000"]}]""");
        await cluster.WaitReadyAsync(pod);
        var sent = new byte[InputBytes];
        new Random(1).NextBytes(sent);

        using var socket = await ConnectAsync(pod, protocol, "sh", "-c", $"head -c {InputBytes}; echo heard >&2; exit 3");
        Assert.Equal(protocol, socket.SubProtocol);
        var receiving = ReceiveAsync(socket);
        foreach (var part in sent.Chunk(MessageBytes))
        {
            await socket.SendAsync(new byte[] { Stdin }.Concat(part).ToArray(), WebSocketMessageType.Binary, endOfMessage: true, Cancel);
        }

        var received = await receiving;
        Assert.True(sent.AsSpan().SequenceEqual(received[Stdout]), $"{received[Stdout].Length} bytes came back of {sent.Length}, or others");
        Assert.Equal("heard\n"u8.ToArray(), received[Stderr]);
        var status = JsonNode.Parse(received[Error])!;
        Assert.Equal("NonZeroExitCode", status["reason"]!.ToString());
        Assert.Equal("3", status["details"]!["causes"]![0]!["message"]!.ToString());
        await cluster.DeleteAsync(pod);
    }

    private async Task<ClientWebSocket> ConnectAsync(string pod, string protocol, params string[] command)
    {
        var server = cluster.Playground.Cluster.Server;
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(protocol);
        socket.Options.SetRequestHeader("Authorization", "Bearer " + server.AdminToken);
        socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is X509Certificate2 issued && server.Authority.HasIssued(issued);
        var query = string.Join('&', command.Select(word => "command=" + Uri.EscapeDataString(word)).Concat(["stdin=true", "stdout=true", "stderr=true"]));
        var address = new UriBuilder(server.Address) { Scheme = "wss", Path = $"/api/v1/namespaces/default/pods/{pod}/exec", Query = query };
        await socket.ConnectAsync(address.Uri, Cancel);
        return socket;
    }

    /// <summary>What came on each channel until the server closed.</summary>
    private static async Task<Dictionary<byte, byte[]>> ReceiveAsync(ClientWebSocket socket)
    {
        var channels = new Dictionary<byte, MemoryStream>();
        var buffer = new byte[2 * MessageBytes];
        while (true)
        {
            var held = 0;
            ValueWebSocketReceiveResult piece;
            do
            {
                piece = await socket.ReceiveAsync(buffer.AsMemory(held), Cancel);
                held += piece.Count;
            }
            while (!piece.EndOfMessage);

            if (piece.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Cancel);
                return channels.ToDictionary(channel => channel.Key, channel => channel.Value.ToArray());
            }

            if (!channels.TryGetValue(buffer[0], out var channel)) channels[buffer[0]] = channel = new MemoryStream();
            channel.Write(buffer.AsSpan(1, held - 1));
        }
    }
}
