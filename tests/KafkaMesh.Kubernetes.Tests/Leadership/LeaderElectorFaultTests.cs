using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Leadership;
using KafkaMesh.Kubernetes.Tests.Infrastructure;

namespace KafkaMesh.Kubernetes.Tests.Leadership;

/// <summary>
/// Candidates with wrong wall clocks, real connections and a server that fails at random, on one clock that the test moves. Whoever begins to
/// lead looks whether somebody else still does: at no instant may there be two.
/// </summary>
public sealed class LeaderElectorFaultTests
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(250);

    [Theory]
    [InlineData(null)]
    [InlineData(4711)]
    public async Task RunAsync_RandomFaultsAndWrongClocks_NeverTwoLeaders(int? fixedSeed)
    {
        var seed = fixedSeed ?? Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var clock = new ManualTimeProvider();
        var lease = new LeaseServer { Clock = clock };
        await using var server = await FaultyApiServer.StartAsync(lease.AnswerAsync);
        var leaders = new Leaders();
        var candidates = Enumerable.Range(0, 3).Select(number => new Candidate(server, $"c{number}-0", clock, leaders)).ToList();
        lease.Fault = FaultsOf(random);

        for (var step = 0; step < 1200; step++)
        {
            await StepAsync(clock, lease, candidates);
            if (step % 40 == 0)
            {
                lease.Fault = FaultsOf(random);
                candidates[random.Next(3)].Clock.Error = TimeSpan.FromHours((random.NextDouble() * 48) - 24);
            }

            if (random.Next(30) == 0)
            {
                var late = lease.Late;
                lease.Late = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                late.SetResult();
            }

            if (random.Next(60) == 0)
            {
                var place = random.Next(3);
                await candidates[place].StopAsync(() => StepAsync(clock, lease, candidates));
                candidates[place] = new Candidate(server, $"c{place}-{step}", clock, leaders);
            }

            for (var place = 0; place < 3; place++)
            {
                if (candidates[place].Ended.IsCompleted)
                {
                    await candidates[place].StopAsync(() => StepAsync(clock, lease, candidates)); // leadership was lost: the process starts anew
                    candidates[place] = new Candidate(server, $"c{place}-{step}", clock, leaders);
                }
            }
        }

        lease.Fault = null;
        lease.Late.SetResult();
        await UntilAsync(() => candidates.Any(candidate => candidate.Elector.IsLeader), () => StepAsync(clock, lease, candidates), $"somebody leads after the faults (seed {seed})");
        foreach (var candidate in candidates)
        {
            await candidate.StopAsync(() => StepAsync(clock, lease, candidates));
        }

        Assert.True(leaders.Overlaps == 0, $"{leaders.Overlaps} times two leaders (seed {seed})");
        Assert.True(leaders.Terms >= 5, $"only {leaders.Terms} terms (seed {seed})");
    }

    [Fact]
    public async Task RunAsync_LeaseDeletedUnderItsHolder_OthersWaitForItsTime()
    {
        var clock = new ManualTimeProvider();
        var lease = new LeaseServer { Clock = clock };
        await using var server = await FaultyApiServer.StartAsync(lease.AnswerAsync);
        var leaders = new Leaders();
        var first = new Candidate(server, "first", clock, leaders);
        await Eventually.TrueAsync(() => first.Elector.IsLeader, "the first leads");
        var second = new Candidate(server, "second", clock, leaders);
        await Eventually.TrueAsync(() => second.Elector.CurrentLeader == "first", "the second knows");

        Candidate[] candidates = [first, second];

        // The first cannot see it; the second asks again and again, and must not jump in.
        lease.CutOff = "first";
        lease.Delete();
        var cutOffAt = clock.GetTimestamp();
        await UntilAsync(() => second.Elector.IsLeader, () => StepAsync(clock, lease, candidates), "the second leads");

        Assert.Equal(0, leaders.Overlaps);
        Assert.True(await first.Ended);
        Assert.True(clock.GetElapsedTime(cutOffAt) >= TimeSpan.FromSeconds(12), $"{clock.GetElapsedTime(cutOffAt)}");
        lease.CutOff = null;
        await first.StopAsync(() => StepAsync(clock, lease, candidates));
        await second.StopAsync(() => StepAsync(clock, lease, candidates));
    }

    [Fact]
    public async Task RunAsync_SuspendedBetweenWinningAndLeading_RenewsBeforeItLeads()
    {
        var clock = new ManualTimeProvider();
        var machine = new SkewedTimeProvider(clock);
        var lease = new LeaseServer { Clock = clock };
        await using var server = await FaultyApiServer.StartAsync(lease.AnswerAsync);
        lease.Fault = _ =>
        {
            if (server.Requests[^1].Method == "POST")
            {
                machine.Suspended = TimeSpan.FromSeconds(12); // longer than the renew deadline
            }

            return LeaseFault.None;
        };
        var lastWrite = "";
        var leaders = new Leaders { OnBegin = () => lastWrite = server.Requests.Last(request => request.Method != "GET").Method };

        var only = new Candidate(server, "only", clock, leaders, machine);
        await UntilAsync(() => only.IsWorking, () => StepAsync(clock, lease, [only]), "leading");

        // The lease that was won by POST is not enough; how many renewals it takes depends on how far time moves while one travels.
        Assert.Equal("PUT", lastWrite);
        await only.StopAsync(() => StepAsync(clock, lease, [only]));
    }

    [Fact]
    public async Task IsLeader_SuspendedForLongerThanTheRenewDeadline_IsFalseBeforeAnyTimerIsDue()
    {
        var clock = new ManualTimeProvider();
        var machine = new SkewedTimeProvider(clock);
        var lease = new LeaseServer { Clock = clock };
        await using var server = await FaultyApiServer.StartAsync(lease.AnswerAsync);
        var only = new Candidate(server, "only", clock, new Leaders(), machine);
        await Eventually.TrueAsync(() => only.IsWorking && only.Elector.IsLeader, "leading");

        machine.Suspended = Config("").RenewDeadline;

        Assert.False(only.Elector.IsLeader);
        Assert.True(only.IsWorking);
        await only.StopAsync(() => StepAsync(clock, lease, [only]));
    }

    [Fact]
    public void Constructor_LeaseOfAFractionOfSeconds_IsRefused()
    {
        // The server keeps whole seconds: others would take it earlier than its holder stops.
        var config = Config("x") with { LeaseDuration = TimeSpan.FromSeconds(1.9), RenewDeadline = TimeSpan.FromSeconds(1.5), RetryPeriod = TimeSpan.FromSeconds(0.3) };
        using var client = new KubernetesClient(new() { Host = new Uri("https://127.0.0.1:1/") });

        Assert.Contains("whole seconds", Assert.Throws<ArgumentException>(() => new LeaderElector(client, config, TestLog.None)).Message, StringComparison.Ordinal);
    }

    // Some faults for a while, none for a while; one candidate may be worse off than the others.
    private static Func<string, LeaseFault> FaultsOf(Random random)
    {
        var share = new[] { 0, 0.2, 0.7, 1 }[random.Next(4)];
        var victim = random.Next(2) == 0 ? $"c{random.Next(3)}" : "";
        var only = random.Next(3) == 0 ? (LeaseFault?)random.Next(1, 7) : null;
        var gate = new Lock();
        return agent =>
        {
            lock (gate)
            {
                var faulty = agent.StartsWith(victim, StringComparison.Ordinal) && random.NextDouble() < share;
                return faulty ? only ?? (LeaseFault)random.Next(1, 7) : LeaseFault.None;
            }
        };
    }

    // Time stands still while a leader whose time is over has not stopped: it must do so without waiting for anything more.
    private static async Task StepAsync(ManualTimeProvider clock, LeaseServer lease, IReadOnlyList<Candidate> candidates)
    {
        clock.Advance(s_step);
        await Task.Delay(TimeSpan.FromMilliseconds(1), TestContext.Current.CancellationToken); // lets requests travel; how many do is part of the chaos
        foreach (var candidate in candidates)
        {
            if (candidate.IsWorking && lease.LastWriteOf(candidate.Identity) is { } written && clock.GetElapsedTime(written) >= Config("").RenewDeadline)
            {
                await Eventually.TrueAsync(
                    () => !candidate.IsWorking || clock.GetElapsedTime(lease.LastWriteOf(candidate.Identity)!.Value) < Config("").RenewDeadline,
                    () => $"{candidate.Identity} stops when its renew deadline has passed");
            }
        }
    }

    private static async Task UntilAsync(Func<bool> condition, Func<Task> step, string what)
    {
        for (var steps = 0; !condition(); steps++)
        {
            Assert.True(steps < 5000, $"still not true: {what}");
            await step();
        }
    }

    private static LeaderElectionConfig Config(string identity) => new() { Namespace = "demo", Name = "leader", Identity = identity };

    private sealed class Leaders
    {
        private int _working;
        private int _overlaps;
        private int _terms;

        public int Overlaps => _overlaps;

        public int Terms => _terms;

        public Action? OnBegin { get; init; }

        public void Begin()
        {
            OnBegin?.Invoke();
            Interlocked.Increment(ref _terms);
            if (Interlocked.Increment(ref _working) != 1)
            {
                Interlocked.Increment(ref _overlaps);
            }
        }

        public void End() => Interlocked.Decrement(ref _working);
    }

    private sealed class Candidate : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly KubernetesClient _client;
        private readonly Leaders _leaders;

        public Candidate(FaultyApiServer server, string identity, ManualTimeProvider shared, Leaders leaders, SkewedTimeProvider? own = null)
        {
            _leaders = leaders;
            Identity = identity;
            Clock = own ?? new SkewedTimeProvider(shared);
            _client = new KubernetesClient(server.Configuration(), new KubernetesClientOptions { UserAgent = $"{identity}/1.0" }, timeProvider: Clock);
            Elector = new LeaderElector(_client, Config(identity), TestLog.None, Clock);
            Ended = Task.Run(() => Elector.RunAsync(LeadAsync, _stop.Token));
        }

        public string Identity { get; }

        public SkewedTimeProvider Clock { get; }

        public LeaderElector Elector { get; }

        public Task<bool> Ended { get; }

        public volatile bool IsWorking;

        /// <summary>Stops it; time passes meanwhile, since releasing the lease may have to wait for a server that does not answer.</summary>
        public async Task StopAsync(Func<Task> step)
        {
            await _stop.CancelAsync();
            await UntilAsync(() => Ended.IsCompleted, step, $"{Identity} ends when told");
            await Ended;
            Dispose();
        }

        public void Dispose()
        {
            _stop.Dispose();
            _client.Dispose();
        }

        private async Task LeadAsync(CancellationToken cancellationToken)
        {
            _leaders.Begin();
            IsWorking = true;
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }
            finally
            {
                IsWorking = false;
                _leaders.End();
            }
        }
    }
}
