using KafkaMesh.Kubernetes.Tests.Infrastructure;
using KafkaMesh.Operator.Dashboard.Access;
using KafkaMesh.Operator.Dashboard.Http;

namespace KafkaMesh.Operator.Tests.Dashboard.Access;

/// <summary>What users without a cluster-wide right cost the API server, and how soon a right that was withdrawn is seen.</summary>
public sealed class NamespaceRightsTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly NamespaceRights _rights;
    private readonly Dictionary<(string User, string Namespace), DateTimeOffset> _asked = [];
    private readonly List<string> _namespaces = [.. Enumerable.Range(0, 500).Select(i => $"n{i:d3}")];
    private Func<string, bool> _mayLook = _ => true;
    private TimeSpan _longest;
    private long _questions;

    public NamespaceRightsTests() => _rights = new NamespaceRights(Ask, _time);

    public void Dispose() => _rights.Dispose();

    [Fact]
    public async Task Allowed_FiveHundredNamespaces_AreAskedInTurnAndAWithdrawnRightIsSeenWithinAMinute()
    {
        Assert.Equal(500, (await AllowedAsync("ann")).Count);
        Assert.Equal(500, _questions);
        for (var second = 0; second < 600; second++)
            await SecondAsync("ann");
        Assert.InRange(_questions - 500, 600 * 8, 600 * NamespaceRights.PerSecond);
        Assert.InRange(_longest, NamespaceRights.AllowedTime, TimeSpan.FromSeconds(60));

        _mayLook = name => name == "n007";
        for (var second = 0; second < 60; second++)
            await SecondAsync("ann");
        Assert.Equal(["n007"], await AllowedAsync("ann"));
    }

    [Fact]
    public async Task Allowed_FewOfMany_CostFewQuestionsAndAGrantIsSeen()
    {
        _mayLook = name => name is "n001" or "n002";
        Assert.Equal(2, (await AllowedAsync("ann")).Count);
        for (var second = 0; second < 600; second++)
            await SecondAsync("ann");
        Assert.InRange(_questions - 500, 600 * 3, 600 * 5);
        _mayLook = name => name is "n001" or "n002" or "n003";
        for (var second = 0; second < 150; second++)
            await SecondAsync("ann");
        Assert.Equal(3, (await AllowedAsync("ann")).Count);
    }

    [Fact]
    public async Task Allowed_ManyUsers_CauseNoMoreTogetherAndTheRestIsRefused()
    {
        string[] users = [.. Enumerable.Range(0, 12).Select(i => $"user-{i}")];
        foreach (var user in users)
            Assert.Equal(500, (await AllowedAsync(user)).Count);
        var refused = await Assert.ThrowsAsync<ProblemException>(() => AllowedAsync("one-too-many"));
        Assert.Equal(503, refused.Status);
        var before = _questions;
        for (var second = 0; second < 900; second++)
            await SecondAsync(users);
        Assert.InRange(_questions - before, 0, (900 + 5) * NamespaceRights.PerSecond);
        Assert.InRange(_longest, TimeSpan.Zero, NamespaceRights.AllowedTime + TimeSpan.FromSeconds((NamespaceRights.MaxKnown / NamespaceRights.PerSecond) + 5));

        // Users who went make room.
        for (var second = 0; second < 31; second++)
            await SecondAsync("user-0");
        Assert.Equal(500, (await AllowedAsync("one-too-many")).Count);
    }

    [Fact]
    public async Task Allowed_UserWhoComesBack_IsAskedAboutAnew()
    {
        Assert.Equal(500, (await AllowedAsync("ann")).Count);
        _mayLook = _ => false;
        _time.Advance(NamespaceRights.IdleTime + TimeSpan.FromSeconds(1));
        Assert.Empty(await AllowedAsync("ann"));
        Assert.Equal(1000, _questions);
        for (var second = 0; second < 60; second++)
            await SecondAsync();
        Assert.Equal(1000, _questions);
    }

    [Fact]
    public async Task Allowed_NobodyCanSay_KeepsWhatIsKnownAndRemembersNoFailure()
    {
        _mayLook = _ => throw new ProblemException(503, "down");
        Assert.Equal(503, (await Assert.ThrowsAsync<ProblemException>(() => AllowedAsync("ann"))).Status);
        _mayLook = _ => true;
        Assert.Equal(500, (await AllowedAsync("ann")).Count);
        _mayLook = _ => throw new ProblemException(503, "down");
        for (var second = 0; second < 120; second++)
            await SecondAsync("ann");
        Assert.Equal(500, (await AllowedAsync("ann")).Count);
        _mayLook = _ => false;
        for (var second = 0; second < 70; second++)
            await SecondAsync("ann");
        Assert.Empty(await AllowedAsync("ann"));
    }

    [Fact]
    public async Task Allowed_NamespacesThatComeAndGo_AreFollowed()
    {
        await AllowedAsync("ann");
        _namespaces.Add("new");
        Assert.Contains("new", await AllowedAsync("ann"));
        Assert.Equal(501, _questions);
        _namespaces.Remove("new");
        for (var second = 0; second < 90; second++)
            await SecondAsync("ann");
        Assert.DoesNotContain("new", await AllowedAsync("ann"));
    }

    private Task<IReadOnlySet<string>> AllowedAsync(string user) => _rights.AllowedAsync(user, new Caller(user, null, [], null), _namespaces, CancellationToken.None);

    private async Task SecondAsync(params string[] users)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        foreach (var user in users)
            await AllowedAsync(user);
        await SettleAsync();
    }

    // What was begun is over before the clock moves on.
    private async Task SettleAsync()
    {
        while (_rights.Asking > 0)
            await Task.Yield();
    }

    private Task<bool> Ask(Caller caller, string name)
    {
        lock (_asked)
        {
            _questions++;
            var now = _time.GetUtcNow();
            if (_asked.TryGetValue((caller.User, name), out var before) && now - before > _longest)
                _longest = now - before;
            _asked[(caller.User, name)] = now;
        }
        return Task.FromResult(_mayLook(name));
    }
}
