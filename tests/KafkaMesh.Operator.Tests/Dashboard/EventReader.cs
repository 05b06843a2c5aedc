using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Tests.Dashboard;

/// <summary>Reads server-sent events as a browser would, and the comments between them.</summary>
internal sealed class EventReader : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private EventReader(HttpResponseMessage response, Stream stream)
    {
        _response = response;
        _reader = new StreamReader(stream, Encoding.UTF8);
    }

    /// <summary>Comments so far.</summary>
    public int Comments { get; private set; }

    /// <summary>Opens a stream that must be one.</summary>
    public static async Task<EventReader> OpenAsync(HttpClient client, string path)
    {
        var response = await client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        var failure = response.StatusCode == HttpStatusCode.OK ? "" : await response.Content.ReadAsStringAsync();
        Assert.Equal("", failure);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.ToString());
        return new EventReader(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event; null at the end.</summary>
    public async Task<(string Name, long? Id, JsonNode Data)?> NextAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        string name = "", data = "";
        long? id = null;
        while (await _reader.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line[7..];
            else if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = long.Parse(line[4..]);
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data = line[6..];
            else if (line.StartsWith(':'))
                Comments++;
            else if (line.Length == 0 && name.Length > 0)
                return (name, id, JsonNode.Parse(data)!);
        }
        return null;
    }

    /// <summary>The next event of a name; others are passed over.</summary>
    public async Task<JsonNode> NextAsync(string name, Func<JsonNode, bool>? condition = null)
    {
        while (await NextAsync() is { } next)
        {
            if (next.Name == name && condition?.Invoke(next.Data) != false)
                return next.Data;
        }
        Assert.Fail($"the stream ended without {name}");
        return null!;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _response.Dispose();
    }
}
