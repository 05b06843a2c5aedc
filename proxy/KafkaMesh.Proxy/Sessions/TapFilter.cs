using System.Globalization;
using System.Text;
using KafkaMesh.Proxy.Admin;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>Which frames a tap shows, and how many of them. Unset parts match everything.</summary>
internal sealed record TapFilter
{
    /// <summary>Most events per second and tap that can be asked for.</summary>
    public const int MaxRate = 2000;

    private const int MaxSample = 1_000_000;
    private const string Accepted =
        "the query may have api=Produce,Fetch or api=0,1, topic=NAME, client=ID, connection=ID, errors=true, sample=N (one exchange of N, 1-1000000) and rate=N (events per second, 1-2000)";

    /// <summary>API keys; empty for all.</summary>
    public IReadOnlyList<short> Apis { get; init; } = [];

    /// <summary>A topic among the first <see cref="TopicNames.Capacity"/> that the frame names, UTF-8.</summary>
    public byte[]? Topic { get; init; }

    /// <summary>Client id.</summary>
    public string? Client { get; init; }

    /// <summary>Id of a connection.</summary>
    public long? Connection { get; init; }

    /// <summary>Only responses with an error code.</summary>
    public bool ErrorsOnly { get; init; }

    /// <summary>One of so many requests is shown, and its response with it.</summary>
    public int Sample { get; init; } = 1;

    /// <summary>Most events per second.</summary>
    public int Rate { get; init; } = 200;

    /// <summary>Reads a query string.</summary>
    /// <param name="query">Without the question mark.</param>
    /// <param name="error">What is wrong, one sentence; null when nothing is.</param>
    public static TapFilter Read(string query, out string? error)
    {
        var filter = new TapFilter();
        error = null;
        foreach (var (name, value) in QueryText.Read(query))
        {
            if (filter.With(name, value) is { } next)
                filter = next;
            else
                error = Accepted;
        }

        return filter;
    }

    /// <summary>Whether a frame is one of these; on its loop, without allocation.</summary>
    public bool Matches(in RelayConnection connection, in FrameTrace frame)
    {
        if (ErrorsOnly && (frame.Flow == RelayFlow.Request || frame.Errors.Count == 0))
            return false;
        if (Apis.Count > 0 && !Apis.Contains(frame.ApiKey))
            return false;
        return (Sample == 1 || IsChosen(connection.Id, frame.CorrelationId))
            && (Connection is null || Connection == connection.Id)
            && (Client is null || Client == frame.ClientId)
            && (Topic is null || frame.Topics?.Contains(Topic) == true);
    }

    // By a hash of what a request and its response have in common: a count would take the request without its response, and of an even
    // number nothing but requests.
    private bool IsChosen(long connection, int correlationId)
    {
        var hash = ((ulong)connection * 0x9E3779B97F4A7C15) ^ ((uint)correlationId * 0xC2B2AE3D27D4EB4F);
        hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93;
        return (hash >> 32) % (uint)Sample == 0;
    }

    private TapFilter? With(string name, string value) => name switch
    {
        "api" => Keys(value) is { } keys ? this with { Apis = keys } : null,
        "topic" when value.Length > 0 => this with { Topic = Encoding.UTF8.GetBytes(value) },
        "client" => this with { Client = value },
        "connection" when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) => this with { Connection = id },
        "errors" when value is "true" or "false" => this with { ErrorsOnly = value == "true" },
        "sample" => Number(value, MaxSample) is { } sample ? this with { Sample = sample } : null,
        "rate" => Number(value, MaxRate) is { } rate ? this with { Rate = rate } : null,
        _ => null,
    };

    private static int? Number(string value, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number : null;

    private static List<short>? Keys(string value)
    {
        var keys = new List<short>();
        foreach (var text in value.Split(','))
        {
            if (KeyOf(text) is not { } key)
                return null;
            keys.Add(key);
        }

        return keys;
    }

    private static short? KeyOf(string text)
    {
        if (short.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        for (short key = 0; key < ApiSlots.KnownKeys; key++)
        {
            if (string.Equals(ApiSlots.NameOfKey(key), text, StringComparison.OrdinalIgnoreCase))
                return key;
        }

        return null;
    }
}
