using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace KafkaMesh.Kubernetes.Queueing;

/// <summary>
/// Keys that wait for a worker: each at most once in line and never with two workers at a time (client-go's work queue). A key that is added
/// while it is being worked on comes again afterwards.
/// </summary>
/// <typeparam name="TKey">The key; never a state, which would be old by the time it is worked on.</typeparam>
public sealed class WorkQueue<TKey> : IDisposable
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Channel<TKey> _ready = Channel.CreateUnbounded<TKey>();
    private readonly HashSet<TKey> _dirty = [];
    private readonly HashSet<TKey> _processing = [];
    private readonly Dictionary<TKey, int> _failures = [];
    // Timestamps of the monotonic clock: setting the wall clock moves no retry.
    private readonly Dictionary<TKey, long> _due = [];
    private readonly PriorityQueue<TKey, long> _waiting = new();
    private readonly WorkQueueOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly TokenBucket _bucket;
    private readonly ITimer _timer;
    private bool _shutDown;

    /// <summary>Makes an empty queue.</summary>
    /// <param name="options">Pace of retries.</param>
    /// <param name="timeProvider">Clock.</param>
    public WorkQueue(WorkQueueOptions? options = null, TimeProvider? timeProvider = null)
    {
        _options = options ?? new WorkQueueOptions();
        _timeProvider = timeProvider ?? TimeProvider.System;
        _bucket = new TokenBucket(_options.RetriesPerSecond, _options.Burst, _timeProvider);
        _timer = _timeProvider.CreateTimer(_ => AddDue(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Keys that wait for a worker now.</summary>
    public int Length => _ready.Reader.Count;

    /// <summary>Adds a key unless it waits already.</summary>
    /// <param name="key">The key.</param>
    public void Add(TKey key)
    {
        lock (_gate)
        {
            AddLocked(key);
        }
    }

    /// <summary>Adds a key later; of several times the earliest counts.</summary>
    /// <param name="key">The key.</param>
    /// <param name="delay">How much later.</param>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        lock (_gate)
        {
            if (delay <= TimeSpan.Zero)
            {
                AddLocked(key);
                return;
            }

            var due = _timeProvider.GetTimestamp() + (long)(delay.TotalSeconds * _timeProvider.TimestampFrequency);
            if (_shutDown || (_due.TryGetValue(key, out var earlier) && earlier <= due))
            {
                return;
            }

            _due[key] = due;
            _waiting.Enqueue(key, due);
            SetTimer();
        }
    }

    /// <summary>Adds a key after a failure: later each time, until <see cref="Forget"/>.</summary>
    /// <param name="key">The key.</param>
    public void AddRateLimited(TKey key)
    {
        TimeSpan delay;
        lock (_gate)
        {
            var failures = _failures.GetValueOrDefault(key);
            _failures[key] = failures + 1;
            var own = _options.BaseDelay.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 40));
            delay = TimeSpan.FromMilliseconds(Math.Min(own, _options.MaxDelay.TotalMilliseconds));
            var shared = _bucket.Reserve();
            delay = shared > delay ? shared : delay;
        }

        AddAfter(key, delay);
    }

    /// <summary>A key succeeded: its next failure is the first again.</summary>
    /// <param name="key">The key.</param>
    public void Forget(TKey key)
    {
        lock (_gate)
        {
            _failures.Remove(key);
        }
    }

    /// <summary>Failures of a key since it was last forgotten.</summary>
    /// <param name="key">The key.</param>
    public int Failures(TKey key)
    {
        lock (_gate)
        {
            return _failures.GetValueOrDefault(key);
        }
    }

    /// <summary>Takes the next key; <see cref="Done"/> must follow. Waits for one; ends when the queue was shut down and is empty.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Whether there is a key, and the key.</returns>
    public async ValueTask<(bool HasKey, TKey Key)> TakeAsync(CancellationToken cancellationToken)
    {
        while (await _ready.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_ready.Reader.TryRead(out var key))
            {
                lock (_gate)
                {
                    _dirty.Remove(key);
                    _processing.Add(key);
                }

                return (true, key);
            }
        }

        return (false, default!);
    }

    /// <summary>The worker is done with a key, whatever came of it.</summary>
    /// <param name="key">The key.</param>
    public void Done(TKey key)
    {
        lock (_gate)
        {
            if (_processing.Remove(key) && _dirty.Contains(key))
            {
                _ready.Writer.TryWrite(key);
            }
        }
    }

    /// <summary>Takes nothing more in; keys that wait for a worker are still handed out, those that wait for their time are not.</summary>
    public void ShutDown()
    {
        lock (_gate)
        {
            _shutDown = true;
            _ready.Writer.TryComplete();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ShutDown();
        _timer.Dispose();
    }

    private void AddLocked(TKey key)
    {
        if (!_shutDown && _dirty.Add(key) && !_processing.Contains(key))
        {
            _ready.Writer.TryWrite(key);
        }
    }

    private void AddDue()
    {
        lock (_gate)
        {
            var now = _timeProvider.GetTimestamp();
            while (TryPeek(out var key, out var due) && due <= now)
            {
                _waiting.Dequeue();
                // An entry that an earlier time has replaced is only skipped.
                if (_due.TryGetValue(key, out var current) && current == due)
                {
                    _due.Remove(key);
                    AddLocked(key);
                }
            }

            SetTimer();
        }
    }

    private void SetTimer()
    {
        if (!_shutDown && TryPeek(out _, out var due))
        {
            var wait = _timeProvider.GetElapsedTime(_timeProvider.GetTimestamp(), due);
            _timer.Change(wait > TimeSpan.Zero ? wait + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private bool TryPeek([MaybeNullWhen(false)] out TKey key, out long due) => _waiting.TryPeek(out key, out due);
}
