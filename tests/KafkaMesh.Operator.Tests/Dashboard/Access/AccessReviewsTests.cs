using System.Net;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Tests.Infrastructure;
using KafkaMesh.Operator.Dashboard.Access;
using KafkaMesh.Operator.Dashboard.Http;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Operator.Tests.Dashboard.Access;

/// <summary>How often the API server is asked, and who waits for whom.</summary>
public sealed class AccessReviewsTests : IAsyncLifetime
{
    private static readonly IPAddress[] s_home = [IPAddress.Parse("10.0.0.1")];
    private static readonly IPAddress[] s_elsewhere = [IPAddress.Parse("10.0.0.2")];
    private static readonly Caller s_ann = new("ann", "1", ["devs"], null);

    private readonly ManualTimeProvider _time = new();
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FaultyApiServer _server = null!;
    private KubernetesClient _client = null!;
    private AccessReviews _reviews = null!;
    private int _atOnce;
    private int _mostAtOnce;
    private volatile bool _isDown;

    public async ValueTask InitializeAsync()
    {
        _server = await FaultyApiServer.StartAsync(AnswerAsync);
        _client = new KubernetesClient(_server.Configuration());
        _reviews = new AccessReviews(_client, _time);
    }

    public async ValueTask DisposeAsync()
    {
        _release.TrySetResult();
        _reviews.Dispose();
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Authenticate_OneTokenManyTimesAtOnce_IsAskedOnce()
    {
        var all = Enumerable.Range(0, 100).Select(_ => AuthenticateAsync("held-good")).ToList();
        await UntilAsync("one review", () => _server.Requests.Count == 1);
        using var gone = new CancellationTokenSource();
        var impatient = _reviews.AuthenticateAsync("held-good", s_home, gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        _release.SetResult();
        Assert.All(await Task.WhenAll(all), caller => Assert.Equal("held-good", caller?.User));
        Assert.Single(_server.Requests);

        _time.Advance(ReviewCache<Caller?>.Lifetime);
        await AuthenticateAsync("held-good");
        Assert.Equal(2, _server.Requests.Count);
    }

    [Fact]
    public async Task Authenticate_ApiServerThatCannotSay_IsNotRemembered()
    {
        _isDown = true;
        Assert.Equal(503, (await Assert.ThrowsAsync<ProblemException>(() => AuthenticateAsync("good"))).Status);
        _isDown = false;
        Assert.Equal("good", (await AuthenticateAsync("good"))?.User);
    }

    [Fact]
    public async Task Authenticate_FloodOfUnknownTokens_KeepsNobodyElseWaiting()
    {
        Assert.NotNull(await AuthenticateAsync("good"));
        _time.Advance(ReviewCache<Caller?>.Lifetime);
        var flood = Enumerable.Range(0, 1000).Select(i => AuthenticateAsync($"held-bad-{i}")).ToList();
        await UntilAsync("all but the address's share is refused", () => flood.Count(t => t.IsFaulted) == 1000 - 32);
        Assert.All(flood.Where(t => t.IsFaulted), t => Assert.Equal(503, ((ProblemException)t.Exception!.InnerException!).Status));
        await UntilAsync("the lane is full", () => _atOnce == 4);

        // A token that was good before and permissions pass by; somebody new from elsewhere waits behind the share of one address, not behind a thousand.
        Assert.NotNull(await AuthenticateAsync("good").WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.True(await _reviews.MayGetAsync(s_ann, "a", "tap", CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20)));
        var stranger = _reviews.AuthenticateAsync("good-too", s_elsewhere, CancellationToken.None);
        Assert.False(stranger.IsFaulted);
        _release.SetResult();
        Assert.Equal("good-too", (await stranger.WaitAsync(TimeSpan.FromSeconds(20)))?.User);
        await UntilAsync("the flood is answered", () => flood.TrueForAll(t => t.IsCompleted));
        Assert.Equal(32, flood.Count(t => t.IsCompletedSuccessfully && t.Result is null));
        Assert.NotNull(await AuthenticateAsync("good"));
    }

    [Fact]
    public async Task Allowed_ManyStreamsOfOneUser_AskOncePerNamespaceAndSomeAtATime()
    {
        var namespaces = Enumerable.Range(0, 500).Select(i => $"n{i}").ToList();
        var streams = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => _reviews.AllowedAsync(s_ann, namespaces, CancellationToken.None)));
        Assert.All(streams, allowed => Assert.Equal(250, allowed.Count));
        Assert.Equal(500, _server.Requests.Count);
        Assert.InRange(_mostAtOnce, 1, 4);
    }

    private Task<Caller?> AuthenticateAsync(string token) => _reviews.AuthenticateAsync(token, s_home, CancellationToken.None);

    // Tokens that are named good are; what is named held waits. Every other namespace is open.
    private async Task AnswerAsync(ReceivedRequest request, HttpContext context)
    {
        var spec = JsonNode.Parse(request.Body)!["spec"]!;
        var atOnce = Interlocked.Increment(ref _atOnce);
        InterlockedMax(ref _mostAtOnce, atOnce);
        var status = new JsonObject();
        if (spec["token"]?.ToString() is { } token)
        {
            if (token.StartsWith("held", StringComparison.Ordinal))
                await _release.Task.WaitAsync(context.RequestAborted);
            status["authenticated"] = token.Contains("good", StringComparison.Ordinal);
            status["audiences"] = new JsonArray(WellKnownNames.DashboardAudience);
            status["user"] = new JsonObject { ["username"] = token };
        }
        else
        {
            var space = spec["resourceAttributes"]!["namespace"]!.ToString();
            status["allowed"] = space[^1] is 'a' or '0' or '2' or '4' or '6' or '8';
        }
        Interlocked.Decrement(ref _atOnce);
        await Answers.JsonAsync(context, _isDown ? 500 : 201, _isDown ? Answers.Status(500, "InternalError", "no") : new JsonObject { ["status"] = status });
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var known = Volatile.Read(ref target); known < value; known = Volatile.Read(ref target))
            Interlocked.CompareExchange(ref target, value, known);
    }

    private static async Task UntilAsync(string what, Func<bool> condition)
    {
        var limit = DateTime.UtcNow.AddSeconds(30);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < limit, what);
            await Task.Delay(10);
        }
    }
}
