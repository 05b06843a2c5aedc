using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.Network;
using KafkaMesh.Playground.Node.Launch;

namespace KafkaMesh.Playground.Node.Probes;

/// <summary>Carries out exec, httpGet, tcpSocket and grpc actions of probes and lifecycle hooks, as seen from the node (a kubelet probes the pod's address).</summary>
internal sealed class ProbeAction(JsonObject container, NetworkNamespace node, IPAddress podAddress, Func<IReadOnlyList<string>, CancellationToken, Task<(int Exit, string Output)>> exec)
{
    /// <summary>Runs the action that <paramref name="handler"/> holds; the token carries the time limit.</summary>
    public async Task<ProbeResult> RunAsync(JsonNode handler, CancellationToken cancellationToken)
    {
        try
        {
            if (handler.At("exec") is { } command) return await ExecAsync(command.Texts("command"), cancellationToken);
            if (handler.At("httpGet") is { } request) return await GetAsync(request, cancellationToken);
            if (handler.At("tcpSocket") is { } socket) return await ConnectAsync(socket, cancellationToken);
            if (handler.At("grpc") is { } grpc) return await GrpcHealthCheck.RunAsync(node, Target(grpc), grpc.Text("service") ?? "", cancellationToken);
            return new ProbeResult(false, "the playground offers exec, httpGet, tcpSocket and grpc actions only");
        }
        catch (OperationCanceledException)
        {
            return new ProbeResult(false, "context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
        }
        catch (Exception e) when (e is SocketException or IOException or HttpRequestException or LaunchException)
        {
            return new ProbeResult(false, (e.InnerException as SocketException ?? e).Message);
        }
    }

    private async Task<ProbeResult> ExecAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var (exit, output) = await exec(command, cancellationToken);
        return new ProbeResult(exit == 0, output.Trim());
    }

    private async Task<ProbeResult> ConnectAsync(JsonNode socket, CancellationToken cancellationToken)
    {
        using var connection = await node.ConnectAsync(Target(socket), cancellationToken);
        return new ProbeResult(true, "");
    }

    private async Task<ProbeResult> GetAsync(JsonNode request, CancellationToken cancellationToken)
    {
        var target = Target(request);
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            ConnectCallback = async (_, token) => new NetworkStream(await node.ConnectAsync(target, token), ownsSocket: true),
        };
        // A kubelet does not verify the certificate of what it probes: the address is its own knowledge, not a name that a certificate could carry.
#pragma warning disable CA5359
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        using var client = new HttpClient(handler);
        var scheme = (request.Text("scheme") ?? "HTTP").ToLowerInvariant();
        using var message = new HttpRequestMessage(HttpMethod.Get, $"{scheme}://{target}{Slash(request.Text("path"))}");
        message.Headers.TryAddWithoutValidation("User-Agent", "kube-probe/1.36");
        foreach (var header in request.Objects("httpHeaders"))
        {
            if (string.Equals(header.Text("name"), "Host", StringComparison.OrdinalIgnoreCase)) message.Headers.Host = header.Text("value");
            else message.Headers.TryAddWithoutValidation(header.Text("name") ?? "", header.Text("value"));
        }
        using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var code = (int)response.StatusCode;
        if (code is >= 200 and < 400) return new ProbeResult(true, "");
        return new ProbeResult(false, string.Create(CultureInfo.InvariantCulture, $"HTTP probe failed with statuscode: {code}"));
    }

    private IPEndPoint Target(JsonNode action)
    {
        var host = IPAddress.TryParse(action.Text("host"), out var given) ? given : podAddress;
        if (action.Number("port") is { } number and > 0 and < 65536) return new IPEndPoint(host, (int)number);
        var name = action.Text("port");
        var port = container.Objects("ports").FirstOrDefault(p => p.Text("name") == name)?.Number("containerPort") ?? throw new IOException($"couldn't find port: {name}");
        return new IPEndPoint(host, (int)port);
    }

    private static string Slash(string? path) => path is null or "" ? "/" : path[0] == '/' ? path : "/" + path;
}
