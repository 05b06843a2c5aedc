using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using Serilog;

namespace KafkaMesh.Kubernetes.Events;

/// <summary>Sends events of the core group in the background; when it cannot keep up, or the server refuses, they are dropped and counted.</summary>
public sealed class EventRecorder : IEventRecorder
{
    private const int MaxPending = 1000;
    private const int MaxMessageBytes = 1024;
    private static readonly TimeSpan s_drainTimeout = TimeSpan.FromSeconds(2);

    private readonly IKubernetesClient _client;
    private readonly string _component;
    private readonly string _instance;
    private readonly ILogger _log;
    private readonly TimeProvider _timeProvider;
    private readonly EventCorrelator _correlator;
    private readonly Channel<PendingEvent> _pending =
        Channel.CreateBounded<PendingEvent>(new BoundedChannelOptions(MaxPending) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private long _dropped;

    /// <summary>Makes a recorder; <see cref="RunAsync"/> starts sending.</summary>
    /// <param name="client">The API server.</param>
    /// <param name="component">Name of the emitting component, <c>kafkamesh-operator</c>.</param>
    /// <param name="instance">Name of the pod.</param>
    /// <param name="log">For events that could not be sent.</param>
    /// <param name="timeProvider">Clock.</param>
    public EventRecorder(IKubernetesClient client, string component, string instance, ILogger log, TimeProvider? timeProvider = null)
    {
        _client = client;
        _component = component;
        _instance = instance;
        _log = log.ForContext<EventRecorder>();
        _timeProvider = timeProvider ?? TimeProvider.System;
        _correlator = new EventCorrelator(_timeProvider);
    }

    /// <summary>Events that were not sent: too many at once, too many about one object, or refused.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <inheritdoc/>
    public void Record(V1ObjectReference involved, EventType type, string reason, string message)
    {
        if (!_pending.Writer.TryWrite(new PendingEvent(involved, type, reason, Cut(message), _timeProvider.GetUtcNow())))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>Sends until cancelled, then for at most 2 s what is left.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Stopping cuts nothing off at once: the event that is under way and those that wait get the rest of the time.
        using var end = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _timeProvider);
        await using var stopping = cancellationToken.Register(() => end.CancelAfter(s_drainTimeout));
        try
        {
            await foreach (var pending in _pending.Reader.ReadAllAsync(cancellationToken))
            {
                await SendAsync(pending, end.Token);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            while (!end.IsCancellationRequested && _pending.Reader.TryRead(out var pending))
            {
                await SendAsync(pending, end.Token);
            }
        }
    }

    private static string Cut(string message)
    {
        if (Encoding.UTF8.GetByteCount(message) <= MaxMessageBytes)
        {
            return message;
        }

        var cut = new StringBuilder();
        var bytes = 3; // the ellipsis
        foreach (var rune in message.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxMessageBytes)
            {
                break;
            }

            cut.Append(rune.ToString());
        }

        return cut.Append('…').ToString();
    }

    private async Task SendAsync(PendingEvent pending, CancellationToken cancellationToken)
    {
        if (_correlator.Admit(pending) is not { } key)
        {
            Interlocked.Increment(ref _dropped);
            return;
        }

        try
        {
            var sent = _correlator.Stored(key) is { } stored ? await CountAsync(pending, key, stored, cancellationToken) : null;
            _correlator.Remember(key, sent ?? await CreateAsync(pending, key, cancellationToken));
        }
        catch (Exception exception) when (exception is ApiException or OperationCanceledException)
        {
            Interlocked.Increment(ref _dropped);
            _log.Debug("The event {Reason} about {Object} was not sent: {Error}", pending.Reason, pending.Involved.Name, exception.Message);
        }
    }

    // Null when the server no longer has the event: it keeps them for an hour.
    private async Task<EventCorrelator.StoredEvent?> CountAsync(
        PendingEvent pending, EventCorrelator.EventKey key, EventCorrelator.StoredEvent stored, CancellationToken cancellationToken)
    {
        var count = stored.Count + 1;
        var patch = new JsonObject
        {
            ["count"] = count,
            ["lastTimestamp"] = Rfc3339Converter.Format(pending.Time),
            ["message"] = Message(pending, key),
        };
        try
        {
            await _client.PatchAsync(BuiltInEntities.Events, V1Patch.Merge(patch), stored.Name, stored.Namespace, cancellationToken: cancellationToken);
            return stored with { Count = count };
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            return null;
        }
    }

    private async Task<EventCorrelator.StoredEvent> CreateAsync(PendingEvent pending, EventCorrelator.EventKey key, CancellationToken cancellationToken)
    {
        // An event lives in the namespace of its object, or in "default" for a cluster-scoped one.
        var namespaceName = string.IsNullOrEmpty(pending.Involved.Namespace) ? "default" : pending.Involved.Namespace;
        var created = await _client.CreateAsync(
            BuiltInEntities.Events,
            new Corev1Event
            {
                Metadata = new V1ObjectMeta { Name = $"{pending.Involved.Name}.{Guid.NewGuid().ToString("N")[..16]}", NamespaceProperty = namespaceName },
                InvolvedObject = pending.Involved,
                Type = pending.Type.ToString(),
                Reason = pending.Reason,
                Message = Message(pending, key),
                Source = new V1EventSource { Component = _component },
                FirstTimestamp = pending.Time,
                LastTimestamp = pending.Time,
                Count = 1,
                ReportingComponent = _component,
                ReportingInstance = _instance,
            },
            cancellationToken: cancellationToken);
        return new EventCorrelator.StoredEvent(namespaceName, created.Metadata.Name!, Count: 1);
    }

    private static string Message(PendingEvent pending, EventCorrelator.EventKey key) =>
        key.Message ?? Cut($"(combined from similar events): {pending.Message}");
}
