using System.Collections.Concurrent;
using Serilog.Core;
using Serilog.Events;

namespace KafkaMesh.Operator.Tests.Support;

/// <summary>Keeps what is logged.</summary>
internal sealed class LogEvents : ILogEventSink
{
    /// <summary>All events so far.</summary>
    public ConcurrentQueue<LogEvent> All { get; } = new();

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent) => All.Enqueue(logEvent);
}
