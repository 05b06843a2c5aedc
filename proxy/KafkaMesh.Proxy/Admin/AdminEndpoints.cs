using System.Buffers;
using System.Text;
using Serilog;

namespace KafkaMesh.Proxy.Admin;

/// <summary>Answers one request: <c>/metrics</c>, <c>/stats</c>, <c>/livez</c>, <c>/readyz</c>; everything else by the name of what is wrong.</summary>
internal sealed class AdminEndpoints(IAdminContent content, IAdminState state, ILogger log)
{
    private const string PlainText = "text/plain; charset=utf-8";

    /// <summary>Writes the body of the answer.</summary>
    /// <param name="head">The request.</param>
    /// <param name="body">Receives the body.</param>
    public AdminAnswer Answer(in RequestHead head, IBufferWriter<byte> body)
    {
        if (head.Path is not ("/metrics" or "/stats" or "/livez" or "/readyz"))
        {
            return Say(body, 404, "there is /metrics, /stats, /livez and /readyz");
        }

        if (head.Method is not ("GET" or "HEAD"))
        {
            return Say(body, 405, "GET and HEAD are allowed");
        }

        try
        {
            return head.Path switch
            {
                "/metrics" => Metrics(body),
                "/stats" => Stats(body, isRead: head.Method == "GET"),
                "/livez" => Health(body, state.WhyNotLive()),
                _ => Health(body, state.WhyNotReady()),
            };
        }
        catch (Exception e)
        {
            // A defect in the figures must not end the server that the probes ask.
            log.Error(e, "Answering {Path} failed", head.Path);
            return new AdminAnswer(500, PlainText, IsFinalReport: false, IsFailed: true);
        }
    }

    /// <summary>The answer to what is no request.</summary>
    public static AdminAnswer Refuse(RequestHeadStatus status, IBufferWriter<byte> body) => status == RequestHeadStatus.TooLong
        ? Say(body, 431, "a request head may have 8192 bytes")
        : Say(body, 400, "this port speaks plain HTTP/1.1");

    private static AdminAnswer Say(IBufferWriter<byte> body, int status, string sentence)
    {
        body.Write(Encoding.UTF8.GetBytes(sentence + "\n"));
        return new AdminAnswer(status, PlainText);
    }

    private static AdminAnswer Health(IBufferWriter<byte> body, string? reason) => reason is null ? Say(body, 200, "ok") : Say(body, 503, reason);

    private AdminAnswer Metrics(IBufferWriter<byte> body)
    {
        content.WriteMetrics(body);
        return new AdminAnswer(200, "text/plain; version=0.0.4; charset=utf-8");
    }

    private AdminAnswer Stats(IBufferWriter<byte> body, bool isRead)
    {
        bool draining = state.IsDraining;
        bool final = draining && isRead && state.TryFinish();
        content.WriteStats(body, draining, final);
        return new AdminAnswer(200, "application/json", final);
    }
}
