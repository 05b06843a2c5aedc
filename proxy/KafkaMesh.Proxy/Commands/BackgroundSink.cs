using Serilog.Core;
using Serilog.Events;

namespace KafkaMesh.Proxy.Commands;

/// <summary>
/// Writes log events from a thread of its own, so that a stuck standard output cannot stop a relay loop. When its queue is full
/// the oldest events go, and are counted. The thread begins with the first event.
/// </summary>
/// <param name="open">Makes what writes the events, on that thread; owned by this sink.</param>
internal sealed class BackgroundSink(Func<Logger> open) : ILogEventSink, IDisposable
{
    private const int Capacity = 4096;

    private static readonly TimeSpan s_lastWrites = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly Queue<LogEvent> _events = new();
    private Thread? _thread;
    private long _dropped;
    private bool _isOver;

    public void Emit(LogEvent logEvent)
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return;
            }

            if (_events.Count == Capacity)
            {
                _events.Dequeue();
                _dropped++;
            }

            _events.Enqueue(logEvent);
            Monitor.Pulse(_gate);
            if (_thread is null)
            {
                _thread = new Thread(Write) { Name = "log", IsBackground = true };
                _thread.Start();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            Monitor.Pulse(_gate);
        }

        _thread?.Join(s_lastWrites);
    }

    private void Write()
    {
        using Logger inner = open();
        while (Next(out long dropped) is { } logEvent)
        {
            if (dropped > 0)
            {
                inner.Warning("{Count} log events were dropped: the output is slower than the log", dropped);
            }

            inner.Write(logEvent);
        }
    }

    /// <summary>Waits for an event; null when none will come.</summary>
    /// <param name="dropped">Events lost before it.</param>
    private LogEvent? Next(out long dropped)
    {
        lock (_gate)
        {
            while (_events.Count == 0 && !_isOver)
            {
                Monitor.Wait(_gate);
            }

            dropped = _dropped;
            _dropped = 0;
            return _events.TryDequeue(out LogEvent? logEvent) ? logEvent : null;
        }
    }
}
