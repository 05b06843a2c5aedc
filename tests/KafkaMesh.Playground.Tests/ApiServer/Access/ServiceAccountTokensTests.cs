using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Access;
using KafkaMesh.Playground.ApiServer.Storage;

namespace KafkaMesh.Playground.Tests.ApiServer.Access;

public sealed class ServiceAccountTokensTests : IDisposable
{
    private readonly ObjectStore _store = new();
    private readonly MovableClock _clock = new();
    private readonly ServiceAccountTokens _tokens;
    private readonly JsonObject _account;

    public ServiceAccountTokensTests()
    {
        _account = JsonNode.Parse("""{"metadata":{"name":"bot","namespace":"demo","uid":"u-1"}}""")!.AsObject();
        _store.Create(new ObjectKey("serviceaccounts", "demo", "bot"), _account);
        _tokens = new ServiceAccountTokens(new ClusterState(_store), _clock);
    }

    [Fact]
    public void Validate_FreshToken_UserOfAccount()
    {
        var (user, audiences, _) = _tokens.Validate(Issue(), []);
        Assert.Equal("system:serviceaccount:demo:bot", user!.Name);
        Assert.Equal("u-1", user.Uid);
        Assert.Equal(["system:serviceaccounts", "system:serviceaccounts:demo", "system:authenticated"], user.Groups);
        Assert.Equal(["https://kubernetes.default.svc.cluster.local"], audiences);
    }

    [Fact]
    public void Validate_OtherAudience_ErrorAsRecorded()
        => Assert.Equal(
            "[invalid bearer token, token audiences [\"https://kubernetes.default.svc.cluster.local\"] is invalid for the target audiences [\"other\"]]",
            _tokens.Validate(Issue(), ["other"]).Error);

    [Theory]
    [InlineData("garbage")]
    [InlineData("a.b.c")]
    [InlineData("")]
    public void Validate_Garbage_Refused(string token) => Assert.Equal("invalid bearer token", _tokens.Validate(token, []).Error);

    [Fact]
    public void Validate_ChangedClaims_Refused()
    {
        var parts = Issue().Split('.');
        var forged = Convert.ToBase64String("""{"sub":"system:serviceaccount:kube-system:admin"}"""u8).TrimEnd('=');
        Assert.Null(_tokens.Validate($"{parts[0]}.{forged}.{parts[2]}", []).User);
    }

    [Fact]
    public void Validate_AfterExpiry_Refused()
    {
        var token = Issue();
        _clock.Now += TimeSpan.FromMinutes(11);
        Assert.Null(_tokens.Validate(token, []).User);
    }

    [Fact]
    public void Validate_AccountMadeAnew_Refused()
    {
        var token = Issue();
        var stored = _store.Get(new ObjectKey("serviceaccounts", "demo", "bot"))!;
        _store.Remove(stored.Key, stored.Version);
        _store.Create(stored.Key, JsonNode.Parse("""{"metadata":{"name":"bot","namespace":"demo","uid":"u-2"}}""")!.AsObject());
        Assert.Null(_tokens.Validate(token, []).User);
    }

    public void Dispose() => _tokens.Dispose();

    private string Issue() => _tokens.Issue(_account, [], TimeSpan.FromMinutes(10), null).Token;

    private sealed class MovableClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddYears(56);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
