using System.Buffers;
using System.Net;
using System.Text;
using KafkaMesh.Contracts.Access;
using KafkaMesh.Proxy.Admin;
using KafkaMesh.Proxy.Tests.Support;
using Serilog;

namespace KafkaMesh.Proxy.Tests.Admin;

/// <summary>The pages that cost CPU time and are open to all are not had at any rate: callers in the pod apart.</summary>
public sealed class AdminRateTests : IDisposable
{
    private static readonly IPAddress s_prometheus = IPAddress.Parse("10.0.0.9");
    private static readonly IPAddress s_operator = IPAddress.Parse("10.0.0.1");
    private static readonly IPAddress[] s_strangers = [IPAddress.Parse("10.0.0.7"), IPAddress.Parse("10.0.0.8"), s_prometheus];
    private readonly SettableTime _time = new(DateTimeOffset.UnixEpoch) { IsStopped = true };
    private readonly AdminRig _content = new();
    private readonly AdminEndpoints _endpoints;

    public AdminRateTests() => _endpoints = new AdminEndpoints(
        _content, _content.Traffic, _content, new AccessPolicy(null), new ProbedPorts([]), _time, Log.Logger);

    public void Dispose() => _content.Dispose();

    [Theory]
    [InlineData("GET /metrics")]
    [InlineData("HEAD /metrics")]
    [InlineData("GET /stats")]
    public void Answer_MoreThanTheBurst_Is429WithTheSecondsToWait(string request)
    {
        Assert.All(Enumerable.Range(0, CallerRate.Burst / 2), _ => Assert.Equal(200, Ask(request, s_prometheus).Status));
        AdminAnswer refused = Ask(request, s_prometheus);
        Assert.Equal((429, "Too Many Requests", "Retry-After: 1\r\n"), (refused.Status, refused.Reason, refused.Fields));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(CallerRate.PerSecond / 2, Enumerable.Range(0, 100).Count(_ => Ask(request, s_prometheus).Status == 200));
    }

    [Fact]
    public void Answer_ManyPrometheusesEveryFiveSeconds_AreNeverRefused()
    {
        for (var round = 0; round < 200; round++)
        {
            Assert.All(Enumerable.Range(1, 16), i => Assert.Equal(200, Ask("GET /metrics", new IPAddress([10, 0, 0, (byte)i])).Status));
            _time.Advance(TimeSpan.FromSeconds(5));
        }
    }

    /// <summary>Whoever wears out one page takes nothing from the operator, which reads the other.</summary>
    [Fact]
    public void Answer_FloodOfMetrics_LeavesStatsAndProbesAlone()
    {
        for (var i = 0; i < 1000; i++)
        {
            _ = Ask("GET /metrics", s_prometheus);
        }

        Assert.Equal(429, Ask("GET /metrics", s_prometheus).Status);
        Assert.Equal([200, 200, 200], ((string[])["GET /stats", "GET /livez", "GET /readyz"]).Select(request => Ask(request, s_prometheus).Status));
    }

    /// <summary>Nor does whoever wears out the page that the operator reads.</summary>
    [Fact]
    public void Answer_FloodOfStatsByOneCaller_LeavesTurnsToOthers()
    {
        for (var second = 0; second < 60; second++)
        {
            Assert.Contains(429, Enumerable.Range(0, 100).Select(_ => Ask("GET /stats", s_prometheus).Status));
            Assert.Equal(200, Ask("GET /stats", s_operator).Status);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Nor do several that wear it out together, even for one who cannot show that it is the operator.</summary>
    [Theory]
    [InlineData("GET /stats")]
    [InlineData("GET /metrics")]
    public void Answer_FloodOfSeveralCallers_LeavesTurnsToWhoComesNowAndThen(string request)
    {
        for (var halfSecond = 0; halfSecond < 240; halfSecond++)
        {
            Flood(_endpoints, request, "");
            if (halfSecond % 10 == 9)
            {
                Assert.Equal(200, Ask(request, s_operator).Status);
            }

            _time.Advance(TimeSpan.FromSeconds(0.5));
        }
    }

    /// <summary>The operator follows a drain while strangers ask for the same page and have it check forged tokens, as often as they can.</summary>
    [Fact]
    public void Answer_OperatorsStats_AreNeverRefusedForStrangers()
    {
        using var signer = AccessTokenSigner.Create();
        using var forger = AccessTokenSigner.Create();
        AdminEndpoints endpoints = WithKey(signer);
        string token = "";
        for (var halfSecond = 0; halfSecond < 240; halfSecond++)
        {
            string forged = Bearer(forger, AccessToken.StatsScope);
            Flood(endpoints, "GET /stats", forged);
            Flood(endpoints, "GET /connections", forged);
            token = halfSecond % 60 == 0 ? Bearer(signer, AccessToken.StatsScope) : token;
            Assert.Equal(200, Ask(endpoints, "GET /stats", s_operator, token).Status);
            _time.Advance(TimeSpan.FromSeconds(0.5));
        }

        (_content.IsDraining, _content.CanFinish) = (true, true);
        Flood(endpoints, "GET /stats", Bearer(forger, AccessToken.StatsScope));
        Assert.True(Ask(endpoints, "GET /stats", s_operator, Bearer(signer, AccessToken.StatsScope)).IsFinalReport);
    }

    /// <summary>Its own page has a bound too: a token is no licence to use up the CPU time.</summary>
    [Fact]
    public void Answer_OperatorsFlood_IsBounded()
    {
        using var signer = AccessTokenSigner.Create();
        AdminEndpoints endpoints = WithKey(signer);
        string token = Bearer(signer, AccessToken.StatsScope);
        Assert.Equal(CallerRate.Burst / 2, Enumerable.Range(0, 100).Count(_ => Ask(endpoints, "GET /stats", s_operator, token).Status == 200));
    }

    /// <summary>The process ends behind the last report: not for a stranger, who would leave the operator without it.</summary>
    [Fact]
    public void Answer_StatsOfOneThatCanFinish_EndTheDrainForTheOperatorOnly()
    {
        using var signer = AccessTokenSigner.Create();
        using var forger = AccessTokenSigner.Create();
        AdminEndpoints endpoints = WithKey(signer);
        (_content.IsDraining, _content.CanFinish) = (true, true);
        (IPAddress Caller, string Fields)[] strangers =
        [
            (s_prometheus, ""), (IPAddress.Loopback, ""), (s_prometheus, Bearer(forger, AccessToken.StatsScope)), (s_prometheus, Bearer(signer, AccessToken.TapScope)),
            (IPAddress.Loopback, "Authorization: Bearer x\r\n"),
        ];
        Assert.All(strangers, stranger =>
        {
            AdminAnswer answer = Ask(endpoints, "GET /stats", stranger.Caller, stranger.Fields);
            Assert.Equal((200, false), (answer.Status, answer.IsFinalReport));
        });
        Assert.False(Ask(endpoints, "HEAD /stats", s_operator, Bearer(signer, AccessToken.StatsScope)).IsFinalReport);
        Assert.True(Ask(endpoints, "GET /stats", s_operator, Bearer(signer, AccessToken.StatsScope)).IsFinalReport);
        Assert.True(Ask(endpoints, "GET /stats", IPAddress.Loopback, Bearer(signer, AccessToken.StatsScope)).IsFinalReport);
    }

    /// <summary>Callers that make themselves many have no more than all may have together, and no memory.</summary>
    [Fact]
    public void Answer_FloodOfManyCallers_IsBoundedTogether() => Assert.Equal(
        CallerRate.Burst, Enumerable.Range(0, 2000).Count(i => Ask("GET /metrics", new IPAddress([10, 1, (byte)(i >> 8), (byte)i])).Status == 200));

    /// <summary>A drain: two replicas of the operator look twice a second each, far more often than they do, until the last report was read.</summary>
    [Fact]
    public void Answer_StatsWhileDraining_IsNeverRefusedToThoseWhoFollowIt()
    {
        _content.IsDraining = true;
        for (var halfSecond = 0; halfSecond < 120; halfSecond++)
        {
            Assert.All(Enumerable.Range(1, 2), i => Assert.Equal(200, Ask("GET /stats", new IPAddress([10, 0, 0, (byte)i])).Status));
            _time.Advance(TimeSpan.FromSeconds(0.5));
        }

        _content.CanFinish = true;
        Assert.True(Ask("GET /stats", s_prometheus).IsFinalReport);
    }

    /// <summary>A refused reader has not read: the report is not lost for the next one.</summary>
    [Fact]
    public void Answer_StatsRefused_FinishesNothing()
    {
        _content.IsDraining = true;
        for (var i = 0; i < CallerRate.Burst / 2; i++)
        {
            _ = Ask("GET /stats", s_prometheus);
        }

        _content.CanFinish = true;
        Assert.Equal((429, false), (Ask("GET /stats", s_prometheus).Status, Ask("GET /stats", s_prometheus).IsFinalReport));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(Ask("GET /stats", s_prometheus).IsFinalReport);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public void Answer_CallersInThePod_AreNotLimited(string caller) =>
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Equal(200, Ask("GET /metrics", IPAddress.Parse(caller)).Status));

    [Fact]
    public void Answer_UnknownCaller_IsLimited() => Assert.Contains(429, Enumerable.Range(0, 100).Select(_ => Ask("GET /metrics", null).Status));

    /// <summary>To check a signature costs more than to forge one.</summary>
    [Theory]
    [InlineData("GET /connections")]
    [InlineData("GET /tap")]
    public void Answer_ForgedTokens_AreCheckedNoMoreOftenThanTheRate(string request)
    {
        using var signer = AccessTokenSigner.Create();
        using var forger = AccessTokenSigner.Create();
        AdminEndpoints endpoints = WithKey(signer);
        AdminAnswer AskWith(AccessTokenSigner by, IPAddress caller) => Ask(endpoints, request, caller, Bearer(by, AccessToken.ConnectionsScope, AccessToken.TapScope));
        AdminAnswer[] answers = [.. Enumerable.Range(0, 100).Select(_ => AskWith(forger, s_prometheus))];
        Assert.Equal((CallerRate.Burst / 2, 100 - (CallerRate.Burst / 2)), (answers.Count(answer => answer.Status == 401), answers.Count(answer => answer.Status == 429)));
        Assert.Equal("Retry-After: 1\r\n", answers[^1].Fields);

        // The operator is somebody else, and those in the pod need no token.
        AdminAnswer operators = AskWith(signer, s_operator);
        operators.Stream?.Close();
        Assert.Equal(200, operators.Status);
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(200, Ask(endpoints, request.Replace("GET", "HEAD", StringComparison.Ordinal), IPAddress.Loopback).Status));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(401, AskWith(forger, s_prometheus).Status);
    }

    private static void Flood(AdminEndpoints endpoints, string request, string fields)
    {
        for (var i = 0; i < 10 * s_strangers.Length; i++)
        {
            _ = Ask(endpoints, request, s_strangers[i % s_strangers.Length], fields);
        }
    }

    private AdminEndpoints WithKey(AccessTokenSigner signer)
    {
        _time.Advance(TimeSpan.FromDays(20_000)); // Nothing is signed at time 0.
        Assert.True(AccessKey.TryParse(signer.PublicKey, out AccessKey? key));
        var access = new AccessPolicy(new AccessTokenVerifier(key!, "uid", _time), log: null, _time);
        return new AdminEndpoints(_content, _content.Traffic, _content, access, new ProbedPorts([]), _time, Log.Logger);
    }

    private string Bearer(AccessTokenSigner by, params string[] scopes) => $"Authorization: Bearer {by.Sign("uid", _time.Now, scopes)}\r\n";

    private AdminAnswer Ask(string request, IPAddress? caller) => Ask(_endpoints, request, caller);

    private static AdminAnswer Ask(AdminEndpoints endpoints, string request, IPAddress? caller, string fields = "")
    {
        byte[] bytes = Encoding.ASCII.GetBytes($"{request} HTTP/1.1\r\nHost: x\r\n{fields}\r\n");
        Assert.Equal(RequestHeadStatus.Complete, RequestHead.TryRead(bytes, out RequestHead head, out _));
        return endpoints.Answer(head, caller, IPAddress.Loopback, new ArrayBufferWriter<byte>());
    }
}
