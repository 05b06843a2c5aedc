using System.Net;
using System.Net.Sockets;
using KafkaMesh.Proxy.Configuration;

namespace KafkaMesh.Proxy.Commands;

/// <summary>
/// <c>kafkamesh-proxy wait</c>: returns as soon as the sidecar of this pod relays. It is the postStart hook of a plain sidecar container, which stands
/// first in its pod: a kubelet starts the containers one after the other and waits for the hook of each. (A native sidecar has a startup probe.)
/// </summary>
internal sealed class WaitCommand : ICommand
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    public string Name => "wait";

    public string Summary => "Wait until the sidecar that runs in this pod is ready.";

    public string Help => CommandLine.Describe("wait [--flag value]...", Summary, WaitFlags.All);

    public int Run(IReadOnlyList<string> arguments, CommandConsole console)
    {
        var flags = new FlagReader(WaitFlags.All, arguments, console.Environment);
        IPAddress address = flags.Address(WaitFlags.AdminAddress, IPAddress.IPv6Any);
        int port = flags.Number(WaitFlags.AdminPort, 1, IPEndPoint.MaxPort);
        TimeSpan limit = flags.Duration(WaitFlags.WaitTimeout, TimeSpan.FromHours(1));
        if (flags.Error is not null)
        {
            return console.Fail(ExitCode.Usage, flags.Error);
        }

        // What listens on all addresses of the pod is asked on the one that every pod has.
        bool isAny = address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.Any);
        var admin = new IPEndPoint(isAny ? IPAddress.Loopback : address, port);
        return WhyNotReady(admin, limit) is { } reason
            ? console.Fail(ExitCode.Unavailable, $"the sidecar was not ready within {limit.TotalSeconds} s: {EndPointText.Of(admin)} {reason}")
            : ExitCode.Success;
    }

    // Null once it is ready.
    private static string? WhyNotReady(IPEndPoint admin, TimeSpan limit)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, MaxResponseHeadersLength = 4 };
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using var end = new CancellationTokenSource(limit);
        var page = new Uri($"http://{EndPointText.Of(admin)}/readyz");
        string? known = null;
        while (true)
        {
            string? reason = Ask(client, page, end.Token);
            // The end of the time tells less than an answer before it.
            known = end.IsCancellationRequested ? known ?? reason : reason;
            if (reason is null || end.Token.WaitHandle.WaitOne(s_pause))
            {
                return reason is null ? null : known;
            }
        }
    }

    private static string? Ask(HttpClient client, Uri page, CancellationToken end)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, page);
            using HttpResponseMessage response = client.Send(request, HttpCompletionOption.ResponseHeadersRead, end);
            return response.IsSuccessStatusCode ? null : $"answers {(int)response.StatusCode}";
        }
        catch (OperationCanceledException)
        {
            return "does not answer";
        }
        catch (HttpRequestException error)
        {
            return error.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } ? "refuses connections" : $"gives no answer: {error.HttpRequestError}";
        }
    }
}
