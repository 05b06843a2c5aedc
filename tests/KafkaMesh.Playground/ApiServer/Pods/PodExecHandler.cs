using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Playground.ApiServer.Pods;

/// <summary>The exec subresource of pods over WebSocket (v5 and v4.channel.k8s.io); SPDY is refused by name.</summary>
internal sealed class PodExecHandler(Func<INodeAgent?> agent)
{
    private const string V5 = "v5.channel.k8s.io";
    private const string V4 = "v4.channel.k8s.io";
    private const int BufferBytes = 32 * 1024;

    // A client answers a close frame at once; one that does not is cut off.
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(5);

    /// <summary>Runs a command in a container and connects its streams to the client's channels.</summary>
    /// <exception cref="ApiException">400 for a request that is no WebSocket with a known protocol.</exception>
    public async Task HandleAsync(HttpContext http, string @namespace, JsonObject pod)
    {
        var container = PodTarget.ChooseContainer(pod, http.Request.Query["container"].ToString());
        var options = ParseOptions(http.Request.Query);
        PodTarget.RequireNode(agent(), pod);
        RequireRunning(pod, container);
        var protocol = ChooseProtocol(http);
        await using var process = await PodTarget.AskAsync(
            agent(), pod, a => a.ExecAsync(@namespace, ObjectMetadata.Text(pod, "name"), container, options, http.RequestAborted));
        using var socket = await http.WebSockets.AcceptWebSocketAsync(protocol);
        using var channels = new ExecChannels(socket);
        await ConnectAsync(channels, process, http.RequestAborted);
    }

    private static ExecOptions ParseOptions(IQueryCollection query)
    {
        bool Flag(string name) => ListRequest.IsTrue(query[name].ToString());
        var command = query["command"].Select(c => c ?? "").ToList();
        if (command.Count == 0)
        {
            throw ApiErrors.BadRequest("you must specify at least 1 command for the container");
        }

        var (stdin, stdout, stderr, tty) = (Flag("stdin"), Flag("stdout"), Flag("stderr"), Flag("tty"));
        if (!stdin && !stdout && !stderr)
        {
            throw ApiErrors.BadRequest("you must specify at least 1 of stdin, stdout, stderr");
        }

        return new ExecOptions(command, stdin, stdout, stderr && !tty, tty);
    }

    // Asked before the protocol: kubectl tries SPDY after a refused WebSocket, and that refusal would hide the reason.
    private static void RequireRunning(JsonObject pod, string container)
    {
        var statuses = new[] { "containerStatuses", "initContainerStatuses" }.SelectMany(list => pod["status"]?[list] as JsonArray ?? []);
        if (!statuses.Any(s => s?["name"]?.ToString() == container && s["state"]?["running"] is not null))
        {
            throw new ApiException(500, "InternalError", $"Internal error occurred: unable to upgrade connection: container not found (\"{container}\")");
        }
    }

    private static string ChooseProtocol(HttpContext http)
    {
        if (http.WebSockets.IsWebSocketRequest)
        {
            var offered = http.WebSockets.WebSocketRequestedProtocols;
            return offered.Contains(V5) ? V5 : offered.Contains(V4) ? V4 : throw Refused(string.Join(", ", offered));
        }

        throw Refused(http.Request.Headers.Upgrade.ToString());
    }

    private static ApiException Refused(string given) => ApiErrors.BadRequest(
        $"exec streams over WebSocket only, with the protocol {V5} or {V4}; this request offered \"{given}\": use kubectl 1.31 or newer");

    private static async Task ConnectAsync(ExecChannels channels, IExecSession process, CancellationToken cancel)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var input = channels.ReceiveAsync(process, ended.Token);
        await Task.WhenAll(
            CopyAsync(process.Stdout, channels, ExecChannels.Stdout, cancel),
            CopyAsync(process.Stderr, channels, ExecChannels.Stderr, cancel));
        var exitCode = await process.WaitForExitAsync(cancel);
        await channels.SendAsync(ExecChannels.Error, Encoding.UTF8.GetBytes(StatusOf(exitCode).ToJsonString()), cancel);
        await channels.CloseAsync(cancel);

        // Closing a socket that still holds unread input resets the connection, and the reset can overtake the Status:
        // the client's own close frame, the last thing it sends, is read first.
        ended.CancelAfter(CloseLimit);
        await input;
    }

    private static async Task CopyAsync(Stream? source, ExecChannels channels, byte channel, CancellationToken cancel)
    {
        if (source is null)
        {
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int count;
            while ((count = await source.ReadAsync(buffer, cancel)) > 0)
            {
                await channels.SendAsync(channel, buffer.AsMemory(0, count), cancel);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static JsonObject StatusOf(int exitCode) => exitCode == 0
        ? new JsonObject { ["metadata"] = new JsonObject(), ["status"] = "Success" }
        : new JsonObject
        {
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = $"command terminated with non-zero exit code: exit code {exitCode}",
            ["reason"] = "NonZeroExitCode",
            ["details"] = new JsonObject
            {
                ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ExitCode", ["message"] = JsonSerializer.SerializeToNode($"{exitCode}") }),
            },
        };
}
