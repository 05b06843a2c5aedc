using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using KafkaMesh.Contracts.Access;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Transport.Posix;
using Serilog;

namespace KafkaMesh.Proxy.Admin;

/// <summary>
/// Answers one request: <c>/metrics</c>, <c>/stats</c>, <c>/livez</c>, <c>/readyz</c> and <c>/probe/tcp</c> to anybody, <c>/connections</c> and
/// <c>/tap</c> to those who may; everything else by the name of what is wrong.
/// </summary>
internal sealed class AdminEndpoints(
    IAdminContent content, ILiveView view, IAdminState state, AccessPolicy access, ProbedPorts ports, TimeProvider time, ILogger log)
{
    private const string PlainText = "text/plain; charset=utf-8";

    // One each: whoever wears out the one takes nothing from those who read the other, and nobody takes anything from the operator.
    private readonly CallerRate _metricsRate = new(time);
    private readonly CallerRate _statsRate = new(time);
    private readonly CallerRate _operatorRate = new(time);
    private readonly CallerRate _viewRate = new(time);

    /// <summary>Writes the body of the answer.</summary>
    /// <param name="head">The request.</param>
    /// <param name="caller">Where it came from; null when that is unknown.</param>
    /// <param name="local">The address of this pod that it came to; null when that is unknown.</param>
    /// <param name="body">Receives the body.</param>
    public AdminAnswer Answer(in RequestHead head, IPAddress? caller, IPAddress? local, IBufferWriter<byte> body)
    {
        if (head.Path is not ("/metrics" or "/stats" or "/livez" or "/readyz" or "/probe/tcp" or "/connections" or "/tap"))
        {
            return Say(body, 404, "there is /metrics, /stats, /livez, /readyz, /probe/tcp, /connections and /tap");
        }

        if (head.Method is not ("GET" or "HEAD"))
        {
            return Say(body, 405, "GET and HEAD are allowed") with { Fields = "Allow: GET, HEAD\r\n" };
        }

        try
        {
            return head.Path switch
            {
                "/metrics" => Refusal(_metricsRate, caller, local, body) ?? Metrics(AcceptField.Choose(head.Accept), body),
                "/stats" => Stats(head, caller, local, body),
                "/livez" => Health(body, state.WhyNotLive()),
                "/readyz" => Health(body, state.WhyNotReady()),
                "/probe/tcp" => Probe(head, local, body),
                "/connections" => Refusal(head, caller, local, AccessToken.ConnectionsScope, body) ?? Connections(head, body),
                _ => Refusal(head, caller, local, AccessToken.TapScope, body) ?? Tap(head, body),
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

    /// <summary>The answer to a probe whose dial has ended; 200 when the port accepted.</summary>
    public static AdminAnswer Tell(PortDial dial, IBufferWriter<byte> body) => dial.Outcome switch
    {
        0 => Say(body, 200, $"{dial.Target} accepts"),
        Errno.TimedOut => Say(body, 503, $"{dial.Target} did not accept within {PortDial.Limit.TotalSeconds} s"),
        { } error => Say(body, 503, $"{dial.Target} does not accept: {Errno.Describe(error)}"),
        null => new AdminAnswer(200, PlainText) { Dial = dial },
    };

    private static AdminAnswer Say(IBufferWriter<byte> body, int status, string sentence)
    {
        body.Write(Encoding.UTF8.GetBytes(sentence + "\n"));
        return new AdminAnswer(status, PlainText);
    }

    private static AdminAnswer Health(IBufferWriter<byte> body, string? reason) => reason is null ? Say(body, 200, "ok") : Say(body, 503, reason);

    private AdminAnswer Probe(in RequestHead head, IPAddress? local, IBufferWriter<byte> body)
    {
        int port = ports.PortOf(head.Query, out string? error);
        return error is not null ? Say(body, 400, error)
            : local is null ? Say(body, 503, "the kernel does not tell which address of the pod was asked")
            : Tell(ports.Dial(local, port), body);
    }

    private AdminAnswer Metrics(MetricsFormat format, IBufferWriter<byte> body)
    {
        content.WriteMetrics(body, format);
        if (format == MetricsFormat.OpenMetrics)
        {
            body.Write("# EOF\n"u8);
        }

        return new AdminAnswer(200, AcceptField.ContentType(format)) { Fields = "Vary: Accept\r\n" };
    }

    // A report is for everybody. The last one, behind which the process ends, is for the operator, or for anybody where there is no telling who that is.
    private AdminAnswer Stats(in RequestHead head, IPAddress? caller, IPAddress? local, IBufferWriter<byte> body)
    {
        bool isOperator = access.JudgeToken(caller, head.Authorization, AccessToken.StatsScope, out _) == Access.Granted;
        if (Refusal(isOperator ? _operatorRate : _statsRate, caller, local, body) is { } refusal)
        {
            return refusal;
        }

        bool draining = state.IsDraining;
        bool final = draining && head.Method == "GET" && (isOperator || !access.KnowsOperator) && state.TryFinish();
        content.WriteStats(body, draining, final);
        return new AdminAnswer(200, "application/json", final);
    }

    // Callers in the pod may: they could as well use up the node's time by themselves.
    private static AdminAnswer? Refusal(CallerRate rate, IPAddress? caller, IPAddress? local, IBufferWriter<byte> body)
    {
        if (AccessPolicy.IsInside(caller, local) || rate.TryTake(caller, out TimeSpan wait))
        {
            return null;
        }

        return TooOften(body, "this page is given", wait);
    }

    private static AdminAnswer TooOften(IBufferWriter<byte> body, string what, TimeSpan wait)
    {
        string seconds = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        AdminAnswer answer = Say(body, 429, $"{what} {CallerRate.PerSecond / 2} times a second to one caller, {CallerRate.PerSecond} times to all");
        return answer with { Fields = $"Retry-After: {seconds}\r\n" };
    }

    private AdminAnswer? Refusal(in RequestHead head, IPAddress? caller, IPAddress? local, string scope, IBufferWriter<byte> body)
    {
        Access judgement = access.Judge(caller, local, head.Authorization, scope, out TimeSpan wait);
        return Refusal(judgement, wait, body) ?? Refusal(_viewRate, caller, local, body);
    }

    // The same words whatever is wrong with a token: a forger learns nothing (RFC 6750 section 3.1).
    private static AdminAnswer? Refusal(Access judgement, TimeSpan wait, IBufferWriter<byte> body) => judgement switch
    {
        Access.Granted => null,
        Access.TooOften => TooOften(body, "the check of a token is given", wait),
        Access.OtherScope => Say(body, 403, "the token does not permit this") with { Fields = "WWW-Authenticate: Bearer error=\"insufficient_scope\"\r\n" },
        _ => Say(body, 401, "callers from outside the pod need a valid token of the operator") with { Fields = "WWW-Authenticate: Bearer\r\n" },
    };

    private AdminAnswer Connections(in RequestHead head, IBufferWriter<byte> body)
    {
        ConnectionQuery query = ConnectionQuery.Read(head.Query, out string? error);
        if (error is not null)
        {
            return Say(body, 400, error);
        }

        view.WriteConnections(query, body);
        return new AdminAnswer(200, "application/json");
    }

    private AdminAnswer Tap(in RequestHead head, IBufferWriter<byte> body)
    {
        TapFilter filter = TapFilter.Read(head.Query, out string? error);
        if (error is not null)
        {
            return Say(body, 400, error);
        }

        if (head.Method == "HEAD")
        {
            return new AdminAnswer(200, "text/event-stream");
        }

        return view.OpenTap(filter) is { } tap
            ? new AdminAnswer(200, "text/event-stream") { Stream = new TapStream(view, tap, time) }
            : Say(body, 503, $"{TapSet.Capacity} taps are open: end one first");
    }
}
