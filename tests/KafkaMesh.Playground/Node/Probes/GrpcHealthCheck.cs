using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using KafkaMesh.Playground.Network;

namespace KafkaMesh.Playground.Node.Probes;

/// <summary>One call of <c>grpc.health.v1.Health/Check</c> over unencrypted HTTP/2, as a kubelet's gRPC probe makes it (the gRPC health checking protocol).</summary>
internal static class GrpcHealthCheck
{
    private const int FramePrefix = 5;
    private const int MaximumAnswer = 4096;
    private const byte ServiceField = 0x0A; // field 1, length-delimited
    private const byte StatusField = 0x08; // field 1, varint
    private const byte Serving = 1;

    /// <summary>Asks the server at <paramref name="target"/>, seen from the node, for the health of <paramref name="service"/> (empty: of the whole server).</summary>
    /// <exception cref="HttpRequestException">It could not be reached or speaks no HTTP/2.</exception>
    public static async Task<ProbeResult> RunAsync(NetworkNamespace node, IPEndPoint target, string service, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, token) => new NetworkStream(await node.ConnectAsync(target, token), ownsSocket: true),
        };
        using var client = new HttpClient(handler) { MaxResponseContentBufferSize = MaximumAnswer };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{target}/grpc.health.v1.Health/Check")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Request(service)) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.TryAddWithoutValidation("User-Agent", "kube-probe/1.36");
        using var response = await client.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var status = Header(response.TrailingHeaders) ?? Header(response.Headers) ?? "missing";
        if (response.StatusCode != HttpStatusCode.OK) return new ProbeResult(false, $"gRPC probe failed with statuscode: {(int)response.StatusCode}");
        if (status == "12") return new ProbeResult(false, "this server does not implement the grpc health protocol (grpc.health.v1.Health)");
        if (status != "0") return new ProbeResult(false, $"service unhealthy (rpc status {status})");
        return IsServing(body) ? new ProbeResult(true, "") : new ProbeResult(false, "service unhealthy (responded with a status other than \"SERVING\")");
    }

    /// <summary>HealthCheckRequest{service} behind gRPC's prefix: not compressed, length.</summary>
    private static byte[] Request(string service)
    {
        var name = Encoding.UTF8.GetBytes(service);
        using var message = new MemoryStream();
        if (name.Length > 0)
        {
            message.WriteByte(ServiceField);
            var left = (uint)name.Length;
            for (; left >= 0x80; left >>= 7) message.WriteByte((byte)(left | 0x80));
            message.WriteByte((byte)left);
            message.Write(name);
        }
        var framed = new byte[FramePrefix + message.Length];
        BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(1), (uint)message.Length);
        message.ToArray().CopyTo(framed, FramePrefix);
        return framed;
    }

    /// <summary>HealthCheckResponse{status: SERVING}; its only field is the first two bytes.</summary>
    private static bool IsServing(byte[] body) => body.Length >= FramePrefix + 2 && body[FramePrefix] == StatusField && body[FramePrefix + 1] == Serving;

    private static string? Header(HttpHeaders headers) => headers.TryGetValues("grpc-status", out var values) ? values.First() : null;
}
