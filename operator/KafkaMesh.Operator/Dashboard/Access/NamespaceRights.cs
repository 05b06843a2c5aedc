using KafkaMesh.Operator.Dashboard.Http;

namespace KafkaMesh.Operator.Dashboard.Access;

/// <summary>
/// In which of many namespaces users may look. The API server answers for one namespace at a time, so that a user who may not look everywhere costs as many
/// questions as there are namespaces. They are asked once; what was said is asked again in turn, that which was allowed sooner, and all users together
/// cause no more than <see cref="PerSecond"/> questions a second on average. Whoever looks drives it: while nobody does, nothing is asked, and who comes
/// back after <see cref="IdleTime"/> is asked about anew.
/// </summary>
/// <param name="ask">Asks whether a user may look at a namespace; throws a <see cref="ProblemException"/> when nobody can say.</param>
/// <param name="time">The clock.</param>
internal sealed class NamespaceRights(Func<Caller, string, Task<bool>> ask, TimeProvider time) : IDisposable
{
    /// <summary>Questions about what is known already, of all users together.</summary>
    public const int PerSecond = 20;

    /// <summary>Users times namespaces that are known at most: their turn comes within five minutes.</summary>
    public const int MaxKnown = 6000;

    /// <summary>What was allowed is asked again after this time, as soon as its turn comes.</summary>
    public static readonly TimeSpan AllowedTime = TimeSpan.FromSeconds(30);

    /// <summary>What was refused is asked again after this time.</summary>
    public static readonly TimeSpan RefusedTime = TimeSpan.FromSeconds(120);

    /// <summary>A user who was not seen for so long is forgotten.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(30);

    private const int AtATime = 4;
    private static readonly TimeSpan RetryTime = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _asking = new(AtATime);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, User> _users = new(StringComparer.Ordinal);
    private readonly PriorityQueue<(User User, string Namespace), long> _due = new();
    private long _pumpedAt = time.GetTimestamp();
    private double _credit;
    private int _again;

    /// <summary>Questions about what is known that are on their way.</summary>
    public int Asking => Volatile.Read(ref _again);

    /// <summary>Where a user may look.</summary>
    /// <param name="key">Tells users apart, by all that their rights depend on.</param>
    /// <param name="caller">The user.</param>
    /// <param name="namespaces">The namespaces that there are.</param>
    /// <param name="cancellationToken">Waits no longer.</param>
    /// <exception cref="ProblemException">The API server cannot say, or too much is asked.</exception>
    public async Task<IReadOnlySet<string>> AllowedAsync(string key, Caller caller, IReadOnlyList<string> namespaces, CancellationToken cancellationToken)
    {
        while (true)
        {
            User user;
            Task learning;
            lock (_gate)
            {
                user = Find(key, caller);
                user.Namespaces = namespaces;
                AskAgain();
                if (user.Learning is { IsCompleted: false } running)
                    learning = running;
                else if (namespaces.Where(n => !user.Rights.ContainsKey(n)).ToList() is { Count: > 0 } unknown)
                    learning = user.Learning = LearnAsync(user, unknown);
                else
                    return user.Allowed ??= user.Rights.Where(r => r.Value).Select(r => r.Key).ToHashSet(StringComparer.Ordinal);
            }
            await learning.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _asking.Dispose();

    private User Find(string key, Caller caller)
    {
        foreach (var (other, idle) in _users.Where(u => u.Value.Learning is not { IsCompleted: false } && time.GetElapsedTime(u.Value.SeenAt) > IdleTime).ToList())
        {
            idle.IsForgotten = true;
            _users.Remove(other);
        }
        if (!_users.TryGetValue(key, out var user))
            _users[key] = user = new User(caller);
        user.SeenAt = time.GetTimestamp();
        return user;
    }

    // All that is not known, a few at a time. One learns for all of a user's streams.
    private async Task LearnAsync(User user, List<string> unknown)
    {
        if (_users.Values.Sum(u => u.Rights.Count) + unknown.Count > MaxKnown)
            throw new ProblemException(503, $"users without a cluster-wide right look at more than {MaxKnown} namespaces together; try again when others have closed their pages");
        await Task.Yield(); // the lock is the caller's
        await Parallel.ForEachAsync(unknown, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (name, _) => await AskAsync(user, name));
    }

    // What is due, the longest first, as far as there is credit for it.
    private void AskAgain()
    {
        // Streams come by every few seconds at least.
        _credit = Math.Min(_credit + (time.GetElapsedTime(_pumpedAt).TotalSeconds * PerSecond), PerSecond * EventStream.Heartbeat.TotalSeconds);
        _pumpedAt = time.GetTimestamp();
        while (_credit >= 1 && _due.TryPeek(out var next, out var due) && due <= _pumpedAt)
        {
            _due.Dequeue();
            if (next.User.IsForgotten)
                continue;
            if (!next.User.Namespaces.Contains(next.Namespace))
            {
                next.User.Rights.Remove(next.Namespace);
                next.User.Allowed = null;
                continue;
            }
            _credit--;
            Interlocked.Increment(ref _again);
            _ = AskAgainAsync(next.User, next.Namespace);
        }
    }

    private async Task AskAgainAsync(User user, string name)
    {
        try
        {
            await Task.Yield(); // the lock is the caller's
            await AskAsync(user, name);
        }
        catch (Exception error) when (error is ProblemException or ObjectDisposedException)
        {
            lock (_gate)
                Enqueue(user, name, RetryTime); // nobody said no
        }
        finally
        {
            Interlocked.Decrement(ref _again);
        }
    }

    private async Task AskAsync(User user, string name)
    {
        bool isAllowed;
        await _asking.WaitAsync();
        try
        {
            isAllowed = await ask(user.Caller, name);
        }
        finally
        {
            _asking.Release();
        }
        lock (_gate)
        {
            if (!user.Rights.TryGetValue(name, out var before) || before != isAllowed)
                user.Allowed = null;
            user.Rights[name] = isAllowed;
            Enqueue(user, name, isAllowed ? AllowedTime : RefusedTime);
        }
    }

    private void Enqueue(User user, string name, TimeSpan after) => _due.Enqueue((user, name), time.GetTimestamp() + (long)(after.TotalSeconds * time.TimestampFrequency));

    private sealed class User(Caller caller)
    {
        public Caller Caller { get; } = caller;

        public Dictionary<string, bool> Rights { get; } = new(StringComparer.Ordinal);

        public IReadOnlyList<string> Namespaces { get; set; } = [];

        public IReadOnlySet<string>? Allowed { get; set; }

        public long SeenAt { get; set; }

        public Task? Learning { get; set; }

        public bool IsForgotten { get; set; }
    }
}
