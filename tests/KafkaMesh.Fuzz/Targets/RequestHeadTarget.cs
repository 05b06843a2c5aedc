using System.Text;
using KafkaMesh.Proxy.Admin;

namespace KafkaMesh.Fuzz.Targets;

/// <summary>
/// The admin server's request head: its length lies within the input, and it needs no byte behind its end and every one before it. Its query names
/// no port to dial but those that may be asked about.
/// </summary>
internal sealed class RequestHeadTarget : IFuzzTarget
{
    private static readonly ProbedPorts s_ports = new([9092]);

    public string Name => "request-head";

    public int MaxLength => 9000;

    public IReadOnlyList<string> Tokens { get; } =
        ["\r\n", "\r\n\r\n", " HTTP/1.1", " HTTP/1.0", "Host: a", "Connection: close", "Connection: keep-alive", "Content-Length: 0", "Transfer-Encoding: chunked", ":", " ", "GET /", "?", "port=", "9092", "&", "%39", "\0", "\u007f"];

    public long AllocationLimit(int length) => (1 << 16) + (16L * length);

    public byte[] MakeSeed(Random random) => Encoding.ASCII.GetBytes(random.Next(3) switch
    {
        0 => "GET /metrics?x=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nrest",
        1 => "GET /probe/tcp?port=9092 HTTP/1.1\r\nHost: a\r\n\r\n",
        _ => "HEAD /livez HTTP/1.0\r\nAccept: */*\r\n\r\n",
    });

    public void Run(ReadOnlySpan<byte> input, Transcript transcript)
    {
        var status = RequestHead.TryRead(input, out var head, out var length);
        transcript.Say((int)status, length);
        if (length < 0 || length > input.Length)
            throw new ViolationException($"a head of {length} bytes in {input.Length}");
        if (status != RequestHeadStatus.Complete)
            return;
        transcript.Say(head.Method.Length, Encoding.ASCII.GetBytes(head.Path));
        transcript.Say(head.KeepAlive ? 10 : 11);
        int port = s_ports.PortOf(head.Query, out var refusal);
        transcript.Say(port, refusal is null ? 1 : 0);
        if (refusal is null && port != 9092)
            throw new ViolationException($"port {port} would be dialled");
        if (RequestHead.TryRead(input[..length], out var exact, out _) != RequestHeadStatus.Complete || exact != head)
            throw new ViolationException("it depends on what follows it");
        if (RequestHead.TryRead(input[..(length - 1)], out _, out _) == RequestHeadStatus.Complete)
            throw new ViolationException("it is complete without its last byte");
    }
}
