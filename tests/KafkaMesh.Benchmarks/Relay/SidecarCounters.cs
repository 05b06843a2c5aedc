using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace KafkaMesh.Benchmarks.Relay;

/// <summary>What a sidecar has counted, from its <c>/metrics</c>.</summary>
internal sealed record SidecarCounters(
    long Requests, long Responses, long RequestBytes, long ResponseBytes, long Records, long RecordBytes, long Failures, long Errors)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    /// <summary>Reads them now.</summary>
    public static SidecarCounters Read(int adminPort)
    {
        using var client = new HttpClient();
        string text = client.GetStringAsync(new Uri($"http://{IPAddress.Loopback}:{adminPort}/metrics")).GetAwaiter().GetResult();
        return new SidecarCounters(
            Sum(text, "kafkamesh_requests_total"),
            Sum(text, "kafkamesh_responses_total"),
            Sum(text, "kafkamesh_request_bytes_total"),
            Sum(text, "kafkamesh_response_bytes_total"),
            Sum(text, "kafkamesh_topic_records_total"),
            Sum(text, "kafkamesh_topic_bytes_total"),
            Sum(text, "kafkamesh_decode_failures_total"),
            Sum(text, "kafkamesh_response_errors_total") + Sum(text, "kafkamesh_requests_unanswered_total"));
    }

    /// <summary>Fails the bench unless exactly the load was counted since the earlier reading.</summary>
    /// <exception cref="InvalidOperationException">The counters differ from the load generator's.</exception>
    public static void Check(int adminPort, SidecarCounters before, LoadResult load)
    {
        var expected = new SidecarCounters(
            before.Requests + load.Requests,
            before.Responses + load.Responses,
            before.RequestBytes + load.RequestBytes,
            before.ResponseBytes + load.ResponseBytes,
            before.Records + load.Records,
            before.RecordBytes + load.RecordBytes,
            0,
            0);
        WaitFor(adminPort, counted => counted == expected, $"{expected}, as the load generator");
    }

    /// <summary>Fails the bench unless the counters come to be as expected: a byte is counted just after it was passed on.</summary>
    /// <exception cref="InvalidOperationException">They do not.</exception>
    public static void WaitFor(int adminPort, Predicate<SidecarCounters> isExpected, string expected)
    {
        long start = Stopwatch.GetTimestamp();
        SidecarCounters counted = Read(adminPort);
        while (!isExpected(counted) && Stopwatch.GetElapsedTime(start) < s_patience)
        {
            Patience.Pause();
            counted = Read(adminPort);
        }

        if (!isExpected(counted))
        {
            throw new InvalidOperationException($"the sidecar counted otherwise than it should.\n  expected {expected}\n  counted  {counted}");
        }
    }

    private static long Sum(string text, string metric)
    {
        long sum = 0;
        foreach (string line in text.Split('\n'))
        {
            if (line.StartsWith(metric, StringComparison.Ordinal) && line.Length > metric.Length && line[metric.Length] is '{' or ' ')
            {
                sum += long.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture);
            }
        }

        return sum;
    }
}
