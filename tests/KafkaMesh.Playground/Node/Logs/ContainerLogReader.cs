using System.Globalization;
using System.Text;
using KafkaMesh.Playground.ApiServer.Pods;

namespace KafkaMesh.Playground.Node.Logs;

/// <summary>One request for a container's log.</summary>
internal sealed class ContainerLogReader(ContainerLog log, LogOptions options, TimeProvider time) : IPodLog
{
    public async Task CopyToAsync(Stream destination, CancellationToken cancel)
    {
        var since = options.SinceTime ?? (options.SinceSeconds is { } seconds ? time.GetUtcNow().AddSeconds(-seconds) : DateTimeOffset.MinValue);
        var left = options.LimitBytes ?? long.MaxValue;
        long from = 0;
        var first = true;
        while (left > 0)
        {
            var (lines, ended, changed) = log.Read(from);
            var wanted = lines.Where(line => line.Time >= since);
            if (first && options.TailLines is { } tail) wanted = wanted.TakeLast(tail);
            var batch = Render(wanted, left);
            left -= batch.Length;
            if (batch.Length > 0)
            {
                await destination.WriteAsync(batch, cancel);
                await destination.FlushAsync(cancel);
            }
            if (lines.Count > 0) from = lines[^1].Number + 1;
            first = false;
            if (ended || !options.Follow) return;
            await changed.WaitAsync(cancel);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private byte[] Render(IEnumerable<LogLine> lines, long limit)
    {
        using var output = new MemoryStream();
        foreach (var line in lines)
        {
            if (options.Timestamps) output.Write(Encoding.ASCII.GetBytes(line.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z '", CultureInfo.InvariantCulture)));
            output.Write(line.Text);
            output.WriteByte((byte)'\n');
            if (output.Length >= limit) break;
        }
        return output.Length <= limit ? output.ToArray() : output.ToArray()[..(int)limit];
    }
}
