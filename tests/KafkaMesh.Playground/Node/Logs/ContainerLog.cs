namespace KafkaMesh.Playground.Node.Logs;

/// <summary>The output of one run of a container, kept in memory up to a bound; the oldest lines go first.</summary>
internal sealed class ContainerLog(TimeProvider time, int capacityBytes = ContainerLog.DefaultCapacity)
{
    public const int DefaultCapacity = 8 << 20;
    private const int MaximumLine = 16 << 10; // as containerd: longer lines are cut into several
    private const int LineOverhead = 64;
    private readonly Lock gate = new();
    private readonly Queue<LogLine> lines = new();
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long next;
    private long size;
    private bool ended;

    /// <summary>Reads a stream of the container to its end and keeps its lines.</summary>
    public async Task CaptureAsync(Stream source)
    {
        var buffer = new byte[MaximumLine];
        var used = 0;
        while (await source.ReadAsync(buffer.AsMemory(used)) is > 0 and var read)
        {
            used = AppendLines(buffer, used + read);
            if (used == buffer.Length)
            {
                Append(buffer.AsSpan(0, used));
                used = 0;
            }
        }
        if (used > 0) Append(buffer.AsSpan(0, used));
    }

    /// <summary>Tells followers that no more lines come.</summary>
    public void End()
    {
        lock (gate)
        {
            ended = true;
            Announce();
        }
    }

    /// <summary>The lines from a number on, whether the log has ended, and a task that completes when that changes.</summary>
    public (IReadOnlyList<LogLine> Lines, bool Ended, Task Changed) Read(long from)
    {
        lock (gate) return ([.. lines.Where(line => line.Number >= from)], ended, changed.Task);
    }

    private int AppendLines(byte[] buffer, int used)
    {
        var start = 0;
        while (buffer.AsSpan(start, used - start).IndexOf((byte)'\n') is >= 0 and var length)
        {
            Append(buffer.AsSpan(start, length));
            start += length + 1;
        }
        buffer.AsSpan(start, used - start).CopyTo(buffer);
        return used - start;
    }

    private void Append(ReadOnlySpan<byte> line)
    {
        lock (gate)
        {
            lines.Enqueue(new LogLine(next++, time.GetUtcNow(), line.ToArray()));
            size += line.Length + LineOverhead;
            while (size > capacityBytes && lines.TryDequeue(out var oldest)) size -= oldest.Text.Length + LineOverhead;
            Announce();
        }
    }

    private void Announce()
    {
        changed.TrySetResult();
        if (!ended) changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
