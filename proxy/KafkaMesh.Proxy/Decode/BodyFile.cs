using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using KafkaMesh.Codec;

namespace KafkaMesh.Proxy.Decode;

/// <summary>
/// Decodes bodies without header from a tab-separated file, <c>apiKey version request|response hex</c> per line, into one JSON line
/// each: <c>{"apiKey","version","kind","body":{…}}</c> or <c>{"error":"…"}</c>. Line n of the output answers line n of the file.
/// </summary>
internal sealed class BodyFile : IDisposable
{
    /// <summary>Longest body, in bytes: its JSON may be thirty times as long.</summary>
    public const int MaxBody = 16 << 20;

    private const int Columns = 4;
    private const int LongestPrefix = 64;
    private const int LongestLine = LongestPrefix + (2 * MaxBody);

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

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

    /// <summary>Decodes every line. What was written is flushed whenever the input keeps it waiting.</summary>
    public void Decode(Stream input)
    {
        var lines = new LineReader(input, LongestLine);
        while (lines.TryRead(_output.Flush, out var line, out var isWhole))
        {
            var fault = isWhole ? DecodeLine(line) : $"longer than {LongestLine} bytes: bodies of up to {MaxBody} bytes are decoded";
            if (fault is not null)
                WriteError($"line {lines.Number}: {fault}");
            _json.Flush();
            _output.Write(Encoding.UTF8.GetString(_buffer.WrittenSpan));
            _output.Write('\n');
            _json.Reset();
            _buffer.ResetWrittenCount();
        }

        _output.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    /// <returns>What is wrong with the line, or null.</returns>
    private string? DecodeLine(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
            return "empty where four columns are wanted: apiKey, version, request or response, hex";
        var columns = line.Count((byte)'\t') + 1;
        if (columns != Columns)
            return $"{columns} column{(columns == 1 ? "" : "s")} where four are wanted, tab-separated: apiKey, version, request or response, hex";
        if (!TryReadNumber(NextColumn(ref line), out var apiKey))
            return "the first column is no API key: a number from -32768 to 32767 is wanted";
        if (!TryReadNumber(NextColumn(ref line), out var version))
            return "the second column is no version: a number from -32768 to 32767 is wanted";
        var kindColumn = NextColumn(ref line);
        if (!TryReadKind(kindColumn, out var kind))
            return "the third column is neither request nor response";
        if (line.IndexOfAnyExcept(HexDigits) is >= 0 and var wrong)
            return $"the fourth column is not hex: character {wrong + 1} is none of the digits 0-9, a-f and A-F";
        if (line.Length % 2 != 0)
            return $"the fourth column has an odd number of digits: {line.Length}";
        var body = new byte[line.Length / 2];
        Convert.FromHexString(line, body, out _, out _);
        return DecodeBody(apiKey, version, kind, body);
    }

    private static ReadOnlySpan<byte> NextColumn(ref ReadOnlySpan<byte> line)
    {
        var end = line.IndexOf((byte)'\t');
        var column = line[..end];
        line = line[(end + 1)..];
        return column;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> column, out short number) =>
        short.TryParse(column, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private static bool TryReadKind(ReadOnlySpan<byte> column, out MessageKind kind)
    {
        kind = column.SequenceEqual("response"u8) ? MessageKind.Response : MessageKind.Request;
        return kind == MessageKind.Response || column.SequenceEqual("request"u8);
    }

    private string? DecodeBody(short apiKey, short version, MessageKind kind, byte[] body)
    {
        var kindText = kind == MessageKind.Request ? "request" : "response";
        _json.WriteStartObject();
        _json.WriteNumber("apiKey", apiKey);
        _json.WriteNumber("version", version);
        _json.WriteString("kind", kindText);
        _json.WritePropertyName("body");
        var error = JsonView.Write(apiKey, version, kind, body, _json, _options, out var place);
        if (error == DecodeError.None)
        {
            _json.WriteEndObject();
            return null;
        }

        var known = error != DecodeError.UnknownVersion ? ""
            : KafkaSchema.TryGetVersions(apiKey, out var lowest, out var highest) ? $": versions {lowest} to {highest} are known"
            : $": API keys 0 to {KafkaSchema.ApiKeyCount - 1} are known";
        return $"{error}{(place.Length == 0 ? "" : $" at {place}")} in {kindText} version {version} of API key {apiKey}{known}";
    }

    /// <summary>Writes the error in place of what was begun.</summary>
    private void WriteError(string sentence)
    {
        _json.Reset();
        _buffer.ResetWrittenCount();
        _json.WriteStartObject();
        _json.WriteString("error", sentence);
        _json.WriteEndObject();
    }
}
