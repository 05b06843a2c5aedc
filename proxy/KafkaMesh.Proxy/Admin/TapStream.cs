using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Admin;

/// <summary>
/// A tap as server-sent events (HTML standard, section 9.2): <c>request</c> and <c>response</c> with a JSON object each, <c>lost</c> with the number of
/// events left out before it, <c>end</c>. A comment every few seconds shows that both ends live.
/// </summary>
internal sealed class TapStream(ILiveView view, Tap tap, TimeProvider time)
{
    /// <summary>Longest life of a tap; whoever wants more asks again.</summary>
    public static readonly TimeSpan MaxDuration = TimeSpan.FromMinutes(10);

    private const int ChunkBytes = 32 * 1024;

    private static readonly long s_silence = Ticks.From(TimeSpan.FromSeconds(5));
    private readonly long _end = time.GetTimestamp() + Ticks.From(MaxDuration);
    private long _lastWritten;
    private long _lostTold;

    /// <summary>Its time is over: nothing follows.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Writes what came since the last call, at most about <see cref="ChunkBytes"/>.</summary>
    public void Fill(ArrayBufferWriter<byte> output)
    {
        long now = time.GetTimestamp();
        DateTimeOffset utc = time.GetUtcNow();

        // Before the events are taken: one that came before a loss is then never told after it.
        long lost = tap.Lost;
        while (output.WrittenCount < ChunkBytes && tap.Take() is { } frame)
        {
            WriteEvent(output, frame, utc - TimeSpan.FromTicks(Ticks.ToNanoseconds(now - frame.Frame.Timestamp) / TimeSpan.NanosecondsPerTick));
        }

        if (lost > _lostTold && output.WrittenCount < ChunkBytes)
        {
            output.Write(Encoding.ASCII.GetBytes($"event: lost\ndata: {{\"count\":{lost - _lostTold}}}\n\n"));
            _lostTold = lost;
        }

        if (now >= _end)
        {
            output.Write("event: end\ndata: {}\n\n"u8);
            IsOver = true;
        }
        else if (output.WrittenCount == 0 && now - _lastWritten >= s_silence)
        {
            output.Write(":\n\n"u8);
        }

        if (output.WrittenCount > 0)
        {
            _lastWritten = now;
        }
    }

    /// <summary>The reader is gone.</summary>
    public void Close() => view.CloseTap(tap);

    private static void WriteEvent(ArrayBufferWriter<byte> output, TapEvent entry, DateTimeOffset at)
    {
        output.Write(entry.Frame.Flow == RelayFlow.Request ? "event: request\ndata: "u8 : "event: response\ndata: "u8);
        using (var json = new Utf8JsonWriter(output))
        {
            WriteFrame(json, entry, at);
        }

        output.Write("\n\n"u8);
    }

    private static void WriteFrame(Utf8JsonWriter json, TapEvent entry, DateTimeOffset at)
    {
        FrameTrace frame = entry.Frame;
        json.WriteStartObject();
        json.WriteString("time", at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        json.WriteString("direction", MetricLabels.Of(entry.Direction));
        json.WriteNumber("connection", entry.Connection);
        json.WriteString("api", ApiSlots.NameOfKey(frame.ApiKey));
        json.WriteNumber("apiKey", frame.ApiKey);
        json.WriteNumber("version", frame.ApiVersion);
        json.WriteNumber("correlationId", frame.CorrelationId);
        if (frame.ClientId is not null)
        {
            json.WriteString("clientId", NameText.FromUtf8(Encoding.UTF8.GetBytes(frame.ClientId)));
        }

        json.WriteNumber("size", frame.Size);
        if (frame.Flow == RelayFlow.Response)
        {
            json.WriteNumber("latencyMilliseconds", Ticks.ToNanoseconds(frame.Latency) / 1e6);
            json.WriteStartArray("errors");
            for (int i = 0; i < frame.Errors.Count; i++)
            {
                json.WriteStringValue(ErrorCells.NameOfCode(frame.Errors[i]));
            }

            json.WriteEndArray();
        }

        json.WriteStartArray("topics");
        foreach (byte[] topic in entry.Topics)
        {
            json.WriteStringValue(NameText.FromUtf8(topic));
        }

        json.WriteEndArray();
        if (entry.MoreTopics > 0)
        {
            json.WriteNumber("moreTopics", entry.MoreTopics);
        }

        json.WriteEndObject();
    }
}
