using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using KafkaMesh.Codec;

namespace KafkaMesh.Proxy.Decode;

/// <summary>
/// Decodes bodies without header from a tab-separated file, <c>apiKey version request|response hex</c> per line, into one JSON line
/// each: <c>{"apiKey","version","kind","body":{…}}</c> or <c>{"error":"…"}</c>.
/// </summary>
internal sealed class BodyFile : IDisposable
{
    private const int Columns = 4;

    private readonly TextWriter _output;
    private readonly JsonViewOptions _options;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Utf8JsonWriter _json;

    /// <summary>Writes to what the caller closes.</summary>
    public BodyFile(TextWriter output, JsonViewOptions options)
    {
        _output = output;
        _options = options;
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <summary>Decodes every line; an empty one is passed over.</summary>
    public void Decode(TextReader input)
    {
        var number = 0;
        while (input.ReadLine() is { } line)
        {
            number++;
            if (line.Length == 0)
                continue;
            if (DecodeLine(line.TrimEnd('\r')) is { } fault)
                WriteError($"line {number}: {fault}");
            _json.Flush();
            _output.WriteLine(Encoding.UTF8.GetString(_buffer.WrittenSpan));
            _json.Reset();
            _buffer.Clear();
        }

        _output.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    /// <returns>What is wrong with the line, or null.</returns>
    private string? DecodeLine(string line)
    {
        var columns = line.Split('\t');
        if (columns.Length != Columns)
            return $"{columns.Length} columns where four are wanted: apiKey, version, request or response, hex";
        if (!short.TryParse(columns[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var apiKey))
            return "the first column is no API key: a number from -32768 to 32767 is wanted";
        if (!short.TryParse(columns[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var version))
            return "the second column is no version: a number from -32768 to 32767 is wanted";
        if (columns[2] is not ("request" or "response"))
            return "the third column is neither request nor response";
        var body = new byte[columns[3].Length / 2];
        if (Convert.FromHexString(columns[3], body, out _, out _) != OperationStatus.Done)
            return "the fourth column is not hex: an even number of the digits 0-9 and a-f is wanted";
        var kind = columns[2] == "request" ? MessageKind.Request : MessageKind.Response;
        var error = WriteBody(apiKey, version, kind, columns[2], body);
        return error == DecodeError.None ? null : $"{error} in {columns[2]} version {version} of API key {apiKey}";
    }

    private DecodeError WriteBody(short apiKey, short version, MessageKind kind, string kindText, byte[] body)
    {
        _json.WriteStartObject();
        _json.WriteNumber("apiKey", apiKey);
        _json.WriteNumber("version", version);
        _json.WriteString("kind", kindText);
        _json.WritePropertyName("body");
        var error = JsonView.Write(apiKey, version, kind, body, _json, _options);
        if (error == DecodeError.None)
            _json.WriteEndObject();
        return error;
    }

    /// <summary>Writes the error in place of what was begun.</summary>
    private void WriteError(string sentence)
    {
        _json.Reset();
        _buffer.Clear();
        _json.WriteStartObject();
        _json.WriteString("error", sentence);
        _json.WriteEndObject();
    }
}
