using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using KafkaMesh.Proxy.Tests.Transport;

namespace KafkaMesh.Proxy.Tests.Admin;

/// <summary>Reads a tap as a client would: head, then events.</summary>
internal sealed class TapReader : IDisposable
{
    private readonly Socket _socket;
    private readonly StreamReader _lines;

    public TapReader(AdminRig rig, string query)
    {
        _socket = rig.Connect();
        _socket.SendAll(Encoding.ASCII.GetBytes($"GET /tap{query} HTTP/1.1\r\nHost: x\r\n\r\n"));
        _lines = new StreamReader(new NetworkStream(_socket), Encoding.UTF8);
        Status = _lines.ReadLine()!;
        while (_lines.ReadLine() is { Length: > 0 } field)
        {
            Fields.Add(field);
        }
    }

    public string Status { get; }

    public List<string> Fields { get; } = [];

    /// <summary>The next event; comments are passed over.</summary>
    public (string Name, JsonElement Data) Next()
    {
        string name = "";
        while (true)
        {
            string line = _lines.ReadLine() ?? throw new EndOfStreamException();
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                name = line["event: ".Length..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                using var data = JsonDocument.Parse(line["data: ".Length..]);
                Assert.Equal("", _lines.ReadLine());
                return (name, data.RootElement.Clone());
            }
        }
    }

    public void Dispose()
    {
        _lines.Dispose();
        _socket.Dispose();
    }
}
