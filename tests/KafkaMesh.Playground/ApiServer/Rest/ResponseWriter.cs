using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Writes whole answers: JSON with a final line break (indented for curl and <c>pretty</c>), YAML, plain text and Status.</summary>
internal static class ResponseWriter
{
    private const int MaxWarningRunes = 4096;
    private const int MaxLongWarningRunes = 256;

    /// <summary>Options of every JSON text that the server writes.</summary>
    public static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions Indented = Compact with { Indented = true, IndentSize = 2, NewLine = "\n" };

    /// <summary>Writes what <paramref name="write"/> puts into the JSON writer.</summary>
    public static Task WriteAsync(HttpContext http, int statusCode, Action<Utf8JsonWriter> write, bool yaml = false)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, WantsIndented(http) && !yaml ? Indented : Compact))
        {
            write(writer);
        }

        if (yaml)
        {
            return SendAsync(http, statusCode, "application/yaml", Encoding.UTF8.GetBytes(YamlEncoding.Encode(JsonNode.Parse(buffer.WrittenSpan)!)));
        }

        buffer.Write("\n"u8);
        return SendAsync(http, statusCode, "application/json", buffer.WrittenMemory);
    }

    /// <summary>Writes a JSON document as it is.</summary>
    public static Task WriteAsync(HttpContext http, int statusCode, JsonNode document) => WriteAsync(http, statusCode, writer => document.WriteTo(writer));

    /// <summary>Writes the Status of an error.</summary>
    public static Task WriteErrorAsync(HttpContext http, ApiException error)
    {
        if (error.Details?["retryAfterSeconds"] is JsonValue seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString();
        }

        return WriteAsync(http, error.Code, error.ToStatus());
    }

    /// <summary>The plain 404 of an unknown path.</summary>
    public static Task WritePathNotFoundAsync(HttpContext http)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return WriteTextAsync(http, 404, "404 page not found\n");
    }

    /// <summary>Writes plain text.</summary>
    public static Task WriteTextAsync(HttpContext http, int statusCode, string text) =>
        SendAsync(http, statusCode, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// Adds Warning headers: empty ones, duplicates and those with control characters vanish. When the sum passes its bound, as in a real
    /// server, long ones are cut and those after it vanish.
    /// </summary>
    public static void AddWarnings(HttpContext http, IEnumerable<string> warnings)
    {
        var shown = warnings.Where(text => text.Length > 0 && !text.Any(char.IsControl)).Distinct(StringComparer.Ordinal).ToList();
        var sums = new List<int>();
        shown.ForEach(text => sums.Add(sums.LastOrDefault() + Runes(text)));
        var cut = sums.FindIndex(sum => sum > MaxWarningRunes);
        foreach (var text in cut < 0 ? shown : ShortenedFrom(shown, cut))
        {
            var quoted = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            http.Response.Headers.Append("Warning", string.Create(CultureInfo.InvariantCulture, $"299 - \"{quoted}\""));
        }
    }

    // The warning that passes the bound makes all those before it be written again, shortened; more follow while the sum leaves room.
    private static List<string> ShortenedFrom(List<string> texts, int cut)
    {
        var result = texts[..(cut + 1)].ConvertAll(Shortened);
        var written = texts[..(cut + 1)].Sum(Runes);
        for (var i = cut + 1; i < texts.Count && written < MaxWarningRunes; i++)
        {
            result.Add(Shortened(texts[i]));
            written += Runes(result[^1]);
        }

        return result;
    }

    private static string Shortened(string text) => Runes(text) <= MaxLongWarningRunes ? text : string.Concat(text.EnumerateRunes().Take(MaxLongWarningRunes));

    private static int Runes(string text) => text.EnumerateRunes().Count();

    private static bool WantsIndented(HttpContext http)
    {
        var pretty = http.Request.Query["pretty"].ToString();
        return pretty.Length > 0
            ? ListRequest.IsTrue(pretty)
            : http.Request.Headers.UserAgent.ToString() is var agent
                && (agent.StartsWith("curl", StringComparison.Ordinal) || agent.StartsWith("Wget", StringComparison.Ordinal) || agent.StartsWith("Mozilla/5.0", StringComparison.Ordinal));
    }

    private static async Task SendAsync(HttpContext http, int statusCode, string contentType, ReadOnlyMemory<byte> body)
    {
        http.Response.StatusCode = statusCode;
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        http.Response.Headers.CacheControl = "no-cache, private";
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
        }
    }
}
