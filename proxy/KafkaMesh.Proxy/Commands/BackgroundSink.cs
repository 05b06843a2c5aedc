using System.Threading.Channels;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace KafkaMesh.Proxy.Commands;

/// <summary>
/// Writes log events from a task of its own, so that a stuck standard output cannot stop a relay loop. When its queue is full
/// the oldest events go, and are counted.
/// </summary>
internal sealed class BackgroundSink : ILogEventSink, IDisposable
{
    private const int Capacity = 4096;

    private static readonly TimeSpan s_lastWrites = TimeSpan.FromSeconds(2);

    private readonly Logger _inner;
    private readonly Channel<LogEvent> _events;
    private readonly Task _writing;
    private long _dropped;

    /// <param name="inner">Writes the events; owned by this sink.</param>
    public BackgroundSink(Logger inner)
    {
        _inner = inner;
        var options = new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true };
        _events = Channel.CreateBounded<LogEvent>(options, _ => Interlocked.Increment(ref _dropped));
        _writing = Task.Run(WriteAsync);
    }

    public void Emit(LogEvent logEvent) => _events.Writer.TryWrite(logEvent);

    public void Dispose()
    {
        _events.Writer.TryComplete();
        _writing.Wait(s_lastWrites);
        _inner.Dispose();
    }

    private async Task WriteAsync()
    {
        await foreach (LogEvent logEvent in _events.Reader.ReadAllAsync())
        {
            if (Interlocked.Exchange(ref _dropped, 0) is var dropped and > 0)
            {
                _inner.Warning("{Count} log events were dropped: the output is slower than the log", dropped);
            }

            _inner.Write(logEvent);
        }
    }
}
