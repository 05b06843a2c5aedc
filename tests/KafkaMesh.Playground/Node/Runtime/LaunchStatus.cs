using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace KafkaMesh.Playground.Node.Runtime;

/// <summary>The node agent's end of the socket on which a launcher reports; the kernel closes the launcher's end in the moment when the program is executed.</summary>
internal sealed class LaunchStatus : IDisposable
{
    private const int MaximumReport = 8192;
    private readonly string path;
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public LaunchStatus(string path)
    {
        this.path = path;
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
    }

    /// <summary>Waits for the execution or its failure. Both values are null when the launcher ended without a word.</summary>
    public async Task<(int? ProcessId, string? Error)> ReadAsync(Task exit, CancellationToken cancellationToken)
    {
        using var launcher = await AcceptAsync(exit, cancellationToken);
        if (launcher is null) return (null, null);
        var report = await ReadToEndAsync(launcher, cancellationToken);
        var lines = report.Split('\n', 2);
        var error = lines.Length > 1 && lines[1].StartsWith("error ", StringComparison.Ordinal) ? lines[1]["error ".Length..] : null;
        var id = lines[0].StartsWith("pid ", StringComparison.Ordinal) ? int.Parse(lines[0]["pid ".Length..], CultureInfo.InvariantCulture) : (int?)null;
        return (id, error);
    }

    public void Dispose()
    {
        listener.Dispose();
        File.Delete(path);
    }

    /// <summary>
    /// The launcher's connection; null when there will be none. A program that ends at once can be seen to end before its launcher's connection is seen:
    /// the connection then still waits in the queue.
    /// </summary>
    private async Task<Socket?> AcceptAsync(Task exit, CancellationToken cancellationToken)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var accept = listener.AcceptAsync(giveUp.Token).AsTask();
        if (await Task.WhenAny(accept, exit) == exit) await giveUp.CancelAsync();
        try
        {
            return await accept;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return listener.Poll(0, SelectMode.SelectRead) ? listener.Accept() : null;
        }
    }

    private static async Task<string> ReadToEndAsync(Socket launcher, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaximumReport];
        var size = 0;
        while (size < buffer.Length && await launcher.ReceiveAsync(buffer.AsMemory(size), cancellationToken) is > 0 and var read) size += read;
        return Encoding.UTF8.GetString(buffer, 0, size);
    }
}
